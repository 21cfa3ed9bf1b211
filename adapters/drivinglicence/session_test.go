package drivinglicence

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// traffic counts logins and look-ups and says of so many look-ups that their session
// has ended.
type traffic struct{ logins, lookups, ended int }

func (c *traffic) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == loginPath {
			c.logins++
		} else if c.lookups++; c.lookups <= c.ended {
			io.WriteString(w, `{"error_code":"02","result":"Phiên đã hết hạn"}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (c *traffic) want(t *testing.T, logins, lookups int) {
	t.Helper()
	if c.logins != logins || c.lookups != lookups {
		t.Errorf("%d logins and %d look-ups, want %d and %d", c.logins, c.lookups, logins, lookups)
	}
}

func TestSessionServesUntilItsTime(t *testing.T) {
	var c traffic
	b := newBench(t, c.around)
	for _, wait := range []int64{0, 0, int64(sessionLife.Seconds())} {
		b.clock.Add(wait)
		if _, err := ask(t, b.conn, b.ok()); err != nil {
			t.Fatal(err)
		}
	}
	c.want(t, 2, 3)
}

func TestEndedSessionIsReplacedOnce(t *testing.T) {
	c := traffic{ended: 1}
	b := newBench(t, c.around)
	if _, err := ask(t, b.conn, b.ok()); err != nil {
		t.Fatal(err)
	}
	c.want(t, 2, 2)
}

func TestRegisterThatEndsEverySessionRejects(t *testing.T) {
	c := traffic{ended: 1000}
	b := newBench(t, c.around)
	if _, err := ask(t, b.conn, b.ok()); !errors.Is(err, adapters.ErrRejected) {
		t.Errorf("got %v", err)
	}
	c.want(t, 2, 2)
}

func TestEachWrongCredentialIsRejected(t *testing.T) {
	b := newBench(t, nil)
	username, password := simulator.Secret(id, "username"), simulator.Secret(id, "password")
	for _, wrong := range [][2]string{{"wrong", password}, {username, "wrong"}, {"", password}, {username, ""}} {
		_, err := ask(t, b.connect(t, b.sim.Handler, wrong[0], wrong[1]), b.ok())
		own, ok := errors.AsType[*adapters.Error](err)
		if !ok || own.Kind != adapters.ErrRejected || own.Code != "1" || strings.Contains(err.Error(), "sandbox-") {
			t.Errorf("got %v", err)
		}
	}
}

func TestEveryLoginAnswerIsClassified(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   error
	}{
		"good":              {200, `{"error_code":0,"result":"ok","session":"abc"}`, nil},
		"success as a text": {200, `{"error_code":"00","session":"abc"}`, nil},
		"password wrong":    {200, `{"error_code":"1"}`, adapters.ErrRejected},
		"unknown user":      {200, `{"error_code":5}`, adapters.ErrRejected},
		"session ended":     {200, `{"error_code":2}`, adapters.ErrRejected},
		"undocumented":      {200, `{"error_code":"LOCKED"}`, adapters.ErrRejected},
		"busy":              {200, `{"error_code":"08"}`, adapters.ErrUnavailable},
		"no session":        {200, `{"error_code":0}`, adapters.ErrMalformed},
		"line break in it":  {200, `{"error_code":0,"session":"a\r\nb"}`, adapters.ErrMalformed},
		"session a list":    {200, `{"error_code":0,"session":["abc"]}`, adapters.ErrMalformed},
		"no code":           {200, `{"session":"abc"}`, adapters.ErrMalformed},
		"empty code":        {200, `{"error_code":"","session":"abc"}`, adapters.ErrMalformed},
		"forbidden":         {403, `{}`, adapters.ErrRejected},
		"down":              {502, `<html>`, adapters.ErrUnavailable},
	} {
		got, err := readSession(answered(tt.status, tt.body))
		if !errors.Is(err, tt.kind) || (err == nil) != (tt.kind == nil) || errors.Is(err, adapters.ErrTokenRefused) || err == nil && got != "abc" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestSimulatorRefusesWhatTheRegisterDoes(t *testing.T) {
	b := newBench(t, nil)
	session, _, err := login(t.Context(), b.conn, adapters.Call{})
	if err != nil {
		t.Fatal(err)
	}
	foreign := simulator.NewTokens(simulatedLife, b.now).Issue()
	post := func(session, rest string) string {
		r := httptest.NewRequest("POST", servicePath, strings.NewReader(`{"session":"`+session+`",`+rest))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		b.sim.Handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	const good = `"service":"traCuuGPLX","donViXuLy":"H26.11","SoGPLX":"999009000000","NgaySinh":"19900101"}`
	for _, tt := range []struct{ session, rest, code string }{
		{session, good, `"error_code":0`},
		{foreign, good, `"error_code":"02"`},
		{"", good, `"error_code":"02"`},
		{session, strings.Replace(good, "traCuuGPLX", "DanhSachHoSo", 1), `"error_code":3`},
		{session, strings.Replace(good, "H26.11", "", 1), `"error_code":"4"`},
		{session, strings.Replace(good, "19900101", "1990", 1), `"error_code":"4"`},
		{session, good[:20], `"error_code":4`},
	} {
		if got := post(tt.session, tt.rest); !strings.Contains(got, tt.code) {
			t.Errorf("%s: %s, want %s", tt.rest, got, tt.code)
		}
	}
	b.clock.Add(int64(simulatedLife.Seconds()))
	if got := post(session, good); !strings.Contains(got, `"error_code":"02"`) {
		t.Errorf("an ended session gets %s", got)
	}
}
