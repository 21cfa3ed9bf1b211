package ndxp

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestFailingTokenEndpointIsClassified(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		kind   error
		code   string
	}{
		{"wrong key", 401, `{"error":"invalid_client","error_description":"` + secretWord + `"}`, adapters.ErrRejected, "invalid_client"},
		{"wrong key without words", 401, ``, adapters.ErrRejected, ""},
		{"grant refused", 400, `{"error":"unsupported_grant_type"}`, adapters.ErrRejected, "unsupported_grant_type"},
		{"refusal inside 200", 200, `{"error":"invalid_client"}`, adapters.ErrRejected, "invalid_client"},
		{"fault of the gateway", 503, `{"fault":{"code":303001}}`, adapters.ErrUnavailable, "303001"},
		{"throttled", 429, `{"fault":{"code":900800}}`, adapters.ErrUnavailable, "900800"},
		{"timeout behind", 504, `{"fault":{"code":101504}}`, adapters.ErrTimeout, "101504"},
		{"down", 503, `down`, adapters.ErrUnavailable, "http-503"},
		{"wrong address", 404, `{}`, adapters.ErrRejected, "http-404"},
		{"web page", 200, `<html></html>`, adapters.ErrMalformed, ""},
		{"not JSON", 200, `access_token=abc`, adapters.ErrMalformed, ""},
		{"empty", 200, ``, adapters.ErrMalformed, ""},
		{"no token", 200, `{"token_type":"Bearer","expires_in":3600}`, adapters.ErrMalformed, ""},
		{"token that breaks the header", 200, `{"access_token":"a\r\nX: y"}`, adapters.ErrMalformed, ""},
		{"oversized token", 200, `{"access_token":"` + strings.Repeat("a", 8<<10+1) + `"}`, adapters.ErrMalformed, ""},
		{"other type", 200, `{"access_token":"abc","token_type":"MAC"}`, adapters.ErrMalformed, ""},
		{"expiry of wrong type", 200, `{"access_token":"abc","expires_in":true}`, adapters.ErrMalformed, ""},
		{"expiry out of range", 200, `{"access_token":"abc","expires_in":1e999}`, adapters.ErrMalformed, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("/token", answering(test.status, "application/json", test.body))
			mux.HandleFunc("/system", func(http.ResponseWriter, *http.Request) { t.Error("the system was asked without a token") })
			server := httptest.NewServer(mux)
			defer server.Close()
			transport := NewTransport(Options{Base: server.Client().Transport, TokenURL: server.URL + "/token", Key: "key", Secret: "confidential", Now: time.Now})
			conn := adapters.NewConn(adapters.ConnOptions{Base: server.URL + "/system", Transport: transport, Now: time.Now})
			_, err := conn.Do(t.Context(), call, adapters.Request{})
			want(t, err, test.kind, test.code)
			if strings.Contains(err.Error(), "confidential") || strings.Contains(err.Error(), "Thử") {
				t.Errorf("secret or national text surfaced: %v", err)
			}
		})
	}
}

func TestWrongSecretIsRejected(t *testing.T) {
	s := newSite(t, answering(200, "application/json", `{}`))
	s.options.Secret += "x"
	_, err := s.conn().Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrRejected, "invalid_client")
}

func TestUnreachableTokenEndpointIsUnavailable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	transport := NewTransport(Options{Base: http.DefaultTransport, TokenURL: server.URL, Now: time.Now})
	conn := adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: transport, Now: time.Now})
	_, err := conn.Do(t.Context(), call, adapters.Request{})
	want(t, err, adapters.ErrUnavailable, "")
}

func TestStatedLifeIsBounded(t *testing.T) {
	for stated, life := range map[string]time.Duration{
		"": time.Hour, "0": 0, "60": time.Minute, "90.5": 90*time.Second + 500*time.Millisecond,
		"-1": maxTokenLife, "9223372036854775807": maxTokenLife,
	} {
		member := ""
		if stated != "" {
			member = `,"expires_in":` + stated
		}
		for _, body := range []string{member, strings.ReplaceAll(member, stated, `"`+stated+`"`)} {
			if stated == "" {
				body = ""
			}
			answer := &adapters.Answer{Status: 200, Body: []byte(`{"access_token":"abc"` + body + `}`)}
			if _, got, err := readToken(answer); err != nil || got != life {
				t.Errorf("%s: life %v (%v), want %v", body, got, err, life)
			}
		}
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add(200, []byte(`{"access_token":"abc","token_type":"Bearer","expires_in":3600}`))
	f.Add(401, []byte(`{"error":"invalid_client"}`))
	f.Add(200, []byte(`{"access_token":"a b","expires_in":"x"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		token, life, err := readToken(&adapters.Answer{Status: status, Header: http.Header{}, Body: body})
		if err != nil {
			return
		}
		if token == "" || life < 0 || life > maxTokenLife {
			t.Fatalf("accepted token %q for %v", token, life)
		}
		req := httptest.NewRequest(http.MethodGet, "http://gateway.invalid/", nil)
		req.Header.Set("Authorization", "Bearer "+token)
		if err := req.Write(io.Discard); err != nil {
			t.Fatalf("token cannot be sent: %v", err)
		}
	})
}
