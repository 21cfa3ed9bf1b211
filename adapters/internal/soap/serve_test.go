package soap

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
)

func request(method, body string, headers map[string]string) *http.Request {
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

func TestServiceReadsOnlyProperRequests(t *testing.T) {
	proper := map[string]string{"Content-Type": ContentType, "SOAPAction": ""}
	for _, c := range []struct {
		name    string
		request *http.Request
		ok      bool
	}{
		{"proper", request("POST", message(good), proper), true},
		{"application/xml", request("POST", message(good), map[string]string{"Content-Type": "application/xml", "SOAPAction": `""`}), true},
		{"get", request("GET", message(good), proper), false},
		{"json", request("POST", message(good), map[string]string{"Content-Type": "application/json", "SOAPAction": ""}), false},
		{"no action", request("POST", message(good), map[string]string{"Content-Type": ContentType}), false},
		{"oversized", request("POST", message(good)+strings.Repeat(" ", maxRequest), proper), false},
		{"no envelope", request("POST", good, proper), false},
		{"a fault", request("POST", fault("s:Client"), proper), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, refusal := ReadRequest(c.request)
			if c.ok != (refusal == nil) {
				t.Fatalf("refusal %v", refusal)
			}
			if c.ok && (got.Namespace != "http://example.com/ns" || got.Body.Child("Ten").Text != "An") {
				t.Errorf("read as %+v", got)
			}
			if !c.ok && refusal.Code != CodeClient {
				t.Errorf("refused with code %q", refusal.Code)
			}
		})
	}
}

func TestClientUnderstandsTheService(t *testing.T) {
	for _, c := range []struct {
		name   string
		write  func(http.ResponseWriter)
		status int
		want   string
	}{
		{"answer", func(w http.ResponseWriter) {
			WriteAnswer(w, "n", "http://example.com/ns", Node("Chao", Leaf("Ten", "An")))
		}, 200, ""},
		{"fault", func(w http.ResponseWriter) { WriteFault(w, &Fault{CodeServer, "a < b"}) }, 500,
			adapters.Fail(adapters.ErrUnavailable, CodeServer, "fault of the service").Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			c.write(w)
			if w.Code != c.status {
				t.Errorf("status %d", w.Code)
			}
			var got greeting
			err := Read(&adapters.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}, &got)
			if c.want == "" && (err != nil || got.Name != "An") {
				t.Errorf("read %+v, %v", got, err)
			}
			if c.want != "" && (err == nil || err.Error() != c.want) {
				t.Errorf("verdict %v, want %s", err, c.want)
			}
		})
	}
}
