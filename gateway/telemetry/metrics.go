package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the process's figures. Label values come from closed sets only:
// systems, operations, endpoints and problem codes.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	answers  *prometheus.CounterVec
	attempts *prometheus.HistogramVec
	breakers *prometheus.GaugeVec
	reloads  *prometheus.CounterVec
}

// NewMetrics makes the figures and registers them.
func NewMetrics() *Metrics {
	buckets := []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lgsp_request_seconds",
			Help: "Time from a request's arrival to the end of its answer.", Buckets: buckets}, []string{"system", "operation"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lgsp_requests_total",
			Help: "Requests by outcome: ok, or the code of the problem; cache tells where an answer came from."},
			[]string{"system", "operation", "outcome", "cache"}),
		attempts: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "lgsp_upstream_seconds",
			Help: "Time of one attempt at a national system.", Buckets: buckets}, []string{"system", "operation", "endpoint", "outcome"}),
		breakers: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "lgsp_breaker_open",
			Help: "Circuit breakers: 0 closed, 1 half-open, 2 open."}, []string{"breaker"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lgsp_reloads_total",
			Help: "Reloads of policies, agencies and keys by result."}, []string{"what", "result"}),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.answers, m.attempts, m.breakers, m.reloads)
	return m
}

// Handler serves the figures to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Gauge adds a figure that is asked for when it is read.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Counter adds a count that is asked for when it is read.
func (m *Metrics) Counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// GaugeOf is Gauge for one value of a label.
func (m *Metrics) GaugeOf(name, help, label, labelled string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{label: labelled}}, value))
}

// CounterOf is Counter for one value of a label.
func (m *Metrics) CounterOf(name, help, label, labelled string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{label: labelled}}, value))
}

// Request notes the end of a request.
func (m *Metrics) Request(system, operation, outcome, cache string, took time.Duration) {
	m.requests.WithLabelValues(system, operation).Observe(took.Seconds())
	m.answers.WithLabelValues(system, operation, outcome, cache).Inc()
}

// Attempt notes one attempt at a national system.
func (m *Metrics) Attempt(system, operation, endpoint, outcome string, took time.Duration) {
	m.attempts.WithLabelValues(system, operation, endpoint, outcome).Observe(took.Seconds())
}

// Breaker notes a breaker's new state.
func (m *Metrics) Breaker(name, state string) {
	m.breakers.WithLabelValues(name).Set(map[string]float64{"closed": 0, "half-open": 1, "open": 2}[state])
}

// Reload notes that something was reloaded, or was refused and the old stayed.
func (m *Metrics) Reload(what string, err error) {
	result := "ok"
	if err != nil {
		result = "refused"
	}
	m.reloads.WithLabelValues(what, result).Inc()
}
