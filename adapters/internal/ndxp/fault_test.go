package ndxp

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

const secretWord = "Nguyễn Văn Thử 001099000001"

func TestFaultIsJudgedByItsCode(t *testing.T) {
	wrapped := func(code string) string {
		return `{"fault":{"code":` + code + `,"message":"` + secretWord + `","description":"` + secretWord + `"}}`
	}
	tests := []struct {
		name   string
		status int
		body   string
		kind   error
		code   string
	}{
		{"missing token", 401, wrapped("900902"), adapters.ErrRejected, "900902"},
		{"general refusal", 401, wrapped("900900"), adapters.ErrRejected, "900900"},
		{"subscription", 403, wrapped("900908"), adapters.ErrRejected, "900908"},
		{"code as text", 403, wrapped(`"900908"`), adapters.ErrRejected, "900908"},
		{"throttled, first code", 429, wrapped("900800"), adapters.ErrUnavailable, "900800"},
		{"throttled, last code", 429, wrapped("900807"), adapters.ErrUnavailable, "900807"},
		{"throttled as 503", 503, wrapped("900802"), adapters.ErrUnavailable, "900802"},
		{"refusal in a 5xx is still a refusal", 500, wrapped("900900"), adapters.ErrRejected, "900900"},
		{"suspended", 503, wrapped("303001"), adapters.ErrUnavailable, "303001"},
		{"no connection", 503, wrapped("101503"), adapters.ErrUnavailable, "101503"},
		{"no answer", 500, wrapped("101504"), adapters.ErrTimeout, "101504"},
		{"connection lost", 504, wrapped("101505"), adapters.ErrUnavailable, "101505"},
		{"no such resource", 404, wrapped("404"), adapters.ErrRejected, "404"},
		{"unknown code, 5xx", 500, wrapped("102511"), adapters.ErrUnavailable, "102511"},
		{"unknown code, 4xx", 405, wrapped("900808"), adapters.ErrRejected, "900808"},
		{"flat", 429, `{"code":"900802","type":"Status report","message":"Runtime Error"}`, adapters.ErrUnavailable, "900802"},
		{"XML of the security part", 401, `<?xml version="1.0" encoding="UTF-8"?><ams:fault xmlns:ams="http://wso2.org/apimanager/security"><ams:code>900902</ams:code><ams:message>` + secretWord + `</ams:message></ams:fault>`, adapters.ErrRejected, "900902"},
		{"XML of the throttling part", 503, ` <amt:fault xmlns:amt="http://wso2.org/apimanager/throttling"><amt:code> 900800 </amt:code></amt:fault>`, adapters.ErrUnavailable, "900800"},
		{"XML without namespace", 503, `<fault><code>303001</code></fault>`, adapters.ErrUnavailable, "303001"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, answering(test.status, "application/json", test.body))
			_, err := s.conn().Do(t.Context(), call, adapters.Request{})
			want(t, err, test.kind, test.code)
			if strings.Contains(err.Error(), "Thử") || strings.Contains(err.Error(), "0010") {
				t.Errorf("text of the fault surfaced: %v", err)
			}
		})
	}
}

func TestThrottledCallerLearnsWhenToReturn(t *testing.T) {
	tests := []struct {
		name, header, next string
		wait               time.Duration
	}{
		{"header", "17", "", 17 * time.Second},
		{"body", "", "2026-Nov-22 01:00:30+0000 UTC", 30 * time.Second},
		{"header before body", "17", "2026-Nov-22 01:00:30+0000 UTC", 17 * time.Second},
		{"past", "", "2026-Nov-22 00:59:30+0000 UTC", 0},
		{"far away", "", "2027-Nov-22 00:59:30+0000 UTC", time.Hour},
		{"nonsense", "soon", "soon", 0},
		{"neither", "", "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.header != "" {
					w.Header().Set("Retry-After", test.header)
				}
				w.WriteHeader(http.StatusTooManyRequests)
				io.WriteString(w, `{"fault":{"code":900800,"nextAccessTime":"`+test.next+`"}}`)
			})
			_, err := s.conn().Do(t.Context(), call, adapters.Request{})
			if got := want(t, err, adapters.ErrUnavailable, "900800").RetryAfter; got != test.wait {
				t.Errorf("wait %v, want %v", got, test.wait)
			}
		})
	}
}

func TestAnswersOfTheSystemPassUntouched(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
	}{
		{"fault-shaped record", 200, `{"fault":{"code":900901}}`},
		{"error of the system", 401, `{"error":"AUTHEN_ERROR"}`},
		{"flat code of the system", 400, `{"code":"100001","message":"x"}`},
		{"fault without a code", 500, `{"fault":{"message":"x"}}`},
		{"fault with a textual code", 500, `{"fault":{"code":"E-17"}}`},
		{"fault with a long code", 500, `{"fault":{"code":9009010}}`},
		{"SOAP fault", 500, `<soapenv:Envelope xmlns:soapenv="x"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server</faultcode></soapenv:Fault></soapenv:Body></soapenv:Envelope>`},
		{"web page", 503, "<html><body>bảo trì</body></html>"},
		{"text", 403, "forbidden"},
		{"broken JSON", 500, `{"fault":{"code":900901`},
		{"empty", 502, ""},
		{"larger than what is looked at", 500, `{"fault":{"code":900901,"message":"` + strings.Repeat("x", maxFault) + `"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, answering(test.status, "text/plain", test.body))
			answer, err := s.conn().Do(t.Context(), call, adapters.Request{})
			if err != nil {
				t.Fatal(err)
			}
			if answer.Status != test.status || string(answer.Body) != test.body || answer.Header.Get("Content-Type") != "text/plain" {
				t.Errorf("got %d %q, want %d %q", answer.Status, answer.Body, test.status, test.body)
			}
			if s.calls.Load() != 1 {
				t.Errorf("asked %d times, want once", s.calls.Load())
			}
		})
	}
}

func TestBrokenErrorAnswerStaysBroken(t *testing.T) {
	s := newSite(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, `{"fault":{"code":303001}}`)
	})
	_, err := s.conn().Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrMalformed, "")
}

func FuzzReadFault(f *testing.F) {
	for _, seed := range []string{
		`{"fault":{"code":900901,"message":"Invalid Credentials"}}`, `{"code":"900802"}`, `{"fault":null,"code":900800}`,
		`<ams:fault xmlns:ams="x"><ams:code>900902</ams:code></ams:fault>`, `<fault>`, "", "{", `{"fault":{"code":1e9}}`,
	} {
		f.Add([]byte(seed), 503)
	}
	now := newClock().now()
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body))}
		fault, found := peekFault(resp)
		if !found {
			if rest, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(rest, body) {
				t.Fatalf("answer altered: %q became %q (%v)", body, rest, err)
			}
			return
		}
		if status < 400 {
			t.Fatal("fault in a successful answer")
		}
		if len(fault.code) > 6 || strings.Trim(fault.code, "0123456789") != "" {
			t.Fatalf("code %q is no code", fault.code)
		}
		want(t, fault.failure(resp, now), fault.failure(resp, now).(*adapters.Error).Kind, fault.code)
	})
}
