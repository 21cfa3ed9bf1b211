package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newPair makes a self-signed certificate for a fictional host.
func newPair(t *testing.T, serial int64) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: "bus.example"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Unix(4e9, 0),
		DNSNames:     []string{"bus.example"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestRenewedCertificateIsShownAndHalfARenewalIsNot(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	cert, key := newPair(t, 1)
	write(t, certFile, cert, 0o644)
	write(t, keyFile, key, 0o640)
	server, err := OpenServerCertificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	first, err := server.GetCertificate(nil)
	if err != nil || server.Leaf().SerialNumber.Int64() != 1 {
		t.Fatalf("first certificate: %v", err)
	}
	if err := server.Reload(); err != nil {
		t.Fatal(err)
	}
	if same, _ := server.GetCertificate(nil); same != first {
		t.Error("an unchanged pair was swapped")
	}
	cert, key = newPair(t, 2)
	write(t, certFile, cert, 0o644)
	if err := server.Reload(); err == nil {
		t.Error("a certificate without its key was accepted")
	}
	if got := server.Leaf().SerialNumber.Int64(); got != 1 {
		t.Errorf("half a renewal shows certificate %d", got)
	}
	write(t, keyFile, key, 0o600)
	if err := server.Reload(); err != nil {
		t.Fatal(err)
	}
	if got := server.Leaf().SerialNumber.Int64(); got != 2 {
		t.Errorf("the renewal shows certificate %d", got)
	}
	chmod(t, keyFile, 0o644)
	if err := server.Reload(); !errors.Is(err, ErrExposed) {
		t.Errorf("world-readable key: %v", err)
	}
}

func TestMissingCertificateIsNamed(t *testing.T) {
	dir := t.TempDir()
	_, err := OpenServerCertificate(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	for _, want := range []string{"tls.crt", "tls.key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestThumbprintIsTheDigestOfTheWholeCertificate(t *testing.T) {
	got := Thumbprint(&x509.Certificate{Raw: []byte("abc")})
	// SHA-256 of "abc", from FIPS 180-2.
	if want := "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(got); err != nil || len(raw) != 32 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}

func TestWatchReportsOnlyChangesOfTheOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		broken, worse := errors.New("broken"), errors.New("worse")
		outcomes := []error{nil, broken, broken, worse, nil, nil}
		var calls int
		var reported []string
		reload := func() error {
			calls++
			if calls == len(outcomes) {
				stop()
			}
			return outcomes[calls-1]
		}
		Watch(ctx, time.Second, reload, func(err error) {
			if err == nil {
				reported = append(reported, "well")
				return
			}
			reported = append(reported, err.Error())
		})
		if diff := cmp.Diff([]string{"broken", "worse", "well"}, reported); diff != "" {
			t.Error(diff)
		}
		if calls != len(outcomes) {
			t.Errorf("%d calls", calls)
		}
	})
}
