package auth

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

const publicURL = "https://bus.example"

// world is everything of this package on one clock, with three fictional
// agencies that have one client each.
type world struct {
	t        testing.TB
	now      time.Time
	keysDir  string
	keys     *certs.Keys
	private  map[string]*ecdsa.PrivateKey // of the agencies' clients
	source   *records
	registry *Registry
	store    *revocations
	revoked  *Revoked
	issuer   *Issuer
	verifier *Verifier
	outcomes []TokenOutcome
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), keysDir: filepath.Join(dir, "keys"), private: map[string]*ecdsa.PrivateKey{}}
	w.source = &records{version: 1}
	for id, scopes := range map[string][]string{
		"H26.11": {"*:*", "documents:send", "documents:receive", "usage:read"}, "H26.12": {"*:*", "documents:send", "documents:receive"}, "H26.13": {"*:*"},
	} {
		w.private[id] = newP256(t)
		w.source.all = append(w.source.all, AgencyRecord{ID: id, NameVI: "Hư cấu", NameEN: "Fictional", Fictional: true, Clients: []ClientRecord{
			{ID: demoClient(id), Agency: id, Name: "n", Scopes: scopes, Keys: []string{publicPEM(t, &w.private[id].PublicKey)}}}})
	}
	slices.SortFunc(w.source.all, func(a, b AgencyRecord) int { return strings.Compare(a.ID, b.ID) })
	var err error
	w.registry, err = OpenRegistry(t.Context(), RegistryConfig{Source: w.source, Now: w.clock})
	w.must(err)
	w.keys, err = certs.OpenKeys(w.keysDir)
	w.must(err)
	w.store = &revocations{revocationMemory: &revocationMemory{}}
	w.revoked, err = OpenRevoked(t.Context(), w.store, w.clock)
	w.must(err)
	w.issuer = w.newIssuer(publicURL)
	w.verifier = w.newVerifier()
	return w
}

func (w *world) newIssuer(publicURL string) *Issuer {
	w.t.Helper()
	issuer, err := NewIssuer(IssuerConfig{
		PublicURL: publicURL, Keys: w.keys, Registry: w.registry, Used: &assertionMemory{now: w.clock}, Revoked: w.revoked, Now: w.clock,
		Report: func(_ *http.Request, o TokenOutcome) { w.outcomes = append(w.outcomes, o) },
	})
	w.must(err)
	return issuer
}

func (w *world) newVerifier(external ...ExternalIssuer) *Verifier {
	w.t.Helper()
	verifier, err := NewVerifier(VerifierConfig{PublicURL: publicURL, Keys: w.keys, Registry: w.registry, Revoked: w.revoked, Now: w.clock, External: external})
	w.must(err)
	return verifier
}

func demoClient(agency string) string { return agency + "-demo" }

func (w *world) clock() time.Time { return w.now }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// records is a Source that a test changes, or breaks.
type records struct {
	mu      sync.Mutex
	version int64
	all     []AgencyRecord
	err     error
	loads   int
}

func (s *records) Version(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version, s.err
}

func (s *records) Load(context.Context) ([]AgencyRecord, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	return s.all, s.version, s.err
}

// revocations is a store that a test breaks.
type revocations struct {
	*revocationMemory
	err error
}

func (r *revocations) Revoke(ctx context.Context, revocation Revocation) error {
	return cmp.Or(r.err, r.revocationMemory.Revoke(ctx, revocation))
}

func (r *revocations) Revocations(ctx context.Context, after int64) ([]Revocation, error) {
	if r.err != nil {
		return nil, r.err
	}
	return r.revocationMemory.Revocations(ctx, after)
}

// change edits an agency's record and its client's, and lets the registry see it.
func (w *world) change(agency string, edit func(*AgencyRecord, *ClientRecord)) {
	w.t.Helper()
	w.source.mu.Lock()
	all := slices.Clone(w.source.all)
	at := slices.IndexFunc(all, func(a AgencyRecord) bool { return a.ID == agency })
	all[at].Clients = slices.Clone(all[at].Clients)
	edit(&all[at], &all[at].Clients[0])
	w.source.all = all
	w.source.version++
	w.source.mu.Unlock()
	w.must(w.registry.Reload(w.t.Context()))
}

func (w *world) suspendAgency(id string) {
	w.change(id, func(a *AgencyRecord, _ *ClientRecord) { a.Suspended = true })
}

func (w *world) suspendClient(agency string) {
	w.change(agency, func(_ *AgencyRecord, c *ClientRecord) { c.Suspended = true })
}

func (w *world) clientKey(agency string) *ecdsa.PrivateKey { return w.private[agency] }

func newP256(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func publicPEM(t testing.TB, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// token issues a token of the agency's client with all its scopes.
func (w *world) token(agency string) string {
	w.t.Helper()
	client, ok := w.registry.Client(demoClient(agency))
	if !ok {
		w.t.Fatalf("%s has no client", agency)
	}
	token, _, err := w.issuer.Issue(client, client.Scopes, nil)
	w.must(err)
	return token.AccessToken
}

// verify looks at a token on a connection without a certificate.
func (w *world) verify(token string) (*Caller, error) {
	return w.verifier.Verify(context.Background(), token, nil) // a fuzz target has a context of its own
}

// forger knows the bus's own key, so that only what it forges can be at fault.
func (w *world) forger() *forgery.Forger {
	kid, key := w.keys.Signing().Active()
	return &forgery.Forger{Issuer: publicURL, Kid: kid, Key: key, Now: w.now,
		Client: demoClient("H26.12"), Agency: "H26.12", OtherClient: demoClient("H26.11"), OtherAgency: "H26.11"}
}

// with copies a map with some members changed; a nil value removes one.
func with(base, changes map[string]any) map[string]any {
	return forgery.Members(base).With(changes)
}

// goodAssertion is the claims of an assertion that is accepted once.
func (w *world) goodAssertion(agency string) map[string]any {
	return map[string]any{
		"iss": demoClient(agency), "sub": demoClient(agency), "aud": publicURL + TokenPath,
		"jti": rand.Text(), "iat": w.now.Unix(), "exp": w.now.Add(time.Minute).Unix(),
	}
}

func (w *world) signAssertion(method jwt.SigningMethod, key any, header, claims map[string]any) string {
	w.t.Helper()
	token := jwt.NewWithClaims(method, jwt.MapClaims(claims))
	maps.Copy(token.Header, header)
	text, err := token.SignedString(key)
	w.must(err)
	return text
}

func tokenForm(assertion string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {assertionTypeJWT}, "client_assertion": {assertion}}
}

// ask sends a form to the token endpoint.
func (w *world) ask(form url.Values) *httptest.ResponseRecorder {
	return w.askRaw(http.MethodPost, TokenPath, formType, form.Encode())
}

const formType = "application/x-www-form-urlencoded"

func (w *world) askRaw(method, target, contentType, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	return w.send(request)
}

// send carries a request to the endpoint that its address names.
func (w *world) send(request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	if request.URL.Path == RevokePath {
		w.issuer.ServeRevoke(recorder, request)
	} else {
		w.issuer.ServeToken(recorder, request)
	}
	return recorder
}

func (w *world) answer(recorder *httptest.ResponseRecorder) map[string]any {
	w.t.Helper()
	var answer map[string]any
	w.must(json.Unmarshal(recorder.Body.Bytes(), &answer))
	return answer
}
