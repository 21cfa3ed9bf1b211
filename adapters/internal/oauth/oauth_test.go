package oauth

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// answered is an answer of a token endpoint.
func answered(status int, mediaType, body string) *adapters.Answer {
	return &adapters.Answer{Status: status, Header: http.Header{"Content-Type": {mediaType}}, Body: []byte(body)}
}

func TestEveryTokenAnswerIsClassified(t *testing.T) {
	const good = `{"access_token":"abc","token_type":"bearer","expires_in":1800,"refresh_token":"def","scope":"land"}`
	tests := []struct {
		name   string
		answer *adapters.Answer
		life   time.Duration
		kind   error
		code   string
	}{
		{"good", answered(200, "application/json", good), 30 * time.Minute, nil, ""},
		{"life as a text", answered(200, "application/json", `{"access_token":"abc","token_type":"Bearer","expires_in":"60"}`), time.Minute, nil, ""},
		{"life beyond belief", answered(200, "application/json", `{"access_token":"abc","token_type":"Bearer","expires_in":1e300}`), longestLife, nil, ""},
		{"password wrong", answered(400, "application/json", `{"error":"invalid_grant","error_description":"x"}`), 0, adapters.ErrRejected, "invalid_grant"},
		{"client wrong", answered(401, "application/json", `{"error":"invalid_client"}`), 0, adapters.ErrRejected, "invalid_client"},
		{"error inside 200", answered(200, "application/json", `{"error":"invalid_grant"}`), 0, adapters.ErrRejected, "invalid_grant"},
		{"server busy", answered(400, "application/json", `{"error":"temporarily_unavailable"}`), 0, adapters.ErrUnavailable, "temporarily_unavailable"},
		{"unknown error", answered(400, "application/json", `{"error":"Nguyễn Văn Thử"}`), 0, adapters.ErrRejected, "http-400"},
		{"500", answered(500, "text/html", `<html>`), 0, adapters.ErrUnavailable, "http-500"},
		{"page", answered(200, "text/html", `<html>`), 0, adapters.ErrMalformed, ""},
		{"no token", answered(200, "application/json", `{"token_type":"bearer","expires_in":1800}`), 0, adapters.ErrMalformed, ""},
		{"token with a line break", answered(200, "application/json", `{"access_token":"a\r\nX: y","token_type":"bearer","expires_in":1800}`), 0, adapters.ErrMalformed, ""},
		{"oversized token", answered(200, "application/json", `{"access_token":"`+strings.Repeat("a", 8<<10+1)+`","token_type":"bearer","expires_in":1800}`), 0, adapters.ErrMalformed, ""},
		{"other type", answered(200, "application/json", `{"access_token":"abc","token_type":"mac","expires_in":1800}`), 0, adapters.ErrMalformed, ""},
		{"down, whatever it says", answered(503, "application/json", `{"error":"invalid_client"}`), 0, adapters.ErrUnavailable, "http-503"},
		{"no life", answered(200, "application/json", `{"access_token":"abc","token_type":"bearer"}`), 0, adapters.ErrMalformed, ""},
		{"past life", answered(200, "application/json", `{"access_token":"abc","token_type":"bearer","expires_in":-5}`), 0, adapters.ErrMalformed, ""},
		{"life of another type", answered(200, "application/json", `{"access_token":"abc","token_type":"bearer","expires_in":{}}`), 0, adapters.ErrMalformed, ""},
		{"truncated", answered(200, "application/json", good[:30]), 0, adapters.ErrMalformed, ""},
		{"nothing", answered(200, "application/json", ``), 0, adapters.ErrMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token, life, err := ReadToken(tt.answer)
			if !errors.Is(err, tt.kind) || (tt.kind == nil) != (err == nil) {
				t.Fatalf("got %v, want %v", err, tt.kind)
			}
			if own, ok := errors.AsType[*adapters.Error](err); ok && own.Code != tt.code {
				t.Errorf("national code %q, want %q", own.Code, tt.code)
			}
			if err == nil && (token != "abc" || life != tt.life) {
				t.Errorf("got token %q for %v, want %v", token, life, tt.life)
			}
		})
	}
}

func FuzzTokenAnswer(f *testing.F) {
	f.Add(`{"access_token":"abc","token_type":"bearer","expires_in":1800}`)
	f.Add(`{"access_token":"a\nb","token_type":"Bearer","expires_in":"1800"}`)
	f.Add(`{"error":"invalid_grant"}`)
	f.Fuzz(func(t *testing.T, body string) {
		token, life, err := ReadToken(answered(200, "application/json", body))
		if err == nil && (!adapters.UsableToken(token) || life <= 0 || life > longestLife) {
			t.Errorf("token %q for %v", token, life)
		}
	})
}

func TestFaultTellsARefusedTokenFromOtherRefusals(t *testing.T) {
	for body, want := range map[string]error{`{"error":"invalid_token"}`: adapters.ErrTokenRefused, `{"error":"insufficient_scope"}`: adapters.ErrRejected,
		`{"error":"access_denied"}`: adapters.ErrRejected, `{"ketQua":1}`: nil, `{"error":{"a":1}}`: nil} {
		if err := Fault(answered(200, "application/json", body)); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
