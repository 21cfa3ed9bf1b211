package criminalrecord

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

const askedCode = "H26.11-261101-0001"

// private stands in the answers below where a value of a person may.
const private = "001099000001"

func TestAnswersAreClassifiedByWhatTheySay(t *testing.T) {
	receipt := func(body []byte) error { _, err := readReceipt(body); return err }
	result := func(body []byte) error { _, err := resultIn(t, body); return err }
	status := func(body []byte) error { _, err := readStatus(body); return err }
	list := func(body []byte) error { _, err := readCatalogue(body); return err }
	of := func(certificate string) string {
		return fmt.Sprintf(`{"status":1,"value":[{"maHoSoMCDT":%q,"trangThaiXuLy":9,"ketQuaXuLy":{%s}}]}`, askedCode, certificate)
	}
	const clean = `"soPhieuLLTP":"Z1","tinhTrangAnTich":"0"`
	pdf := func(text string) string {
		return clean + `,"phieuLLTP":"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"`
	}
	for _, test := range []struct {
		name string
		read func([]byte) error
		body string
		kind error // nil for a success
		code string
	}{
		{"sent", receipt, "Gửi hồ sơ thành công", nil, ""},
		{"sent, otherwise", receipt, " Da gui ho so " + private + "\n", nil, ""},
		{"already received", receipt, "Hồ sơ đã tiếp nhận, không thể cập nhật", nil, ""},
		{"already received, otherwise", receipt, "KHÔNG THỂ CẬP NHẬT HỒ SƠ\nđã được tiếp nhận", nil, ""},
		{"cannot be updated, and not received", receipt, "Không thể cập nhật hồ sơ " + private, adapters.ErrRejected, ""},
		{"not sent", receipt, "Gửi hồ sơ không thành công", adapters.ErrRejected, ""},
		{"not yet sent", receipt, "Hồ sơ chưa gửi thành công", adapters.ErrRejected, ""},
		{"failed", receipt, "Gửi hồ sơ thất bại", adapters.ErrRejected, ""},
		{"interrupted, in words", receipt, "Kết nối bị gián đoạn, vui lòng thử lại", adapters.ErrUnavailable, ""},
		{"member refused", receipt, "Số giấy tờ " + private + " không hợp lệ", adapters.ErrRefusedInput, ""},
		{"key refused", receipt, "AuthKey không hợp lệ", adapters.ErrRejected, ""},
		{"words nobody knows", receipt, "Xin chào " + private, adapters.ErrRejected, ""},
		{"code 00", receipt, `{"statusCode":"00","data":{},"errorDetail":null}`, nil, ""},
		{"code 01, state", receipt, `{"statusCode":"01","errorDetail":"Không được phép chuyển trạng thái hồ sơ"}`, nil, ""},
		{"code 01, state, otherwise", receipt, `{"statusCode":"01","errorDetail":"Thay đổi trạng thái từ 4 sang 2 không cho phép"}`, nil, ""},
		{"code 01, another state", receipt, `{"statusCode":"01","errorDetail":"Tài khoản ở trạng thái khóa, không được phép gửi"}`, adapters.ErrRefusedInput, "01"},
		{"code 01, otherwise", receipt, `{"statusCode":"01","errorDetail":"Thiếu họ tên ` + private + `"}`, adapters.ErrRefusedInput, "01"},
		{"code 01, key", receipt, `{"statusCode":"01","errorDetail":"Sai authKey"}`, adapters.ErrRejected, "01"},
		{"code 03, interrupted", receipt, `{"statusCode":"03","errorDetail":"Gián đoạn kết nối, đề nghị thử lại"}`, adapters.ErrUnavailable, "03"},
		{"code 03, otherwise", receipt, `{"statusCode":"03","errorDetail":"Lỗi"}`, adapters.ErrRejected, "03"},
		{"code nobody knows", receipt, `{"statusCode":"77","errorDetail":"` + private + `"}`, adapters.ErrRejected, "77"},
		{"no code", receipt, `{"errorDetail":"Gửi thành công"}`, adapters.ErrMalformed, ""},
		{"broken verdict", receipt, `{"statusCode":"00"`, adapters.ErrMalformed, ""},
		{"quoted text", receipt, `"unexpected"`, adapters.ErrMalformed, ""},
		{"list", receipt, `["Gửi thành công"]`, adapters.ErrMalformed, ""},
		{"number", receipt, `1`, adapters.ErrMalformed, ""},
		{"not UTF-8", receipt, "G\xff thành công", adapters.ErrMalformed, ""},
		{"nothing", receipt, "", adapters.ErrMalformed, ""},

		{"clean", result, of(clean), nil, ""},
		{"with a paper", result, of(pdf("%PDF-1.4")), nil, ""},
		{"not done", result, `{"status":"1","value":{"maHoSoMCDT":"` + askedCode + `","trangThaiXuLy":"4","ketQuaXuLy":{}}}`, nil, ""},
		{"none", result, `{"status":1,"value":[]}`, adapters.ErrNotFound, "1"},
		{"none, in words", result, `{"status":0,"statusDescription":"Không tìm thấy hồ sơ ` + private + `"}`, adapters.ErrNotFound, "0"},
		{"key refused", result, `{"status":0,"statusDescription":"authKey không tồn tại"}`, adapters.ErrRejected, "0"},
		{"interrupted", result, `{"status":0,"statusDescription":"Hệ thống gián đoạn, thử lại sau"}`, adapters.ErrUnavailable, "0"},
		{"interrupted, by code", result, `{"statusCode":"03","errorDetail":"Gián đoạn, thử lại sau"}`, adapters.ErrUnavailable, "03"},
		{"question refused", result, `{"status":0,"statusDescription":"maTinh không hợp lệ"}`, adapters.ErrRefusedInput, "0"},
		{"words nobody knows", result, `{"status":0,"statusDescription":"` + private + `"}`, adapters.ErrRejected, "0"},
		{"status nobody knows", result, `{"status":5,"value":[]}`, adapters.ErrRejected, "5"},
		{"success of another call", result, `{"statusCode":"00","data":{}}`, adapters.ErrMalformed, ""},
		{"no status", result, `{"value":[]}`, adapters.ErrMalformed, ""},
		{"no value", result, `{"status":1}`, adapters.ErrMalformed, ""},
		{"another dossier", result, strings.Replace(of(clean), askedCode, "H26.11-261101-0002", 1), adapters.ErrMalformed, ""},
		{"two dossiers", result, strings.Replace(of(clean), `}]`, `},{}]`, 1), adapters.ErrMalformed, ""},
		{"no code", result, `{"status":1,"value":[{"trangThaiXuLy":4}]}`, adapters.ErrMalformed, ""},
		{"no state", result, `{"status":1,"value":[{"maHoSoMCDT":"` + askedCode + `"}]}`, adapters.ErrMalformed, ""},
		{"done without a certificate", result, of(""), adapters.ErrMalformed, ""},
		{"certificate before its time", result, strings.Replace(of(clean), `":9`, `":4`, 1), adapters.ErrMalformed, ""},
		{"silent about convictions", result, of(`"soPhieuLLTP":"Z1"`), adapters.ErrMalformed, ""},
		{"conviction without a number", result, of(clean + `,"thongTinAn":[{}]`), adapters.ErrMalformed, ""},
		{"ban without a number", result, of(clean + `,"dsCDNCV":{}`), adapters.ErrMalformed, ""},
		{"date nobody knows", result, of(clean + `,"ngayCapPhieu":"2026-10-30"`), adapters.ErrMalformed, ""},
		{"paper that is no PDF", result, of(pdf("<html>" + private)), adapters.ErrMalformed, ""},
		{"paper that is no base64", result, of(clean + `,"phieuLLTP":"%PDF-1.4"`), adapters.ErrMalformed, ""},
		{"paper as an address", result, of(clean + `,"phieuLLTP":"https://example.com/` + private + `.pdf"`), adapters.ErrMalformed, ""},
		{"text", result, `"unexpected"`, adapters.ErrMalformed, ""},
		{"nothing", result, ``, adapters.ErrMalformed, ""},

		{"state", status, `{"STATUS":1,"DEC_STATUS_ID":3,"APPROVE_DATE":"01/11/2026 08:30:00"}`, nil, ""},
		{"state without its number", status, `{"STATUS":"1","DEC_STATUS_NAME":"x"}`, adapters.ErrMalformed, ""},
		{"none", status, `{"STATUS":"0","DESCRIPTION":"Hồ sơ không tồn tại"}`, adapters.ErrNotFound, "0"},
		{"STATUS nobody knows", status, `{"STATUS":"-2","DESCRIPTION":"` + private + `"}`, adapters.ErrRejected, "-2"},
		{"no STATUS", status, `{"DEC_STATUS_ID":3}`, adapters.ErrMalformed, ""},
		{"date nobody knows", status, `{"STATUS":"1","DEC_STATUS_ID":3,"ISSUE_DATE":"` + private + `"}`, adapters.ErrMalformed, ""},
		{"list", status, `[]`, adapters.ErrMalformed, ""},

		{"list", list, `[{"ID":1,"NAME":"a"}]`, nil, ""},
		{"row without an ID", list, `[{"NAME":"a"}]`, adapters.ErrMalformed, ""},
		{"empty list", list, `[]`, adapters.ErrMalformed, ""},
		{"null", list, `null`, adapters.ErrMalformed, ""},
		{"refusal", list, `{"STATUS":"0","DESCRIPTION":"infoType không hợp lệ"}`, adapters.ErrRefusedInput, "0"},
		{"success without a list", list, `{"STATUS":"1"}`, adapters.ErrMalformed, ""},
		{"text", list, `"unexpected"`, adapters.ErrMalformed, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.read([]byte(test.body))
			if !errors.Is(err, test.kind) {
				t.Fatalf("got %v, want %v", err, test.kind)
			}
			if told, ok := errors.AsType[*adapters.Error](err); ok && (told.Code != test.code || strings.Contains(told.Error(), private)) {
				t.Errorf("error is %q with code %q, want %q", told, told.Code, test.code)
			}
		})
	}
}

func FuzzReceipt(f *testing.F) {
	for _, seed := range []string{sent, alreadyHere, wrongKey, incomplete, `{"statusCode":"01","errorDetail":"x"}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text := strings.TrimSpace(string(body))
		if _, err := readReceipt(body); err == nil && !strings.HasPrefix(text, "{") && strings.Contains(wire.Unaccented(text), "that bai") {
			t.Errorf("%q is a success", body)
		}
	})
}

func FuzzResult(f *testing.F) {
	f.Add([]byte(`{"status":1,"value":[{"maHoSoMCDT":"H26.11-261101-0001","trangThaiXuLy":9,"ketQuaXuLy":{"soPhieuLLTP":"Z1","tinhTrangAnTich":"1","thongTinAn":[{"soBanAn":"1","dsToiDanh":[{"toiDanh":"134"}],"dsHinhPhatChinh":{"maHinhPhat":"01"}}],"dsCDNCV":[{"soQuyetDinh":"1"}],"phieuLLTP":"JVBERi0="}}]}`))
	f.Add([]byte(`{"status":1,"value":[{"maHoSoMCDT":"H26.11-261101-0001","trangThaiXuLy":"4","ketQuaXuLy":null}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := resultIn(t, body)
		if err != nil {
			return
		}
		if r.DossierCode != askedCode || r.Status.Code == "" {
			t.Fatalf("record without its key: %+v", r)
		}
		if c := r.Certificate; c != nil && (c.Number == "" || c.ConvictionStatus.Code == "" || c.File != nil && !c.File.Content.Starts("%PDF-")) {
			t.Fatalf("certificate %+v", c)
		}
	})
}

func FuzzV1Answers(f *testing.F) {
	f.Add([]byte(`{"STATUS":1,"DEC_STATUS_ID":3,"APPROVE_DATE":"01/11/2026"}`))
	f.Add([]byte(`[{"ID":"01","NAME":"Kinh"}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, err := readStatus(body); err == nil && s.Status.Code == "" {
			t.Fatal("state without its number")
		}
		entries, err := readCatalogue(body)
		for _, e := range entries {
			if err == nil && e.Code == "" {
				t.Fatal("entry without its code")
			}
		}
	})
}

// saying is a system that gives one answer to everything.
type saying []byte

func (s saying) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(s))}, nil
}

// resultIn asks for a result and gets this answer.
func resultIn(t *testing.T, body []byte) (Result, error) {
	c := adapters.NewConn(adapters.ConnOptions{Base: "http://lltp.invalid", Protocol: v2, Transport: saying(body), Secrets: map[string]string{"authKey": "k"}, Now: time.Now})
	return result(t.Context(), c, adapters.Call{}, dossierQuestion{askedCode})
}
