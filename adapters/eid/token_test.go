package eid

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// traffic counts logins and questions and refuses the tokens of so many questions.
type traffic struct {
	logins, questions, refused int
	inside200                  bool
}

func (c *traffic) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			c.logins++
		} else if c.questions++; c.questions <= c.refused {
			if c.inside200 {
				io.WriteString(w, `{"error":"invalid_token"}`)
				return
			}
			r.Header.Set("Authorization", "Bearer ended")
		}
		next.ServeHTTP(w, r)
	})
}

func (c *traffic) want(t *testing.T, logins, questions int) {
	t.Helper()
	if c.logins != logins || c.questions != questions {
		t.Errorf("%d logins and %d questions, want %d and %d", c.logins, c.questions, logins, questions)
	}
}

func (b *bench) askOK(t *testing.T) error {
	t.Helper()
	_, _, err := invoke[Identity](t, b.conn, "identity-verify", b.sim.Samples["identity-verify"].OK)
	return err
}

func TestTokenServesUntilItEnds(t *testing.T) {
	var c traffic
	b := newBench(t, c.around)
	for _, wait := range []int64{0, 0, int64(tokenLife.Seconds()) - 1} { // renewed a little early
		b.clock.Add(wait)
		if err := b.askOK(t); err != nil {
			t.Fatal(err)
		}
	}
	c.want(t, 2, 3)
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	for _, inside200 := range []bool{false, true} {
		c := traffic{refused: 1, inside200: inside200}
		b := newBench(t, c.around)
		if err := b.askOK(t); err != nil {
			t.Fatal(err)
		}
		c.want(t, 2, 2)
	}
}

func TestPlatformThatRefusesEveryTokenRejects(t *testing.T) {
	c := traffic{refused: 1000}
	b := newBench(t, c.around)
	if err := b.askOK(t); !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("got %v", err)
	}
	c.want(t, 2, 2)
}

func TestEachWrongCredentialIsRejected(t *testing.T) {
	b := newBench(t, nil)
	clientID, clientSecret := simulator.Secret(id, "clientId"), simulator.Secret(id, "clientSecret")
	for _, wrong := range [][2]string{{"wrong", clientSecret}, {clientID, "wrong"}, {"", clientSecret}, {clientID, ""}} {
		b.conn = b.connect(t, b.sim.Handler, wrong[0], wrong[1])
		err := b.askOK(t)
		own, ok := errors.AsType[*adapters.Error](err)
		if !ok || own.Kind != adapters.ErrRejected || own.Code != "invalid_client" || strings.Contains(err.Error(), "sandbox-") {
			t.Errorf("got %v", err)
		}
	}
}

func TestEveryTokenAnswerIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		life   time.Duration
		kind   error
	}{
		"good":             {200, `{"access_token":"abc","token_type":"bearer","expires_in":1800}`, 30 * time.Minute, nil},
		"life as a text":   {200, `{"access_token":"abc","token_type":"Bearer","expires_in":"60"}`, time.Minute, nil},
		"life too long":    {200, `{"access_token":"abc","token_type":"Bearer","expires_in":1e300}`, longestLife, nil},
		"no life":          {200, `{"access_token":"abc","token_type":"bearer"}`, 0, adapters.ErrMalformed},
		"no token":         {200, `{"token_type":"bearer","expires_in":60}`, 0, adapters.ErrMalformed},
		"line break":       {200, `{"access_token":"a\nb","token_type":"bearer","expires_in":60}`, 0, adapters.ErrMalformed},
		"other type":       {200, `{"access_token":"abc","token_type":"mac","expires_in":60}`, 0, adapters.ErrMalformed},
		"client wrong":     {401, `{"error":"invalid_client"}`, 0, adapters.ErrRejected},
		"error inside 200": {200, `{"error":"invalid_client"}`, 0, adapters.ErrRejected},
		"busy":             {400, `{"error":"temporarily_unavailable"}`, 0, adapters.ErrUnavailable},
		"down":             {503, `{"error":"invalid_client"}`, 0, adapters.ErrUnavailable},
		"page":             {200, `<html>`, 0, adapters.ErrMalformed},
	} {
		token, life, err := readToken(answered(tt.status, tt.body))
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) || life != tt.life || err == nil && token != "abc" {
			t.Errorf("%s: %q for %v, %v", name, token, life, err)
		}
	}
}

func TestSimulatorRefusesWhatThePlatformDoes(t *testing.T) {
	b := newBench(t, nil)
	token, _, err := login(t.Context(), b.conn, adapters.Call{})
	if err != nil {
		t.Fatal(err)
	}
	post := func(path, mediaType, token, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", mediaType)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		b.sim.Handler.ServeHTTP(w, r)
		return w
	}
	const form, text = "application/x-www-form-urlencoded", "application/json"
	foreign := simulator.NewTokens(tokenLife, b.now).Issue()
	for _, tt := range []struct {
		path, mediaType, token, body string
		status                       int
		holds                        string
	}{
		{tokenPath, text, "", `{}`, 400, "invalid_request"},
		{tokenPath, form, "", "grant_type=authorization_code", 400, "unsupported_grant_type"},
		{tokenPath, form, "", "grant_type=client_credentials", 401, "invalid_client"},
		{identityPath, text, foreign, `{"soDinhDanh":"001099000001","mucDo":2}`, 401, "invalid_token"},
		{identityPath, text, token, `{"soDinhDanh":"001099000001","mucDo":3}`, 200, `"ketQua":8`},
		{identityPath, text, token, `{"soDinhDanh":"1","mucDo":1}`, 200, `"ketQua":8`},
		{identityPath, form, token, `{"soDinhDanh":"001099000001","mucDo":1}`, 200, `"ketQua":8`},
		{consentPath, text, token, `{"soDinhDanh":"001099000001","mucDich":"one-stop"}`, 200, `"ketQua":8`},
	} {
		if got := post(tt.path, tt.mediaType, tt.token, tt.body); got.Code != tt.status || !strings.Contains(got.Body.String(), tt.holds) {
			t.Errorf("%s %s: status %d, %s", tt.path, tt.body, got.Code, got.Body)
		}
	}
}
