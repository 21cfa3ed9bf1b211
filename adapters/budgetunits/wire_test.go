package budgetunits

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
)

// enveloped is an answer of the SOAP service around these elements.
func enveloped(members string) string {
	return `<e:Envelope xmlns:e="` + soap.Namespace + `"><e:Body><r:traCuuMaSoDVQHNSResponse xmlns:r="` + namespace + `">` + members +
		`</r:traCuuMaSoDVQHNSResponse></e:Body></e:Envelope>`
}

func TestAnswersAreClassifiedByTheirBody(t *testing.T) {
	const name = "Trường Mầm non Thử"
	b := newBench(t)
	for _, test := range []struct {
		name, rest, soap string
		kind             error // nil for a record
		code             string
	}{
		{"smallest record", `{"maKetQua":"00","duLieu":{"MA_DVQHNS":"9000001"}}`, `<maKetQua>00</maKetQua><duLieu><MA_DVQHNS> 9000001 </MA_DVQHNS></duLieu>`, nil, ""},
		{"codes as numbers", `{"maKetQua":0,"duLieu":{"MA_DVQHNS":9000001}}`, `<maKetQua>00</maKetQua><duLieu><MA_DVQHNS>9000001</MA_DVQHNS><TRANG_THAI/></duLieu>`, nil, ""},
		{"not found", `{"maKetQua":"01","moTa":"` + name + `","duLieu":null}`, `<maKetQua>01</maKetQua><moTa>` + name + `</moTa>`, adapters.ErrNotFound, "01"},
		{"result as a number", `{"maKetQua":1}`, `<maKetQua>1</maKetQua>`, adapters.ErrNotFound, "1"},
		{"refused code", `{"maKetQua":"02"}`, `<maKetQua>02</maKetQua><duLieu/>`, adapters.ErrRefusedInput, "02"},
		{"refused access", `{"maKetQua":"03"}`, `<maKetQua>03</maKetQua>`, adapters.ErrRejected, "03"},
		{"fault of its own", `{"maKetQua":"99"}`, `<maKetQua>99</maKetQua>`, adapters.ErrUnavailable, "99"},
		{"unknown result", `{"maKetQua":"57","moTa":"` + name + `"}`, `<maKetQua>57</maKetQua>`, adapters.ErrRejected, "57"},
		{"no result", `{"duLieu":{"MA_DVQHNS":"9000001"}}`, `<duLieu><MA_DVQHNS>9000001</MA_DVQHNS></duLieu>`, adapters.ErrMalformed, ""},
		{"no record", `{"maKetQua":"00"}`, `<maKetQua>00</maKetQua>`, adapters.ErrMalformed, ""},
		{"null record", `{"maKetQua":"00","duLieu":null}`, `<maKetQua>00</maKetQua><duLieu/>`, adapters.ErrMalformed, ""},
		{"record without its code", `{"maKetQua":"00","duLieu":{"TEN_DVQHNS":"` + name + `"}}`, `<maKetQua>00</maKetQua><duLieu><TEN_DVQHNS>x</TEN_DVQHNS></duLieu>`, adapters.ErrMalformed, ""},
		{"record of another", `{"maKetQua":"00","duLieu":{"MA_DVQHNS":"9000002"}}`, `<maKetQua>00</maKetQua><duLieu><MA_DVQHNS>9000002</MA_DVQHNS></duLieu>`, adapters.ErrMalformed, ""},
		{"unreadable date", `{"maKetQua":"00","duLieu":{"MA_DVQHNS":"9000001","NGAY_HL":"` + name + `"}}`,
			`<maKetQua>00</maKetQua><duLieu><MA_DVQHNS>9000001</MA_DVQHNS><ngayDong>2025-07-01</ngayDong></duLieu>`, adapters.ErrMalformed, ""},
		{"member of another shape", `{"maKetQua":"00","duLieu":{"MA_DVQHNS":{}}}`, `<maKetQua>00</maKetQua><duLieu><MA_DVQHNS><a/></MA_DVQHNS></duLieu>`, adapters.ErrMalformed, ""},
		{"twice", `{"maKetQua":"00","duLieu":[{"MA_DVQHNS":"9000001"}]}`, `<maKetQua>00</maKetQua><duLieu><MA_DVQHNS>9000001</MA_DVQHNS><MA_DVQHNS>9000001</MA_DVQHNS></duLieu>`, adapters.ErrMalformed, ""},
	} {
		for protocol, body := range map[string]string{"rest": test.rest, "soap": enveloped(test.soap)} {
			check(t, b, protocol+": "+test.name, protocol, http.StatusOK, body, test.kind, test.code, name)
		}
	}
}

func TestAnswersThatCarryNoneAreClassified(t *testing.T) {
	b := newBench(t)
	fault := func(code string) string {
		return `<e:Envelope xmlns:e="` + soap.Namespace + `"><e:Body><e:Fault><faultcode>` + code + `</faultcode><faultstring>x</faultstring></e:Fault></e:Body></e:Envelope>`
	}
	for _, test := range []struct {
		name, protocol string
		status         int
		body           string
		kind           error
		code           string
	}{
		{"web page", "rest", 200, `<!DOCTYPE html><html></html>`, adapters.ErrMalformed, ""},
		{"web page", "soap", 200, `<!DOCTYPE html><html></html>`, adapters.ErrMalformed, ""},
		{"wrong type", "rest", 200, `"unexpected"`, adapters.ErrMalformed, ""},
		{"wrong type", "soap", 200, `<unexpected/>`, adapters.ErrMalformed, ""},
		{"other answer", "soap", 200, strings.ReplaceAll(enveloped(`<maKetQua>01</maKetQua>`), "traCuuMaSoDVQHNSResponse", "other"), adapters.ErrMalformed, ""},
		{"nothing", "rest", 200, ``, adapters.ErrMalformed, ""},
		{"nothing", "soap", 200, ``, adapters.ErrMalformed, ""},
		{"broken", "rest", 200, `{"maKetQua":"00","duLi`, adapters.ErrMalformed, ""},
		{"broken", "soap", 200, `<e:Envelope xmlns:e="` + soap.Namespace + `"><e:Body>`, adapters.ErrMalformed, ""},
		{"fault of ours", "soap", 500, fault("soapenv:Client"), adapters.ErrRejected, "soapenv:Client"},
		{"fault of theirs", "soap", 500, fault("soapenv:Server"), adapters.ErrUnavailable, "soapenv:Server"},
		{"credentials", "rest", 401, `{}`, adapters.ErrRejected, "http-401"},
		{"down", "rest", 503, `down`, adapters.ErrUnavailable, "http-503"},
		{"down", "soap", 503, `down`, adapters.ErrUnavailable, "http-503"},
	} {
		check(t, b, test.protocol+": "+test.name, test.protocol, test.status, test.body, test.kind, test.code, "9000001")
	}
}

// check asks a service that always answers the same.
func check(t *testing.T, b *adaptertest.Bench, name, protocol string, status int, body string, kind error, code, secret string) {
	t.Helper()
	_, err := adaptertest.Ask[Unit](t, b.Answering(t, status, body).By(protocol), "unit-lookup", Question{"9000001"})
	adaptertest.Verdict(t, name, err, kind, code, secret)
}

func FuzzRESTAnswer(f *testing.F) {
	f.Add([]byte(`{"maKetQua":"00","duLieu":{"MA_DVQHNS":"9000001","NGAY_HL":"01/07/2025","MA_TINH":"01","MA_XA":"00004","NGAY_SD":"01/07/2025"}}`))
	f.Add([]byte(`{"maKetQua":1,"duLieu":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if u, err := readUnit(body, "9000001"); err == nil && u.UnitCode != "9000001" {
			t.Errorf("unit %q for %q", u.UnitCode, body)
		}
	})
}

func FuzzSOAPAnswer(f *testing.F) {
	f.Add(enveloped(`<maKetQua>00</maKetQua><duLieu><MA_DVQHNS>9000001</MA_DVQHNS></duLieu>`))
	f.Add(enveloped(`<maKetQua/><duLieu><MA_DVQHNS/></duLieu>`))
	f.Fuzz(func(t *testing.T, body string) {
		text, err := readSOAP(&adapters.Answer{Status: http.StatusOK, Body: []byte(body)})
		if err != nil {
			return
		}
		if u, err := readUnit(text, "9000001"); err == nil && u.UnitCode != "9000001" {
			t.Errorf("unit %q for %q", u.UnitCode, body)
		}
	})
}
