// Package forgery makes access tokens that must open nothing: every refusal of
// contract section 2 and of the token rows of the security table. All but the
// one thing that a token is named after is right, and signed with the bus's own
// key wherever a key is not that thing.
package forgery

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
	"iter"
	"maps"
	random "math/rand/v2"
	"strings"
	"time"
)

// Members are those of a JSON object.
type Members map[string]any

// With changes members; a nil value removes one.
func (m Members) With(changes Members) Members {
	changed := maps.Clone(m)
	for name, value := range changes {
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
	}
	return changed
}

// Forger knows what a good token looks like, and the key that signs it.
type Forger struct {
	Issuer         string // and audience
	Kid            string
	Key            *ecdsa.PrivateKey
	Client, Agency string // whose token it is
	OtherClient    string // one that exists, of OtherAgency
	OtherAgency    string
	Now            time.Time
}

// Header and Claims are those of a good token.
func (f *Forger) Header() Members { return Members{"alg": "ES256", "typ": "at+jwt", "kid": f.Kid} }

// Claims are good for a quarter of an hour.
func (f *Forger) Claims() Members {
	return Members{"iss": f.Issuer, "aud": f.Issuer, "sub": f.Client, "client_id": f.Client, "agency": f.Agency, "scope": "*:*",
		"jti": rand.Text(), "iat": f.Now.Unix(), "exp": f.Now.Add(15 * time.Minute).Unix()}
}

// Good is a token that is accepted.
func (f *Forger) Good() string { return f.Sign(f.Header(), f.Claims()) }

// Sign signs with the bus's own key, whatever the header says.
func (f *Forger) Sign(header, claims Members) string { return SignES256(f.Key, header, claims) }

// SignES256 signs with any key, whatever the header says.
func SignES256(key *ecdsa.PrivateKey, header, claims Members) string {
	return Compact(header, claims, func(input string) []byte {
		digest := sha256.Sum256([]byte(input))
		r, s := must2(ecdsa.Sign(rand.Reader, key, digest[:]))
		signature := make([]byte, 64)
		r.FillBytes(signature[:32])
		s.FillBytes(signature[32:])
		return signature
	})
}

// Compact writes a token whose signature is made by sign.
func Compact(header, claims Members, sign func(input string) []byte) string {
	input := segment(header) + "." + segment(claims)
	return input + "." + base64.RawURLEncoding.EncodeToString(sign(input))
}

func segment(m Members) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(m))) }

// Bad are tokens that can travel in a header, by what is wrong with them.
func (f *Forger) Bad() map[string]string {
	bad := map[string]string{}
	for name, change := range f.claims() {
		bad["claim: "+name] = f.Sign(f.Header(), f.Claims().With(change))
	}
	for name, change := range f.headers() {
		bad["header: "+name] = f.Sign(f.Header().With(change), f.Claims())
	}
	f.confused(bad)
	f.unsigned(bad)
	f.foreign(bad)
	f.malformed(bad)
	return bad
}

func (f *Forger) claims() map[string]Members {
	at := func(d time.Duration) int64 { return f.Now.Add(d).Unix() }
	null, thumbprint := json.RawMessage("null"), strings.Repeat("A", 43)
	return map[string]Members{
		"no iss": {"iss": nil}, "other iss": {"iss": "https://evil.example"}, "iss with slash": {"iss": f.Issuer + "/"},
		"iss a number": {"iss": 1}, "iss a list": {"iss": []string{f.Issuer}},
		"no aud": {"aud": nil}, "other aud": {"aud": "https://other.example"}, "empty aud": {"aud": ""},
		"aud list without ours": {"aud": []string{"a", "b"}}, "empty aud list": {"aud": []string{}},
		"aud list of mixed types": {"aud": []any{f.Issuer, 1}}, "aud an object": {"aud": Members{f.Issuer: true}},
		"aud the token endpoint": {"aud": f.Issuer + "/oauth2/token"},
		"no exp":                 {"exp": nil}, "exp a string": {"exp": "9999999999"}, "exp null": {"exp": null},
		"exp zero": {"exp": 0}, "exp negative": {"exp": -1}, "exp now": {"exp": at(0)},
		"expired":             {"iat": at(-time.Hour), "exp": at(-time.Second)},
		"exp beyond any date": {"exp": 1e300}, "exp a list": {"exp": []int64{at(time.Hour)}}, "exp true": {"exp": true},
		"no iat": {"iat": nil}, "iat a string": {"iat": "1"}, "iat in the future": {"iat": at(time.Minute)}, "iat huge": {"iat": 1e300},
		"nbf in the future": {"nbf": at(time.Minute)}, "nbf a string": {"nbf": "1"},
		"no sub": {"sub": nil}, "sub another client": {"sub": f.OtherClient}, "sub a number": {"sub": 7},
		"no client_id": {"client_id": nil}, "client_id a number": {"client_id": 7}, "client_id in other case": {"client_id": nil, "CLIENT_ID": f.Client},
		"unknown client": {"sub": "nobody", "client_id": "nobody"},
		"no agency":      {"agency": nil}, "agency a number": {"agency": 26}, "another agency": {"agency": f.OtherAgency},
		"no jti": {"jti": nil}, "jti a number": {"jti": 1}, "empty jti": {"jti": ""},
		"no scope": {"scope": nil}, "scope a list": {"scope": []string{"*:*"}}, "scope malformed": {"scope": "*"},
		"bound to a certificate not shown": {"cnf": Members{"x5t#S256": thumbprint}},
		"cnf a string":                     {"cnf": "x"}, "cnf empty": {"cnf": Members{}}, "cnf null": {"cnf": null},
		"cnf of another kind": {"cnf": Members{"jkt": thumbprint}}, "cnf of two kinds": {"cnf": Members{"x5t#S256": thumbprint, "jkt": "x"}},
		"cnf thumbprint short": {"cnf": Members{"x5t#S256": "AAAA"}}, "cnf thumbprint a number": {"cnf": Members{"x5t#S256": 1}},
	}
}

func (f *Forger) headers() map[string]Members {
	own := f.jwk("evil", &f.Key.PublicKey)
	return map[string]Members{
		"no typ": {"typ": nil}, "typ JWT": {"typ": "JWT"}, "typ a number": {"typ": 1}, "typ of an id token": {"typ": "id+jwt"},
		"typ with another prefix": {"typ": "text/at+jwt"}, "typ the prefix alone": {"typ": "application/"},
		"no kid": {"kid": nil}, "unknown kid": {"kid": "AAAAAAAAAAAAAAAA"}, "kid a path": {"kid": "../../signing/0001.pem"},
		"kid a device": {"kid": "/dev/null"}, "kid an SQL fragment": {"kid": "' OR '1'='1"}, "kid a number": {"kid": 1},
		"kid a list": {"kid": []string{"a"}}, "empty kid": {"kid": ""},
		"no alg": {"alg": nil}, "alg a number": {"alg": 1}, "alg in other case": {"alg": "es256"}, "alg of another curve": {"alg": "ES384"},
		"alg RS256": {"alg": "RS256"}, "alg EdDSA": {"alg": "EdDSA"},
		"unknown crit": {"crit": []string{"x-new"}}, "empty crit": {"crit": []string{}}, "crit of exp": {"crit": []string{"exp"}, "exp": 1},
		"b64 false": {"b64": false, "crit": []string{"b64"}}, "zip": {"zip": "DEF"}, "enc": {"enc": "A256GCM"},
		"jku": {"jku": "https://evil.example/jwks"}, "x5u": {"x5u": "https://evil.example/cert"},
		"jwk": {"jwk": own}, "x5c": {"x5c": []string{"AAAA"}}, "jwk for kid": {"kid": nil, "jwk": own},
		"any other member": {"x": 1},
	}
}

func (f *Forger) jwk(kid string, key *ecdsa.PublicKey) Members {
	point := must(key.Bytes())
	b64 := base64.RawURLEncoding
	return Members{"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": b64.EncodeToString(point[1:33]), "y": b64.EncodeToString(point[33:])}
}

// confused are signed by HMAC with what everybody knows: the public key.
func (f *Forger) confused(bad map[string]string) {
	der := must(x509.MarshalPKIXPublicKey(&f.Key.PublicKey))
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for name, secret := range map[string][]byte{
		"PEM": asPEM, "PEM without newline": []byte(strings.TrimSpace(string(asPEM))), "DER": der,
		"JWK": must(json.Marshal(f.jwk(f.Kid, &f.Key.PublicKey))), "kid": []byte(f.Kid), "nothing": {},
	} {
		for _, alg := range []string{"HS256", "hs256", "HS384", "ES256"} {
			bad["HMAC with "+name+" as "+alg] = Compact(f.Header().With(Members{"alg": alg}), f.Claims(), func(input string) []byte {
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(input))
				return mac.Sum(nil)
			})
		}
	}
}

func (f *Forger) unsigned(bad map[string]string) {
	order := elliptic.P256().Params().N.Bytes()
	for name, signature := range map[string][]byte{
		"empty": {}, "zero": make([]byte, 64), "short zero": make([]byte, 32), "long": make([]byte, 65), "one": {63: 1},
		"order of the curve": append(order, order...),
	} {
		for _, alg := range []string{"none", "None", "NONE", "nOnE", "", "ES256"} {
			bad["signature "+name+" as "+alg] = Compact(f.Header().With(Members{"alg": alg}), f.Claims(), func(string) []byte { return signature })
		}
	}
}

// foreign are signed well, by somebody else.
func (f *Forger) foreign(bad map[string]string) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	own := f.jwk("theirs", &key.PublicKey)
	for name, header := range map[string]Members{
		"our kid": f.Header(), "its own kid": f.Header().With(Members{"kid": "theirs"}), "its own jwk": f.Header().With(Members{"jwk": own}),
		"its own jwk alone": {"alg": "ES256", "typ": "at+jwt", "jwk": own},
		"its own jku":       f.Header().With(Members{"kid": "theirs", "jku": "https://evil.example/jwks"}),
	} {
		bad["another key under "+name] = SignES256(key, header, f.Claims())
	}
}

func (f *Forger) malformed(bad map[string]string) {
	good := f.Good()
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"one dot": ".", "two dots": "..", "dots": strings.Repeat(".", 8000), "garbage": "garbage", "JWE": good + ".AAAA.AAAA", "two signatures": good + ".AAAA",
		"no signature part": parts[0] + "." + parts[1], "padding": good + "=",
		"standard alphabet": parts[0] + "." + parts[1] + ".+/" + parts[2][2:],
		"oversized":         f.Sign(f.Header(), f.Claims().With(Members{"x": strings.Repeat("x", 8<<10)})),
		"header is a list":  "W10." + parts[1] + "." + parts[2], "header is null": "bnVsbA." + parts[1] + "." + parts[2],
		"deep header": base64.RawURLEncoding.EncodeToString([]byte(strings.Repeat("[", 5000))) + "." + parts[1] + "." + parts[2],
	} {
		bad["form: "+name] = token
	}
}

// Unsendable are tokens that HTTP would not carry to us whole; a Verifier must
// refuse them all the same.
func (f *Forger) Unsendable() map[string]string {
	good := f.Good()
	parts := strings.Split(good, ".")
	return map[string]string{
		"empty": "", "millions of dots": strings.Repeat(".", 4<<20), "space before": " " + good, "two tokens": good + "," + good, "nul": good + "\x00",
		"newline after": good + "\n", "newline inside": parts[0] + ".\n" + parts[1] + "." + parts[2], "JSON form": `{"payload":"e30","signatures":[]}`,
	}
}

// Mutations are n tokens that differ a little from a good one, the same for the same seed.
func Mutations(good string, n int, seed uint64) iter.Seq2[int, string] {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\x00\xff"
	return func(yield func(int, string) bool) {
		r := random.New(random.NewPCG(seed, 2))
		for made := 0; made < n; {
			token := []byte(good)
			for range 1 + r.IntN(3) {
				at, letter := r.IntN(len(token)), alphabet[r.IntN(len(alphabet))]
				switch r.IntN(4) {
				case 0:
					token = append(token[:at], token[at+1:]...)
				case 1:
					token = append(token[:at], append([]byte{letter}, token[at:]...)...)
				case 2:
					other := r.IntN(len(token))
					token[at], token[other] = token[other], token[at]
				default:
					token[at] = letter
				}
			}
			if string(token) == good {
				continue
			}
			if !yield(made, string(token)) {
				return
			}
			made++
		}
	}
}

// must is for what can only fail by a mistake in this package.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func must2[T, U any](a T, b U, err error) (T, U) {
	if err != nil {
		panic(err)
	}
	return a, b
}
