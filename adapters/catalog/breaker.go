package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// errOpen marks a call that the breaker kept from being made.
var errOpen = errors.New("circuit breaker is open")

// newBreaker makes a breaker over a rolling window. It judges by outcomes alone:
// a call under way says nothing yet, and where a system hangs most are under way.
// A caller who left is not counted at all, nor is a call that never got past the
// national gateway's token endpoint; a system that answers "no such record" or
// refuses the message is a system that answers.
func newBreaker[T any](name string, b Breaker, changed func(name, from, to string)) *gobreaker.CircuitBreaker[T] {
	return gobreaker.NewCircuitBreaker[T](gobreaker.Settings{
		Name:         name,
		MaxRequests:  uint32(max(b.Probes, 1)),
		Interval:     b.Window,
		BucketPeriod: max(b.Window/10, time.Millisecond),
		Timeout:      b.Open,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			outcomes := c.TotalSuccesses + c.TotalFailures
			return int(outcomes) >= b.Minimum && float64(c.TotalFailures) >= b.FailureShare*float64(outcomes)
		},
		OnStateChange: func(name string, from, to gobreaker.State) { changed(name, from.String(), to.String()) },
		IsExcluded:    func(err error) bool { return errors.Is(err, context.Canceled) || errors.Is(err, ndxp.ErrNoToken) },
		IsSuccessful:  func(err error) bool { return err == nil || !failed(err) },
	})
}

// failed tells whether an error is the system's failure to answer.
func failed(err error) bool {
	return errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, adapters.ErrTimeout) || errors.Is(err, adapters.ErrMalformed)
}

// maxRetryAfter bounds how late a refused caller is told to come back.
const maxRetryAfter = time.Hour

// refusal turns the library's refusals into ours, which tell the caller to come
// back when the breaker has been open for its time; other errors pass.
func (b Breaker) refusal(err error) error {
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return &adapters.Error{Kind: adapters.ErrUnavailable, Detail: "breaker open", RetryAfter: min(b.Open, maxRetryAfter), Err: errOpen}
	}
	return err
}

// keptBack tells that the endpoint's own breaker let no attempt through.
func keptBack(err error) bool { return errors.Is(err, errOpen) && !errors.Is(err, ndxp.ErrNoToken) }
