package catalog

import (
	"slices"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Settings say how one system is reached and how far it is trusted. They come
// from the Route policy and may change while calls are in flight: calls already
// guarded end under the settings they began with.
type Settings struct {
	Endpoints   []Endpoint    // tried in order
	Timeout     time.Duration // one attempt, the longest of its operations
	Concurrency int           // calls in flight at once
	Queue       int           // callers that may wait for one of them
	Rate        float64       // calls a second, 0 for no bound
	RetryShare  float64       // retries allowed per first attempt
	Breaker     Breaker
	Maintenance Maintenance
}

// breaker is the breaker with the window it works with. An outcome is counted at
// the time its call began and lost if the window has passed by then, so a window
// shorter than a few timeouts would never see a system that hangs.
func (s Settings) breaker() Breaker {
	b := s.Breaker
	b.Window = max(b.Window, 3*s.Timeout)
	return b
}

// throughNDXP tells whether the shared national gateway is needed.
func (s Settings) throughNDXP() bool {
	return slices.ContainsFunc(s.Endpoints, func(e Endpoint) bool { return e.NDXP })
}

// Endpoint is one address of a system.
type Endpoint struct {
	Name, URL string
	Protocol  string // spoken there; "" where the system has one only
	NDXP      bool   // reached through the shared national gateway
}

// speaks tells whether an operation can be asked there.
func (e Endpoint) speaks(op *adapters.Operation) bool {
	return op.Protocol == "" || op.Protocol == e.Protocol
}

// Breaker says when an endpoint is left alone.
type Breaker struct {
	Window       time.Duration // over which outcomes are counted, at least three timeouts
	Minimum      int           // outcomes in the window before a verdict
	FailureShare float64       // share of failures that opens it
	Open         time.Duration // until it is probed
	Probes       int           // successes that close it again
}

// Maintenance is a closure announced by an operator; the zero value is none.
type Maintenance struct {
	From, Until time.Time
	Notice      adapters.Text
}

// active tells whether the system is closed now. An open end closes it until
// the policy changes.
func (m Maintenance) active(now time.Time) bool {
	return !m.From.IsZero() && !now.Before(m.From) && (m.Until.IsZero() || now.Before(m.Until))
}

// Limits bound one call of one operation.
type Limits struct {
	Timeout  time.Duration // one attempt
	Deadline time.Duration // all attempts together, waiting included
	Attempts int
}
