package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/server"
	"github.com/lgsp-vn/lgsp/policies"
)

// asCommand makes the test binary be the command itself.
const asCommand = "TEST_BINARY_IS_GATEWAY"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) == "1" {
		os.Exit(execute(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// command is one command line in a process of its own, with a data folder of
// its own, free ports and a small sandbox.
func command(t *testing.T, dir string, arguments ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	c.Env = []string{asCommand + "=1", "HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LGSP_DATA_DIR=" + dir, "LGSP_SANDBOX_PEOPLE=300",
		"LGSP_LISTEN=127.0.0.1:0", "LGSP_ADMIN_LISTEN=127.0.0.1:0", "LGSP_SANDBOX_LISTEN=127.0.0.1:0"}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 30 * time.Second
	return c
}

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// finish runs a command to its end.
func finish(t *testing.T, c *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func gateway(t *testing.T, arguments ...string) result {
	t.Helper()
	return finish(t, command(t, t.TempDir(), arguments...))
}

func TestExitCodesTellFailureFromWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		arguments []string
		code      int
		says      string
	}{
		{"help", []string{"--help"}, 0, ""},
		{"good policies", []string{"policy", "validate"}, 0, ""},
		{"no running server", []string{"token", "--agency", "H26.11"}, 1, "LGSP_DATA_DIR"},
		{"missing settings", []string{"serve"}, 1, "publicUrl"},
		{"missing file", []string{"serve", "--config", "/nowhere.yaml"}, 1, "/nowhere.yaml"},
		{"no such folder", []string{"policy", "validate", "/nowhere"}, 1, "/nowhere"},
		{"unknown command", []string{"launch"}, 2, "launch"},
		{"unknown flag", []string{"tour", "--fast"}, 2, "--fast"},
		{"word too many", []string{"tour", "twice"}, 2, "twice"},
		{"agency not given", []string{"token"}, 2, "--agency"},
		{"fault without a mode", []string{"tour", "--fault", "land"}, 2, "--fault"},
		{"unknown form", []string{"tour", "--output", "xml"}, 2, "--output"},
		{"two folders", []string{"policy", "validate", ".", "."}, 2, "policy validate"},
		{"unknown command of a group", []string{"policy", "invent"}, 2, "invent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := gateway(t, c.arguments...)
			if got.code != c.code || !strings.Contains(got.stderr, c.says) {
				t.Errorf("exit code %d, want %d, with %q on standard error:\n%s", got.code, c.code, c.says, got.stderr)
			}
			if c.code != 0 && got.stdout != "" {
				t.Errorf("a failure writes to standard output: %s", got.stdout)
			}
		})
	}
}

func TestPolicyValidatePrintsThePlaceOfEveryFault(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, f := range policies.Defaults() {
		text := string(f.Data)
		if f.Name == "access.yaml" {
			text += "\n  - id: faulty\n    basis: test\n    agencies: H26.99\n    operations: [population/citizen-lokup, moon/*]\n    purposes: \"*\"\n    fields: \"*\"\n    colour: blue\n"
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := gateway(t, "policy", "validate", dir)
	if got.code != 1 || got.stdout != "" {
		t.Errorf("exit code %d, standard output %q", got.code, got.stdout)
	}
	place := regexp.MustCompile(`(?m)^access\.yaml:[1-9]\d*:[1-9]\d*: .*$`)
	for _, said := range []string{"colour", "citizen-lokup", "moon"} {
		found := false
		for _, line := range place.FindAllString(got.stderr, -1) {
			found = found || strings.Contains(line, said)
		}
		if !found {
			t.Errorf("no line with a place names %s:\n%s", said, got.stderr)
		}
	}
	if strings.Contains(got.stderr, "goroutine") {
		t.Error("it panicked")
	}
}

func TestTourWorksAndNamesWhatFails(t *testing.T) {
	t.Parallel()
	whole := gateway(t, "tour")
	if whole.code != 0 || strings.Contains(whole.stdout, "FAILED") {
		t.Errorf("exit code %d:\n%s%s", whole.code, whole.stdout, whole.stderr)
	}
	for _, column := range []string{"SYSTEM", "OPERATION", "STATUS", "TIME", "CACHE"} {
		if !strings.Contains(whole.stdout, column) {
			t.Errorf("the table has no column %s", column)
		}
	}
	faulty := gateway(t, "tour", "--output", "json", "--fault", "land=unavailable")
	if faulty.code != 1 || !strings.Contains(faulty.stderr, "land") || strings.Contains(faulty.stderr, "population") {
		t.Errorf("exit code %d, standard error: %s", faulty.code, faulty.stderr)
	}
	var stops []struct {
		System string
		OK     bool
	}
	if err := json.Unmarshal([]byte(faulty.stdout), &stops); err != nil || len(stops) < 10 {
		t.Fatalf("%d stops: %v", len(stops), err)
	}
	for _, s := range stops {
		if s.OK == (s.System == "land") {
			t.Errorf("%s is ok: %v", s.System, s.OK)
		}
	}
	if got := gateway(t, "tour", "--fault", "moon=unavailable"); got.code != 1 {
		t.Errorf("a fault of no system: exit code %d", got.code)
	}
}

func TestTourMeetsNothingOfTheSite(t *testing.T) {
	t.Parallel()
	given := []string{"LGSP_SANDBOX_URL=http://127.0.0.1:9", "LGSP_SANDBOX_PEOPLE=300", "PATH=/bin",
		"LGSP_DATA_DIR=/site", "LGSP_KEYS_DIR=/site/keys", "LGSP_AGENCIES=/site/agencies.yaml", "LGSP_POLICIES=/site/policies",
		"LGSP_SECRETS_DIR=/site/secrets", "LGSP_REDIS_URL=redis://site", "LGSP_NDXP_TOKEN_URL=https://site/token",
		"LGSP_PUBLIC_URL=https://site", "LGSP_TLS_CERT=/site/cert", "LGSP_TLS_KEY=/site/key", "LGSP_LISTEN=site:1", "LGSP_ADMIN_LISTEN=site:2"}
	got, err := tourSettings(given, "/tour")
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%+v", got); strings.Contains(text, "site") {
		t.Errorf("the tour uses %s", text)
	}
	if got.SandboxURL != "http://127.0.0.1:9" || got.SandboxPeople != 300 || got.DataDir != "/tour" || !got.Embedded {
		t.Errorf("the tour uses %+v", got)
	}
}

// output collects what a running process writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func eventually(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for range 600 {
		if reached() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never came to pass: %s", what)
}

func TestRunningGatewayIsUsedByItsOwnToolsAndEndsOnSIGTERM(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := command(t, dir)
	c.Env = append(c.Env, "LGSP_LISTNE=127.0.0.1:1")
	var stdout, stderr output
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the gateway says how to call it", func() bool { return strings.Contains(stdout.String(), "curl ") })
	addresses, err := server.ReadAddresses(dir)
	if err != nil {
		t.Fatal(err)
	}
	token := finish(t, command(t, dir, "token", "--agency", "H26.11", "--scope", "shared-catalogues:*"))
	if token.code != 0 || token.stderr != "" || !regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+\n$`).MatchString(token.stdout) {
		t.Fatalf("exit code %d, standard output %q, error %q", token.code, token.stdout, token.stderr)
	}
	for path, want := range map[string]int{"/v1/shared-catalogues/catalogues": 200, "/v1/land/parcel-lookup": 403} {
		if got := get(t, addresses.API+path, strings.TrimSpace(token.stdout)); got != want {
			t.Errorf("%s with the token: %d, want %d", path, got, want)
		}
	}
	printedCall(t, stdout.String())
	if second := finish(t, command(t, dir)); second.code != 1 || !strings.Contains(second.stderr, dir) {
		t.Errorf("a second gateway: exit code %d: %s", second.code, second.stderr)
	}
	eventually(t, "the unknown variable is warned of", func() bool { return strings.Contains(stderr.String(), "LGSP_LISTNE") })
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("the end: %v\n%s", err, stderr.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "addresses.json")); !os.IsNotExist(err) {
		t.Errorf("addresses.json is still there: %v", err)
	}
}

// printedCall runs the one line that the start of the gateway prints.
func printedCall(t *testing.T, welcome string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Log("curl is not installed: the printed call was not tried")
		return
	}
	line := regexp.MustCompile(`(?m)^ *(curl .*)$`).FindStringSubmatch(welcome)
	answer, err := exec.CommandContext(t.Context(), "sh", "-c", line[1]).CombinedOutput()
	if err != nil || !strings.Contains(string(answer), " 200 OK") || !strings.Contains(string(answer), `"exists":true`) {
		t.Errorf("%s\nanswers %v: %s", line[1], err, answer)
	}
}

func get(t *testing.T, url, token string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("LGSP-Purpose", "one-stop")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestSandboxCommandServesSamplesAndEnds(t *testing.T) {
	t.Parallel()
	c := command(t, t.TempDir(), "sandbox")
	var stdout output
	c.Stdout = &stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/_samples`)
	eventually(t, "the sandbox prints its address", func() bool { return address.MatchString(stdout.String()) })
	samples, err := server.FetchSamples(strings.TrimSuffix(address.FindString(stdout.String()), "/_samples"))
	if err != nil || samples["population"]["citizen-lookup"]["ok"] == nil {
		t.Errorf("samples: %v", err)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("the end: %v", err)
	}
}

func TestProductionNamesEveryFaultAndEveryMissingSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "gateway.yaml")
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	serve := func() result { return finish(t, command(t, filepath.Join(dir, "data"), "serve", "--config", file)) }

	write(file, "listne: x\nlogLevle: info\n")
	if got := serve(); got.code != 1 || !strings.Contains(got.stderr, file+":1:1: ") || !strings.Contains(got.stderr, file+":2:1: ") {
		t.Errorf("unknown keys: exit code %d: %s", got.code, got.stderr)
	}

	for _, f := range policies.Defaults() {
		write(filepath.Join(dir, "policies", f.Name), string(f.Data))
	}
	write(filepath.Join(dir, "agencies.yaml"), "agencies: []\n")
	write(file, "publicUrl: https://bus.example\nagencies: "+dir+"/agencies.yaml\npolicies: "+dir+"/policies\nsecretsDir: "+dir+"/secrets\nndxpTokenUrl: https://ndxp.example/token\n")
	write(filepath.Join(dir, "secrets", "ndxp.secret"), "\n")
	got := serve()
	for _, said := range []string{"agencies.yaml:1:", "ndxp.key", "ndxp.secret is empty", "land.password", "endpoint"} {
		if got.code != 1 || !strings.Contains(got.stderr, said) {
			t.Errorf("not every fault at once, without %s: exit code %d: %s", said, got.code, got.stderr)
		}
	}
	missing := secretsOf()
	for _, secret := range missing {
		write(filepath.Join(dir, "secrets", secret.file), secret.sandbox+"\n")
	}
	got = serve()
	for _, secret := range missing {
		if !strings.Contains(got.stderr, secret.file+" holds the sandbox's value") || strings.Contains(got.stderr, secret.sandbox) {
			t.Errorf("%s: a sandbox secret is not refused, or quoted: %s", secret.file, got.stderr)
		}
		write(filepath.Join(dir, "secrets", secret.file), "a-value-of-its-own\n")
	}
	got = serve()
	for _, system := range systemIDs() {
		if !regexp.MustCompile(`(?m)` + system + `\b.*sandbox`).MatchString(got.stderr) {
			t.Errorf("the sandbox endpoint of %s is not refused: %d %s", system, got.code, got.stderr)
		}
	}
}
