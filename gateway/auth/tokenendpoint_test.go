package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

func TestTokenFromTheEndpointIsVerified(t *testing.T) {
	w := newWorld(t)
	for _, audience := range []any{publicURL, publicURL + TokenPath, []string{publicURL, publicURL + TokenPath}} {
		claims := with(w.goodAssertion("H26.12"), map[string]any{"aud": audience})
		form := tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, claims))
		form.Set("client_id", "H26.12-demo")
		recorder := w.ask(form)
		if recorder.Code != http.StatusOK {
			t.Fatalf("audience %v: %d %s", audience, recorder.Code, recorder.Body)
		}
		header := recorder.Header()
		if header.Get("Cache-Control") != "no-store" || header.Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", header)
		}
		answer := w.answer(recorder)
		if answer["token_type"] != "Bearer" || answer["expires_in"] != 900.0 || answer["scope"] != "*:* documents:send documents:receive" {
			t.Errorf("answer %v", answer)
		}
		caller, err := w.verify(answer["access_token"].(string))
		if err != nil || caller.Agency.ID != "H26.12" {
			t.Errorf("caller %v, %v", caller, err)
		}
		last := w.outcomes[len(w.outcomes)-1]
		if last.Client.ID != "H26.12-demo" || last.TokenID != caller.TokenID || last.Code != "" {
			t.Errorf("reported %+v", last)
		}
	}
}

func TestTokenHasTheShapeOfRFC9068(t *testing.T) {
	w := newWorld(t)
	parts := strings.Split(w.token("H26.11"), ".")
	var header, claims map[string]any
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		w.must(err)
		w.must(json.Unmarshal(raw, into))
	}
	if diff := cmp.Diff(map[string]any(w.forger().Header()), header); diff != "" {
		t.Error(diff)
	}
	id, _ := claims["jti"].(string)
	delete(claims, "jti")
	want := map[string]any{
		"iss": publicURL, "aud": publicURL, "sub": "H26.11-demo", "client_id": "H26.11-demo", "agency": "H26.11",
		"scope": "*:* documents:send documents:receive usage:read",
		"iat":   float64(w.now.Unix()), "exp": float64(w.now.Unix() + 900),
	}
	if diff := cmp.Diff(want, claims); diff != "" || len(id) != 26 {
		t.Error(diff, id)
	}
}

func TestScopeIsWhatWasAskedAndNeverMore(t *testing.T) {
	w := newWorld(t)
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) {
		c.Scopes = []string{"population:*", "documents:send", "documents:receive"}
	})
	for name, tt := range map[string]struct{ scope, want, code string }{
		"one operation":      {"population:citizen-verify", "population:citizen-verify", ""},
		"several":            {"documents:send population:*", "documents:send population:*", ""},
		"the same twice":     {"documents:send documents:send", "documents:send", ""},
		"another system":     {"land:parcel-lookup", "", "invalid_scope"},
		"more than granted":  {"*:*", "", "invalid_scope"},
		"partly granted":     {"population:* usage:read", "", "invalid_scope"},
		"no such documents":  {"documents:*", "", "invalid_scope"},
		"malformed":          {"population", "", "invalid_scope"},
		"double space":       {"population:*  documents:send", "", "invalid_scope"},
		"quote":              {`population:"`, "", "invalid_scope"},
		"too long":           {strings.Repeat("population:a ", 500) + "population:b", "", "invalid_scope"},
		"operation wildcard": {"*:citizen-verify", "", "invalid_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			form := tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12")))
			form.Set("scope", tt.scope)
			answer := w.answer(w.ask(form))
			if got, _ := answer["scope"].(string); got != tt.want {
				t.Errorf("scope %q, want %q", got, tt.want)
			}
			if got, _ := answer["error"].(string); got != tt.code {
				t.Errorf("error %q, want %q", got, tt.code)
			}
		})
	}
}

func TestFaultyRequestIsAnsweredAsRFC6749Says(t *testing.T) {
	w := newWorld(t)
	fresh := func(change func(url.Values)) string {
		form := tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12")))
		change(form)
		return form.Encode()
	}
	same := fresh(func(url.Values) {})
	for name, tt := range map[string]struct {
		method, target, media, body string
		status                      int
		code                        string
	}{
		"GET":                {"GET", TokenPath, formType, "", 405, "invalid_request"},
		"JSON":               {"POST", TokenPath, "application/json", "{}", 400, "invalid_request"},
		"no media type":      {"POST", TokenPath, "", same, 400, "invalid_request"},
		"query":              {"POST", TokenPath + "?grant_type=client_credentials", formType, same, 400, "invalid_request"},
		"empty query":        {"POST", TokenPath + "?", formType, same, 400, "invalid_request"},
		"empty":              {"POST", TokenPath, formType, "", 400, "invalid_request"},
		"not a form":         {"POST", TokenPath, formType, "a=%zz", 400, "invalid_request"},
		"semicolons":         {"POST", TokenPath, formType, "a=1;b=2", 400, "invalid_request"},
		"too large":          {"POST", TokenPath, formType, same + "&x=" + strings.Repeat("y", 16<<10), 413, "invalid_request"},
		"repeated grant":     {"POST", TokenPath, formType, same + "&grant_type=client_credentials", 400, "invalid_request"},
		"repeated assertion": {"POST", TokenPath, formType, same + "&client_assertion=x", 400, "invalid_request"},
		"repeated stranger":  {"POST", TokenPath, formType, same + "&x=1&x=2", 400, "invalid_request"},
		"other grant":        {"POST", TokenPath, formType, fresh(func(f url.Values) { f.Set("grant_type", "password") }), 400, "unsupported_grant_type"},
		"other assertion type": {"POST", TokenPath, formType, fresh(func(f url.Values) {
			f.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
		}), 401, "invalid_client"},
		"no assertion":      {"POST", TokenPath, formType, fresh(func(f url.Values) { f.Del("client_assertion") }), 401, "invalid_client"},
		"secret beside":     {"POST", TokenPath, formType, fresh(func(f url.Values) { f.Set("client_secret", "x") }), 400, "invalid_request"},
		"another client_id": {"POST", TokenPath, formType, fresh(func(f url.Values) { f.Set("client_id", "H26.11-demo") }), 400, "invalid_request"},
		"huge assertion":    {"POST", TokenPath, formType, fresh(func(f url.Values) { f.Set("client_assertion", strings.Repeat(".", 9<<10)) }), 401, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			recorder := w.askRaw(tt.method, tt.target, tt.media, tt.body)
			answer := w.answer(recorder)
			if recorder.Code != tt.status || answer["error"] != tt.code || answer["error_description"] == "" {
				t.Errorf("got %d %v", recorder.Code, answer)
			}
			if recorder.Header().Get("Cache-Control") != "no-store" {
				t.Error("the answer may be stored")
			}
			if last := w.outcomes[len(w.outcomes)-1]; last.Code != tt.code || last.TokenID != "" {
				t.Errorf("reported %+v", last)
			}
		})
	}
	if recorder := w.askRaw("POST", TokenPath, formType+"; charset=utf-8", same+"&audience=ignored"); recorder.Code != http.StatusOK {
		t.Errorf("unknown parameter: %d %s", recorder.Code, recorder.Body)
	}
}

func TestFaultyAssertionIsRefused(t *testing.T) {
	w := newWorld(t)
	at := func(d time.Duration) int64 { return w.now.Add(d).Unix() }
	claims := map[string]struct {
		change map[string]any
		want   string
	}{
		"no iss":                 {map[string]any{"iss": nil}, "iss and sub"},
		"iss another client":     {map[string]any{"iss": "H26.11-demo"}, "iss and sub"},
		"sub a number":           {map[string]any{"iss": 1, "sub": 1}, "iss and sub"},
		"sub not a client id":    {map[string]any{"iss": "a b", "sub": "a b"}, "iss and sub"},
		"no aud":                 {map[string]any{"aud": nil}, "audience"},
		"another aud":            {map[string]any{"aud": "https://other.example"}, "audience"},
		"ours beside another":    {map[string]any{"aud": []string{publicURL, "https://other.example"}}, "audience"},
		"empty aud":              {map[string]any{"aud": []string{}}, "audience"},
		"no exp":                 {map[string]any{"exp": nil}, "needs exp"},
		"exp a string":           {map[string]any{"exp": "1"}, "needs exp"},
		"expired":                {map[string]any{"exp": at(0)}, "expired"},
		"exp too far":            {map[string]any{"exp": at(5*time.Minute + 31*time.Second)}, "longer than 5 minutes"},
		"exp beyond any date":    {map[string]any{"exp": 1e300}, "needs exp"},
		"iat in the future":      {map[string]any{"iat": at(31 * time.Second)}, "iat in the future"},
		"iat a string":           {map[string]any{"iat": "1"}, "iat in the future or not a number"},
		"nbf in the future":      {map[string]any{"nbf": at(31 * time.Second)}, "nbf in the future"},
		"no jti":                 {map[string]any{"jti": nil}, "jti"},
		"jti a number":           {map[string]any{"jti": 1}, "jti"},
		"jti long":               {map[string]any{"jti": strings.Repeat("x", 129)}, "jti"},
		"unknown client":         {map[string]any{"iss": "nobody", "sub": "nobody"}, "client authentication failed"},
		"another agency's claim": {map[string]any{"iss": "H26.11-demo", "sub": "H26.11-demo"}, "client authentication failed"},
	}
	for name, tt := range claims {
		t.Run(name, func(t *testing.T) {
			text := w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, with(w.goodAssertion("H26.12"), tt.change))
			w.refuses(text, tt.want)
		})
	}
	header := map[string]struct {
		change map[string]any
		want   string
	}{
		"typ of an access token": {map[string]any{"typ": "at+jwt"}, "another typ"},
		"typ a number":           {map[string]any{"typ": 1}, "another typ"},
		"crit":                   {map[string]any{"crit": []string{"exp"}}, "crit"},
		"jku":                    {map[string]any{"jku": "https://evil.example"}, "jku"},
		"jwk":                    {map[string]any{"jwk": map[string]string{"kty": "EC"}}, "jwk"},
		"x5u":                    {map[string]any{"x5u": "https://evil.example"}, "x5u"},
		"x5c":                    {map[string]any{"x5c": []string{"AAAA"}}, "x5c"},
		"alg of another key":     {map[string]any{"alg": "ES384"}, "client authentication failed"},
		"alg RS256":              {map[string]any{"alg": "RS256"}, "client authentication failed"},
		"alg PS256":              {map[string]any{"alg": "PS256"}, "client authentication failed"},
		"alg EdDSA":              {map[string]any{"alg": "EdDSA"}, "client authentication failed"},
		"alg HS256":              {map[string]any{"alg": "HS256"}, "supported algorithm"},
		"alg none":               {map[string]any{"alg": "none"}, "supported algorithm"},
		"alg ES512":              {map[string]any{"alg": "ES512"}, "supported algorithm"},
		"alg a number":           {map[string]any{"alg": 1}, "supported algorithm"},
	}
	for name, tt := range header {
		t.Run(name, func(t *testing.T) {
			w.refuses(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), tt.change, w.goodAssertion("H26.12")), tt.want)
		})
	}
}

func (w *world) refuses(assertion, want string) {
	w.t.Helper()
	recorder := w.ask(tokenForm(assertion))
	answer := w.answer(recorder)
	description, _ := answer["error_description"].(string)
	if recorder.Code != http.StatusUnauthorized || answer["error"] != "invalid_client" || !strings.Contains(description, want) {
		w.t.Errorf("got %d %v, want %q", recorder.Code, answer, want)
	}
}

func TestAssertionIsNeitherConfusedNorForged(t *testing.T) {
	w := newWorld(t)
	der, err := x509.MarshalPKIXPublicKey(w.clientKey("H26.12").Public())
	w.must(err)
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	w.refuses(w.signAssertion(jwt.SigningMethodHS256, public, nil, w.goodAssertion("H26.12")), "supported algorithm")
	w.refuses(w.signAssertion(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, w.goodAssertion("H26.12")), "supported algorithm")
	w.refuses(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.11"), nil, w.goodAssertion("H26.12")), "client authentication failed")
	unsigned := forgery.Compact(forgery.Members{"alg": "ES256"}, w.goodAssertion("H26.12"), func(string) []byte { return make([]byte, 64) })
	w.refuses(unsigned, "client authentication failed")
	w.refuses(w.token("H26.12"), "another typ") // an access token is no assertion
	w.refuses("", "client_assertion of type")
	w.refuses("..", "not a JWT")
}

// The key is right and so is the signature; only the algorithm is not the key's.
func TestKeyDecidesTheAlgorithm(t *testing.T) {
	w := newWorld(t)
	key := w.clientKey("H26.12")
	es384 := forgery.Compact(forgery.Members{"alg": "ES384"}, w.goodAssertion("H26.12"), func(input string) []byte {
		digest := sha512.Sum384([]byte(input))
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		w.must(err)
		signature := make([]byte, 96)
		r.FillBytes(signature[:48])
		s.FillBytes(signature[48:])
		return signature
	})
	w.refuses(es384, "client authentication failed")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	w.must(err)
	client, _ := w.registry.Client("H26.12-demo")
	client.keys = keyset.NewSet(keyset.Key{Public: &rsaKey.PublicKey, Algorithms: []string{"PS256"}})
	w.refuses(w.signAssertion(jwt.SigningMethodRS256, rsaKey, nil, w.goodAssertion("H26.12")), "client authentication failed")
}

func TestDecoyKeyOpensNothing(t *testing.T) {
	w := newWorld(t)
	key := newP256(t)
	w.issuer.decoys["ES256"] = &key.PublicKey
	unknown := with(w.goodAssertion("H26.12"), map[string]any{"iss": "nobody", "sub": "nobody"})
	w.refuses(w.signAssertion(jwt.SigningMethodES256, key, nil, unknown), "client authentication failed")
	client, _ := w.registry.Client("H26.12-demo")
	client.keys = keyset.NewSet()
	w.refuses(w.signAssertion(jwt.SigningMethodES256, key, nil, w.goodAssertion("H26.12")), "client authentication failed")
}

func TestUnknownAndKnownClientsAreRefusedInTheSameWords(t *testing.T) {
	w := newWorld(t)
	wrong := w.clientKey("H26.13")
	refusal := func(client string) string {
		claims := with(w.goodAssertion("H26.12"), map[string]any{"iss": client, "sub": client})
		return w.ask(tokenForm(w.signAssertion(jwt.SigningMethodES256, wrong, nil, claims))).Body.String()
	}
	known, unknown := refusal("H26.12-demo"), refusal("H26.12-none")
	w.suspendClient("H26.12")
	for name, got := range map[string]string{"unknown": unknown, "suspended": refusal("H26.12-demo")} {
		if got != known {
			t.Errorf("%s: %s, known: %s", name, got, known)
		}
	}
}

func TestAssertionIsUsedOnce(t *testing.T) {
	w := newWorld(t)
	claims := w.goodAssertion("H26.12")
	text := w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, claims)
	if recorder := w.ask(tokenForm(text)); recorder.Code != http.StatusOK {
		t.Fatal(recorder.Body)
	}
	w.refuses(text, "already used")
	again := w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, with(claims, map[string]any{"exp": w.now.Add(2 * time.Minute).Unix()}))
	w.refuses(again, "already used")
	w.now = w.now.Add(time.Minute)
	w.refuses(text, "expired")
	other := with(claims, map[string]any{"iss": "H26.11-demo", "sub": "H26.11-demo", "exp": w.now.Add(time.Minute).Unix()})
	if recorder := w.ask(tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.11"), nil, other))); recorder.Code != http.StatusOK {
		t.Errorf("another client's equal jti: %s", recorder.Body)
	}
}

func TestSuspendedClientGetsNoToken(t *testing.T) {
	for name, suspend := range map[string]func(*world){
		"agency": func(w *world) { w.suspendAgency("H26.12") }, "client": func(w *world) { w.suspendClient("H26.12") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			suspend(w)
			w.refuses(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12")), "suspended")
		})
	}
}

// brokenStore cannot tell whether an assertion was used.
type brokenStore struct{}

func (brokenStore) UseAssertion(context.Context, string, string, time.Time) (bool, error) {
	return false, errors.New("store is away")
}

func TestNoTokenIsIssuedWhenReuseCannotBeTold(t *testing.T) {
	w := newWorld(t)
	w.issuer.used = brokenStore{}
	recorder := w.ask(tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12"))))
	if recorder.Code != http.StatusServiceUnavailable || recorder.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %v", recorder.Code, recorder.Header())
	}
	if strings.Contains(recorder.Body.String(), "away") || w.outcomes[0].Fault == nil {
		t.Errorf("body %s, reported %+v", recorder.Body, w.outcomes[0])
	}
}

func TestEveryKindOfClientKeyWorks(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards, edPrivate, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		public, private any
		methods         []jwt.SigningMethod
	}{
		"P-384":   {&p384.PublicKey, p384, []jwt.SigningMethod{jwt.SigningMethodES384}},
		"Ed25519": {edwards, edPrivate, []jwt.SigningMethod{jwt.SigningMethodEdDSA}},
		"RSA":     {&rsaKey.PublicKey, rsaKey, []jwt.SigningMethod{jwt.SigningMethodRS256, jwt.SigningMethodPS256}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			// Beside the P-256 key that is there.
			w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.Keys = append(slices.Clone(c.Keys), publicPEM(t, tt.public)) })
			for _, method := range tt.methods {
				for _, header := range []map[string]any{nil, {"kid": "whatever they call it"}} {
					form := tokenForm(w.signAssertion(method, tt.private, header, w.goodAssertion("H26.12")))
					if recorder := w.ask(form); recorder.Code != http.StatusOK {
						t.Errorf("%s: %s", method.Alg(), recorder.Body)
					}
				}
			}
		})
	}
}

func TestFetchedTokenWorksOverHTTP(t *testing.T) {
	dir := newWorld(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc(TokenPath, dir.newIssuer(server.URL).ServeToken)
	ask := TokenRequest{TokenURL: server.URL + TokenPath, ClientID: "H26.11-demo", Key: dir.clientKey("H26.11"), Scope: "usage:read"}
	token, err := FetchToken(t.Context(), server.Client(), ask, dir.now)
	if err != nil || token.Scope != "usage:read" || token.ExpiresIn != 900 {
		t.Fatalf("token %v, %v", token.Scope, err)
	}
	ask.Key = dir.clientKey("H26.12")
	var refusal *TokenError
	if _, err := FetchToken(t.Context(), server.Client(), ask, dir.now); !errors.As(err, &refusal) || refusal.Status != 401 || refusal.Code != "invalid_client" {
		t.Errorf("got %v", err)
	}
	mux.HandleFunc("/odd", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) })
	ask.TokenURL = server.URL + "/odd"
	if _, err := FetchToken(t.Context(), server.Client(), ask, dir.now); err == nil {
		t.Error("a page was taken for a token")
	}
}

func TestMetadataNamesWhatIsServed(t *testing.T) {
	w := newWorld(t)
	recorder := httptest.NewRecorder()
	w.issuer.ServeMetadata(recorder, httptest.NewRequest("GET", MetadataPath, nil))
	methods := []any{"private_key_jwt", "tls_client_auth", "client_secret_basic"}
	algorithms := []any{"ES256", "ES384", "EdDSA", "RS256", "PS256"}
	want := map[string]any{
		"issuer": publicURL, "token_endpoint": publicURL + "/oauth2/token", "jwks_uri": publicURL + "/.well-known/jwks.json",
		"grant_types_supported": []any{"client_credentials"}, "response_types_supported": []any{},
		"revocation_endpoint": publicURL + "/oauth2/revoke", "tls_client_certificate_bound_access_tokens": true,
		"token_endpoint_auth_methods_supported":                 methods,
		"token_endpoint_auth_signing_alg_values_supported":      algorithms,
		"revocation_endpoint_auth_methods_supported":            methods,
		"revocation_endpoint_auth_signing_alg_values_supported": algorithms,
	}
	if diff := cmp.Diff(want, w.answer(recorder)); diff != "" {
		t.Error(diff)
	}
	recorder = httptest.NewRecorder()
	w.issuer.ServeMetadata(recorder, httptest.NewRequest("POST", MetadataPath, nil))
	if recorder.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", recorder.Code)
	}
}

func TestPublishedKeysVerifyOurTokensAndHoldNothingPrivate(t *testing.T) {
	w := newWorld(t)
	_, err := w.keys.Announce("signing")
	w.must(err)
	recorder := httptest.NewRecorder()
	w.issuer.ServeKeys(recorder, httptest.NewRequest("GET", KeysPath, nil))
	var set struct{ Keys []map[string]string }
	w.must(json.Unmarshal(recorder.Body.Bytes(), &set))
	if len(set.Keys) != 2 {
		t.Fatalf("%d keys are published, want the active and the announced", len(set.Keys))
	}
	kid, active := w.keys.Signing().Active()
	found := false
	for _, published := range set.Keys {
		if len(published) != 7 || published["d"] != "" || published["alg"] != "ES256" || published["use"] != "sig" {
			t.Errorf("published %v", published)
		}
		if published["kid"] == kid {
			key, err := keyset.JWK{Kty: published["kty"], Crv: published["crv"], X: published["x"], Y: published["y"]}.Key()
			w.must(err)
			found = active.PublicKey.Equal(key.Public)
		}
	}
	if !found {
		t.Error("the active key is not among the published")
	}
}

func TestIssuerNeedsAnAddressWithoutSlash(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{"", "bus.example", "https://bus.example/", "https://bus.example?x", "https://bus.example#x", "https://a@bus.example", "ftp://bus.example"} {
		config := IssuerConfig{PublicURL: address, Keys: w.keys, Registry: w.registry, Used: &assertionMemory{now: w.clock}, Revoked: w.revoked, Now: w.clock}
		if _, err := NewIssuer(config); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
	if _, err := NewIssuer(IssuerConfig{PublicURL: publicURL}); err == nil {
		t.Error("an issuer without parts was made")
	}
}

func FuzzAssertion(f *testing.F) {
	w := newWorld(f)
	f.Add(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.13"), nil, w.goodAssertion("H26.12")))
	f.Add("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		client, err := w.issuer.byAssertion(t.Context(), assertionTypeJWT, text)
		var failure unproven
		if client != nil || !errors.As(err, &failure) {
			t.Errorf("got %v, %v", client, err)
		}
	})
}
