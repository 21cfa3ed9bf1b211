package certs

import (
	"crypto/tls"
	"errors"
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

// national is a server of a fictional ministry at this address, with a certificate
// for 127.0.0.1; it wants a client certificate of its own authority.
func national(t *testing.T, a *Authority, dir, address string) *httptest.Server {
	t.Helper()
	if _, err := a.Issue(Request{"ministry", []string{"127.0.0.1"}, ForServer, 24 * time.Hour}); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "ministry.pem"), filepath.Join(dir, "ministry.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Client", Thumbprint(r.TLS.PeerCertificates[0]))
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.Pool()}
	server.Listener.Close()
	server.Listener = listener
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestPeerIsTrustedByItsOwnAuthorityAloneAndFollowsItsFiles(t *testing.T) {
	a, dir := newAuthority(t)
	server := national(t, a, dir, "127.0.0.1")
	if _, err := a.Issue(Request{"bus", nil, ForClient, 24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	secrets := t.TempDir()
	roots, cert, key := filepath.Join(secrets, "land.ca.pem"), filepath.Join(secrets, "land.tls.crt"), filepath.Join(secrets, "land.tls.key")
	put := func(from, to string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("ca.pem", roots)
	put("bus.pem", cert)
	put("bus.key.pem", key)
	peer, err := OpenPeer(roots, cert, key)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(url string) (string, error) {
		client := http.Client{Transport: &http.Transport{DialTLSContext: peer.DialTLS((&net.Dialer{}).DialContext), DisableKeepAlives: true}}
		answer, err := client.Get(url)
		if err != nil {
			return "", err
		}
		answer.Body.Close()
		return answer.Header.Get("X-Client"), nil
	}
	first, err := ask(server.URL)
	if err != nil || first != Thumbprint(peer.Leaf()) {
		t.Fatalf("%q, %v", first, err)
	}
	// A new certificate is shown without a restart.
	if _, err := a.Renew("bus"); err != nil {
		t.Fatal(err)
	}
	put("bus.pem", cert)
	put("bus.key.pem", key)
	if err := peer.Reload(); err != nil {
		t.Fatal(err)
	}
	if second, err := ask(server.URL); err != nil || second == first || second != Thumbprint(peer.Leaf()) {
		t.Errorf("after the renewal: %q, %v", second, err)
	}
	// The certificate must name the host, also where that is an address.
	if _, err := ask(national(t, a, dir, "127.0.0.2").URL); err == nil || !strings.Contains(err.Error(), "127.0.0.2") {
		t.Errorf("a certificate of another address is taken: %v", err)
	}
	// A server of another authority is not met, although its certificate is whole.
	other, otherDir := newAuthority(t)
	if _, err := ask(national(t, other, otherDir, "127.0.0.1").URL); err == nil {
		t.Error("a server of another authority is trusted")
	}
	// A faulty file leaves what was in force.
	if err := os.WriteFile(roots, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if peer.Reload() == nil {
		t.Error("a faulty file is no fault")
	}
	if _, err := ask(server.URL); err != nil {
		t.Errorf("after a faulty file: %v", err)
	}
}

func TestPeerWithoutFilesIsNoneAndHalfOfOneIsAFault(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if p, err := OpenPeer(at("ca"), at("crt"), at("key")); p != nil || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	cert, _ := newPair(t, 1)
	write(t, at("crt"), cert, 0o600)
	if _, err := OpenPeer(at("ca"), at("crt"), at("key")); err == nil {
		t.Error("a certificate without its key is no fault")
	}
}
