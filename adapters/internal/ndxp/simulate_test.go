package ndxp

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// askToken is a request at the token endpoint with everything right.
func askToken() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader("grant_type=client_credentials"))
	r.Header.Set("Content-Type", formType)
	r.SetBasicAuth(simulator.Secret("ndxp", "key"), simulator.Secret("ndxp", "secret"))
	return r
}

func TestTokenEndpointVerifiesTheConsumer(t *testing.T) {
	form := func(body string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/token", strings.NewReader(body))
		r.Header = askToken().Header
		return r
	}
	with := func(change func(*http.Request)) *http.Request {
		r := askToken()
		change(r)
		return r
	}
	tests := []struct {
		name    string
		request *http.Request
		status  int
		code    string
	}{
		{"right", askToken(), 200, ""},
		{"wrong secret", with(func(r *http.Request) { r.SetBasicAuth(simulator.Secret("ndxp", "key"), "x") }), 401, "invalid_client"},
		{"wrong key", with(func(r *http.Request) { r.SetBasicAuth("x", simulator.Secret("ndxp", "secret")) }), 401, "invalid_client"},
		{"no credentials", with(func(r *http.Request) { r.Header.Del("Authorization") }), 401, "invalid_client"},
		{"other grant", form("grant_type=password"), 400, "unsupported_grant_type"},
		{"no form", with(func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }), 400, "invalid_request"},
		{"oversized form", form("grant_type=client_credentials&x=" + strings.Repeat("x", maxForm)), 400, "invalid_request"},
		{"wrong method", with(func(r *http.Request) { r.Method = http.MethodGet }), 405, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			Simulate(newClock().now).Token(w, test.request)
			var body struct{ Error string }
			if w.Code != http.StatusMethodNotAllowed {
				if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
					t.Fatal(err)
				}
			}
			if w.Code != test.status || body.Error != test.code {
				t.Errorf("got %d %q, want %d %q", w.Code, body.Error, test.status, test.code)
			}
		})
	}
}

func issueToken(t *testing.T, g *Simulated) string {
	t.Helper()
	w := httptest.NewRecorder()
	g.Token(w, askToken())
	var body tokenAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.AccessToken == "" {
		t.Fatalf("no token: %v", err)
	}
	return body.AccessToken
}

// through sends a request with these Authorization values and gives the fault
// code, "" if the system was reached.
func through(g *Simulated, authorization ...string) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/system", nil)
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	reached := false
	g.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached = len(r.Header.Values("Authorization")) == 0 })).ServeHTTP(w, r)
	fault, _ := readFault(w.Body.Bytes())
	switch {
	case reached && w.Code == http.StatusOK:
		return ""
	case w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "":
		return "neither let through nor refused"
	}
	return fault.code
}

func TestProtectedSystemNeedsALivingToken(t *testing.T) {
	clock := newClock()
	g := Simulate(clock.now)
	token := issueToken(t, g)
	for _, test := range []struct {
		name          string
		authorization []string
		code          string
	}{
		{"good token, which stays at the gateway", []string{"Bearer " + token}, ""},
		{"scheme in any case", []string{"bearer " + token}, ""},
		{"none", nil, "900902"},
		{"unknown", []string{"Bearer abc"}, "900901"},
		{"empty", []string{"Bearer "}, "900901"},
		{"other scheme", []string{"Basic " + token}, "900901"},
		{"two", []string{"Bearer " + token, "Bearer " + token}, "900901"},
	} {
		if got := through(g, test.authorization...); got != test.code {
			t.Errorf("%s: code %q, want %q", test.name, got, test.code)
		}
	}
	clock.advance(simulatedLife - time.Second)
	if got := through(g, "Bearer "+token); got != "" {
		t.Errorf("refused a second before its end: %s", got)
	}
	clock.advance(time.Second)
	if got := through(g, "Bearer "+token); got != "900901" {
		t.Errorf("expired token: code %q, want 900901", got)
	}
}

func TestTokensHeldAreBounded(t *testing.T) {
	g := Simulate(newClock().now)
	first := issueToken(t, g)
	for range maxTokens - 1 {
		g.issue()
	}
	if got := through(g, "Bearer "+first); got != "" {
		t.Errorf("token dropped too early: %s", got)
	}
	last := issueToken(t, g)
	if through(g, "Bearer "+first) != "900901" || through(g, "Bearer "+last) != "" {
		t.Error("the oldest token should give way to the newest")
	}
	if len(g.issued) != maxTokens || len(g.order) != maxTokens {
		t.Errorf("%d tokens held, want %d", len(g.issued), maxTokens)
	}
}
