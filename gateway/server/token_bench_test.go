package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/internal/testpostgres"
)

// BenchmarkTokens is a whole request for a token by a client of 10,000 in 1,000
// agencies, the network left out: each assertion is verified and kept durably.
func BenchmarkTokens(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkTokens(b, func(*config.Config) {}) })
	b.Run("postgres", func(b *testing.B) {
		benchmarkTokens(b, func(c *config.Config) { c.DatabaseURL = testpostgres.Start(b) })
	})
}

func benchmarkTokens(b *testing.B, option func(*config.Config)) {
	w := startServer(b, option)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		b.Fatal(err)
	}
	public := []string{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
	records := make([]auth.AgencyRecord, 1000)
	for n := range records {
		id := fmt.Sprintf("H27.%d", n)
		records[n] = auth.AgencyRecord{ID: id, NameVI: "Cơ quan (hư cấu)", NameEN: "Agency (fictional)"}
		for c := range 10 {
			records[n].Clients = append(records[n].Clients, auth.ClientRecord{ID: fmt.Sprintf("%s-%d", id, c), Agency: id, Name: "client", Scopes: []string{"*:*"}, Keys: public})
		}
	}
	if _, _, err := w.s.store.ImportRecords(b.Context(), records); err != nil {
		b.Fatal(err)
	}
	if err := w.s.registry.Reload(b.Context()); err != nil {
		b.Fatal(err)
	}
	router, err := w.s.router()
	if err != nil {
		b.Fatal(err)
	}
	forms := make([]string, b.N)
	for n := range forms {
		assertion, err := auth.Assertion(key, fmt.Sprintf("H27.%d-%d", n%1000, n/1000%10), w.s.Addresses.Public, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		forms[n] = url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}.Encode()
	}
	var next atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, auth.TokenPath, strings.NewReader(forms[next.Add(1)-1]))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			recorder := httptest.NewRecorder()
			if router.ServeHTTP(recorder, r); recorder.Code != http.StatusOK {
				b.Error(recorder.Body)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}
