package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

// newForger knows the server's key, so that only one thing is wrong with each token.
func newForger(w *world) *forgery.Forger {
	kid, key := w.s.keys.Signing().Active()
	return &forgery.Forger{Issuer: w.s.Addresses.Public, Kid: kid, Key: key, Now: time.Now(),
		Client: centre + "-demo", Agency: centre, OtherClient: ward + "-demo", OtherAgency: ward}
}

func TestForgedTokenOpensNoProtectedRoute(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	f := newForger(w)
	routes := []question{
		{method: http.MethodGet, path: "/v1/systems"}, {method: http.MethodGet, path: "/v1/systems/population"},
		{system: "population", operation: "citizen-lookup"}, {system: "population", operation: "citizen-verify"},
		{system: "shared-catalogues", operation: "catalogues"}, {method: http.MethodGet, system: "shared-catalogues", operation: "catalogues"},
		{system: "invented", operation: "invented", body: "{}"},
	}
	// What is forged would be taken if it were not forged, and kept answers change nothing.
	good := http.Header{"Authorization": {"Bearer " + f.Good()}}
	for _, q := range routes[:6] {
		q.header = good
		w.must(q)
	}
	before := w.allCalls()
	for name, token := range f.Bad() {
		for _, q := range routes {
			q.header = http.Header{"Authorization": {"Bearer " + token}}
			_, got := w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			if got.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
				t.Errorf("%s: WWW-Authenticate is %q", name, got.header.Get("WWW-Authenticate"))
			}
			if got.header.Get("LGSP-Receipt") != "" {
				t.Errorf("%s: a stranger filled the audit", name)
			}
		}
	}
	for name, c := range map[string]http.Header{
		"nothing": {"Authorization": nil}, "Basic": {"Authorization": {"Basic aDphYg=="}},
		"another header": {"Authorization": nil, "X-Forwarded-Authorization": good["Authorization"], "X-Lgsp-Agency": {centre}},
	} {
		for _, q := range routes {
			q.header = c
			_, got := w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			if got.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: WWW-Authenticate is %q", name, got.header.Get("WWW-Authenticate"))
			}
		}
	}
	for _, q := range routes[:6] {
		q.header = http.Header{"Authorization": nil}
		if q.query = "access_token=" + w.token(centre); q.method == http.MethodGet {
			w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
		}
	}
	for system, n := range w.allCalls() {
		if n != before[system] {
			t.Errorf("%s received %d calls of forgers", system, n-before[system])
		}
	}
}

// The routes are those of the router, so that a new one is tried too.
func TestEveryRouteOfTheAgenciesRefusesEveryForgedToken(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	router, err := w.s.router()
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer(":system", "population", ":operation", "citizen-verify", ":code", "birth-registration")
	f := newForger(w)
	ask := func(method, path, token string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader("{}"))
		r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
		recorder := httptest.NewRecorder()
		router.ServeHTTP(recorder, r)
		return recorder
	}
	good, forged, tried := f.Good(), f.Bad(), 0
	for n, token := range forgery.Mutations(good, 100, 2) {
		if strings.TrimLeft(token, " ") != good { // spaces before it are no part of it
			forged[fmt.Sprint("mutation ", n)] = token
		}
	}
	for _, route := range router.(*gin.Engine).Routes() {
		if !strings.HasPrefix(route.Path, "/v1/") {
			continue
		}
		tried++
		path := fill.Replace(route.Path)
		if got := ask(route.Method, path, good); got.Code == http.StatusUnauthorized {
			t.Errorf("%s %s refuses a good token", route.Method, path)
		}
		for name, token := range forged {
			if got := ask(route.Method, path, token); got.Code != http.StatusUnauthorized || got.Header().Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
				t.Errorf("%s %s, %s: %d", route.Method, path, name, got.Code)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d routes were tried", tried)
	}
}

func TestRevokedTokenOpensNothing(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	revoked, other := w.token(centre), newForger(w).Good()
	response, err := http.PostForm(w.s.Addresses.API+auth.RevokePath, url.Values{"token": {revoked}, "client_assertion": {assertion(t, w)},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("revocation: %d", response.StatusCode)
	}
	q := question{method: http.MethodGet, path: "/v1/systems", header: http.Header{"Authorization": {"Bearer " + revoked}}}
	w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
	q.header = http.Header{"Authorization": {"Bearer " + other}}
	w.must(q)
}

func TestSuspensionBitesOnIssuedTokensAndEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ client, from, to string }{
		"agency": {"", "- id: " + centre + "\n    name", "- id: " + centre + "\n    suspended: true\n    name"},
		"client": {centre + "-demo", "- id: " + centre + "-demo\n", "- id: " + centre + "-demo\n        suspended: true\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startServer(t)
			q := question{system: "population", operation: "citizen-verify"}
			w.must(q)
			file := w.s.DemoDir() + "/agencies.yaml"
			text := readText(t, file)
			if !strings.Contains(text, c.from) {
				t.Fatalf("the agencies file has no %q", c.from)
			}
			if err := replaceFile(file, []byte(strings.Replace(text, c.from, c.to, 1))); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the issued token is refused", func() bool { return w.ask(q).status == http.StatusUnauthorized })
			w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			w.must(question{agency: ward, system: "population", operation: "citizen-verify"})

			// Whoever edits the file may not know why somebody was suspended since.
			if err := replaceFile(file, []byte(text)); err != nil {
				t.Fatal(err)
			}
			w.s.Reload()
			w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			if err := w.s.store.Suspend(t.Context(), centre, c.client, false); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the token is good again", func() bool { return w.ask(q).status == http.StatusOK })
		})
	}
}
