package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
	"github.com/lgsp-vn/lgsp/gateway/server"
)

func TestAgenciesAreKeptByCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(want int, arguments ...string) result {
		t.Helper()
		got := finish(t, command(t, dir, append([]string{"agency"}, arguments...)...))
		if got.code != want {
			t.Errorf("%v: exit code %d, want %d: %s", arguments, got.code, want, got.stderr)
		}
		return got
	}
	if got := run(1, "list"); !strings.Contains(got.stderr, "LGSP_DATA_DIR") { // looking makes no store
		t.Error(got.stderr)
	}
	running := start(t, dir)
	type row struct {
		Agency, Client string
		Suspended      bool
	}
	listed := func() (rows []row) {
		t.Helper()
		if err := json.Unmarshal([]byte(run(0, "list", "--output", "json").stdout), &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if got := listed(); len(got) != 3 || got[0] != (row{"H26.11", "H26.11-demo", false}) {
		t.Fatalf("the demonstration has %v", got)
	}

	token := running.token("H26.12")
	run(0, "suspend", "H26.12")
	eventually(t, "an issued token is refused", func() bool { return running.status(token) == http.StatusUnauthorized })
	if got := listed(); !got[1].Suspended || got[0].Suspended {
		t.Errorf("suspended are %v", got)
	}
	run(0, "resume", "H26.12")
	eventually(t, "it is good again", func() bool { return running.status(token) == http.StatusOK })

	run(1, "suspend", "H26.99")
	run(1, "suspend", "H26.11", "--client", "H26.12-demo") // not one of its clients
	run(2, "suspend")
	run(1, "import", filepath.Join(dir, "none.yaml"))
	demo, err := os.ReadFile(filepath.Join(running.demo, "agencies.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	more := filepath.Join(dir, "more.yaml")
	if err := os.WriteFile(more, []byte(strings.ReplaceAll(string(demo), "H26.13", "H26.14")), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(0, "import", more); got.stdout != "1 agencies added, 0 changed, 2 as they were\n" {
		t.Error(got.stdout)
	}
	if got := listed(); len(got) != 4 || got[3].Agency != "H26.14" {
		t.Errorf("after the import: %v", got)
	}
}

func TestCommunesAreImportedOnceUnderIDsMarkedAsMadeUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, dir) // makes the store
	run := func(arguments ...string) result {
		return finish(t, command(t, dir, append([]string{"agency"}, arguments...)...))
	}
	for _, want := range []string{"126 agencies added, 0 changed, 0 as they were\n", "0 agencies added, 0 changed, 126 as they were\n"} {
		if got := run("import", "--communes"); got.code != 0 || got.stdout != want {
			t.Errorf("exit code %d: %s%s", got.code, got.stdout, got.stderr)
		}
	}
	var rows []struct {
		Agency, Client, Name string
		Fictional            bool
	}
	if err := json.Unmarshal([]byte(run("list", "--output", "json").stdout), &rows); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, r := range rows {
		if names[r.Agency] = r.Name; !r.Fictional || strings.HasPrefix(r.Agency, "H26.X") != (r.Client == "") {
			t.Errorf("%+v", r)
		}
	}
	if len(names) != 3+126 || names["H26.X00004"] != "Ủy ban nhân dân phường Ba Đình" {
		t.Errorf("%d agencies, among them %q", len(names), names["H26.X00004"])
	}
	for _, arguments := range [][]string{{"import"}, {"import", "--communes", "a.yaml"}, {"import", "a.yaml", "b.yaml"}} {
		if got := run(arguments...); got.code != 2 || !strings.Contains(got.stderr, "either one FILE or --communes") {
			t.Errorf("%v: exit code %d: %s", arguments, got.code, got.stderr)
		}
	}
}

func TestAgenciesOfCommunesAreFaultless(t *testing.T) {
	all := communeAgencies()
	for _, fault := range auth.Check(all) {
		t.Error(fault)
	}
	english := map[string]int{}
	for _, a := range all {
		english[a.NameEN[strings.LastIndexByte(a.NameEN, ' ')+1:]]++
	}
	if english["ward"] != 51 || english["commune"] != 75 || len(english) != 2 {
		t.Errorf("kinds %v", english)
	}
	if got := all[0].NameEN; got != "People's committee of Ba Đình ward" {
		t.Error(got)
	}
}

func TestNothingSaidAboutTokensIsForgottenByAKilledGateway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const public = "LGSP_PUBLIC_URL=https://bus.example" // the port is another after the restart
	running := start(t, dir, public)
	revoked, suspended, good := running.token("H26.11"), running.token("H26.12"), running.token("H26.11")
	used := running.assertion("H26.11")
	form := url.Values{"token": {revoked}, "client_assertion": {used}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	if status := running.post(auth.RevokePath, form); status != http.StatusOK {
		t.Fatalf("revoking is answered %d", status)
	}
	if got := finish(t, command(t, dir, "agency", "suspend", "H26.12")); got.code != 0 {
		t.Fatal(got.stderr)
	}
	if err := running.process.Kill(); err != nil {
		t.Fatal(err)
	}
	running.process.Wait()

	running = start(t, dir, public)
	for what, c := range map[string]struct {
		token string
		want  int
	}{"revoked": {revoked, 401}, "suspended": {suspended, 401}, "good": {good, 200}} {
		if got := running.status(c.token); got != c.want {
			t.Errorf("the %s token is answered %d, want %d", what, got, c.want)
		}
	}
	if status := running.askToken(used); status != http.StatusUnauthorized {
		t.Errorf("the assertion that was used is answered %d", status)
	}
}

// gatewayProcess is a gateway that runs by itself.
type gatewayProcess struct {
	t                      *testing.T
	process                *os.Process
	dir, demo, api, public string
}

func start(t *testing.T, dir string, settings ...string) *gatewayProcess {
	t.Helper()
	c := command(t, dir)
	c.Env = append(c.Env, settings...)
	var stdout output
	c.Stdout = &stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the gateway says how to call it", func() bool { return strings.Contains(stdout.String(), "curl ") })
	addresses, err := server.ReadAddresses(dir)
	if err != nil {
		t.Fatal(err)
	}
	return &gatewayProcess{t: t, process: c.Process, dir: dir, demo: filepath.Join(dir, "demo"), api: addresses.API, public: addresses.Public}
}

func (g *gatewayProcess) token(agency string) string {
	g.t.Helper()
	got := finish(g.t, command(g.t, g.dir, "token", "--agency", agency))
	if got.code != 0 {
		g.t.Fatal(got.stderr)
	}
	return strings.TrimSpace(got.stdout)
}

func (g *gatewayProcess) assertion(agency string) string {
	g.t.Helper()
	key, err := certs.ReadPrivateKey(agencyfile.DemoKeyFile(g.demo, agency))
	if err != nil {
		g.t.Fatal(err)
	}
	assertion, err := auth.Assertion(key, agencyfile.DemoClientID(agency), g.public, time.Now())
	if err != nil {
		g.t.Fatal(err)
	}
	return assertion
}

// askToken asks for a token in exchange for an assertion.
func (g *gatewayProcess) askToken(assertion string) (status int) {
	g.t.Helper()
	return g.post(auth.TokenPath, url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
}

func (g *gatewayProcess) post(path string, form url.Values) int {
	g.t.Helper()
	response, err := http.PostForm(g.api+path, form)
	if err != nil {
		g.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// status is that of a call that needs nothing but a good token.
func (g *gatewayProcess) status(token string) int {
	g.t.Helper()
	return get(g.t, g.api+"/v1/systems", token)
}
