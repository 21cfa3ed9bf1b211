package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/auth"
)

const oneAdded, oneChanged = "1 agencies added, 0 changed, 0 as they were\n", "0 agencies added, 1 changed, 0 as they were\n"

// newKey makes a private key and the file of its public half.
func newKey(t *testing.T, file string) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSecretOfAClientIsToldOnceAndServes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := start(t, dir)
	add := finish(t, command(t, dir, "agency", "add", "H26.11", "H26.11-old", "--scope", "land:*", "--secret"))
	told, found := strings.CutPrefix(add.stdout, oneChanged+"secret, told this once: ")
	if told = strings.TrimSpace(told); add.code != 0 || !found || len(told) < 40 {
		t.Fatalf("%d %s%s", add.code, add.stdout, add.stderr)
	}
	ask := func(password string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, running.api+auth.TokenPath, strings.NewReader("grant_type=client_credentials"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("H26.11-old", password)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	eventually(t, "the secret is good", func() bool { return ask(told) == http.StatusOK })
	if status := ask(told + "x"); status != http.StatusUnauthorized {
		t.Errorf("another is answered %d", status)
	}
	if again := finish(t, command(t, dir, "agency", "add", "H26.11", "H26.11-old", "--scope", "land:*", "--secret")); again.code != 1 || strings.Contains(again.stdout, "secret") {
		t.Errorf("a refused addition tells one: %s", again.stdout)
	}
	if listed := finish(t, command(t, dir, "agency", "list", "--output", "json")); strings.Contains(listed.stdout, told) || strings.Contains(listed.stdout, "argon2") {
		t.Error("it is listed")
	}
}

func TestAddedClientIsKnownToARunningGateway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := start(t, dir)
	public := filepath.Join(dir, "public.pem")
	key := newKey(t, public)
	add := func(want string, arguments ...string) {
		t.Helper()
		got := finish(t, command(t, dir, append([]string{"agency", "add"}, arguments...)...))
		if got.code != 0 || got.stdout != want {
			t.Errorf("%v: exit code %d: %s%s", arguments, got.code, got.stdout, got.stderr)
		}
	}
	token := func(client string) int {
		assertion, err := auth.Assertion(key, client, running.public, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return running.askToken(assertion)
	}
	add(oneAdded, "H26.14", "H26.14-portal", "--name-vi", "Sở Thử Nghiệm", "--name-en", "Test department", "--scope", "*:*", "--key", public, "--daily-quota", "100")
	eventually(t, "its key is good", func() bool { return token("H26.14-portal") == http.StatusOK })

	add(oneChanged, "H26.14", "H26.14-desk", "--scope", "land:*", "--scope", "usage:read", "--key", public) // no names
	add("0 agencies added, 0 changed, 1 as they were\n", "H26.14", "H26.14-desk", "--scope", "land:*,usage:read", "--key", public, "--replace")
	eventually(t, "so is that of the second", func() bool { return token("H26.14-desk") == http.StatusOK })
	if status := token("H26.14-portal"); status != http.StatusOK {
		t.Errorf("the first is answered %d", status)
	}
	if got := finish(t, command(t, dir, "agency", "suspend", "H26.14", "--client", "H26.14-desk")); got.code != 0 {
		t.Fatal(got.stderr)
	}
	add(oneChanged, "H26.14", "H26.14-desk", "--scope", "land:*", "--jwks", "https://desk.example/keys", "--replace", "--name-en", "Department of tests")
	listed := finish(t, command(t, dir, "agency", "list", "--output", "json")).stdout
	if !strings.Contains(listed, `"Client": "H26.14-desk",
    "Name": "Sở Thử Nghiệm",
    "Suspended": true`) {
		t.Errorf("a replaced client is suspended no longer: %s", listed)
	}
}

func TestFaultyAdditionIsRefusedWithEveryFault(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start(t, dir) // makes the store
	public := filepath.Join(dir, "public.pem")
	newKey(t, public)
	before := finish(t, command(t, dir, "agency", "list")).stdout
	for _, c := range []struct {
		name, arguments string
		code            int
		says            []string
	}{
		{"no client", "H26.14", 2, []string{"one AGENCY and one CLIENT"}},
		{"neither scope nor key", "H26.14 a", 2, []string{"--scope must", "--key, --jwks, --certificate or --secret must"}},
		{"a quota that is no number", "H26.14 a --daily-quota many", 2, []string{"--daily-quota"}},
		{"every field", "h26 a/b --scope x --certificate x --jwks http://a.example --key " + public + " --key none.pem --daily-quota -1", 1,
			[]string{"agency id: ", "agency name.vi: ", "agency name.en: ", "client id: ", "client scopes[0]: ", "client certificates[0]: ",
				"client jwksUrl: want an https", "client jwksUrl: either", "client dailyQuota: ", "read key: "}},
		{"a known client", "H26.12 H26.12-demo --scope *:* --key " + public, 1, []string{"known already; --replace"}},
		{"another's client", "H26.12 H26.11-demo --replace --scope *:* --key " + public, 1, []string{"client id: client H26.11-demo is listed twice"}},
		{"another name", "H26.12 a --name-vi b --scope *:* --key " + public, 1, []string{"known by another name"}},
		{"an agency by its old id", "000.00.12.H26 a --name-vi b --name-en b --scope *:* --key " + public, 1, []string{"H26.12 is already an agency"}},
	} {
		got := finish(t, command(t, dir, append([]string{"agency", "add"}, strings.Fields(c.arguments)...)...))
		if got.code != c.code {
			t.Errorf("%s: exit code %d, want %d", c.name, got.code, c.code)
		}
		for _, says := range c.says {
			if !strings.Contains(got.stderr, says) {
				t.Errorf("%s: does not say %q: %s", c.name, says, got.stderr)
			}
		}
	}
	if after := finish(t, command(t, dir, "agency", "list")).stdout; after != before {
		t.Errorf("changed all the same: %s", after)
	}
}
