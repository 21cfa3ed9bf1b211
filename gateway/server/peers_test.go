package server

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

// ministry is the sandbox behind TLS that wants a client certificate of its own
// authority; secrets is a folder with what the bus needs to meet it as "land".
func ministry(t *testing.T) (address, secrets string, authority *certs.Authority) {
	t.Helper()
	pki := filepath.Join(t.TempDir(), "pki")
	authority, err := certs.InitAuthority(pki, "Ministry CA", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []certs.Request{{Name: "ministry", Hosts: []string{"127.0.0.1"}, Purpose: certs.ForServer, Lifetime: time.Hour},
		{Name: "bus", Purpose: certs.ForClient, Lifetime: time.Hour}} {
		if _, err := authority.Issue(r); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(pki, "ministry.pem"), filepath.Join(pki, "ministry.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	simulated := sandbox.New(sandbox.Options{People: 300})
	server := httptest.NewUnstartedServer(simulated)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.Pool()}
	server.StartTLS()
	t.Cleanup(func() { simulated.Close(); server.Close() })

	secrets = t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range catalog.Descriptions(catalog.Systems()) {
		for name, value := range sandbox.Secrets(*s) {
			write(s.ID+"."+name, value)
		}
	}
	for name, value := range sandbox.GatewaySecrets() {
		write(sandbox.NDXP+"."+name, value)
	}
	for from, to := range map[string]string{"ca.pem": "land.ca.pem", "bus.pem": "land.tls.crt", "bus.key.pem": "land.tls.key"} {
		text, err := os.ReadFile(filepath.Join(pki, from))
		if err != nil {
			t.Fatal(err)
		}
		write(to, string(text))
	}
	return server.URL, secrets, authority
}

func TestNationalSystemIsMetByItsOwnAuthorityAndOurCertificate(t *testing.T) {
	address, secrets, _ := ministry(t)
	dir := policyFolder(t, policyText{})
	route := filepath.Join(dir, "route.yaml")
	text, err := os.ReadFile(route)
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(text), "  land:\n")
	after = strings.Replace(after, `url: "sandbox:"`, `url: "`+address+`/land"`, 1)
	if err := os.WriteFile(route, []byte(before+"  land:\n"+after), 0o600); err != nil {
		t.Fatal(err)
	}
	w := startServer(t, withPolicies(dir), func(c *config.Config) { c.SecretsDir = secrets })
	w.must(question{system: "land", operation: "parcel-lookup"})
	if metrics := w.get(w.s.Addresses.Admin + "/metrics"); !strings.Contains(metrics, `lgsp_certificate_days_left{shown_to="land"} 0.04`) { // an hour
		t.Error("nobody is told when the certificate for the ministry ends")
	}

	// Without its authority the same server is a stranger, and nothing is told to it.
	for _, file := range []string{"land.ca.pem", "land.tls.crt", "land.tls.key"} {
		if err := os.Remove(filepath.Join(secrets, file)); err != nil {
			t.Fatal(err)
		}
	}
	stranger := startServer(t, withPolicies(dir), func(c *config.Config) { c.SecretsDir = secrets })
	stranger.wantProblem(question{system: "land", operation: "parcel-lookup"}, http.StatusServiceUnavailable, "upstream-unavailable")
}
