package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// forger makes tokens for a server whose keys it knows, so that only one thing
// is wrong with each.
type forger struct {
	t     testing.TB
	w     *world
	kid   string
	key   *ecdsa.PrivateKey
	other *ecdsa.PrivateKey
}

func newForger(t testing.TB, w *world) *forger {
	t.Helper()
	kid, key := w.s.keys.Signing().Active()
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &forger{t: t, w: w, kid: kid, key: key, other: other}
}

type members map[string]any

// with changes members; a nil value removes one.
func (m members) with(changes members) members {
	changed := maps.Clone(m)
	for name, value := range changes {
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
	}
	return changed
}

func (f *forger) header(changes members) members {
	return members{"alg": "ES256", "typ": "at+jwt", "kid": f.kid}.with(changes)
}

func (f *forger) claims(changes members) members {
	now := time.Now()
	return members{"iss": f.w.s.Addresses.Public, "aud": f.w.s.Addresses.Public, "sub": centre + "-demo", "client_id": centre + "-demo",
		"agency": centre, "scope": "*:*", "jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}.with(changes)
}

func (f *forger) input(header, claims members) string {
	part := func(m members) string {
		text, err := json.Marshal(m)
		if err != nil {
			f.t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return part(header) + "." + part(claims)
}

func (f *forger) sign(key *ecdsa.PrivateKey, header, claims members) string {
	input := f.input(header, claims)
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		f.t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// hmacWith signs with a secret that everybody knows: our public key.
func (f *forger) hmacWith(secret []byte) string {
	input := f.input(f.header(members{"alg": "HS256"}), f.claims(nil))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// bad are the tokens that must open nothing.
func (f *forger) bad() map[string]string {
	der, err := x509.MarshalPKIXPublicKey(f.key.Public())
	if err != nil {
		f.t.Fatal(err)
	}
	good := f.sign(f.key, f.header(nil), f.claims(nil))
	unsigned := good[:strings.LastIndexByte(good, '.')]
	signed := func(header, claims members) string { return f.sign(f.key, f.header(header), f.claims(claims)) }
	none := func(alg string) string { return f.input(f.header(members{"alg": alg}), f.claims(nil)) + "." }
	now := time.Now()
	return map[string]string{
		"alg none":               none("none"),
		"alg None":               none("None"),
		"HMAC with public PEM":   f.hmacWith(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HMAC with public DER":   f.hmacWith(der),
		"no signature":           unsigned + ".",
		"zero signature":         unsigned + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		"another key":            f.sign(f.other, f.header(nil), f.claims(nil)),
		"unknown kid":            signed(members{"kid": "elsewhere"}, nil),
		"no kid":                 signed(members{"kid": nil}, nil),
		"own jwk":                f.sign(f.other, f.header(members{"jwk": members{"kty": "EC"}}), f.claims(nil)),
		"jku":                    signed(members{"jku": f.w.s.Addresses.Sandbox + "/keys"}, nil),
		"crit":                   signed(members{"crit": []string{"b64"}}, nil),
		"typ JWT":                signed(members{"typ": "JWT"}, nil),
		"no typ":                 signed(members{"typ": nil}, nil),
		"wrong audience":         signed(nil, members{"aud": "https://elsewhere.example"}),
		"no audience":            signed(nil, members{"aud": nil}),
		"wrong issuer":           signed(nil, members{"iss": "https://elsewhere.example"}),
		"no expiry":              signed(nil, members{"exp": nil}),
		"expiry as text":         signed(nil, members{"exp": "9999999999"}),
		"expired":                signed(nil, members{"iat": now.Add(-time.Hour).Unix(), "exp": now.Add(-time.Second).Unix()}),
		"not yet valid":          signed(nil, members{"nbf": now.Add(time.Hour).Unix()}),
		"issued in the future":   signed(nil, members{"iat": now.Add(time.Hour).Unix(), "exp": now.Add(2 * time.Hour).Unix()}),
		"unknown client":         signed(nil, members{"client_id": "nobody", "sub": "nobody"}),
		"another agency":         signed(nil, members{"agency": ward}),
		"bound to a certificate": signed(nil, members{"cnf": members{"x5t#S256": strings.Repeat("A", 43)}}),
		"millions of dots":       strings.Repeat(".", 8000),
		"oversized":              signed(nil, members{"pad": strings.Repeat("x", 9000)}),
		"five parts":             good + ".." + good,
		"garbage":                "garbage",
	}
}

func TestForgedTokenOpensNoProtectedRoute(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	f := newForger(t, w)
	routes := []question{
		{method: http.MethodGet, path: "/v1/systems"}, {method: http.MethodGet, path: "/v1/systems/population"},
		{system: "population", operation: "citizen-lookup"}, {system: "population", operation: "citizen-verify"},
		{system: "shared-catalogues", operation: "catalogues"}, {method: http.MethodGet, system: "shared-catalogues", operation: "catalogues"},
		{system: "invented", operation: "invented", body: "{}"},
	}
	// What is forged would be taken if it were not forged, and kept answers change nothing.
	good := http.Header{"Authorization": {"Bearer " + f.sign(f.key, f.header(nil), f.claims(nil))}}
	for _, q := range routes[:6] {
		q.header = good
		w.must(q)
	}
	before := w.allCalls()
	for name, token := range f.bad() {
		for _, q := range routes {
			q.header = http.Header{"Authorization": {"Bearer " + token}}
			_, got := w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			if got.header.Get("WWW-Authenticate") != `Bearer error="invalid_token"` {
				t.Errorf("%s: WWW-Authenticate is %q", name, got.header.Get("WWW-Authenticate"))
			}
			if got.header.Get("LGSP-Receipt") != "" {
				t.Errorf("%s: a stranger filled the audit", name)
			}
		}
	}
	for name, c := range map[string]http.Header{
		"nothing": {"Authorization": nil}, "Basic": {"Authorization": {"Basic aDphYg=="}},
		"another header": {"Authorization": nil, "X-Forwarded-Authorization": good["Authorization"], "X-Lgsp-Agency": {centre}},
	} {
		for _, q := range routes {
			q.header = c
			_, got := w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			if got.header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: WWW-Authenticate is %q", name, got.header.Get("WWW-Authenticate"))
			}
		}
	}
	for _, q := range routes[:6] {
		q.header = http.Header{"Authorization": nil}
		if q.query = "access_token=" + w.token(centre); q.method == http.MethodGet {
			w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
		}
	}
	for system, n := range w.allCalls() {
		if n != before[system] {
			t.Errorf("%s received %d calls of forgers", system, n-before[system])
		}
	}
}

func TestSuspensionBitesOnIssuedTokensAndEnds(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string][2]string{
		"agency": {"- id: " + centre + "\n    name", "- id: " + centre + "\n    suspended: true\n    name"},
		"client": {"- id: " + centre + "-demo\n", "- id: " + centre + "-demo\n        suspended: true\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startServer(t)
			q := question{system: "population", operation: "citizen-verify"}
			w.must(q)
			file := w.s.DemoDir() + "/agencies.yaml"
			text := readText(t, file)
			if !strings.Contains(text, edit[0]) {
				t.Fatalf("the agencies file has no %q", edit[0])
			}
			write := func(text string) {
				if err := replaceFile(file, []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			write(strings.Replace(text, edit[0], edit[1], 1))
			eventually(t, "the issued token is refused", func() bool { return w.ask(q).status == http.StatusUnauthorized })
			w.wantProblem(q, http.StatusUnauthorized, "unauthenticated")
			w.must(question{agency: ward, system: "population", operation: "citizen-verify"})
			write(text)
			eventually(t, "the token is good again", func() bool { return w.ask(q).status == http.StatusOK })
		})
	}
}
