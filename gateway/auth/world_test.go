package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/certs"
)

const publicURL = "https://bus.example"

// world is everything of this package on one clock, with the demonstration agencies.
type world struct {
	t        testing.TB
	now      time.Time
	demo     string
	keysDir  string
	keys     *certs.Keys
	registry *Registry
	issuer   *Issuer
	verifier *Verifier
	outcomes []TokenOutcome
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), demo: filepath.Join(dir, "demo"), keysDir: filepath.Join(dir, "keys")}
	file, err := EnsureDemo(w.demo)
	w.must(err)
	w.registry, err = OpenRegistry(file)
	w.must(err)
	w.keys, err = certs.OpenKeys(w.keysDir)
	w.must(err)
	w.issuer, err = NewIssuer(IssuerConfig{
		PublicURL: publicURL, Keys: w.keys, Registry: w.registry, Used: NewAssertionMemory(w.clock), Now: w.clock,
		Report: func(_ *http.Request, o TokenOutcome) { w.outcomes = append(w.outcomes, o) },
	})
	w.must(err)
	w.verifier, err = NewVerifier(publicURL, w.keys, w.registry, w.clock)
	w.must(err)
	return w
}

func (w *world) clock() time.Time { return w.now }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// edit replaces text in the agencies file and reloads it.
func (w *world) edit(from, to string) {
	w.t.Helper()
	path := filepath.Join(w.demo, "agencies.yaml")
	data, err := os.ReadFile(path)
	w.must(err)
	changed := strings.ReplaceAll(string(data), from, to)
	if changed == string(data) {
		w.t.Fatalf("the agencies file has no %q", from)
	}
	w.must(os.WriteFile(path, []byte(changed), 0o600))
	w.must(w.registry.Reload())
}

// suspendAgency and suspendClient rely on the order in which EnsureDemo writes.
func (w *world) suspendAgency(id string) {
	w.edit("- id: "+id+"\n    name", "- id: "+id+"\n    suspended: true\n    name")
}
func (w *world) suspendClient(id string) {
	w.edit("- id: "+id+"\n", "- id: "+id+"\n        suspended: true\n")
}

func (w *world) clientKey(agency string) crypto.Signer {
	w.t.Helper()
	key, err := certs.ReadPrivateKey(DemoKeyFile(w.demo, agency))
	w.must(err)
	return key
}

// token issues a token of the agency's client with all its scopes.
func (w *world) token(agency string) string {
	w.t.Helper()
	client, ok := w.registry.Client(DemoClientID(agency))
	if !ok {
		w.t.Fatalf("%s has no client", agency)
	}
	token, _, err := w.issuer.Issue(client, client.Scopes, nil)
	w.must(err)
	return token.AccessToken
}

// goodHeader and goodClaims are those of a token that is accepted.
func (w *world) goodHeader() map[string]any {
	kid, _ := w.keys.Signing().Active()
	return map[string]any{"alg": "ES256", "typ": "at+jwt", "kid": kid}
}

func (w *world) goodClaims() map[string]any {
	return map[string]any{
		"iss": publicURL, "aud": publicURL, "sub": "H26.12-demo", "client_id": "H26.12-demo", "agency": "H26.12",
		"scope": "*:*", "jti": "01JDEMO", "iat": w.now.Unix(), "exp": w.now.Add(TokenLifetime).Unix(),
	}
}

// sign signs with our own key, so that only what is signed can be at fault.
func (w *world) sign(header, claims map[string]any) string {
	w.t.Helper()
	_, key := w.keys.Signing().Active()
	return compact(w.t, header, claims, func(input string) []byte { return es256(w.t, key, input) })
}

func es256(t testing.TB, key *ecdsa.PrivateKey, input string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signature
}

func compact(t testing.TB, header, claims any, sign func(string) []byte) string {
	t.Helper()
	input := segment(t, header) + "." + segment(t, claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(sign(input))
}

func segment(t testing.TB, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// with copies a map with some members changed; a nil value removes one.
func with(base map[string]any, changes map[string]any) map[string]any {
	changed := maps.Clone(base)
	for name, value := range changes {
		if value == nil {
			delete(changed, name)
			continue
		}
		changed[name] = value
	}
	return changed
}

// goodAssertion is the claims of an assertion that is accepted once.
func (w *world) goodAssertion(agency string) map[string]any {
	return map[string]any{
		"iss": DemoClientID(agency), "sub": DemoClientID(agency), "aud": publicURL + TokenPath,
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
	return w.askRaw(http.MethodPost, TokenPath, "application/x-www-form-urlencoded", form.Encode())
}

func (w *world) askRaw(method, target, contentType, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	recorder := httptest.NewRecorder()
	w.issuer.ServeToken(recorder, request)
	return recorder
}

func (w *world) answer(recorder *httptest.ResponseRecorder) map[string]any {
	w.t.Helper()
	var answer map[string]any
	w.must(json.Unmarshal(recorder.Body.Bytes(), &answer))
	return answer
}
