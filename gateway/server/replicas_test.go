package server

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/internal/testpostgres"
	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

func TestReplicasAgreeOnAgenciesAndTokens(t *testing.T) {
	t.Parallel()
	database, redis := testpostgres.Start(t), testredis.Own(t).URL
	shared := t.TempDir()
	common := func(c *config.Config) {
		c.RedisURL, c.DatabaseURL = redis, database
		c.KeysDir, c.PublicURL = filepath.Join(shared, "keys"), "https://bus.example"
	}
	first := startServer(t, common)
	second := startServer(t, common, func(c *config.Config) {
		c.Agencies, c.SandboxURL = filepath.Join(first.s.DemoDir(), "agencies.yaml"), first.s.Addresses.Sandbox
	})
	revoked, token := first.token(centre), newForger(first).Good()
	bearer := func(token string) question {
		return question{method: http.MethodGet, path: "/v1/systems", header: http.Header{"Authorization": {"Bearer " + token}}}
	}
	second.must(bearer(revoked))

	form := url.Values{"token": {revoked}, "grant_type": {"client_credentials"}, "client_assertion": {assertion(t, first)},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	post := func(address string) int {
		response, err := http.PostForm(address, form)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if status := post(first.s.Addresses.API + auth.RevokePath); status != http.StatusOK {
		t.Fatalf("revoking is answered %d", status)
	}
	if status := post(second.s.Addresses.API + auth.TokenPath); status != http.StatusUnauthorized {
		t.Errorf("an assertion used at the first replica is answered %d by the second", status)
	}
	eventually(t, "what one replica revokes the other refuses", func() bool {
		return second.ask(bearer(revoked)).status == http.StatusUnauthorized
	})
	second.must(bearer(token))
	if err := first.s.store.Suspend(t.Context(), centre, "", true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a suspension holds at both", func() bool {
		return first.ask(bearer(token)).status == http.StatusUnauthorized && second.ask(bearer(token)).status == http.StatusUnauthorized
	})
}

func TestIssuedTokensOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	database := testpostgres.Own(t)
	w := startServer(t, func(c *config.Config) { c.DatabaseURL = database.URL })
	ready := w.s.Addresses.API + "/readyz"
	token := func() int {
		response, err := http.PostForm(w.s.Addresses.API+auth.TokenPath, url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion(t, w)},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	q := question{system: "population", operation: "citizen-verify"}
	w.must(q)
	database.Kill()
	eventually(t, "degraded without the database", func() bool { return strings.Contains(w.get(ready), `"database":{"status":"down"`) })
	w.must(q)
	if status := token(); status != http.StatusServiceUnavailable {
		t.Errorf("a token asked for meanwhile: %d", status)
	}
	database.Restart()
	eventually(t, "tokens are issued again", func() bool { return token() == http.StatusOK })
	eventually(t, "ready again", func() bool { return strings.Contains(w.get(ready), `"status":"ready"`) })
}

// assertion is one of the centre's demonstration client for the server.
func assertion(t *testing.T, w *world) string {
	t.Helper()
	key, err := certs.ReadPrivateKey(agencyfile.DemoKeyFile(w.s.DemoDir(), centre))
	if err != nil {
		t.Fatal(err)
	}
	made, err := auth.Assertion(key, agencyfile.DemoClientID(centre), w.s.Addresses.Public, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return made
}
