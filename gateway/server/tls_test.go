package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

// withCertificate has the gateway use a self-signed certificate made out to
// these names and addresses, and good for that long.
func withCertificate(t *testing.T, lifetime time.Duration, addresses []net.IP, names ...string) func(*config.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bus"}, DNSNames: names, IPAddresses: addresses,
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(lifetime)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(c *config.Config) {
		c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	}
}

// withAuthority has the gateway use a certificate of an authority of the test's own.
func withAuthority(t *testing.T) (*certs.Authority, func(*config.Config)) {
	t.Helper()
	dir := t.TempDir()
	authority, err := certs.InitAuthority(dir, "Test authority", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authority.Issue(certs.Request{Name: "bus", Purpose: certs.ForServer, Hosts: []string{"127.0.0.1"}, Lifetime: 24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	return authority, func(c *config.Config) {
		c.TLSCert, c.TLSKey = filepath.Join(dir, "bus.pem"), filepath.Join(dir, "bus.key.pem")
	}
}

// withClientCertificate is a client that shows a new certificate of the authority.
func (w *world) withClientCertificate(authority *certs.Authority, dir, name string) (*http.Client, *x509.Certificate) {
	w.t.Helper()
	cert, err := authority.Issue(certs.Request{Name: name, Purpose: certs.ForClient, Lifetime: 24 * time.Hour})
	if err != nil {
		w.t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key.pem"))
	if err != nil {
		w.t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool(), Certificates: []tls.Certificate{pair}}}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute}, cert
}

func TestBoundTokenOpensNothingWithoutItsCertificate(t *testing.T) {
	t.Parallel()
	authority, listening := withAuthority(t)
	w := startServer(t, listening)
	dir := filepath.Dir(w.config.TLSCert)
	mine, cert := w.withClientCertificate(authority, dir, "mine")
	others, _ := w.withClientCertificate(authority, dir, "others")
	plain := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.Pool()}, DisableKeepAlives: true}}
	if _, _, err := w.s.store.ImportRecords(t.Context(), []auth.AgencyRecord{{ID: "H26.14", NameVI: "Cơ quan (hư cấu)", NameEN: "Agency (fictional)",
		Clients: []auth.ClientRecord{{ID: "bound", Agency: "H26.14", Name: "bound", Scopes: []string{"*:*"}, Certificates: []string{certs.Thumbprint(cert)}}}}}); err != nil {
		t.Fatal(err)
	}
	w.s.Reload()
	fetch := func(client *http.Client) (token string, status int) {
		response, err := client.PostForm(w.s.Addresses.API+auth.TokenPath, url.Values{"grant_type": {"client_credentials"}, "client_id": {"bound"}})
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var answer struct {
			AccessToken string `json:"access_token"`
		}
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		return answer.AccessToken, response.StatusCode
	}
	for name, client := range map[string]*http.Client{"none": plain, "another": others} {
		if _, status := fetch(client); status != http.StatusUnauthorized {
			t.Errorf("with %s a token is answered %d", name, status)
		}
	}
	token, status := fetch(mine)
	if status != http.StatusOK {
		t.Fatalf("a token is answered %d", status)
	}
	use := func(client *http.Client, header string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.s.Addresses.API+"/v1/systems", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		if header != "" {
			r.Header.Set(header, certs.Thumbprint(cert))
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if status := use(mine, ""); status != http.StatusOK {
		t.Errorf("with its certificate it is answered %d", status)
	}
	for name, status := range map[string]int{"no certificate": use(plain, ""), "another certificate": use(others, ""),
		"only a thumbprint": use(plain, "X-SSL-Client-SHA256"), "only a header of a proxy": use(plain, "X-Forwarded-Client-Cert")} {
		if status != http.StatusUnauthorized {
			t.Errorf("with %s it is answered %d", name, status)
		}
	}
}

func TestDemonstrationTokenComesThroughTheCertificateOfTheSite(t *testing.T) {
	t.Parallel()
	for name, certificate := range map[string]func(*config.Config){
		"name":     withCertificate(t, time.Hour, nil, "bus.example"),
		"wildcard": withCertificate(t, time.Hour, nil, "*.example"),
		"address":  withCertificate(t, time.Hour, []net.IP{net.IPv4(127, 0, 0, 1)}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startServer(t, certificate)
			if !strings.HasPrefix(w.s.Addresses.API, "https://") {
				t.Fatalf("the address is %s", w.s.Addresses.API)
			}
			if text := readText(t, w.s.HeaderFile()); !strings.Contains(text, "Authorization: Bearer ey") {
				t.Errorf("the headers are %s", text)
			}
			if w.token(ward) == "" {
				t.Error("no token")
			}
			other := w.config
			withCertificate(t, time.Hour, nil, "bus.example")(&other)
			if _, err := DemoToken(t.Context(), other, w.s.Addresses, centre, ""); err == nil {
				t.Error("a server with another certificate was trusted")
			}
		})
	}
}

func TestMissingDemonstrationTokenDoesNotEndTheStart(t *testing.T) {
	t.Parallel()
	w := startServer(t, withCertificate(t, -time.Hour, nil, "bus.example"))
	w.close()
	if !strings.Contains(w.logged.String(), "no demonstration token yet") {
		t.Errorf("nobody is told: %s", w.logged.String())
	}
}
