package postal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

// anOrder has every member.
func anOrder() Order {
	return Order{OrderNumber: "DH-1", CustomerCode: "KH-1", ItemCode: "ZZ1", Description: "Kết quả", SenderNote: "Gọi trước", CODAmount: 25000, Flag: "1",
		Sender:    Party{Name: "Trung tâm 1", Phone: "0100000001", Email: "a@example.com", AddressText: "Số 1", ProvinceCode: "01", FormerDistrictCode: "001"},
		Receiver:  Party{Name: "Nguyễn Văn Thử", Phone: "0100000002", Email: "b@example.com", AddressText: "Số 2", ProvinceCode: "79", FormerDistrictCode: "760"},
		EnteredOn: "2026-11-01", CollectingOfficeCode: "BC1", NotifiedOfficeCode: "BC2"}
}

func TestMessagesAreWhatThePostExpects(t *testing.T) {
	w, tap := newBench(t).Tap(t, adaptertest.Answers(200, `{"Status":"100","_embedded":{"rh:doc":[]}}`))
	swapped := anOrder()
	swapped.Sender, swapped.Receiver = swapped.Receiver, swapped.Sender
	bare := Order{OrderNumber: "DH-2", CustomerCode: "KH-1", Sender: Party{Name: "A", Phone: "1", AddressText: "B", ProvinceCode: "1"},
		Receiver: Party{Name: "C", Phone: "2", AddressText: "D", ProvinceCode: "2"}}
	for _, m := range []struct {
		operation string
		in        any
	}{
		{"order-create", anOrder()}, {"order-create", swapped}, {"order-create", bare},
		{"order-cancel", Cancellation{CustomerCode: "KH-1", OrderNumber: "DH-1"}},
		{"tracking-feed", FeedQuestion{}}, {"tracking-feed", FeedQuestion{Cursor: "00000000000000000000000a", Limit: 1000}},
		{"acceptance", anOrder()}, {"delivery", bare},
	} {
		// The portal's answer is about no order; what is sent is all that counts here.
		_, _ = adaptertest.Ask[any](t, w, m.operation, m.in)
	}
	want := []string{
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-1","ItemCode":"ZZ1","CODAmount":25000,"SenderProvince":1,"SenderDistrict":1,"SenderAddress":"Số 1","SenderName":"Trung tâm 1","SenderEmail":"a@example.com","SenderTel":"0100000001","SenderDesc":"Gọi trước","Description":"Kết quả","ReceiverName":"Nguyễn Văn Thử","ReceiverAddress":"Số 2","ReceiverTel":"0100000002","ReceiverProvince":79,"ReceiverDistrict":760,"ReceiverEmail":"b@example.com","FlagConfig":"1"}`,
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-1","ItemCode":"ZZ1","CODAmount":25000,"SenderProvince":79,"SenderDistrict":760,"SenderAddress":"Số 2","SenderName":"Nguyễn Văn Thử","SenderEmail":"b@example.com","SenderTel":"0100000002","SenderDesc":"Gọi trước","Description":"Kết quả","ReceiverName":"Trung tâm 1","ReceiverAddress":"Số 1","ReceiverTel":"0100000001","ReceiverProvince":1,"ReceiverDistrict":1,"ReceiverEmail":"a@example.com","FlagConfig":"1"}`,
		`POST /order/post application/json {"CustomerCode":"KH-1","OrderNumber":"DH-2","CODAmount":0,"SenderProvince":1,"SenderAddress":"B","SenderName":"A","SenderTel":"1","ReceiverName":"C","ReceiverAddress":"D","ReceiverTel":"2","ReceiverProvince":2}`,
		`POST /order/cancel application/json {"customerCode":"KH-1","orderNumber":"DH-1"}`,
		`POST /order/tracking application/json {"lastId":"000000000000000000000000","pageSize":100}`,
		`POST /order/tracking application/json {"lastId":"00000000000000000000000a","pageSize":1000}`,
		`POST /portal/getAcceptance?token=sandbox-postal-portalToken application/json {"SoDonHang":"DH-1","MaKhachHang":"KH-1","TenNguoiGui":"Trung tâm 1","DiaChiNguoiGui":"Số 1","DienThoaiNguoiGui":"0100000001","EmailNguoiGui":"a@example.com","NoiDungHang":"Kết quả","SoTienCOD":25000,"NgayNhap":"01/11/2026","PosIdThuGom":"BC1","PosIdNhanTin":"BC2","TenNguoiNhan":"Nguyễn Văn Thử","DiaChiNguoiNhan":"Số 2","DienThoaiNguoiNhan":"0100000002","MaBuuGui":"ZZ1","MaTinhNhan":"79","MaHuyenNhan":"760"}`,
		`POST /portal/getDelivery?token=sandbox-postal-portalToken application/json {"SoDonHang":"DH-2","MaKhachHang":"KH-1","TenNguoiGui":"A","DiaChiNguoiGui":"B","DienThoaiNguoiGui":"1","SoTienCOD":0,"TenNguoiNhan":"C","DiaChiNguoiNhan":"D","DienThoaiNguoiNhan":"2","MaTinhNhan":"2"}`,
	}
	if diff := cmp.Diff(want, tap.Lines("Content-Type")); diff != "" {
		t.Error(diff)
	}
}

func TestPlacedOrderIsKnownToFeedAndCancellation(t *testing.T) {
	b := newBench(t)
	end := cursorAtEnd(t, b)
	order := anOrder()
	for _, already := range []bool{false, true} {
		if diff := cmp.Diff(Receipt{"DH-1", already}, adaptertest.Get[Receipt](t, b.Way, "order-create", order)); diff != "" {
			t.Error(diff)
		}
	}
	if got := adaptertest.Get[Confirmation](t, b.Way, "acceptance", order); got.Confirmed {
		t.Error("the order is collected as soon as it is placed")
	}
	if _, err := adaptertest.Ask[any](t, b.Way, "order-cancel", Cancellation{CustomerCode: "KH-2", OrderNumber: "DH-1"}); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("another customer's order: %v", err)
	}
	for _, already := range []bool{false, true} {
		if diff := cmp.Diff(Receipt{"DH-1", already}, adaptertest.Get[Receipt](t, b.Way, "order-cancel", Cancellation{CustomerCode: "KH-1", OrderNumber: "DH-1"})); diff != "" {
			t.Error(diff)
		}
	}
	var told []string
	for _, e := range adaptertest.Get[Feed](t, b.Way, "tracking-feed", FeedQuestion{Cursor: end}).Events {
		told = append(told, e.OrderNumber+" "+e.Status.Name)
	}
	if diff := cmp.Diff([]string{"DH-1 Đã đăng ký", "DH-1 Đã hủy"}, told); diff != "" {
		t.Error(diff)
	}
}

// cursorAtEnd reads the whole feed.
func cursorAtEnd(t *testing.T, b *adaptertest.Bench) Cursor {
	t.Helper()
	q := FeedQuestion{Limit: 1000}
	for {
		page := adaptertest.Get[Feed](t, b.Way, "tracking-feed", q)
		if len(page.Events) == 0 {
			return page.NextCursor
		}
		q.Cursor = page.NextCursor
	}
}

func TestFeedReadByPagesTellsEveryStepOnce(t *testing.T) {
	b := newBench(t)
	var want, got []string
	for _, e := range b.World.PostEvents() {
		want = append(want, fmt.Sprint(e.ID, e.Order, e.State))
	}
	for _, limit := range []int{1, 7, 1000} {
		got = nil
		for q := (FeedQuestion{Limit: limit}); ; {
			page := adaptertest.Get[Feed](t, b.Way, "tracking-feed", q)
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
	for _, o := range b.World.PostOrders() {
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
			if diff := cmp.Diff(want, adaptertest.Get[Confirmation](t, b.Way, operation, orderOf(b.World, o))); diff != "" {
				t.Errorf("%s of %s: %s", operation, o.Number, diff)
			}
		}
	}
}

func TestDeliveredOrderCannotBeCancelled(t *testing.T) {
	b := newBench(t)
	delivered := b.Sim.Samples["delivery"].OK.(Order)
	_, err := adaptertest.Ask[any](t, b.Way, "order-cancel", Cancellation{CustomerCode: customerCode, OrderNumber: delivered.OrderNumber})
	if !errors.Is(err, adapters.ErrRefusedInput) {
		t.Errorf("got %v", err)
	}
}

func TestCodesThatAreNoNumbersAreRefused(t *testing.T) {
	order := anOrder()
	order.Sender.ProvinceCode, order.Receiver.FormerDistrictCode = "HN", "000"
	if got := newBench(t).Faults(t, "order-create", order); got != "sender.provinceCode,receiver.formerDistrictCode" {
		t.Errorf("faults of %q", got)
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
	b := newBench(t)
	tell := func(w *adaptertest.Way, operation string) {
		raw, err := adaptertest.Ask[json.RawMessage](t, w, operation, anOrder())
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
			tell(b.Serve(t, answer).With("portalToken", token), operation)
		}
		closed := httptest.NewServer(nil)
		closed.Close()
		for _, base := range []string{closed.URL, "http://[broken", "https://" + strings.TrimPrefix(closed.URL, "http://")} {
			tell(b.Over(adapters.NewConn(adapters.ConnOptions{Base: base, Protocol: portal, Transport: http.DefaultTransport, Now: b.Clock.Now,
				Secrets: map[string]string{"portalToken": token}})), operation)
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
		if got := b.Post(tt.path, tt.mediaType, tt.body); got.Code != 200 || !strings.Contains(got.Body.String(), tt.holds) {
			t.Errorf("%s: %d %s", tt.name, got.Code, got.Body)
		}
	}
}

func TestSimulatedPostForgetsTheOldestEvents(t *testing.T) {
	later := adaptertest.Start.Add(time.Hour)
	o := &office{now: new(adaptertest.Clock).Now, events: []synthetic.PostEvent{{ID: synthetic.PostEventID(later, 0), PostStep: synthetic.PostStep{At: later}}}, told: 1, places: 1}
	for i := range maxNews + 10 {
		o.happened(fmt.Sprint(i), &parcel{}, synthetic.PostRegistered)
	}
	if len(o.events) != 1+maxNews || o.events[1].Order != "10" {
		t.Errorf("%d events are kept, from that of order %s", len(o.events), o.events[1].Order)
	}
	if !slices.IsSortedFunc(o.events, func(a, b synthetic.PostEvent) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("ids fall where the clock is behind the feed")
	}
}
