package postal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

func answered(body string) *adapters.Answer {
	return &adapters.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
}

func TestEveryReceiptIsClassified(t *testing.T) {
	tests := []struct {
		name, body string
		again      bool
		kind       error
		code       string
	}{
		{"done", `{"Status":"100","Message":"OK"}`, false, nil, ""},
		{"done, camel case and a number", `{"status":100,"message":null}`, false, nil, ""},
		{"done, capitals", `{"STATUS":"100"}`, false, nil, ""},
		{"had it", `{"Status":"102","Message":"Số đơn hàng đã tồn tại"}`, true, nil, ""},
		{"had it, camel case and capitals", `{"status":"0","message":"ĐƠN HÀNG DH-1 ĐÃ TỒN TẠI"}`, true, nil, ""},
		{"had it, without accents", `{"Status":"102","Message":"Don hang da ton tai"}`, true, nil, ""},
		{"another order exists", `{"Status":"102","Message":"Đơn hàng DH-2 đã tồn tại"}`, false, adapters.ErrRejected, "102"},
		{"item exists", `{"Status":"103","Message":"Mã bưu gửi đã tồn tại"}`, false, adapters.ErrRejected, "103"},
		{"cancelled before", `{"Status":"105","Message":"Đơn hàng đã hủy"}`, false, adapters.ErrRejected, "105"},
		{"not found", `{"Status":"104","Message":"Không tìm thấy đơn hàng"}`, false, adapters.ErrNotFound, "104"},
		{"does not exist", `{"Status":"104","Message":"Đơn hàng không tồn tại"}`, false, adapters.ErrNotFound, "104"},
		{"too late", `{"Status":"106","Message":"Không thể huỷ"}`, false, adapters.ErrRefusedInput, "106"},
		{"bad value", `{"Status":"101","Message":"Số điện thoại không hợp lệ"}`, false, adapters.ErrRefusedInput, "101"},
		{"token, not value", `{"Status":"401","Message":"Token không hợp lệ"}`, false, adapters.ErrRejected, "401"},
		{"not entitled", `{"Status":"403","Message":"Không có quyền"}`, false, adapters.ErrRejected, "403"},
		{"own fault", `{"Status":"500","Message":"Lỗi hệ thống"}`, false, adapters.ErrUnavailable, "500"},
		{"overloaded", `{"Status":"503","Message":"Hệ thống quá tải"}`, false, adapters.ErrUnavailable, "503"},
		{"unknown words", `{"Status":"999","Message":"?"}`, false, adapters.ErrRejected, "999"},
		{"no words", `{"Status":"999"}`, false, adapters.ErrRejected, "999"},
		{"code that is a number of somebody", `{"Status":"001099900001"}`, false, adapters.ErrRejected, ""},
		{"no status", `{"Message":"OK"}`, false, adapters.ErrMalformed, ""},
		{"status of another kind", `{"Status":true}`, false, adapters.ErrMalformed, ""},
		{"list", `[{"Status":"100"}]`, false, adapters.ErrMalformed, ""},
		{"null", `null`, false, adapters.ErrMalformed, ""},
		{"page", `<html>502</html>`, false, adapters.ErrMalformed, ""},
		{"truncated", `{"Status":"100"`, false, adapters.ErrMalformed, ""},
		{"nothing", ``, false, adapters.ErrMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readReceipt(answered(tt.body), "DH-1", placed)
			check(t, err, tt.kind, tt.code)
			if err == nil && got != (Receipt{"DH-1", tt.again}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCancelledBeforeCountsAsCancelled(t *testing.T) {
	for message, again := range map[string]bool{
		"Đơn hàng đã hủy trước đó": true, "Đơn hàng DH-1 đã được huỷ": true, "Đơn hàng số: DH-1 đã hủy": true,
		"Đơn hàng DH-2 đã hủy": false, "Đơn hàng đã phát, không thể hủy": false, "Không tìm thấy đơn hàng": false, "Đơn hàng đã tồn tại": false,
	} {
		got, err := readReceipt(answered(fmt.Sprintf(`{"Status":"9","Message":%q}`, message)), "DH-1", cancelled)
		if got.AlreadyReceived != again || (err == nil) != again {
			t.Errorf("%s: %+v, %v", message, got, err)
		}
	}
}

func check(t *testing.T, err, kind error, code string) {
	t.Helper()
	if !errors.Is(err, kind) || (kind == nil) != (err == nil) {
		t.Fatalf("got %v, want %v", err, kind)
	}
	if own, ok := errors.AsType[*adapters.Error](err); ok && own.Code != code {
		t.Errorf("national code %q, want %q", own.Code, code)
	}
}

// doc is one event of the feed; its id is this digit, 24 times.
func doc(digit, order, code string) string {
	return fmt.Sprintf(`{"_id":{"$oid":%q},"OrderNumber":%q,"StatusCode":%s,"StatusMessage":"x"}`, strings.Repeat(digit, 24), order, code)
}

func page(docs ...string) string {
	return `{"_embedded":{"rh:doc":[` + strings.Join(docs, ",") + `]}}`
}

func TestFeedIsInOrderWithoutRepeatsAndNeverGoesBack(t *testing.T) {
	id := func(digit string) Cursor { return Cursor(strings.Repeat(digit, 24)) }
	tests := []struct {
		name, body string
		asked      Cursor
		told       []string // ids by their digit
		next       Cursor
	}{
		{"all new", page(doc("1", "A", `"1"`), doc("2", "A", `"2"`)), start, []string{"1", "2"}, id("2")},
		{"repeated", page(doc("1", "A", `"1"`), doc("1", "A", `"1"`), doc("2", "B", `1`), doc("1", "A", `"1"`)), start, []string{"1", "2"}, id("2")},
		{"told before", page(doc("1", "A", `"1"`), doc("2", "A", `"2"`), doc("3", "A", `"3"`)), id("2"), []string{"3"}, id("3")},
		{"only told before", page(doc("1", "A", `"1"`)), id("2"), nil, id("2")},
		{"skipped", page(doc("9", "A", `"1"`)), id("2"), []string{"9"}, id("9")},
		{"out of order", page(doc("3", "A", `"1"`), doc("2", "B", `"1"`)), start, []string{"2", "3"}, id("3")},
		{"more than asked for", page(doc("1", "A", `"1"`), doc("2", "A", `"1"`), doc("3", "A", `"1"`), doc("4", "A", `"1"`)), start, []string{"1", "2", "3"}, id("3")},
		{"capitals", page(doc("A", "A", `"1"`), doc("a", "A", `"1"`)), start, []string{"a"}, id("a")},
		{"nothing new", page(), id("2"), nil, id("2")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readFeed(answered(tt.body), tt.asked, 3)
			if err != nil || got.NextCursor != tt.next {
				t.Fatalf("next %q, want %q: %v", got.NextCursor, tt.next, err)
			}
			var told []string
			for _, e := range got.Events {
				told = append(told, string(e.EventID[:1]))
			}
			if diff := cmp.Diff(tt.told, told); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEventsNameTheirStates(t *testing.T) {
	got, err := readFeed(answered(`{"_embedded":{"rh:doc":[
		{"_id":{"$oid":"111111111111111111111111"},"OrderNumber":1,"StatusCode":3,"StatusMessage":"Đã phát cho người nhận"},
		{"_id":{"$oid":"222222222222222222222222"},"OrderNumber":"B","StatusCode":"77"},
		{"_id":{"$oid":"333333333333333333333333"},"orderNumber":"C","statusCode":null}]}}`), start, 3)
	want := []Event{
		{EventID: "111111111111111111111111", OrderNumber: "1", Status: &adapters.Code{Code: "3", Name: "Đã phát"}, Note: "Đã phát cho người nhận"},
		{EventID: "222222222222222222222222", OrderNumber: "B", Status: &adapters.Code{Code: "77"}},
		{EventID: "333333333333333333333333", OrderNumber: "C"},
	}
	if diff := cmp.Diff(want, got.Events); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestEveryPageThatIsNoneIsClassified(t *testing.T) {
	tests := []struct {
		name, body string
		kind       error
		code       string
	}{
		{"refused", `{"Status":"101","Message":"pageSize không hợp lệ"}`, adapters.ErrRefusedInput, "101"},
		{"own fault", `{"status":500,"message":"Lỗi hệ thống"}`, adapters.ErrUnavailable, "500"},
		{"success without events", `{"Status":"100"}`, adapters.ErrMalformed, ""},
		{"empty object", `{}`, adapters.ErrMalformed, ""},
		{"no list", `{"_embedded":{}}`, adapters.ErrMalformed, ""},
		{"list null", `{"_embedded":{"rh:doc":null}}`, adapters.ErrMalformed, ""},
		{"embedded list", `{"_embedded":[]}`, adapters.ErrMalformed, ""},
		{"no id", `{"_embedded":{"rh:doc":[{"OrderNumber":"A"}]}}`, adapters.ErrMalformed, ""},
		{"short id", `{"_embedded":{"rh:doc":[{"_id":{"$oid":"1"},"OrderNumber":"A"}]}}`, adapters.ErrMalformed, ""},
		{"no order", page(doc("1", "", `"1"`)), adapters.ErrMalformed, ""},
		{"list", `[]`, adapters.ErrMalformed, ""},
		{"text", `"unexpected"`, adapters.ErrMalformed, ""},
		{"page", `<html></html>`, adapters.ErrMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readFeed(answered(tt.body), start, 3)
			check(t, err, tt.kind, tt.code)
		})
	}
}

func TestEveryConfirmationIsClassified(t *testing.T) {
	yes := Confirmation{OrderNumber: "DH-1", Confirmed: true}
	tests := []struct {
		name, body string
		want       Confirmation
		kind       error
	}{
		{"no", `{}`, Confirmation{OrderNumber: "DH-1"}, nil},
		{"yes", `{"Status":true}`, yes, nil},
		{"yes by the order alone", `{"SoDonHang":"DH-1"}`, yes, nil},
		{"yes with a word", `{"Status":1,"Message":"OK"}`, yes, nil},
		{"all", `{"Status":"true","SoDonHang":"DH-1","MaBuuGui":"ZZ1","TrangThai":2,"ThoiDiem":"01/11/2026 09:05:00"}`,
			Confirmation{OrderNumber: "DH-1", Confirmed: true, ItemCode: "ZZ1", Status: &adapters.Code{Code: "2", Name: "Đang thu gom"}, ConfirmedAt: "2026-11-01T09:05:00+07:00"}, nil},
		{"refused", `{"Status":false}`, Confirmation{}, adapters.ErrRejected},
		{"refused, though it names the order", `{"Status":false,"SoDonHang":"DH-1"}`, Confirmation{}, adapters.ErrRejected},
		{"token refused", `{"Status":false,"Message":"Token không hợp lệ"}`, Confirmation{}, adapters.ErrRejected},
		{"bad value", `{"Status":"0","Message":"Số đơn hàng không hợp lệ"}`, Confirmation{}, adapters.ErrRefusedInput},
		{"own fault", `{"Status":false,"Message":"Lỗi hệ thống"}`, Confirmation{}, adapters.ErrUnavailable},
		{"error in disguise", `{"error":"expired"}`, Confirmation{}, adapters.ErrMalformed},
		{"words only", `{"Message":"Phiên làm việc hết hạn"}`, Confirmation{}, adapters.ErrMalformed},
		{"members without value", `{"SoDonHang":null,"MaBuuGui":""}`, Confirmation{}, adapters.ErrMalformed},
		{"another order", `{"Status":true,"SoDonHang":"DH-2"}`, Confirmation{}, adapters.ErrMalformed},
		{"no time", `{"Status":true,"ThoiDiem":"hôm qua"}`, Confirmation{}, adapters.ErrMalformed},
		{"status of another kind", `{"Status":"maybe"}`, Confirmation{}, adapters.ErrMalformed},
		{"null", `null`, Confirmation{}, adapters.ErrMalformed},
		{"list", `[]`, Confirmation{}, adapters.ErrMalformed},
		{"page", `<html></html>`, Confirmation{}, adapters.ErrMalformed},
		{"nothing", ``, Confirmation{}, adapters.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readConfirmation(answered(tt.body), "DH-1")
			check(t, err, tt.kind, "")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if err == nil && got.Negative() == got.Confirmed {
				t.Error("no is not told as negative")
			}
		})
	}
}

func TestNothingPersonalIsInAnErrorText(t *testing.T) {
	for _, value := range []string{"Nguyễn Văn Thử", "001099900001", "0100000002"} {
		for _, format := range []string{`{"Status":%q}`, `{"Status":"9","Message":%q}`, `{"Status":{%q:1}}`, `{%q:1}`, `%q`, `{%q`, `<html>%s</html>`,
			`{"Status":false,"Message":%q}`, `{"Status":true,"SoDonHang":%q}`, `{"ThoiDiem":%q}`, `{"_embedded":{"rh:doc":[{"_id":{"$oid":%q}}]}}`} {
			body := answered(fmt.Sprintf(format, value))
			_, receipt := readReceipt(body, value, placed)
			_, feed := readFeed(body, start, 3)
			_, confirmation := readConfirmation(body, "DH-1")
			for _, err := range []error{receipt, feed, confirmation} {
				if err != nil && strings.Contains(err.Error(), value) {
					t.Errorf("%s: %v", format, err)
				}
			}
		}
	}
}

func FuzzReceipt(f *testing.F) {
	f.Add(`{"Status":"100","Message":"OK"}`)
	f.Add(`{"status":102,"message":"Số đơn hàng đã tồn tại"}`)
	f.Fuzz(func(t *testing.T, body string) {
		if got, err := readReceipt(answered(body), "DH-1", placed); err == nil && got.OrderNumber != "DH-1" {
			t.Errorf("%+v for %q", got, body)
		}
	})
}

func FuzzFeed(f *testing.F) {
	f.Add(page(doc("1", "A", `"1"`), doc("1", "A", `"1"`), doc("2", "B", `3`)))
	f.Add(`{"Status":"101","Message":"không hợp lệ"}`)
	f.Fuzz(func(t *testing.T, body string) {
		const asked = Cursor("111111111111111111111111")
		got, err := readFeed(answered(body), asked, 3)
		if err != nil {
			return
		}
		last := asked
		for _, e := range got.Events {
			if e.OrderNumber == "" || e.EventID <= last {
				t.Errorf("event %+v for %q", e, body)
			}
			last = e.EventID
		}
		if _, err := json.Marshal(got); err != nil || len(got.Events) > 3 || got.NextCursor != last {
			t.Errorf("%d events, next %q, %v", len(got.Events), got.NextCursor, err)
		}
	})
}

func FuzzConfirmation(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"Status":true,"SoDonHang":"DH-1","MaBuuGui":"ZZ1","TrangThai":2,"ThoiDiem":"01/11/2026 09:05:00"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readConfirmation(answered(body), "DH-1")
		if err == nil && (got.OrderNumber != "DH-1" || got.Confirmed == bytes.Equal(bytes.Join(bytes.Fields([]byte(body)), nil), []byte("{}"))) {
			t.Errorf("%+v for %q", got, body)
		}
	})
}
