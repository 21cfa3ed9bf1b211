package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

// bus serves the real handlers over HTTP, and keeps w.issuer the one that does.
func (w *world) bus(serve func(*httptest.Server)) *httptest.Server {
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	w.t.Cleanup(server.Close)
	serve(server)
	w.issuer = w.newIssuer(server.URL)
	mux.HandleFunc(TokenPath, w.issuer.ServeToken)
	mux.HandleFunc(RevokePath, w.issuer.ServeRevoke)
	mux.HandleFunc(MetadataPath, w.issuer.ServeMetadata)
	mux.HandleFunc(KeysPath, w.issuer.ServeKeys)
	var err error
	w.verifier, err = NewVerifier(VerifierConfig{PublicURL: server.URL, Keys: w.keys, Registry: w.registry, Revoked: w.revoked, Now: w.clock})
	w.must(err)
	return server
}

func (w *world) document(client *http.Client, address string, into any) {
	w.t.Helper()
	response, err := client.Get(address)
	w.must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	w.must(err)
	w.must(json.Unmarshal(body, into))
}

// golang.org/x/oauth2 is the client that Go programs use.
func TestOAuth2ClientGetsATokenBySecret(t *testing.T) {
	w := newWorld(t)
	password := secret.New()
	w.equip(password, w.certificate("mine"))
	server := w.bus((*httptest.Server).Start)
	config := clientcredentials.Config{ClientID: "H26.12-demo", ClientSecret: password, TokenURL: server.URL + TokenPath,
		Scopes: []string{"population:*", "documents:send"}, AuthStyle: oauth2.AuthStyleInHeader}
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	caller, err := w.verify(token.AccessToken)
	if err != nil || caller.Client.ID != "H26.12-demo" || caller.Scopes.String() != "population:* documents:send" || token.TokenType != "Bearer" {
		t.Errorf("%+v, %v", caller, err)
	}
	if got := token.Extra("scope"); got != "population:* documents:send" {
		t.Errorf("scope %v", got)
	}
	config.ClientSecret = "wrong"
	var refusal *oauth2.RetrieveError
	if _, err := config.Token(t.Context()); !errors.As(err, &refusal) || refusal.ErrorCode != "invalid_client" || refusal.Response.StatusCode != 401 {
		t.Errorf("got %v", err)
	}
	// Left to find out by itself, it tries the header first.
	config.ClientSecret, config.AuthStyle = password, oauth2.AuthStyleAutoDetect
	if _, err := config.Token(t.Context()); err != nil {
		t.Error(err)
	}
}

// go-jose is not the library that signs our tokens.
func TestAnotherLibraryVerifiesOurTokensAgainstOurKeys(t *testing.T) {
	w := newWorld(t)
	server := w.bus((*httptest.Server).Start)
	var metadata struct {
		Issuer string
		Token  string `json:"token_endpoint"`
		Keys   string `json:"jwks_uri"`
	}
	w.document(server.Client(), server.URL+MetadataPath, &metadata)
	old := w.token("H26.12")
	version, err := w.keys.Announce("signing")
	w.must(err)
	w.must(w.keys.Activate("signing", version))
	var set jose.JSONWebKeySet
	w.document(server.Client(), metadata.Keys, &set)
	for name, text := range map[string]string{"old key": old, "new key": w.token("H26.12")} {
		token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.ES256})
		w.must(err)
		var said jwt.Claims
		var more struct {
			ClientID string `json:"client_id"`
			Agency   string `json:"agency"`
		}
		if err := token.Claims(set, &said, &more); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := said.ValidateWithLeeway(jwt.Expected{Issuer: metadata.Issuer, Subject: "H26.12-demo", AnyAudience: jwt.Audience{server.URL}, Time: w.now}, 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if typ := token.Headers[0].ExtraHeaders[jose.HeaderType]; typ != "at+jwt" || more.ClientID != "H26.12-demo" || more.Agency != "H26.12" {
			t.Errorf("%s: typ %v, %+v", name, typ, more)
		}
	}
}

func TestAnotherLibrarysAssertionAndKeysAreAccepted(t *testing.T) {
	w := newWorld(t)
	server := w.bus((*httptest.Server).Start)
	key := w.clientKey("H26.12")
	publisher := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(rw).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	}))
	t.Cleanup(publisher.Close)
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.Keys, c.JWKSURL = nil, publisher.URL })
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, (&jose.SignerOptions{}).WithType("JWT"))
	w.must(err)
	assertion, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: "H26.12-demo", Subject: "H26.12-demo", Audience: jwt.Audience{server.URL}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(w.now), Expiry: jwt.NewNumericDate(w.now.Add(time.Minute))}).Serialize()
	w.must(err)
	response, err := server.Client().PostForm(server.URL+TokenPath, tokenForm(assertion))
	w.must(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("got %d, %+v", response.StatusCode, w.outcomes)
	}
}

func TestTokenByCertificateOverRealTLS(t *testing.T) {
	w := newWorld(t)
	mine, other := newCertificate(t, w.now), newCertificate(t, w.now)
	w.equip("s", mine.Leaf)
	server := w.bus(func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
		s.StartTLS()
	})
	client := func(certificate ...tls.Certificate) *http.Client {
		transport := server.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = certificate
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	config := clientcredentials.Config{ClientID: "H26.12-demo", TokenURL: server.URL + TokenPath, AuthStyle: oauth2.AuthStyleInParams}
	by := func(c *http.Client) (*oauth2.Token, error) {
		return config.Token(context.WithValue(t.Context(), oauth2.HTTPClient, c))
	}
	token, err := by(client(mine))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.verifier.Verify(t.Context(), token.AccessToken, mine.Leaf); err != nil {
		t.Error(err)
	}
	for name, cert := range map[string]*x509.Certificate{"none": nil, "another": other.Leaf} {
		if _, err := w.verifier.Verify(t.Context(), token.AccessToken, cert); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("with %s: %v", name, err)
		}
	}
	for name, c := range map[string]*http.Client{"none": client(), "another": client(other)} {
		if _, err := by(c); err == nil {
			t.Errorf("a token was given for certificate %s", name)
		}
	}
	response, err := client(mine).PostForm(server.URL+RevokePath, url.Values{"client_id": {"H26.12-demo"}, "token": {token.AccessToken}})
	w.must(err)
	response.Body.Close()
	if _, err := w.verifier.Verify(t.Context(), token.AccessToken, mine.Leaf); response.StatusCode != 200 || !strings.Contains(fmt.Sprint(err), "revoked") {
		t.Errorf("after the revocation: %d, %v", response.StatusCode, err)
	}
}

func newCertificate(t *testing.T, now time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
