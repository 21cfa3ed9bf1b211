package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestWithoutAGoodTokenNothingIsReached(t *testing.T) {
	e := newEdge(t)
	for name, c := range map[string]struct {
		headers   []string
		challenge string
	}{
		"none":         {nil, "Bearer"},
		"other scheme": {[]string{"Authorization", "Basic eDp5"}, "Bearer"},
		"empty":        {[]string{"Authorization", "Bearer "}, `Bearer error="invalid_token"`},
		"two":          {[]string{"Authorization", "Bearer a", "Authorization", "Bearer b"}, `Bearer error="invalid_token"`},
	} {
		out := e.do(http.MethodGet, "/guarded", "", c.headers...)
		if code := problemOf(t, out); code != "unauthenticated" || strings.Contains(out.Body.String(), "behind the guard") {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
		if got := out.Header().Get("WWW-Authenticate"); got != c.challenge {
			t.Errorf("%s: challenge %q, want %q", name, got, c.challenge)
		}
		if e.seen.Caller != nil {
			t.Errorf("%s: a caller was noted", name)
		}
	}
}

func TestAddressesThatDoNotExistAreProblems(t *testing.T) {
	e := newEdge(t)
	for _, path := range []string{"/nothing", "/v1", "/v1/a/b/c"} {
		if out := e.do(http.MethodGet, path, ""); problemOf(t, out) != "not-found" || e.seen.Outcome != "not-found" {
			t.Errorf("%s: %d %s", path, out.Code, out.Body)
		}
	}
}

func TestMethodsThatAnAddressDoesNotTakeAreProblems(t *testing.T) {
	out := newEdge(t).do(http.MethodDelete, "/v1/systems", "")
	if problemOf(t, out) != "method-not-allowed" || out.Header().Get("Allow") != "GET" {
		t.Errorf("%d, Allow %q: %s", out.Code, out.Header().Get("Allow"), out.Body)
	}
	out = newEdge(t).do(http.MethodDelete, "/v1/shops/shop", "", "Authorization", "Bearer H26.1", "LGSP-Purpose", "one-stop")
	if problemOf(t, out) != "method-not-allowed" || out.Header().Get("Allow") != "GET, POST" {
		t.Errorf("%d, Allow %q: %s", out.Code, out.Header().Get("Allow"), out.Body)
	}
}
