package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
)

// errOpen marks a call that the breaker kept from being made.
var errOpen = errors.New("circuit breaker is open")

// newBreaker makes a breaker over a rolling window. A caller who left is not
// counted at all, and a system that answers "no such record" or refuses the
// message is a system that answers.
func newBreaker[T any](name string, b Breaker, changed func(name, from, to string)) *gobreaker.CircuitBreaker[T] {
	return gobreaker.NewCircuitBreaker[T](gobreaker.Settings{
		Name:         name,
		MaxRequests:  uint32(max(b.Probes, 1)),
		Interval:     b.Window,
		BucketPeriod: max(b.Window/10, time.Millisecond),
		Timeout:      b.Open,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return int(c.Requests) >= b.Minimum && float64(c.TotalFailures) >= b.FailureShare*float64(c.Requests)
		},
		OnStateChange: func(name string, from, to gobreaker.State) { changed(name, from.String(), to.String()) },
		IsExcluded:    func(err error) bool { return errors.Is(err, context.Canceled) },
		IsSuccessful:  func(err error) bool { return err == nil || !failed(err) },
	})
}

// failed tells whether an error is the system's failure to answer.
func failed(err error) bool {
	return errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, adapters.ErrTimeout) || errors.Is(err, adapters.ErrMalformed)
}

// refusedByBreaker turns the library's refusals into ours; others pass.
func refusedByBreaker(err error) error {
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return fmt.Errorf("%w: %w", adapters.Fail(adapters.ErrUnavailable, "", "breaker open"), errOpen)
	}
	return err
}
