package server

import (
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/config"
)

// discard is an answer that only its status is kept of.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// benchmarkCached asks the whole chain behind the listener for a kept record.
func benchmarkCached(b *testing.B, q question) {
	w := startServer(b, func(c *config.Config) { c.AgencyRate = 10_000_000 })
	router, err := w.s.router()
	if err != nil {
		b.Fatal(err)
	}
	handler := canonicalPaths(router, w.s.problems())
	w.must(q)
	sent := w.request(q)
	sent.RequestURI = sent.URL.Path // as a server reads it
	body := w.sample(q.system, q.operation, "ok")
	b.SetParallelism(64 / runtime.GOMAXPROCS(0)) // 64 callers, as many as the reference figures have
	b.ReportAllocs()
	var shed atomic.Int64 // refused because the disk of the audit fell behind
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req := new(*sent)
			req.Body = io.NopCloser(strings.NewReader(body))
			answer := discard{header: http.Header{}}
			handler.ServeHTTP(&answer, req)
			switch {
			case answer.status == http.StatusServiceUnavailable:
				shed.Add(1)
			case answer.status != http.StatusOK || !strings.HasPrefix(answer.header.Get("Cache-Status"), "lgsp; hit"):
				b.Errorf("status %d, %s", answer.status, answer.header.Get("Cache-Status"))
				return
			}
		}
	})
	b.ReportMetric(float64(shed.Load())/float64(b.N), "shed/op")
}

// BenchmarkCachedPublic is a public record from this process, audited soon after.
func BenchmarkCachedPublic(b *testing.B) {
	benchmarkCached(b, question{system: "business-registration", operation: "enterprise-lookup"})
}

// BenchmarkCachedPersonal waits for the audit to be on disk before each answer.
func BenchmarkCachedPersonal(b *testing.B) {
	benchmarkCached(b, question{system: "population", operation: "citizen-verify"})
}
