package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/policies"
)

// each is what every national call takes in these benchmarks, where it is slowed down.
const (
	each      = 100 * time.Millisecond
	slowedTo  = `{"mode":"none","latency":{"p50":"100ms","p95":"100ms"}}`
	asQuickly = 1_000_000 // agency's questions a second
)

// chain is the longest row of steps that wait for one another.
func chain(p *policies.Procedure) (longest int) {
	depth := map[string]int{}
	for _, step := range p.Steps {
		for _, b := range step.With {
			if b.OfStep() {
				depth[step.ID] = max(depth[step.ID], depth[b.Ref])
			}
		}
		depth[step.ID]++
		longest = max(longest, depth[step.ID])
	}
	return longest
}

// BenchmarkProcedure gathers what a birth registration needs from systems that take
// 100 ms each, and reports beside it what the slowest chain of its steps takes.
func BenchmarkProcedure(b *testing.B) {
	w := startServer(b, func(c *config.Config) { c.AgencyRate = asQuickly })
	p, _ := w.s.policies.Current().Procedure("birth-registration")
	input := w.inputOf(p)
	w.gather(p.Code, input) // logs in where that is needed
	for _, step := range p.Steps {
		w.fault(step.System, slowedTo)
	}
	for b.Loop() {
		if got := w.gather(p.Code, input); !got.Complete || len(got.NotAsked) > 0 {
			b.Fatalf("%+v", got)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
	b.ReportMetric(float64(time.Duration(chain(p))*each/time.Millisecond), "chain-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBatchOfAHundred asks every lookup of every system in one batch, nothing
// kept: of systems that answer at once, and of systems that take 100 ms each.
func BenchmarkBatchOfAHundred(b *testing.B) {
	text := policyText{routes: map[string]string{}}
	for _, entry := range catalog.Systems() {
		text.routes[entry.System.ID] = "    rate: 100000/s\n"
	}
	w := startServer(b, withPolicies(policyFolder(b, text)), func(c *config.Config) { c.AgencyRate = asQuickly })
	body := w.batchOf(100, lookups())
	ask := func() {
		got := w.must(question{path: "/v1/batch", body: body, header: http.Header{"Cache-Control": {"no-cache"}}})
		if answered := strings.Count(got.body, `,"status":200,`); answered != 100 {
			b.Fatalf("%d of a hundred answered: %.2000s", answered, got.body)
		}
	}
	for name, fault := range map[string]string{"instant": "", "100ms": slowedTo} {
		b.Run(name, func(b *testing.B) {
			for _, entry := range catalog.Systems() {
				w.fault(entry.System.ID, fault)
			}
			ask() // logs in where that is needed
			for b.Loop() {
				ask()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
			b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "questions/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
