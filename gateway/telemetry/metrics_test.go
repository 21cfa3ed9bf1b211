package telemetry

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scrape reads the figures as Prometheus does: our own samples by their full
// name, and the label names of each metric.
func scrape(t *testing.T, m *Metrics) (samples map[string]string, labels map[string]string) {
	t.Helper()
	out := httptest.NewRecorder()
	m.Handler().ServeHTTP(out, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if out.Code != http.StatusOK {
		t.Fatalf("%d %s", out.Code, out.Body)
	}
	samples, labels = map[string]string{}, map[string]string{}
	for line := range strings.Lines(out.Body.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		if !strings.HasPrefix(name, "lgsp_") {
			continue
		}
		samples[name+"}"] = value
		metric, pairs, _ := strings.Cut(name, "{")
		var names []string
		for _, pair := range strings.Split(pairs, ",") {
			label, _, _ := strings.Cut(pair, "=")
			names = append(names, label)
		}
		slices.Sort(names)
		labels[metric] = strings.Join(names, " ")
	}
	return samples, labels
}

func TestNamesAndLabelsAreThoseThatDashboardsUse(t *testing.T) {
	m := NewMetrics()
	m.Request("land", "parcel-lookup", "ok", "hit", 3*time.Millisecond)
	m.Attempt("land", "parcel-lookup", "primary", "upstream-timeout", 2*time.Second)
	m.Breaker("land/primary", "half-open")
	m.Reload("policies", nil)
	_, labels := scrape(t, m)
	want := map[string]string{
		"lgsp_requests_total":          "cache operation outcome system",
		"lgsp_request_seconds_bucket":  "le operation system",
		"lgsp_request_seconds_sum":     "operation system",
		"lgsp_request_seconds_count":   "operation system",
		"lgsp_upstream_seconds_bucket": "endpoint le operation outcome system",
		"lgsp_upstream_seconds_sum":    "endpoint operation outcome system",
		"lgsp_upstream_seconds_count":  "endpoint operation outcome system",
		"lgsp_breaker_open":            "breaker",
		"lgsp_reloads_total":           "result what",
	}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestFiguresCountWhatHappened(t *testing.T) {
	m := NewMetrics()
	m.Request("land", "parcel-lookup", "ok", "hit", 3*time.Millisecond)
	m.Request("land", "parcel-lookup", "ok", "hit", 4*time.Millisecond)
	m.Request("land", "parcel-lookup", "upstream-timeout", "", time.Second)
	m.Breaker("a", "closed")
	m.Breaker("b", "half-open")
	m.Breaker("c", "open")
	m.Breaker("c", "closed")
	m.Reload("policies", nil)
	m.Reload("policies", errors.New("line 3: unknown purpose"))
	samples, _ := scrape(t, m)
	for name, want := range map[string]string{
		`lgsp_requests_total{cache="hit",operation="parcel-lookup",outcome="ok",system="land"}`:            "2",
		`lgsp_requests_total{cache="",operation="parcel-lookup",outcome="upstream-timeout",system="land"}`: "1",
		`lgsp_request_seconds_count{operation="parcel-lookup",system="land"}`:                              "3",
		`lgsp_request_seconds_bucket{operation="parcel-lookup",system="land",le="0.005"}`:                  "2",
		`lgsp_breaker_open{breaker="a"}`: "0", `lgsp_breaker_open{breaker="b"}`: "1", `lgsp_breaker_open{breaker="c"}`: "0",
		`lgsp_reloads_total{result="ok",what="policies"}`: "1", `lgsp_reloads_total{result="refused",what="policies"}`: "1",
	} {
		if samples[name] != want {
			t.Errorf("%s is %q, want %q", name, samples[name], want)
		}
	}
}

func TestGaugeIsAskedWhenItIsRead(t *testing.T) {
	m := NewMetrics()
	value := 1.0
	m.Gauge("lgsp_sample", "A sample.", func() float64 { return value })
	value = 7
	out := httptest.NewRecorder()
	m.Handler().ServeHTTP(out, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if !strings.Contains(out.Body.String(), "\nlgsp_sample 7\n") || !strings.Contains(out.Body.String(), "\ngo_goroutines ") {
		t.Error("the gauge or the process's own figures are missing")
	}
}
