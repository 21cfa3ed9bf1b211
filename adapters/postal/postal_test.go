package postal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func now() time.Time { return time.Date(2026, 11, 2, 8, 0, 0, 0, adapters.Vietnam) }

// connect makes the way to a handler that speaks the protocol, as the sandbox and
// the portal itself are addressed.
func connect(t *testing.T, protocol, token string, handler http.Handler) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	base := server.URL
	if protocol == portal {
		base += "/portal"
	}
	return adapters.NewConn(adapters.ConnOptions{Base: base, Protocol: protocol, Transport: transport, Now: now,
		Secrets: map[string]string{"portalToken": token}})
}

// bench is the simulated post with both ways to it.
type bench struct {
	world *synthetic.World
	sim   simulator.Simulator
	conns map[string]*adapters.Conn
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, 500), conns: map[string]*adapters.Conn{}}
	b.sim = Simulate(b.world, now)
	for _, protocol := range System().Protocols {
		b.conns[protocol] = connect(t, protocol, simulator.Secret("postal", "portalToken"), b.sim.Handler)
	}
	return b
}

func (b *bench) ask(t *testing.T, operation string, in any) ([]byte, error) {
	t.Helper()
	system := System()
	op, _ := system.Operation(operation)
	return invoke(t, b.conns[op.Protocol], operation, in)
}

// invoke asks as the bus does: parsed against the schema, answered as JSON.
func invoke(t *testing.T, c *adapters.Conn, operation string, in any) ([]byte, error) {
	t.Helper()
	system := System()
	op, _ := system.Operation(operation)
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	input, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("%s refuses %s: %v", operation, body, faults)
	}
	record, err := op.Invoke(t.Context(), c, adapters.Call{Request: "01TESTREQUEST"}, input)
	return record.JSON, err
}

// read asks and wants a record.
func read[T any](t *testing.T, b *bench, operation string, in any) (out T) {
	t.Helper()
	raw, err := b.ask(t, operation, in)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return out
}

// anOrder has every member.
func anOrder() Order {
	return Order{OrderNumber: "DH-1", CustomerCode: "KH-1", ItemCode: "ZZ1", Description: "Kết quả", SenderNote: "Gọi trước", CODAmount: 25000, Flag: "1",
		Sender:    Party{Name: "Trung tâm 1", Phone: "0100000001", Email: "a@example.com", AddressText: "Số 1", ProvinceCode: "01", FormerDistrictCode: "001"},
		Receiver:  Party{Name: "Nguyễn Văn Thử", Phone: "0100000002", Email: "b@example.com", AddressText: "Số 2", ProvinceCode: "79", FormerDistrictCode: "760"},
		EnteredOn: "2026-11-01", CollectingOfficeCode: "BC1", NotifiedOfficeCode: "BC2"}
}

func TestMessagesAreWhatThePostExpects(t *testing.T) {
	var got []string
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type")+" "+string(body))
		io.WriteString(w, `{"Status":"100","_embedded":{"rh:doc":[]}}`)
	})
	swapped := anOrder()
	swapped.Sender, swapped.Receiver = swapped.Receiver, swapped.Sender
	bare := Order{OrderNumber: "DH-2", CustomerCode: "KH-1", Sender: Party{Name: "A", Phone: "1", AddressText: "B", ProvinceCode: "1"},
		Receiver: Party{Name: "C", Phone: "2", AddressText: "D", ProvinceCode: "2"}}
	for _, m := range []struct {
		protocol, operation string
		in                  any
	}{
		{ngsp, "order-create", anOrder()}, {ngsp, "order-create", swapped}, {ngsp, "order-create", bare},
		{ngsp, "order-cancel", Cancellation{CustomerCode: "KH-1", OrderNumber: "DH-1"}},
		{ngsp, "tracking-feed", FeedQuestion{}}, {ngsp, "tracking-feed", FeedQuestion{Cursor: "00000000000000000000000a", Limit: 1000}},
		{portal, "acceptance", anOrder()}, {portal, "delivery", bare},
	} {
		// The portal's answer is about no order; what is sent is all that counts here.
		_, _ = invoke(t, connect(t, m.protocol, "secret", handler), m.operation, m.in)
	}
	want := []string{
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-1","ItemCode":"ZZ1","CODAmount":25000,"SenderProvince":1,"SenderDistrict":1,"SenderAddress":"Số 1","SenderName":"Trung tâm 1","SenderEmail":"a@example.com","SenderTel":"0100000001","SenderDesc":"Gọi trước","Description":"Kết quả","ReceiverName":"Nguyễn Văn Thử","ReceiverAddress":"Số 2","ReceiverTel":"0100000002","ReceiverProvince":79,"ReceiverDistrict":760,"ReceiverEmail":"b@example.com","FlagConfig":"1"}`,
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-1","ItemCode":"ZZ1","CODAmount":25000,"SenderProvince":79,"SenderDistrict":760,"SenderAddress":"Số 2","SenderName":"Nguyễn Văn Thử","SenderEmail":"b@example.com","SenderTel":"0100000002","SenderDesc":"Gọi trước","Description":"Kết quả","ReceiverName":"Trung tâm 1","ReceiverAddress":"Số 1","ReceiverTel":"0100000001","ReceiverProvince":1,"ReceiverDistrict":1,"ReceiverEmail":"a@example.com","FlagConfig":"1"}`,
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-2","CODAmount":0,"SenderProvince":1,"SenderAddress":"B","SenderName":"A","SenderTel":"1","ReceiverName":"C","ReceiverAddress":"D","ReceiverTel":"2","ReceiverProvince":2}`,
		`POST /order/cancel application/json {"customerCode":"KH-1","orderNumber":"DH-1"}`,
		`POST /order/tracking application/json {"lastId":"000000000000000000000000","pageSize":100}`,
		`POST /order/tracking application/json {"lastId":"00000000000000000000000a","pageSize":1000}`,
		`POST /portal/getAcceptance?token=secret application/json {"SoDonHang":"DH-1","MaKhachHang":"KH-1","TenNguoiGui":"Trung tâm 1","DiaChiNguoiGui":"Số 1","DienThoaiNguoiGui":"0100000001","EmailNguoiGui":"a@example.com","NoiDungHang":"Kết quả","SoTienCOD":25000,"NgayNhap":"01/11/2026","PosIdThuGom":"BC1","PosIdNhanTin":"BC2","TenNguoiNhan":"Nguyễn Văn Thử","DiaChiNguoiNhan":"Số 2","DienThoaiNguoiNhan":"0100000002","MaBuuGui":"ZZ1","MaTinhNhan":"79","MaHuyenNhan":"760"}`,
		`POST /portal/getDelivery?token=secret application/json {"SoDonHang":"DH-2","MaKhachHang":"KH-1","TenNguoiGui":"A","DiaChiNguoiGui":"B","DienThoaiNguoiGui":"1","SoTienCOD":0,"TenNguoiNhan":"C","DiaChiNguoiNhan":"D","DienThoaiNguoiNhan":"2","MaTinhNhan":"2"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPlacedOrderIsKnownToFeedAndCancellation(t *testing.T) {
	b := newBench(t)
	end := cursorAtEnd(t, b)
	order := anOrder()
	for _, already := range []bool{false, true} {
		if diff := cmp.Diff(Receipt{"DH-1", already}, read[Receipt](t, b, "order-create", order)); diff != "" {
			t.Error(diff)
		}
	}
	if got := read[Confirmation](t, b, "acceptance", order); got.Confirmed {
		t.Error("the order is collected as soon as it is placed")
	}
	if _, err := b.ask(t, "order-cancel", Cancellation{CustomerCode: "KH-2", OrderNumber: "DH-1"}); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("another customer's order: %v", err)
	}
	for _, already := range []bool{false, true} {
		if diff := cmp.Diff(Receipt{"DH-1", already}, read[Receipt](t, b, "order-cancel", Cancellation{CustomerCode: "KH-1", OrderNumber: "DH-1"})); diff != "" {
			t.Error(diff)
		}
	}
	var told []string
	for _, e := range read[Feed](t, b, "tracking-feed", FeedQuestion{Cursor: end}).Events {
		told = append(told, e.OrderNumber+" "+e.Status.Name)
	}
	if diff := cmp.Diff([]string{"DH-1 Đã đăng ký", "DH-1 Đã hủy"}, told); diff != "" {
		t.Error(diff)
	}
}

// cursorAtEnd reads the whole feed.
func cursorAtEnd(t *testing.T, b *bench) Cursor {
	t.Helper()
	q := FeedQuestion{Limit: 1000}
	for {
		page := read[Feed](t, b, "tracking-feed", q)
		if len(page.Events) == 0 {
			return page.NextCursor
		}
		q.Cursor = page.NextCursor
	}
}

func TestFeedReadByPagesTellsEveryStepOnce(t *testing.T) {
	b := newBench(t)
	var want, got []string
	for _, e := range b.world.PostEvents() {
		want = append(want, fmt.Sprint(e.ID, e.Order, e.State))
	}
	for _, limit := range []int{1, 7, 1000} {
		got = nil
		for q := (FeedQuestion{Limit: limit}); ; {
			page := read[Feed](t, b, "tracking-feed", q)
			if len(page.Events) == 0 {
				break
			}
			for _, e := range page.Events {
				got = append(got, fmt.Sprint(e.EventID, e.OrderNumber, e.Status.Code))
			}
			q.Cursor = page.NextCursor
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d: %s", limit, diff)
		}
	}
}

func TestPortalConfirmsWhatTheWorldKnows(t *testing.T) {
	b := newBench(t)
	for _, o := range b.world.PostOrders() {
		for operation, state := range map[string]synthetic.PostState{"acceptance": synthetic.PostCollecting, "delivery": synthetic.PostDelivered} {
			want := Confirmation{OrderNumber: o.Number}
			for _, step := range o.Steps {
				if step.State == state {
					want = Confirmation{OrderNumber: o.Number, Confirmed: true, ItemCode: o.Item,
						Status: &adapters.Code{Code: fmt.Sprint(state), Name: states["2"]}, ConfirmedAt: step.At.Format(time.RFC3339)}
					if state == synthetic.PostDelivered {
						want.Status.Name = states["3"]
					}
				}
			}
			if diff := cmp.Diff(want, read[Confirmation](t, b, operation, orderOf(b.world, o))); diff != "" {
				t.Errorf("%s of %s: %s", operation, o.Number, diff)
			}
		}
	}
}

func TestDeliveredOrderCannotBeCancelled(t *testing.T) {
	b := newBench(t)
	delivered := b.sim.Samples["delivery"].OK.(Order)
	_, err := b.ask(t, "order-cancel", Cancellation{CustomerCode: customerCode, OrderNumber: delivered.OrderNumber})
	if !errors.Is(err, adapters.ErrRefusedInput) {
		t.Errorf("got %v", err)
	}
}

func TestCodesThatAreNoNumbersAreRefused(t *testing.T) {
	order := anOrder()
	order.Sender.ProvinceCode, order.Receiver.FormerDistrictCode = "HN", "000"
	body, _ := json.Marshal(order)
	system := System()
	op, _ := system.Operation("order-create")
	_, faults := op.Parse(body)
	if len(faults) != 2 || faults[0].Field != "sender.provinceCode" || faults[1].Field != "receiver.formerDistrictCode" {
		t.Errorf("got %v", faults)
	}
}

// TestTokenInTheAddressIsNeverTold breaks the portal in every way and looks for the
// token, and the address that holds it, in all that is returned or logged.
func TestTokenInTheAddressIsNeverTold(t *testing.T) {
	const token = "tok/en+giả-định"
	var logged bytes.Buffer
	oldLogger, oldWriter := slog.Default(), log.Writer()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(oldLogger); log.SetOutput(oldWriter) })
	var told []string
	tell := func(c *adapters.Conn, operation string) {
		raw, err := invoke(t, c, operation, anOrder())
		told = append(told, fmt.Sprintf("%s %v %+v %#v %q", raw, err, err, err, err))
		for cause := err; cause != nil; cause = errors.Unwrap(cause) {
			told = append(told, cause.Error())
		}
	}
	sent := 0
	echo := func(status int, format string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("token") == token {
				sent++
			}
			w.Header().Set("Location", r.RequestURI)
			w.WriteHeader(status)
			fmt.Fprintf(w, format, r.RequestURI)
		})
	}
	for _, operation := range []string{"acceptance", "delivery"} {
		for _, answer := range []http.Handler{
			echo(200, `{"Status":false,"Message":%q}`), echo(200, `{"Status":true,"SoDonHang":%q}`), echo(200, `{"Status":true,"ThoiDiem":%q}`),
			echo(200, `{%q:1}`), echo(200, `{"Status":%q}`), echo(200, `{}`), echo(200, `<html>%s</html>`), echo(200, `{"broken %s`),
			echo(302, `%s`), echo(401, `%s`), echo(404, `%s`), echo(500, `%s`), echo(503, `<html>%s</html>`),
			http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		} {
			tell(connect(t, portal, token, answer), operation)
		}
		closed := httptest.NewServer(nil)
		closed.Close()
		for _, base := range []string{closed.URL, "http://[broken", "https://" + strings.TrimPrefix(closed.URL, "http://")} {
			tell(adapters.NewConn(adapters.ConnOptions{Base: base, Protocol: portal, Transport: http.DefaultTransport, Now: now,
				Secrets: map[string]string{"portalToken": token}}), operation)
		}
	}
	if sent == 0 {
		t.Error("the token was never sent")
	}
	for _, text := range append(told, logged.String()) {
		if strings.Contains(text, "tok/en") || strings.Contains(text, "tok%2Fen") || strings.Contains(text, "token=") {
			t.Errorf("the token is told: %s", text)
		}
	}
}

func TestSimulatedPostRefusesWhatItCannotTake(t *testing.T) {
	b := newBench(t)
	good, _ := json.Marshal(anOrder().national())
	token := simulator.Secret("postal", "portalToken")
	tests := []struct{ name, path, mediaType, body, holds string }{
		{"order", orderPath, "application/json", string(good), `"Status":"100"`},
		{"order as a form", orderPath, "application/x-www-form-urlencoded", string(good), `"Status":"101"`},
		{"order without receiver", orderPath, "application/json", strings.Replace(string(good), "ReceiverName", "Other", 1), `"Status":"101"`},
		{"province as a text", orderPath, "application/json", strings.Replace(string(good), `"SenderProvince":1`, `"SenderProvince":"01"`, 1), `"Status":"101"`},
		{"endless number", orderPath, "application/json", strings.Replace(string(good), "DH-1", strings.Repeat("D", maxCodes), 1), `"Status":"101"`},
		{"cancellation of nothing", cancelPath, "application/json", `{"customerCode":"KH-1"}`, `"Status":"101"`},
		{"page too long", trackingPath, "application/json", `{"pageSize":1001,"lastId":"000000000000000000000000"}`, `"Status":"101"`},
		{"no cursor", trackingPath, "application/json", `{"pageSize":10}`, `"Status":"101"`},
		{"portal without an order", "/portal" + deliveryPath + "?token=" + token, "application/json", `{}`, `"Status":false`},
		{"portal with an unknown order", "/portal" + deliveryPath + "?token=" + token, "application/json", `{"SoDonHang":"X","MaKhachHang":"Y"}`, `{}`},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("POST", tt.path, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.mediaType)
		w := httptest.NewRecorder()
		if b.sim.Handler.ServeHTTP(w, r); w.Code != 200 || !strings.Contains(w.Body.String(), tt.holds) {
			t.Errorf("%s: %d %s", tt.name, w.Code, w.Body)
		}
	}
}

func TestSimulatedPostForgetsTheOldestOrders(t *testing.T) {
	o := &office{now: now, orders: map[string]*parcel{}, events: []synthetic.PostEvent{{ID: synthetic.PostEventID(now().Add(time.Hour), 0), PostStep: synthetic.PostStep{At: now().Add(time.Hour)}}}, told: 1, places: 1}
	for i := range maxNews + 10 {
		number := fmt.Sprint(i)
		o.orders[number] = &parcel{}
		o.happened(number, synthetic.PostRegistered)
	}
	if len(o.orders) != maxNews || len(o.events) != 1+maxNews || o.orders["9"] != nil || o.orders["10"] == nil {
		t.Errorf("%d orders and %d events are kept", len(o.orders), len(o.events))
	}
	if !slices.IsSortedFunc(o.events, func(a, b synthetic.PostEvent) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("ids fall where the clock is behind the feed")
	}
}
