package auth

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

// manyClients is a world with 1,000 agencies and 10,000 clients, each with a key
// of its own, where the first client of each agency has a secret too.
func manyClients(b *testing.B) *world {
	w := newWorld(b)
	hash := secret.Keep("secret")
	w.source.all = w.source.all[:3]
	for a := range 1000 {
		id := fmt.Sprintf("H27.%d", a)
		agency := AgencyRecord{ID: id, NameVI: "Hư cấu", NameEN: "Fictional"}
		for c := range 10 {
			client := ClientRecord{ID: fmt.Sprintf("%s-%d", id, c), Agency: id, Name: "n", Scopes: []string{"*:*"}, Keys: []string{publicPEM(b, &newP256(b).PublicKey)}}
			if c == 0 {
				client.Keys, client.SecretHash = []string{publicPEM(b, &w.private["H26.12"].PublicKey)}, hash
			}
			agency.Clients = append(agency.Clients, client)
		}
		w.source.all = append(w.source.all, agency)
	}
	w.source.version++
	w.must(w.registry.Reload(b.Context()))
	return w
}

// fresh takes every assertion for new, so that few need be signed.
type fresh struct{}

func (fresh) UseAssertion(context.Context, string, string, time.Time) (bool, error) { return true, nil }

// BenchmarkTokenEndpoint is a whole request for a token, its HTTP parsing left
// out, among 1,000 agencies with 10,000 clients.
func BenchmarkTokenEndpoint(b *testing.B) {
	w := manyClients(b)
	w.issuer.used = fresh{}
	w.issuer.report = func(*http.Request, TokenOutcome) {}
	cert := &x509.Certificate{Raw: []byte("certificate"), NotAfter: w.now.Add(time.Hour)}
	assertions := make([]string, 1000)
	for a := range assertions {
		id := fmt.Sprintf("H27.%d-0", a)
		assertions[a] = tokenForm(w.signAssertion(jwt.SigningMethodES256, w.private["H26.12"], nil, with(w.goodAssertion("H26.12"), map[string]any{"iss": id, "sub": id}))).Encode()
	}
	form := url.Values{"grant_type": {"client_credentials"}}.Encode()
	post := func(body string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, TokenPath, strings.NewReader(body))
		r.Header.Set("Content-Type", formType)
		return r
	}
	client, _ := w.registry.Client("H27.7-0")
	client.certificates = append(client.certificates, thumbprintOf(cert))
	for name, request := range map[string]func(n int) *http.Request{
		"private_key_jwt": func(n int) *http.Request { return post(assertions[n%len(assertions)]) },
		"client_secret_basic": func(n int) *http.Request {
			r := post(form)
			r.SetBasicAuth("H27.7-0", "secret")
			return r
		},
		"tls_client_auth": func(n int) *http.Request { return withCertificate(post(form+"&client_id=H27.7-0"), cert) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for n := 0; pb.Next(); n++ {
					if recorder := w.send(request(n)); recorder.Code != http.StatusOK {
						b.Error(recorder.Body)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

// BenchmarkRegistryRead is what a change of one client costs among 10,000.
func BenchmarkRegistryRead(b *testing.B) {
	w := manyClients(b)
	b.ReportAllocs()
	for b.Loop() {
		w.source.version++
		w.must(w.registry.Reload(b.Context()))
	}
}

func BenchmarkVerifyRemembered(b *testing.B) {
	w := manyClients(b)
	cert := &x509.Certificate{Raw: make([]byte, 900)}
	client, _ := w.registry.Client("H27.7-0")
	bound, _, err := w.issuer.Issue(client, client.Scopes, cert)
	w.must(err)
	for name, tt := range map[string]struct {
		token string
		cert  *x509.Certificate
	}{"usual": {w.token("H26.12"), nil}, "bound": {bound.AccessToken, cert}} {
		for _, revocations := range []int{0, 10_000} {
			for n := range revocations {
				w.revoked.add(Revocation{TokenID: fmt.Sprint(n), Until: w.now.Add(time.Hour)})
			}
			b.Run(fmt.Sprintf("%s/revoked=%d", name, revocations), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := w.verifier.Verify(b.Context(), tt.token, tt.cert); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkVerifyRememberedParallel(b *testing.B) {
	w := newWorld(b)
	tokens := make([]string, 100)
	for i := range tokens {
		tokens[i] = w.token("H26.12")
		_, err := w.verify(tokens[i])
		w.must(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := w.verify(tokens[i%len(tokens)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkVerifyCold(b *testing.B) {
	w := manyClients(b)
	token := w.token("H26.12")
	digest := digestOf(token)
	b.ReportAllocs()
	for b.Loop() {
		w.verifier.remembered.Invalidate(digest)
		if _, err := w.verify(token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	w := newWorld(b)
	client, _ := w.registry.Client("H26.12-demo")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := w.issuer.Issue(client, client.Scopes, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMayUse(b *testing.B) {
	w := newWorld(b)
	caller, err := w.verify(w.token("H26.12"))
	w.must(err)
	b.ReportAllocs()
	for b.Loop() {
		if !caller.MayUse("documents", "receive") {
			b.Fatal("refused")
		}
	}
}
