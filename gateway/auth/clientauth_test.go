package auth

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

func thumbprintOf(cert *x509.Certificate) [sha256.Size]byte { return sha256.Sum256(cert.Raw) }

// withCertificate is a request on a connection that proved possession of one.
func withCertificate(r *http.Request, cert *x509.Certificate) *http.Request {
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}
	return r
}

func (w *world) certificate(name string) *x509.Certificate {
	return &x509.Certificate{Raw: []byte(name), NotBefore: w.now.Add(-time.Hour), NotAfter: w.now.Add(time.Hour)}
}

// post is a form for an endpoint.
func post(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", formType)
	return r
}

func grantForm(more ...string) url.Values {
	form := url.Values{"grant_type": {"client_credentials"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func basic(path, id, password string, form url.Values) *http.Request {
	r := post(path, form)
	r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(password))
	return r
}

// equip gives the client of H26.12 a secret and a certificate.
func (w *world) equip(password string, cert *x509.Certificate) {
	hash := secret.Keep(password)
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) {
		c.SecretHash, c.Certificates = hash, []string{certs.Thumbprint(cert)}
	})
}

func (w *world) wantError(r *http.Request, status int, code, description string) {
	w.t.Helper()
	recorder := w.send(r)
	answer := w.answer(recorder)
	said, _ := answer["error_description"].(string)
	if recorder.Code != status || answer["error"] != code || !strings.Contains(said, description) {
		w.t.Errorf("got %d %v, want %d %s %q", recorder.Code, answer, status, code, description)
	}
}

func TestTokenByCertificateIsBoundToIt(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate("mine")
	w.equip("s", mine)
	recorder := w.send(withCertificate(post(TokenPath, grantForm("client_id", "H26.12-demo")), mine))
	if recorder.Code != http.StatusOK {
		t.Fatal(recorder.Body)
	}
	token := w.answer(recorder)["access_token"].(string)
	for name, cert := range map[string]*x509.Certificate{"none": nil, "another": w.certificate("other")} {
		if _, err := w.verifier.Verify(t.Context(), token, cert); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("with certificate %s: %v", name, err)
		}
	}
	if caller, err := w.verifier.Verify(t.Context(), token, mine); err != nil || caller.Client.ID != "H26.12-demo" {
		t.Errorf("with its certificate: %v, %v", caller, err)
	}
	// A certificate binds only where it is the proof.
	recorder = w.send(withCertificate(basic(TokenPath, "H26.12-demo", "s", grantForm()), mine))
	if _, err := w.verify(w.answer(recorder)["access_token"].(string)); err != nil {
		t.Errorf("token by secret: %v", err)
	}
}

func TestCertificateOpensOnlyItsOwnClient(t *testing.T) {
	w := newWorld(t)
	mine := w.certificate("mine")
	w.equip("s", mine)
	expired, early := *mine, *mine
	expired.NotAfter, early.NotBefore = w.now.Add(-time.Second), w.now.Add(time.Second)
	for name, tt := range map[string]struct {
		client string
		cert   *x509.Certificate
		want   string
	}{
		"another certificate": {"H26.12-demo", w.certificate("other"), failedProof}, "another client": {"H26.11-demo", mine, failedProof},
		"unknown client": {"nobody", mine, failedProof}, "expired": {"H26.12-demo", &expired, "not valid now"}, "not yet valid": {"H26.12-demo", &early, "not valid now"},
		"no client": {"", mine, "authenticate by private_key_jwt, tls_client_auth, client_secret_basic"},
	} {
		t.Run(name, func(t *testing.T) {
			w.wantError(withCertificate(post(TokenPath, grantForm("client_id", tt.client)), tt.cert), 401, "invalid_client", tt.want)
		})
	}
	w.wantError(post(TokenPath, grantForm("client_id", "H26.12-demo")), 401, "invalid_client", "authenticate by")
	header := post(TokenPath, grantForm("client_id", "H26.12-demo"))
	for _, name := range []string{"X-Client-Cert", "X-SSL-Client-SHA256", "Client-Cert", "X-Forwarded-Client-Cert"} {
		header.Header.Set(name, certs.Thumbprint(mine))
	}
	w.wantError(header, 401, "invalid_client", "authenticate by")
	w.suspendClient("H26.12")
	w.wantError(withCertificate(post(TokenPath, grantForm("client_id", "H26.12-demo")), mine), 401, "invalid_client", failedSuspended)
}

func TestSecretIsTakenByBasicAndNowhereElse(t *testing.T) {
	w := newWorld(t)
	const odd = "p&ss: +%wörd"
	w.equip(odd, w.certificate("mine"))
	for _, form := range []url.Values{grantForm(), grantForm("client_id", "H26.12-demo")} {
		recorder := w.send(basic(TokenPath, "H26.12-demo", odd, form))
		if recorder.Code != http.StatusOK {
			t.Fatal(recorder.Body)
		}
		if _, err := w.verify(w.answer(recorder)["access_token"].(string)); err != nil {
			t.Error(err)
		}
	}
	w.wantError(basic(TokenPath, "H26.12-demo", "wrong", grantForm()), 401, "invalid_client", failedProof)
	w.wantError(basic(TokenPath, "H26.11-demo", odd, grantForm()), 401, "invalid_client", failedProof)
	w.wantError(basic(TokenPath, "nobody", odd, grantForm()), 401, "invalid_client", failedProof)
	w.wantError(basic(TokenPath, "H26.12-demo", "", grantForm()), 401, "invalid_client", "both form-encoded")
	w.wantError(basic(TokenPath, "H26.12-demo", odd, grantForm("client_id", "H26.11-demo")), 400, "invalid_request", "client_id")
	w.wantError(post(TokenPath, grantForm("client_id", "H26.12-demo", "client_secret", odd)), 401, "invalid_client", "use HTTP Basic")
	for _, header := range []string{"Bearer x", "Basic", "Basic !!", "Basic " + base64.StdEncoding.EncodeToString([]byte("no colon")), "Basic " + base64.StdEncoding.EncodeToString([]byte("a%zz:b"))} {
		r := post(TokenPath, grantForm())
		r.Header.Set("Authorization", header)
		w.wantError(r, 401, "invalid_client", "both form-encoded")
	}
	w.suspendAgency("H26.12")
	w.wantError(basic(TokenPath, "H26.12-demo", odd, grantForm()), 401, "invalid_client", failedSuspended)
	if challenge := w.send(basic(TokenPath, "nobody", "x", grantForm())).Header().Get("WWW-Authenticate"); !strings.HasPrefix(challenge, "Basic ") {
		t.Errorf("WWW-Authenticate %q", challenge)
	}
}

func TestTwoMethodsInOneRequestAreRefused(t *testing.T) {
	w := newWorld(t)
	w.equip("s", w.certificate("mine"))
	assertion := func() url.Values {
		return tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12")))
	}
	posted := assertion()
	posted.Set("client_secret", "s")
	twice := basic(TokenPath, "H26.12-demo", "s", grantForm())
	twice.Header.Add("Authorization", twice.Header.Get("Authorization"))
	const one = "one method and no other"
	w.wantError(basic(TokenPath, "H26.12-demo", "s", assertion()), 400, "invalid_request", one)
	w.wantError(basic(TokenPath, "H26.12-demo", "s", grantForm("client_assertion_type", "")), 400, "invalid_request", one)
	w.wantError(basic(TokenPath, "H26.12-demo", "s", grantForm("client_secret", "s")), 400, "invalid_request", one)
	w.wantError(post(TokenPath, posted), 400, "invalid_request", one)
	w.wantError(twice, 401, "invalid_client", "want one Authorization header")
}

func TestGuessesAtASecretAreLimitedAndShutNobodyOut(t *testing.T) {
	w := newWorld(t)
	w.equip("right", w.certificate("mine"))
	w.change("H26.11", func(_ *AgencyRecord, c *ClientRecord) { c.SecretHash = secret.Keep("other") })
	good := func(client, password string) int { return w.send(basic(TokenPath, client, password, grantForm())).Code }
	if code := good("H26.12-demo", "right"); code != 200 {
		t.Fatal(code)
	}
	for _, client := range []string{"H26.12-demo", "nobody"} {
		limited := 0
		for n := range 25 {
			recorder := w.send(basic(TokenPath, client, fmt.Sprint("guess", n), grantForm()))
			if recorder.Code == http.StatusTooManyRequests && recorder.Header().Get("Retry-After") != "" {
				limited++
			}
		}
		if limited != 5 {
			t.Errorf("%s: %d of 25 guesses were turned away, want 5", client, limited)
		}
	}
	if code := good("H26.12-demo", "right"); code != 200 {
		t.Errorf("a client that had proved its secret was shut out by guesses: %d", code)
	}
	if code := good("H26.11-demo", "other"); code != 200 {
		t.Errorf("another client: %d", code)
	}
	w.now = w.now.Add(secret.GuessEvery)
	if code := good("H26.12-demo", "wrong"); code != http.StatusUnauthorized {
		t.Errorf("a guess later: %d", code)
	}
}

func TestSecretThatWasReplacedEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.equip("old", w.certificate("mine"))
	if recorder := w.send(basic(TokenPath, "H26.12-demo", "old", grantForm())); recorder.Code != 200 {
		t.Fatal(recorder.Body)
	}
	w.equip("new", w.certificate("mine"))
	w.wantError(basic(TokenPath, "H26.12-demo", "old", grantForm()), 401, "invalid_client", failedProof)
	if recorder := w.send(basic(TokenPath, "H26.12-demo", "new", grantForm())); recorder.Code != 200 {
		t.Error(recorder.Body)
	}
}
