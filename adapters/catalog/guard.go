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
	endpoints []*endpoint
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

// attempts asks until one attempt succeeds, the attempts are used up, the retry
// budget is empty or the deadline leaves no room; then the last failure stands.
func (g *guard) attempts(ctx context.Context, limits Limits, once try) (adapters.Record, *endpoint, error) {
	g.retries.deposit()
	if err := g.admit(ctx); err != nil {
		return adapters.Record{}, nil, err
	}
	for n := 1; ; n++ {
		record, e, err := g.attempt(ctx, limits.Timeout, n-1, once)
		if err == nil {
			return record, e, nil
		}
		if n >= limits.Attempts || !again(err) || !g.retries.spend() || !pause(ctx, n) || g.admit(ctx) != nil {
			return adapters.Record{}, nil, err
		}
	}
}

// admit waits for the system's outbound rate. What the breakers are going to
// refuse reaches nobody and is refused at once.
func (g *guard) admit(ctx context.Context) error {
	if g.rate == nil || !slices.ContainsFunc(g.endpoints, (*endpoint).usable) {
		return nil
	}
	if g.rate.Wait(ctx) != nil {
		return noRoom(ctx)
	}
	return nil
}

// attempt asks the first endpoint, counted from the nth, whose breaker lets it.
// Where none does, the refusal of one of them stands.
func (g *guard) attempt(ctx context.Context, timeout time.Duration, n int, once try) (record adapters.Record, e *endpoint, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, adapters.ErrTimeout)
	defer cancel()
	for i := range g.endpoints {
		if e = g.endpoints[(n+i)%len(g.endpoints)]; !e.usable() {
			continue
		}
		if record, err = once(ctx, e); !keptBack(err) {
			return record, e, err
		}
	}
	if err == nil {
		e = g.endpoints[n%len(g.endpoints)]
		record, err = once(ctx, e) // its breaker says no
	}
	return record, e, err
}

// usable tells that the endpoint is not left alone.
func (e *endpoint) usable() bool { return e.breaker.State() != gobreaker.StateOpen }
