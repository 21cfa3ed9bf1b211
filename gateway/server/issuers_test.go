package server

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

// Two external issuers: one for the centre alone, one for the ward alone.
const (
	ministryIssuer = "https://login.ministry.example"
	provinceIssuer = "https://login.province.example"
)

// published are the keys of both issuers at one address, and a gateway that
// takes their tokens.
type published struct {
	*world
	ec     *ecdsa.PrivateKey // kid "ec"
	rsa    *rsa.PrivateKey   // kid "rsa"
	keys   atomic.Pointer[[]keyset.JWK]
	failed atomic.Int64 // fetches while they were away
}

func startWithIssuers(t *testing.T) *published {
	t.Helper()
	p := &published{ec: newECKey(t)}
	var err error
	if p.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	p.publish(ecJWK(t, "ec", p.ec), keyset.JWK{Kty: "RSA", Kid: "rsa", N: base64.RawURLEncoding.EncodeToString(p.rsa.N.Bytes()), E: "AQAB"})
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		keys := *p.keys.Load()
		if len(keys) == 0 {
			p.failed.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"keys": keys})
	}))
	t.Cleanup(keys.Close)
	file := issuersFile(t, fmt.Sprintf(`- {issuer: "%s", jwksUrl: "%s/ministry", algorithms: [ES256, PS256], audience: lgsp, clientClaim: azp, agencies: [%s]}
- {issuer: "%s", jwksUrl: "%s/province", algorithms: [RS256], audience: lgsp, agencies: [000.00.12.H26]}
`, ministryIssuer, keys.URL, centre, provinceIssuer, keys.URL))
	p.world = startServer(t, func(c *config.Config) { c.Issuers = file })
	return p
}

func issuersFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "issuers.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// publish replaces the keys; none is an outage.
func (p *published) publish(keys ...keyset.JWK) { p.keys.Store(&keys) }

func newECKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ecJWK(t *testing.T, kid string, key *ecdsa.PrivateKey) keyset.JWK {
	t.Helper()
	public, err := keyset.Publish(kid, &key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return public
}

// byMinistry is a token for the centre's client by the key of EC, byProvince one
// for the ward's by that of RSA; changes are to the claims.
func (p *published) byMinistry(changes forgery.Members) string {
	return forgery.SignES256(p.ec, header("ES256", "ec"), claims(ministryIssuer, "azp", centre).With(changes))
}

func (p *published) byProvince(changes forgery.Members) string {
	return p.signRSA("RS256", claims(provinceIssuer, "client_id", ward).With(changes))
}

func header(alg, kid string) forgery.Members {
	return forgery.Members{"alg": alg, "typ": "JWT", "kid": kid}
}

func claims(issuer, clientClaim, agency string) forgery.Members {
	return forgery.Members{"iss": issuer, "aud": []string{"account", "lgsp"}, "sub": rand.Text(), clientClaim: agency + "-demo", "jti": rand.Text(),
		"scope": "openid *:*", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
}

func (p *published) signRSA(alg string, claims forgery.Members) string {
	return forgery.Compact(header(alg, "rsa"), claims, func(input string) []byte {
		digest := sha256.Sum256([]byte(input))
		sign := func() ([]byte, error) { return rsa.SignPKCS1v15(rand.Reader, p.rsa, crypto.SHA256, digest[:]) }
		if alg == "PS256" {
			sign = func() ([]byte, error) { return rsa.SignPSS(rand.Reader, p.rsa, crypto.SHA256, digest[:], nil) }
		}
		signature, err := sign()
		if err != nil {
			p.t.Error(err)
		}
		return signature
	})
}

// as puts a token in place of the usual one.
func as(token string, q question) question {
	q.header = http.Header{"Authorization": {"Bearer " + token}}
	return q
}

var (
	listing = question{method: http.MethodGet, path: "/v1/systems"}
	verify  = question{system: "population", operation: "citizen-verify"}
)

func TestTokenOfAnExternalIssuerOpensWhatOursDoes(t *testing.T) {
	t.Parallel()
	p := startWithIssuers(t)
	for name, c := range map[string]struct{ token, agency string }{
		"ES256": {p.byMinistry(nil), centre},
		"PS256": {p.signRSA("PS256", claims(ministryIssuer, "azp", centre)), centre},
		"RS256": {p.byProvince(nil), ward},
	} {
		ours := listing
		ours.agency = c.agency
		if got, want := p.must(as(c.token, listing)).body, p.must(ours).body; got != want {
			t.Errorf("%s: sees %s, with our own token %s", name, got, want)
		}
		id := p.must(as(c.token, verify)).header.Get("X-Request-Id")
		if entries := p.entries()[id]; len(entries) != 1 || entries[0].Agency != c.agency || entries[0].Client != c.agency+"-demo" {
			t.Errorf("%s: the audit says %+v", name, entries)
		}
	}
}

func TestExternalTokenOpensNothingBeyondWhatItsIssuerMay(t *testing.T) {
	t.Parallel()
	p := startWithIssuers(t)
	before := p.calls("population", "citizen-verify")
	for name, c := range map[string]struct{ token, reason string }{
		"a client of another agency":   {p.byMinistry(forgery.Members{"azp": ward + "-demo"}), "may not speak for this agency"},
		"the other issuer's agency":    {p.byProvince(forgery.Members{"client_id": centre + "-demo"}), "may not speak for this agency"},
		"an unknown client":            {p.byMinistry(forgery.Members{"azp": "nobody"}), "client is not registered"},
		"a client in another claim":    {p.byMinistry(forgery.Members{"azp": nil, "client_id": centre + "-demo"}), "names the client"},
		"another audience":             {p.byMinistry(forgery.Members{"aud": "account"}), "for another audience"},
		"our own audience":             {p.byMinistry(forgery.Members{"aud": p.s.Addresses.Public}), "for another audience"},
		"an algorithm of the other":    {p.signRSA("RS256", claims(ministryIssuer, "azp", centre)), "signature or algorithm is wrong"},
		"an algorithm not allowed":     {p.signRSA("PS256", claims(provinceIssuer, "client_id", ward)), "signature or algorithm is wrong"},
		"an issuer that is not listed": {p.byMinistry(forgery.Members{"iss": ministryIssuer + "/"}), "kid or header not accepted"},
		"our own issuer":               {p.byMinistry(forgery.Members{"iss": p.s.Addresses.Public}), "kid or header not accepted"},
		"a key that is not published":  {forgery.SignES256(newECKey(t), header("ES256", "ec"), claims(ministryIssuer, "azp", centre)), "signature or algorithm is wrong"},
		"a kid that is not published":  {forgery.SignES256(p.ec, header("ES256", "other"), claims(ministryIssuer, "azp", centre)), "kid or header not accepted"},
		"a token that expired":         {p.byMinistry(forgery.Members{"exp": time.Now().Unix() - 1}), "expired"},
		"a token without end":          {p.byMinistry(forgery.Members{"exp": nil}), "a required claim is missing"},
	} {
		for _, q := range []question{listing, verify} {
			_, got := p.wantProblem(as(c.token, q), http.StatusUnauthorized, "unauthenticated")
			if got.header.Get("LGSP-Receipt") != "" {
				t.Errorf("%s: a stranger filled the audit", name)
			}
			id := got.header.Get("X-Request-Id")
			logged := func() (line string) {
				for line = range strings.SplitSeq(p.logged.String(), "\n") {
					if strings.Contains(line, id) {
						return line
					}
				}
				return ""
			}
			eventually(t, name+" is logged", func() bool { return logged() != "" })
			if line := logged(); !strings.Contains(line, c.reason) {
				t.Errorf("%s: the log does not say %q: %s", name, c.reason, line)
			}
		}
	}
	if n := p.calls("population", "citizen-verify"); n != before {
		t.Errorf("the national system received %d calls", n-before)
	}
}

// Keys are fetched at most every few seconds, in real time here: package auth
// holds the same with a clock of its own.
func TestKeysOfAnExternalIssuerAreFollowedAndOutlastItsOutage(t *testing.T) {
	t.Parallel()
	p := startWithIssuers(t)
	first := p.byMinistry(nil)
	p.must(as(first, verify))

	p.ec = newECKey(t)
	p.publish(ecJWK(t, "next", p.ec))
	sign := func(kid string) string {
		return forgery.SignES256(p.ec, header("ES256", kid), claims(ministryIssuer, "azp", centre))
	}
	second := sign("next")
	eventually(t, "a new key is taken", func() bool { return p.ask(as(second, verify)).status == http.StatusOK })
	p.wantProblem(as(first, verify), http.StatusUnauthorized, "unauthenticated")

	p.publish()
	unknown := sign("unknown")
	eventually(t, "a fetch fails", func() bool { p.ask(as(unknown, verify)); return p.failed.Load() > 0 })
	for name, token := range map[string]string{"remembered": second, "new": sign("next")} {
		if got := p.ask(as(token, verify)); got.status != http.StatusOK {
			t.Errorf("a %s token while the keys are away: %d %s", name, got.status, got.body)
		}
	}
}

func TestEveryFaultOfTheIssuersEndsTheStart(t *testing.T) {
	t.Parallel()
	const ours, text = "https://bus.example", `- {issuer: "https://bus.example", jwksUrl: "http://127.0.0.1:1/keys", algorithms: [ES256], audience: lgsp, agencies: [H26.11]}
- {issuer: "https://a.example", jwksUrl: "http://a.example/keys", algorithms: [HS256], agencies: [everybody]}
- {}
`
	for name, c := range map[string]struct {
		text     string
		embedded bool
		want     []string
	}{
		"values": {text, true, []string{":1:4: issuer: that is this bus", ":2:4: jwksUrl: want an https address", `:2:4: algorithms: "HS256"`, ":2:4: audience is missing",
			":2:4: agencies: parse agency id", ":3:3: issuer is missing", ":3:3: agencies: name those"}},
		"keys":                         {"- {isuer: x}\n- {jwksUri: y}\n", true, []string{`:1:4: unknown key "isuer"`, `:2:4: unknown key "jwksUri"`}},
		"keys without TLS, production": {text, false, []string{":1:4: jwksUrl: must be https in production", ":1:4: issuer: that is this bus", ":3:3: issuer is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := config.Default()
			config.Embedded, config.DataDir, config.PublicURL, config.Issuers = c.embedded, t.TempDir(), ours, issuersFile(t, c.text)
			config.KeysDir, config.SandboxPeople = filepath.Join(config.DataDir, "keys"), 300
			config.Listen, config.AdminListen, config.SandboxListen = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
			s, err := Start(config, catalog.Systems(), &logText{})
			if err == nil {
				s.Close()
			}
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), config.Issuers+want) {
					t.Errorf("%q is not in %v", want, err)
				}
			}
			if c.embedded && err != nil && strings.Contains(err.Error(), "in production") {
				t.Errorf("a key server on this machine is refused: %v", err)
			}
		})
	}
}
