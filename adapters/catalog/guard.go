package catalog

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"

	"github.com/lgsp-vn/lgsp/adapters"
)

// ErrBusy means that as many calls as the system bears are under way or waiting.
// The bus sheds this one; the caller should come back a little later.
var ErrBusy = errors.New("system is busy")

// MaintenanceError means that an operator has closed the system.
type MaintenanceError struct{ Maintenance }

// Error says so.
func (*MaintenanceError) Error() string { return "system is closed for maintenance" }

// endpoint is one address with its own breaker and connection.
type endpoint struct {
	Endpoint
	breaker *gobreaker.CircuitBreaker[adapters.Record]
	conn    *adapters.Conn
}

// guard is a system's settings at work.
type guard struct {
	settings  Settings
	endpoints ring
	bulkhead  *bulkhead
	rate      *rate.Limiter // nil for no bound
	retries   *retryBudget
}

// newGuard makes a guard without endpoints. What stands as it stood under the
// old guard (nil at first) goes on, with what is under way counted in it.
func newGuard(s Settings, old *guard) *guard {
	if old == nil {
		old = &guard{}
	}
	g := &guard{settings: s, bulkhead: old.bulkhead, rate: old.rate, retries: old.retries}
	if g.bulkhead == nil || s.Concurrency != old.settings.Concurrency || s.Queue != old.settings.Queue {
		g.bulkhead = newBulkhead(s.Concurrency, s.Queue)
	}
	if s.Rate != old.settings.Rate {
		g.rate = nil
		if s.Rate > 0 {
			g.rate = rate.NewLimiter(rate.Limit(s.Rate), max(int(s.Rate), 1))
		}
	}
	if g.retries == nil || s.RetryShare != old.settings.RetryShare {
		g.retries = newRetryBudget(s.RetryShare)
	}
	return g
}

// try makes one attempt at one endpoint.
type try func(context.Context, *endpoint) (adapters.Record, error)

// speaking are the endpoints where an operation can be asked.
func (g *guard) speaking(op *adapters.Operation) ring {
	if op.Protocol == "" {
		return g.endpoints
	}
	var some ring
	for _, e := range g.endpoints {
		if e.speaks(op) {
			some = append(some, e)
		}
	}
	return some
}

// attempts asks until one attempt succeeds, the attempts are used up, the retry
// budget is empty or the deadline leaves no room; then the last failure stands.
// What the system would take for another message is sent once.
func (g *guard) attempts(ctx context.Context, op *adapters.Operation, limits Limits, once try) (adapters.Record, *endpoint, error) {
	endpoints := g.speaking(op)
	g.retries.deposit()
	if err := g.admit(ctx, endpoints); err != nil {
		return adapters.Record{}, nil, err
	}
	for n := 1; ; n++ {
		record, e, err := endpoints.attempt(ctx, limits.Timeout, n-1, once)
		if err == nil {
			return record, e, nil
		}
		if n >= limits.Attempts || !op.Repeatable || !again(err) || !g.retries.spend() || !pause(ctx, n) || g.admit(ctx, endpoints) != nil {
			return adapters.Record{}, nil, err
		}
	}
}

// admit waits for the system's outbound rate. What the breakers are going to
// refuse reaches nobody and is refused at once.
func (g *guard) admit(ctx context.Context, endpoints ring) error {
	if g.rate == nil || !slices.ContainsFunc(endpoints, (*endpoint).usable) {
		return nil
	}
	if g.rate.Wait(ctx) != nil {
		return noRoom(ctx)
	}
	return nil
}

// ring is endpoints that take turns.
type ring []*endpoint

// attempt asks the first endpoint, counted from the nth, whose breaker lets it.
// Where none does, the refusal of one of them stands.
func (r ring) attempt(ctx context.Context, timeout time.Duration, n int, once try) (record adapters.Record, e *endpoint, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, adapters.ErrTimeout)
	defer cancel()
	for i := range r {
		if e = r[(n+i)%len(r)]; !e.usable() {
			continue
		}
		if record, err = once(ctx, e); !keptBack(err) {
			return record, e, err
		}
	}
	if err == nil {
		e = r[n%len(r)]
		record, err = once(ctx, e) // its breaker says no
	}
	return record, e, err
}

// usable tells that the endpoint is not left alone.
func (e *endpoint) usable() bool { return e.breaker.State() != gobreaker.StateOpen }
