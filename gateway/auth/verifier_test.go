package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
)

func TestGoodTokenTellsItsCaller(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	for _, state := range []string{"first seen", "remembered"} {
		caller, err := w.verifier.Verify(token, nil)
		if err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if caller.Agency.ID != "H26.12" || caller.Client.ID != "H26.12-demo" || len(caller.TokenID) != 26 {
			t.Errorf("%s: %+v", state, caller)
		}
		if want := w.now.Add(15 * time.Minute); !caller.Expires.Equal(want) {
			t.Errorf("%s: expires %v, want %v", state, caller.Expires, want)
		}
		if !caller.MayUse("population", "citizen-verify") || !caller.MayUse("documents", "send") || caller.MayUse("usage", "read") {
			t.Errorf("%s: scopes %v", state, caller.Scopes)
		}
	}
}

func TestAudienceMayBeAListWithOurs(t *testing.T) {
	w := newWorld(t)
	claims := with(w.goodClaims(), map[string]any{"aud": []string{"https://other.example", publicURL}})
	if _, err := w.verifier.Verify(w.sign(w.goodHeader(), claims), nil); err != nil {
		t.Error(err)
	}
}

func TestTokenTypeMayBeSpelledAsAMediaType(t *testing.T) {
	w := newWorld(t)
	for _, typ := range []string{"AT+JWT", "application/at+jwt", "Application/At+JWT"} {
		header := with(w.goodHeader(), map[string]any{"typ": typ})
		if _, err := w.verifier.Verify(w.sign(header, w.goodClaims()), nil); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

// Every token here is signed with our own key: only the named member is at fault.
func TestClaimThatIsMissingOrWrongIsRefused(t *testing.T) {
	w := newWorld(t)
	at := func(d time.Duration) int64 { return w.now.Add(d).Unix() }
	tests := map[string]map[string]any{
		"no iss": {"iss": nil}, "other iss": {"iss": "https://evil.example"}, "iss with slash": {"iss": publicURL + "/"},
		"iss a number": {"iss": 1}, "iss a list": {"iss": []string{publicURL}},
		"no aud": {"aud": nil}, "other aud": {"aud": "https://other.example"}, "empty aud": {"aud": ""},
		"aud list without ours": {"aud": []string{"a", "b"}}, "empty aud list": {"aud": []string{}},
		"aud list of mixed types": {"aud": []any{publicURL, 1}}, "aud an object": {"aud": map[string]any{publicURL: true}},
		"aud the token endpoint": {"aud": publicURL + TokenPath},
		"no exp":                 {"exp": nil}, "exp a string": {"exp": "9999999999"}, "exp null": {"exp": json.RawMessage("null")},
		"exp zero": {"exp": 0}, "exp negative": {"exp": -1}, "exp now": {"exp": at(0)}, "expired": {"exp": at(-time.Second)},
		"exp beyond any date": {"exp": 1e300}, "exp a list": {"exp": []int64{at(time.Hour)}}, "exp true": {"exp": true},
		"no iat": {"iat": nil}, "iat a string": {"iat": "1"}, "iat in the future": {"iat": at(time.Minute)}, "iat huge": {"iat": 1e300},
		"nbf in the future": {"nbf": at(time.Minute)}, "nbf a string": {"nbf": "1"},
		"no sub": {"sub": nil}, "sub another client": {"sub": "H26.11-demo"}, "sub a number": {"sub": 7},
		"no client_id": {"client_id": nil}, "client_id a number": {"client_id": 7}, "client_id in other case": {"client_id": nil, "CLIENT_ID": "H26.12-demo"},
		"unknown client": {"sub": "nobody", "client_id": "nobody"},
		"no agency":      {"agency": nil}, "agency a number": {"agency": 26}, "another agency": {"agency": "H26.11"},
		"agency in the old form": {"agency": "000.00.12.H26"},
		"no jti":                 {"jti": nil}, "jti a number": {"jti": 1}, "empty jti": {"jti": ""},
		"no scope": {"scope": nil}, "scope a list": {"scope": []string{"*:*"}}, "scope malformed": {"scope": "*"},
		"cnf a string": {"cnf": "x"}, "cnf empty": {"cnf": map[string]any{}}, "cnf null": {"cnf": json.RawMessage("null")},
		"cnf of another kind":   {"cnf": map[string]any{"jkt": strings.Repeat("A", 43)}},
		"cnf of two kinds":      {"cnf": map[string]any{"x5t#S256": strings.Repeat("A", 43), "jkt": "x"}},
		"cnf thumbprint short":  {"cnf": map[string]any{"x5t#S256": "AAAA"}},
		"cnf thumbprint number": {"cnf": map[string]any{"x5t#S256": 1}},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			refusedTwice(t, w, w.sign(w.goodHeader(), with(w.goodClaims(), change)))
		})
	}
	if _, err := w.verifier.Verify(w.sign(w.goodHeader(), w.goodClaims()), nil); err != nil {
		t.Errorf("the unchanged token: %v", err)
	}
}

func TestHeaderThatIsNotOursIsRefused(t *testing.T) {
	w := newWorld(t)
	_, key := w.keys.Signing().Active()
	own, err := newJWK("evil", &key.PublicKey)
	w.must(err)
	tests := map[string]map[string]any{
		"no typ": {"typ": nil}, "typ JWT": {"typ": "JWT"}, "typ a number": {"typ": 1}, "typ of an id token": {"typ": "id+jwt"},
		"typ with another prefix": {"typ": "text/at+jwt"}, "typ the prefix alone": {"typ": "application/"},
		"no kid": {"kid": nil}, "unknown kid": {"kid": "AAAAAAAAAAAAAAAA"}, "kid a path": {"kid": "../../signing/0001.pem"},
		"kid an SQL fragment": {"kid": "' OR '1'='1"}, "kid a number": {"kid": 1}, "kid a list": {"kid": []string{"a"}}, "empty kid": {"kid": ""},
		"no alg": {"alg": nil}, "alg a number": {"alg": 1}, "alg in other case": {"alg": "es256"}, "alg of another curve": {"alg": "ES384"},
		"alg HS256": {"alg": "HS256"}, "alg RS256": {"alg": "RS256"}, "alg EdDSA": {"alg": "EdDSA"},
		"unknown crit": {"crit": []string{"x-new"}}, "empty crit": {"crit": []string{}}, "crit of exp": {"crit": []string{"exp"}, "exp": 1},
		"b64 false": {"b64": false, "crit": []string{"b64"}}, "zip": {"zip": "DEF"}, "enc": {"enc": "A256GCM"},
		"jku": {"jku": "https://evil.example/jwks"}, "x5u": {"x5u": "https://evil.example/cert"},
		"jwk": {"jwk": own}, "x5c": {"x5c": []string{"AAAA"}}, "jwk for kid": {"kid": nil, "jwk": own},
		"any other member": {"x": 1},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			refusedTwice(t, w, w.sign(with(w.goodHeader(), change), w.goodClaims()))
		})
	}
}

// refusedTwice also proves that a refusal is not remembered as anything else,
// and that its text holds no part of the token.
func refusedTwice(t *testing.T, w *world, token string) {
	t.Helper()
	for range 2 {
		caller, err := w.verifier.Verify(token, nil)
		if !errors.Is(err, ErrInvalidToken) || caller != nil {
			t.Fatalf("got %v, %v", caller, err)
		}
		for part := range strings.SplitSeq(token, ".") {
			if len(part) > 8 && strings.Contains(err.Error(), part[:8]) {
				t.Errorf("the error quotes the token: %v", err)
			}
		}
	}
}

func TestAlgorithmConfusionIsRefused(t *testing.T) {
	w := newWorld(t)
	kid, key := w.keys.Signing().Active()
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	w.must(err)
	published, err := newJWK(kid, &key.PublicKey)
	w.must(err)
	asJSON, err := json.Marshal(published)
	w.must(err)
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for name, secret := range map[string][]byte{
		"PEM": asPEM, "PEM without newline": []byte(strings.TrimSpace(string(asPEM))), "DER": der, "JWK": asJSON, "kid": []byte(kid), "nothing": {},
	} {
		t.Run(name, func(t *testing.T) {
			for _, alg := range []string{"HS256", "hs256", "ES256"} {
				header := with(w.goodHeader(), map[string]any{"alg": alg})
				refusedTwice(t, w, compact(t, header, w.goodClaims(), func(input string) []byte {
					mac := hmac.New(sha256.New, secret)
					mac.Write([]byte(input))
					return mac.Sum(nil)
				}))
			}
		})
	}
}

func TestUnsignedTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	signatures := map[string][]byte{
		"empty": {}, "zero": make([]byte, 64), "short zero": make([]byte, 32), "long": make([]byte, 65), "one": {63: 1},
		"order of the curve": append(curveOrder(), curveOrder()...),
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "", "ES256"} {
		for name, signature := range signatures {
			t.Run(alg+" "+name, func(t *testing.T) {
				header := with(w.goodHeader(), map[string]any{"alg": alg})
				refusedTwice(t, w, compact(t, header, w.goodClaims(), func(string) []byte { return signature }))
			})
		}
	}
}

func curveOrder() []byte {
	raw, err := base64.StdEncoding.DecodeString("/////wAAAAD//////////7zm+q2nF56E87nKwvxjJVE=") // n of P-256
	if err != nil {
		panic(err)
	}
	return raw
}

func TestForeignKeyIsRefused(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	_, foreign := other.keys.Signing().Active()
	own, err := newJWK("x", &foreign.PublicKey)
	w.must(err)
	for name, header := range map[string]map[string]any{
		"our kid":           w.goodHeader(),
		"its own kid":       other.goodHeader(),
		"its own jwk":       with(w.goodHeader(), map[string]any{"jwk": own}),
		"its own jwk alone": {"alg": "ES256", "typ": "at+jwt", "jwk": own},
	} {
		t.Run(name, func(t *testing.T) {
			refusedTwice(t, w, compact(t, header, w.goodClaims(), func(input string) []byte { return es256(t, foreign, input) }))
		})
	}
}

func TestWhatIsNotACompactTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	good := w.token("H26.12")
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"empty": "", "one dot": ".", "two dots": "..", "dots": strings.Repeat(".", maxToken), "many dots": strings.Repeat(".", 4<<20),
		"oversized": good + strings.Repeat("A", maxToken), "JWE": good + ".AAAA.AAAA", "no signature part": parts[0] + "." + parts[1],
		"padding": good + "=", "space before": " " + good, "newline after": good + "\n", "newline inside": parts[0] + ".\n" + parts[1] + "." + parts[2],
		"standard alphabet": parts[0] + "." + parts[1] + ".+/" + parts[2][2:], "JSON form": `{"payload":"e30","signatures":[]}`,
		"header is a list": "W10." + parts[1] + "." + parts[2], "header is null": "bnVsbA." + parts[1] + "." + parts[2],
		"deep header": base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("[", 5000))) + "." + parts[1] + "." + parts[2],
		"two tokens":  good + "," + good, "nul": good + "\x00",
	} {
		t.Run(name, func(t *testing.T) { refusedTwice(t, w, token) })
	}
}

func TestOversizedTokenIsRefusedBeforeItIsRead(t *testing.T) {
	w := newWorld(t)
	bomb := strings.Repeat(".", 1<<20)
	// Reading it would cost one for every dot; what goes on beside the test costs a few.
	if n := testing.AllocsPerRun(100, func() { w.verifier.Verify(bomb, nil) }); n > 100 {
		t.Errorf("a bomb of dots costs %v allocations", n)
	}
}

func TestOversizedTokenIsRefusedEvenIfWeSignedIt(t *testing.T) {
	w := newWorld(t)
	refusedTwice(t, w, w.sign(w.goodHeader(), with(w.goodClaims(), map[string]any{"x": strings.Repeat("x", maxToken)})))
}

// The last letter of a signature carries bits that mean nothing.
func TestTokenHasOnlyOneSpelling(t *testing.T) {
	w := newWorld(t)
	good := w.token("H26.12")
	for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		if token := good[:len(good)-1] + string(letter); token != good {
			refusedTwice(t, w, token)
		}
	}
}

func TestNoMutationOfATokenIsAccepted(t *testing.T) {
	w := newWorld(t)
	good := w.token("H26.12")
	if _, err := w.verifier.Verify(good, nil); err != nil { // remembered: near misses must miss
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\x00\xff"
	for n := range 5000 {
		token := []byte(good)
		for range 1 + random.IntN(3) {
			at := random.IntN(len(token))
			letter := alphabet[random.IntN(len(alphabet))]
			switch random.IntN(4) {
			case 0:
				token = append(token[:at], token[at+1:]...)
			case 1:
				token = append(token[:at], append([]byte{letter}, token[at:]...)...)
			case 2:
				other := random.IntN(len(token))
				token[at], token[other] = token[other], token[at]
			default:
				token[at] = letter
			}
		}
		if string(token) == good {
			continue
		}
		if _, err := w.verifier.Verify(string(token), nil); !errors.Is(err, ErrInvalidToken) {
			t.Fatalf("mutation %d: %v", n, err)
		}
	}
}

func TestRememberedTokenEndsAtItsExpiry(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	w.now = w.now.Add(TokenLifetime - time.Second)
	if _, err := w.verifier.Verify(token, nil); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Second)
	refusedTwice(t, w, token)
}

func TestSuspensionBitesOnTokensAlreadyIssued(t *testing.T) {
	for name, suspend := range map[string]func(*world){
		"agency":               func(w *world) { w.suspendAgency("H26.12") },
		"client":               func(w *world) { w.suspendClient("H26.12-demo") },
		"client removed":       func(w *world) { w.edit("- id: H26.12-demo", "- id: H26.12-other") },
		"client's agency gone": func(w *world) { w.edit("- id: H26.12\n", "- id: H26.14\n") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			remembered, unseen, bystander := w.token("H26.12"), w.token("H26.12"), w.token("H26.11")
			if _, err := w.verifier.Verify(remembered, nil); err != nil {
				t.Fatal(err)
			}
			suspend(w)
			refusedTwice(t, w, remembered)
			refusedTwice(t, w, unseen)
			if _, err := w.verifier.Verify(bystander, nil); err != nil {
				t.Errorf("another agency: %v", err)
			}
		})
	}
}

func TestResumedClientIsServedAgain(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	w.suspendClient("H26.12-demo")
	refusedTwice(t, w, token)
	w.edit("\n        suspended: true", "")
	if _, err := w.verifier.Verify(token, nil); err != nil {
		t.Error(err)
	}
}

func TestScopeTakenFromAClientLeavesItsTokens(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	caller, err := w.verifier.Verify(token, nil)
	w.must(err)
	if !caller.MayUse("land", "parcel-lookup") {
		t.Fatal("the token should reach everything at first")
	}
	w.edit(`"*:*"`, `"population:*"`)
	caller, err = w.verifier.Verify(token, nil)
	w.must(err)
	if caller.MayUse("land", "parcel-lookup") || !caller.MayUse("population", "citizen-verify") || !caller.MayUse("documents", "send") {
		t.Errorf("scopes now %v", caller.Scopes)
	}
}

func TestRemovedKeyEndsItsTokensAndAnOverlapEndsNone(t *testing.T) {
	w := newWorld(t)
	old := w.token("H26.12")
	if _, err := w.verifier.Verify(old, nil); err != nil {
		t.Fatal(err)
	}
	version, err := w.keys.Announce(certs.SetSigning)
	w.must(err)
	w.must(w.keys.Activate(certs.SetSigning, version))
	fresh := w.token("H26.12")
	for name, token := range map[string]string{"old": old, "fresh": fresh} {
		if _, err := w.verifier.Verify(token, nil); err != nil {
			t.Errorf("%s token during the overlap: %v", name, err)
		}
	}
	w.must(os.Remove(filepath.Join(w.keysDir, "signing", "0001.pem")))
	w.must(w.keys.Reload())
	refusedTwice(t, w, old)
	if _, err := w.verifier.Verify(fresh, nil); err != nil {
		t.Errorf("fresh token after the removal: %v", err)
	}
}

func TestBoundTokenNeedsItsCertificate(t *testing.T) {
	w := newWorld(t)
	client, _ := w.registry.Client("H26.12-demo")
	mine, other := &x509.Certificate{Raw: []byte("mine")}, &x509.Certificate{Raw: []byte("other")}
	token, _, err := w.issuer.Issue(client, client.Scopes, mine)
	w.must(err)
	for _, state := range []string{"first seen", "remembered"} {
		for name, cert := range map[string]*x509.Certificate{"none": nil, "another": other, "one without content": {}} {
			if _, err := w.verifier.Verify(token.AccessToken, cert); !errors.Is(err, ErrInvalidToken) {
				t.Errorf("%s, certificate %s: %v", state, name, err)
			}
		}
		if _, err := w.verifier.Verify(token.AccessToken, mine); err != nil {
			t.Errorf("%s, its certificate: %v", state, err)
		}
	}
	twofold := with(w.goodClaims(), map[string]any{"cnf": map[string]any{"x5t#S256": certs.Thumbprint(mine), "jkt": "x"}})
	if _, err := w.verifier.Verify(w.sign(w.goodHeader(), twofold), mine); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("a second condition was passed over: %v", err)
	}
	if _, err := w.verifier.Verify(w.token("H26.12"), other); err != nil {
		t.Errorf("an unbound token with a certificate: %v", err)
	}
}

func TestRememberedTokenIsVerifiedWithoutGarbage(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	caller, err := w.verifier.Verify(token, nil)
	w.must(err)
	if n := testing.AllocsPerRun(1000, func() {
		if c, err := w.verifier.Verify(token, nil); err != nil || !c.MayUse("land", "parcel-lookup") {
			t.Error("refused")
		}
	}); n > 1 {
		t.Errorf("%v allocations", n)
	}
	if again, _ := w.verifier.Verify(token, nil); again != caller {
		t.Error("the token was verified anew")
	}
}

func TestVerifierNeedsItsParts(t *testing.T) {
	w := newWorld(t)
	if _, err := NewVerifier("bus.example", w.keys, w.registry, w.clock); err == nil {
		t.Error("a public URL without a scheme was accepted")
	}
	if _, err := NewVerifier(publicURL, w.keys, nil, w.clock); err == nil {
		t.Error("a missing registry was accepted")
	}
}

func TestBearerIsTakenFromOneHeaderOnly(t *testing.T) {
	for name, tt := range map[string]struct {
		values []string
		want   string
		err    error
	}{
		"usual":             {[]string{"Bearer abc.def.ghi"}, "abc.def.ghi", nil},
		"lower case":        {[]string{"bearer abc"}, "abc", nil},
		"two spaces":        {[]string{"Bearer  abc"}, "abc", nil},
		"none":              {nil, "", ErrNoToken},
		"empty":             {[]string{""}, "", ErrNoToken},
		"another scheme":    {[]string{"Basic YTpi"}, "", ErrNoToken},
		"scheme runs on":    {[]string{"Bearerabc"}, "", ErrNoToken},
		"scheme alone":      {[]string{"Bearer"}, "", ErrInvalidToken},
		"blank token":       {[]string{"Bearer  "}, "", ErrInvalidToken},
		"two tokens":        {[]string{"Bearer abc def"}, "", ErrInvalidToken},
		"tokens in a list":  {[]string{"Bearer abc,Bearer def"}, "", ErrInvalidToken},
		"two headers":       {[]string{"Bearer abc", "Bearer abc"}, "", ErrInvalidToken},
		"Basic then Bearer": {[]string{"Basic YTpi", "Bearer abc"}, "", ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := BearerFrom(map[string][]string{"Authorization": tt.values})
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestNoGoodTokenIsRefusedDuringReloads(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for verified := 0; ; verified++ {
				select {
				case <-done:
					if verified > 0 {
						return
					}
				default:
				}
				if _, err := w.verifier.Verify(token, nil); err != nil {
					t.Errorf("after %d: %v", verified, err)
					return
				}
			}
		})
	}
	for n := range 10 {
		version, err := w.keys.Announce(certs.SetSigning)
		w.must(err)
		w.must(w.keys.Activate(certs.SetSigning, version))
		w.edit("(fictional)", fmt.Sprintf("(fictional) %d", n))
	}
	close(done)
	group.Wait()
}

func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	good := w.token("H26.12")
	if _, err := w.verifier.Verify(good, nil); err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(w.sign(with(w.goodHeader(), map[string]any{"crit": []string{"x"}}), w.goodClaims()))
	f.Add(w.sign(w.goodHeader(), with(w.goodClaims(), map[string]any{"exp": "1"})))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := w.verifier.Verify(token, nil); token != good && !errors.Is(err, ErrInvalidToken) {
			t.Errorf("got %v", err)
		}
		_, err := BearerFrom(map[string][]string{"Authorization": {token}})
		if err != nil && !errors.Is(err, ErrInvalidToken) && !errors.Is(err, ErrNoToken) {
			t.Errorf("got %v", err)
		}
	})
}
