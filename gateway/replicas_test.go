package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/internal/testpostgres"
	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

func TestNothingSaidAboutTokensIsForgottenByKilledReplicas(t *testing.T) {
	t.Parallel()
	redis, dirs := testredis.Own(t), [2]string{t.TempDir(), t.TempDir()}
	settings := []string{"LGSP_PUBLIC_URL=https://bus.example", "LGSP_KEYS_DIR=" + filepath.Join(dirs[0], "keys"),
		"LGSP_AGENCIES=" + filepath.Join(dirs[0], "demo", "agencies.yaml"), "LGSP_DATABASE_URL=" + testpostgres.Start(t), "LGSP_REDIS_URL=" + redis.URL}
	// The first makes the demonstration agencies before there is a file to name.
	first := start(t, dirs[0], append(settings[:2:2], settings[3:]...)...)
	second := start(t, dirs[1], settings...)
	second.demo = first.demo
	revoked, suspended, good, used := first.token("H26.11"), first.token("H26.12"), first.token("H26.11"), first.assertion("H26.11")
	form := url.Values{"token": {revoked}, "client_assertion": {used}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	if status := first.post(auth.RevokePath, form); status != http.StatusOK {
		t.Fatalf("revoking is answered %d", status)
	}
	suspend := command(t, dirs[1], "agency", "suspend", "H26.12")
	suspend.Env = append(suspend.Env, settings...)
	if got := finish(t, suspend); got.code != 0 {
		t.Fatal(got.stderr)
	}
	holds := func(g *gatewayProcess, when string) {
		t.Helper()
		for what, c := range map[string]struct {
			token string
			want  int
		}{"revoked": {revoked, 401}, "suspended": {suspended, 401}, "good": {good, 200}} {
			eventually(t, when+": the "+what+" token is answered rightly", func() bool { return g.status(c.token) == c.want })
		}
		form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {used}, "client_assertion_type": form["client_assertion_type"]}
		if status := g.post(auth.TokenPath, form); status != http.StatusUnauthorized {
			t.Errorf("%s: the assertion that was used is answered %d", when, status)
		}
	}
	holds(second, "at the other replica")
	redis.Kill()
	holds(second, "while Redis is away")
	for _, g := range []*gatewayProcess{first, second} {
		if err := g.process.Kill(); err != nil {
			t.Fatal(err)
		}
		g.process.Wait()
	}
	second = start(t, dirs[1], settings...)
	for what, token := range map[string]string{"revoked": revoked, "suspended": suspended} {
		if status := second.status(token); status != http.StatusUnauthorized {
			t.Errorf("the %s token is answered %d at once after the restart", what, status)
		}
	}
	holds(second, "after the restart")
}
