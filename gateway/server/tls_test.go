package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
