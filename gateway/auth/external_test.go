package auth

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

// published serves keys under their kids; nil is an outage.
type published struct {
	server  *httptest.Server
	keys    atomic.Pointer[map[string]*ecdsa.PrivateKey]
	fetches atomic.Int64
}

func publish(t *testing.T, keys map[string]*ecdsa.PrivateKey) *published {
	t.Helper()
	p := &published{}
	p.keys.Store(&keys)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		keys := *p.keys.Load()
		if keys == nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		all := []keyset.JWK{}
		for kid, key := range keys {
			public, err := keyset.Publish(kid, &key.PublicKey)
			if err != nil {
				t.Error(err)
			}
			all = append(all, public)
		}
		json.NewEncoder(w).Encode(map[string]any{"keys": all})
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *published) set(keys map[string]*ecdsa.PrivateKey) { p.keys.Store(&keys) }

// ministry is an external issuer, as the bus is configured for it.
type ministry struct {
	*published
	key    *ecdsa.PrivateKey
	config ExternalIssuer
}

func newMinistry(t *testing.T, w *world) *ministry {
	m := &ministry{key: newP256(t)}
	m.published = publish(t, map[string]*ecdsa.PrivateKey{"m1": m.key})
	m.config = ExternalIssuer{Issuer: "https://ministry.example/realms/gov", JWKSURL: m.server.URL, Algorithms: []string{"ES256"},
		Audience: "lgsp", ClientClaim: "azp", Agencies: []string{"000.00.12.H26"}}
	w.verifier = w.newVerifier(m.config)
	return m
}

func (m *ministry) header() forgery.Members {
	return forgery.Members{"alg": "ES256", "typ": "JWT", "kid": "m1"}
}

func (m *ministry) claims(w *world) forgery.Members {
	return forgery.Members{"iss": m.config.Issuer, "aud": []string{"account", "lgsp"}, "sub": "f3c1", "azp": "H26.12-demo", "jti": "theirs",
		"scope": "openid population:* profile", "iat": w.now.Unix(), "exp": w.now.Add(time.Hour).Unix()}
}

func TestTokenOfAnExternalIssuerTellsItsCaller(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	token := forgery.SignES256(m.key, m.header(), m.claims(w))
	for _, state := range []string{"first seen", "remembered"} {
		caller, err := w.verify(token)
		if err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if caller.Agency.ID != "H26.12" || caller.Client.ID != "H26.12-demo" || caller.TokenID != "theirs" || caller.Scopes.String() != "population:*" {
			t.Errorf("%s: %+v", state, caller)
		}
	}
	if n := m.fetches.Load(); n != 1 {
		t.Errorf("%d fetches", n)
	}
	if _, err := w.verify(w.token("H26.12")); err != nil {
		t.Errorf("our own token beside: %v", err)
	}
	w.suspendClient("H26.12")
	refusedTwice(t, w, token)
}

func TestExternalIssuerSpeaksOnlyForItsAgencies(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	for name, client := range map[string]string{"another agency's client": "H26.11-demo", "unknown client": "nobody", "no client": ""} {
		t.Run(name, func(t *testing.T) {
			refusedTwice(t, w, forgery.SignES256(m.key, m.header(), m.claims(w).With(forgery.Members{"azp": client, "client_id": "H26.12-demo"})))
		})
	}
}

func TestForgedExternalTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	ours := w.forger()
	if _, err := w.verify(forgery.SignES256(m.key, m.header(), m.claims(w))); err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) int64 { return w.now.Add(d).Unix() }
	for name, change := range map[string]forgery.Members{
		"no aud": {"aud": nil}, "other aud": {"aud": "account"}, "our aud": {"aud": publicURL}, "no exp": {"exp": nil}, "exp a string": {"exp": "9999999999"},
		"expired": {"exp": at(0)}, "expired within their skew": {"exp": at(-time.Second)}, "no iat": {"iat": nil}, "iat in the future": {"iat": at(time.Minute)},
		"nbf in the future": {"nbf": at(time.Minute)}, "no client": {"azp": nil}, "client a number": {"azp": 7}, "long scope": {"scope": strings.Repeat("x", maxScopeText+1)},
		"cnf of another kind": {"cnf": forgery.Members{"jkt": "x"}}, "other iss": {"iss": "https://ministry.example"}, "our iss": {"iss": publicURL}, "no iss": {"iss": nil},
	} {
		t.Run("claim "+name, func(t *testing.T) {
			refusedTwice(t, w, forgery.SignES256(m.key, m.header(), m.claims(w).With(change)))
		})
	}
	for name, change := range map[string]forgery.Members{
		"no kid": {"kid": nil}, "kid a number": {"kid": 1}, "our kid": {"kid": ours.Kid}, "no typ": {"typ": nil}, "typ of another use": {"typ": "logout+jwt"},
		"crit": {"crit": []string{"x"}}, "jku": {"jku": m.server.URL}, "jwk": {"jwk": forgery.Members{}}, "x5u": {"x5u": m.server.URL}, "x5c": {"x5c": []string{"AAAA"}},
		"alg not theirs": {"alg": "RS256"}, "alg HS256": {"alg": "HS256"}, "alg none": {"alg": "none"},
	} {
		t.Run("header "+name, func(t *testing.T) {
			refusedTwice(t, w, forgery.SignES256(m.key, m.header().With(change), m.claims(w)))
		})
	}
	for name, token := range map[string]string{
		"our key":              forgery.SignES256(ours.Key, m.header(), m.claims(w)),
		"our key and kid":      forgery.SignES256(ours.Key, ours.Header(), m.claims(w)),
		"their key, our words": forgery.SignES256(m.key, ours.Header(), ours.Claims()),
		"their kid, our words": forgery.SignES256(m.key, ours.Header().With(forgery.Members{"kid": "m1"}), ours.Claims()),
		"another key":          forgery.SignES256(newP256(t), m.header(), m.claims(w)),
		"no signature":         forgery.Compact(m.header(), m.claims(w), func(string) []byte { return nil }),
		"zero signature":       forgery.Compact(m.header(), m.claims(w), func(string) []byte { return make([]byte, 64) }),
	} {
		t.Run(name, func(t *testing.T) { refusedTwice(t, w, token) })
	}
	for name, token := range ours.Bad() {
		t.Run(name, func(t *testing.T) { refusedTwice(t, w, token) })
	}
}

func TestUnknownIssuerIsRefusedWithoutAFetch(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	for n := range 100 {
		claims := m.claims(w).With(forgery.Members{"iss": fmt.Sprint("https://", n, ".example")})
		refusedTwice(t, w, forgery.SignES256(m.key, m.header().With(forgery.Members{"kid": fmt.Sprint(n)}), claims))
	}
	// Nor is anything fetched for a header that would be refused anyway.
	refusedTwice(t, w, forgery.SignES256(m.key, m.header().With(forgery.Members{"alg": "HS256"}), m.claims(w)))
	refusedTwice(t, w, forgery.SignES256(m.key, m.header().With(forgery.Members{"typ": "x"}), m.claims(w)))
	if n := m.fetches.Load(); n != 0 {
		t.Errorf("%d fetches, want none", n)
	}
	for n := range 1000 {
		w.verify(forgery.Compact(m.header().With(forgery.Members{"kid": fmt.Sprint(n)}), m.claims(w), func(string) []byte { return nil }))
	}
	if n := m.fetches.Load(); n != 1 {
		t.Errorf("%d fetches for unknown kids, want 1", n)
	}
}

func TestExternalKeysRotateAndOutlastAnOutage(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	first := forgery.SignES256(m.key, m.header(), m.claims(w))
	if _, err := w.verify(first); err != nil {
		t.Fatal(err)
	}
	// A new key is taken at its first token.
	next := newP256(t)
	m.set(map[string]*ecdsa.PrivateKey{"m1": m.key, "m2": next})
	w.now = w.now.Add(keyset.Interval)
	second := forgery.SignES256(next, m.header().With(forgery.Members{"kid": "m2"}), m.claims(w))
	for name, token := range map[string]string{"old": first, "new": second} {
		if _, err := w.verify(token); err != nil {
			t.Errorf("%s key during the overlap: %v", name, err)
		}
	}
	// An outage keeps both, and is reported.
	m.set(nil)
	w.now = w.now.Add(keyset.MaxAge)
	if err := w.verifier.RefreshKeys(t.Context()); err == nil {
		t.Error("the outage was not reported")
	}
	for name, token := range map[string]string{"old": first, "new": second} {
		if _, err := w.verify(token); err != nil {
			t.Errorf("%s key during the outage: %v", name, err)
		}
	}
	// A key that is gone ends its tokens, remembered ones too.
	m.set(map[string]*ecdsa.PrivateKey{"m2": next})
	w.now = w.now.Add(keyset.Interval)
	w.must(w.verifier.RefreshKeys(t.Context()))
	refusedTwice(t, w, first)
	if _, err := w.verify(second); err != nil {
		t.Errorf("the key that stayed: %v", err)
	}
}

func TestExternalTokenBoundToACertificateNeedsIt(t *testing.T) {
	w := newWorld(t)
	m := newMinistry(t, w)
	mine := w.certificate("mine")
	token := forgery.SignES256(m.key, m.header(), m.claims(w).With(forgery.Members{"cnf": forgery.Members{"x5t#S256": certs.Thumbprint(mine)}}))
	for name, cert := range map[string]*x509.Certificate{"none": nil, "another": w.certificate("other")} {
		if _, err := w.verifier.Verify(t.Context(), token, cert); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.verifier.Verify(t.Context(), token, mine); err != nil {
		t.Error(err)
	}
}

func TestEveryFaultOfAnExternalIssuerIsReported(t *testing.T) {
	w := newWorld(t)
	good := ExternalIssuer{Issuer: "https://a.example", JWKSURL: "https://a.example/keys", Algorithms: []string{"ES256"}, Audience: "lgsp", Agencies: []string{"H26.12"}}
	own := good
	own.Issuer = publicURL
	_, err := NewVerifier(VerifierConfig{PublicURL: publicURL, Keys: w.keys, Registry: w.registry, Revoked: w.revoked, Now: w.clock,
		External: []ExternalIssuer{{JWKSURL: "http://a.example", Algorithms: []string{"HS256", "none"}, Agencies: []string{"all"}}, {}, good, good, own, {Place: "issuers.yaml:9:3"}}})
	for _, want := range []string{"external issuer 1: issuer is missing", "external issuer 1: jwksUrl: want an https address", "external issuer 1: audience is missing", `external issuer 1: algorithms: "HS256"`, `external issuer 1: algorithms: "none"`,
		"external issuer 1: agencies: parse agency id",
		"external issuer 2: algorithms: want some of", "external issuer 2: agencies: name those", "issuers.yaml:9:3: issuer is missing", "issuers.yaml:9:3: jwksUrl: want", "external issuer 4: issuer: listed twice", "external issuer 5: issuer: that is this bus"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestClientMayPublishItsKeys(t *testing.T) {
	w := newWorld(t)
	key := w.clientKey("H26.12")
	p := publish(t, map[string]*ecdsa.PrivateKey{"c1": key})
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.Keys, c.JWKSURL = nil, p.server.URL })
	ask := func(key *ecdsa.PrivateKey, kid any) int {
		return w.ask(tokenForm(w.signAssertion(jwt.SigningMethodES256, key, with(map[string]any{}, map[string]any{"kid": kid}), w.goodAssertion("H26.12")))).Code
	}
	next := newP256(t)
	for _, step := range []struct {
		name    string
		change  func()
		key     *ecdsa.PrivateKey
		kid     any
		status  int
		fetches int64
	}{
		{"first key", nil, key, "c1", 200, 1},
		{"without kid", nil, key, nil, 200, 1},
		{"unknown kid", nil, key, "c9", 401, 1},
		{"another key", nil, next, "c1", 401, 1},
		{"rotated", func() { p.set(map[string]*ecdsa.PrivateKey{"c2": next}); w.now = w.now.Add(keyset.Interval) }, next, "c2", 200, 2},
		{"old key", nil, key, "c1", 401, 2},
		{"outage", func() { p.set(nil); w.now = w.now.Add(keyset.MaxAge) }, next, "c2", 200, 3},
		{"still", nil, next, "c2", 200, 3},
		{"unknown kid in the outage", nil, key, "c3", 401, 3},
	} {
		if step.change != nil {
			step.change()
		}
		if status := ask(step.key, step.kid); status != step.status || p.fetches.Load() != step.fetches {
			t.Errorf("%s: %d after %d fetches, want %d after %d", step.name, status, p.fetches.Load(), step.status, step.fetches)
		}
	}
	if last := w.outcomes[len(w.outcomes)-1]; last.Fault == nil || last.Reason != failedProof {
		t.Errorf("the log is not told why: %+v", last)
	}
}
