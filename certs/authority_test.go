package certs

import (
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newAuthority(t *testing.T) (*Authority, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pki")
	a, err := InitAuthority(dir, "Development CA", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return a, dir
}

func TestIssuedCertificatesMakeMutualTLS(t *testing.T) {
	a, dir := newAuthority(t)
	for _, r := range []Request{{"bus", []string{"bus.example", "127.0.0.1"}, ForServer, 24 * time.Hour}, {"H26.12-client", nil, ForClient, 24 * time.Hour}} {
		if _, err := a.Issue(r); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	shown, err := OpenServerCertificate(filepath.Join(dir, "bus.pem"), filepath.Join(dir, "bus.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{GetCertificate: shown.GetCertificate, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.Pool()}
	server.StartTLS()
	defer server.Close()
	ask := func(cert, host string) (string, error) {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, cert+".pem"), filepath.Join(dir, cert+".key.pem"))
		if err != nil {
			t.Fatal(err)
		}
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{pair}, ServerName: host}}}
		defer client.CloseIdleConnections()
		answer, err := client.Get(server.URL)
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return string(text), err
	}
	if got, err := ask("H26.12-client", "bus.example"); err != nil || got != "H26.12-client" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ask("H26.12-client", "other.example"); err == nil {
		t.Error("a server passes for a host that its certificate does not name")
	}
	if _, err := ask("bus", "bus.example"); err == nil {
		t.Error("a server's certificate passes for a client's")
	}
}

func TestAuthorityAndItsCertificatesAreNeverReplacedUnasked(t *testing.T) {
	a, dir := newAuthority(t)
	if _, err := InitAuthority(dir, "Another", time.Now); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second authority: %v", err)
	}
	r := Request{"bus", []string{"bus.example"}, ForServer, 24 * time.Hour}
	first, err := a.Issue(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Issue(r); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the same name again: %v", err)
	}
	for _, name := range []string{"ca.key.pem", "bus.key.pem"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	renewed, err := a.Renew("bus")
	if err != nil {
		t.Fatal(err)
	}
	if renewed.SerialNumber.Cmp(first.SerialNumber) == 0 || strings.Join(renewed.DNSNames, "") != "bus.example" ||
		renewed.NotAfter.Sub(renewed.NotBefore) != first.NotAfter.Sub(first.NotBefore) {
		t.Errorf("renewed %+v", renewed.Subject)
	}
	if _, err := OpenServerCertificate(filepath.Join(dir, "bus.pem"), filepath.Join(dir, "bus.key.pem")); err != nil {
		t.Errorf("the renewed pair does not fit: %v", err)
	}
}

func TestFaultyRequestNamesEveryFault(t *testing.T) {
	a, dir := newAuthority(t)
	_, err := a.Issue(Request{Name: "../x", Purpose: "both", Lifetime: -1})
	for _, fault := range []string{"name:", "purpose:", "lifetime:"} {
		if err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%v does not name %s", err, fault)
		}
	}
	if _, err := a.Issue(Request{"bus", nil, ForServer, time.Hour}); err == nil || !strings.Contains(err.Error(), "hosts:") {
		t.Errorf("a server without a host: %v", err)
	}
	if _, err := a.Issue(Request{"ca", nil, ForClient, time.Hour}); err == nil {
		t.Error("a certificate takes the name of the authority")
	}
	if _, err := OpenAuthority(t.TempDir(), time.Now); err == nil || !strings.Contains(err.Error(), "gateway certs init") {
		t.Errorf("a folder without an authority: %v", err)
	}
	if left, err := List(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestListTellsWhatExpiresWhen(t *testing.T) {
	a, dir := newAuthority(t)
	if _, err := a.Issue(Request{"bus", []string{"bus.example", "127.0.0.1"}, ForServer, 48 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.pem"), []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := List(dir)
	if err != nil || len(all) != 2 || all[0].Name != "bus" || !all[1].Authority {
		t.Fatalf("%+v, %v", all, err)
	}
	bus := all[0]
	if bus.Purpose != ForServer || strings.Join(bus.Hosts, " ") != "bus.example "+net.IPv4(127, 0, 0, 1).String() || bus.Issuer != "Development CA" || bus.Thumbprint == "" {
		t.Errorf("%+v", bus)
	}
	if left := time.Until(bus.NotAfter); left <= 47*time.Hour || left > 48*time.Hour {
		t.Errorf("%v left", left)
	}
}

func TestOldKeyRetiresAndTheOneInUseDoesNot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	keys, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range Sets() {
		if _, err := keys.Announce(set); err != nil {
			t.Fatal(err)
		}
		if err := keys.Retire(set, 1); err == nil {
			t.Errorf("%s: the key in use was retired", set)
		}
		if err := keys.Activate(set, 2); err != nil {
			t.Fatal(err)
		}
		versions, err := keys.Versions(set)
		if err != nil || len(versions) != 2 || versions[0] != (Version{Number: 2, InUse: true}) || versions[1] != (Version{Number: 1}) {
			t.Errorf("%s: %+v, %v", set, versions, err)
		}
		err = keys.Retire(set, 1)
		if (err != nil) != (set == SetSubject) {
			t.Errorf("%s: %v", set, err)
		}
		if err := keys.Retire(set, 7); err == nil {
			t.Errorf("%s: a key that is not there was retired", set)
		}
	}
	if n := len(keys.Signing().All()); n != 1 {
		t.Errorf("%d signing keys are published after one retired", n)
	}
	if _, err := os.Stat(filepath.Join(dir, "retired", SetSigning, "0001.pem")); err != nil {
		t.Errorf("the retired key is gone: %v", err)
	}
	if again, err := OpenKeys(dir); err != nil || len(again.Signing().All()) != 1 {
		t.Errorf("after a restart: %v", err)
	}
}
