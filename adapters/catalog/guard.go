package catalog

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
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
	slots     chan struct{} // bulkhead: one token per call in flight
	waiting   atomic.Int64
	rate      *rate.Limiter
	retries   *retryBudget
}

func newGuard(s Settings) *guard {
	g := &guard{settings: s, slots: make(chan struct{}, max(s.Concurrency, 1)), retries: newRetryBudget(s.RetryShare)}
	if s.Rate > 0 {
		g.rate = rate.NewLimiter(rate.Limit(s.Rate), max(int(s.Rate), 1))
	}
	return g
}

// enter takes a place in the bulkhead, waiting in a bounded queue.
func (g *guard) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.slots }
	select {
	case g.slots <- struct{}{}:
		return leave, nil
	default:
	}
	if g.waiting.Add(1) > int64(g.settings.Queue) {
		g.waiting.Add(-1)
		return nil, ErrBusy
	}
	defer g.waiting.Add(-1)
	select {
	case g.slots <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}

// attempts tries the route's endpoints in turn until one answers, the attempts
// are used up, the retry budget is empty or the deadline leaves no room.
func (g *guard) attempts(ctx context.Context, limits Limits, try func(context.Context, *endpoint) (adapters.Record, error)) (adapters.Record, *endpoint, error) {
	var failure error
	g.retries.deposit()
	for n := range max(limits.Attempts, 1) {
		if n > 0 && (!g.retries.spend() || !pause(ctx, n)) {
			break
		}
		if g.rate != nil && g.rate.Wait(ctx) != nil {
			return adapters.Record{}, nil, ErrBusy
		}
		e := g.endpoint(n)
		attempt, cancel := context.WithTimeoutCause(ctx, limits.Timeout, adapters.ErrTimeout)
		record, err := try(attempt, e)
		cancel()
		if err == nil {
			return record, e, nil
		}
		failure = err
		if !again(err) {
			break
		}
	}
	return adapters.Record{}, nil, failure
}

// endpoint is the one for attempt n: the next in turn that is not left alone.
func (g *guard) endpoint(n int) *endpoint {
	for i := range g.endpoints {
		if e := g.endpoints[(n+i)%len(g.endpoints)]; e.breaker.State() != gobreaker.StateOpen {
			return e
		}
	}
	return g.endpoints[n%len(g.endpoints)] // its breaker says no
}

// again tells whether an attempt may be repeated: only what found nobody there.
// A throttling system is not asked again, and neither is one whose breaker is open.
func again(err error) bool {
	if !errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, errOpen) {
		return false
	}
	e, ok := errors.AsType[*adapters.Error](err)
	return !ok || e.RetryAfter == 0
}

// pause waits a jittered moment before attempt n; false if the deadline comes first.
func pause(ctx context.Context, n int) bool {
	timer := time.NewTimer(time.Duration(50+rand.IntN(100)) * time.Millisecond << min(n-1, 4))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryBudget lets retries be only a share of first attempts, so that a failing
// system is not met with a multiple of its load.
type retryBudget struct {
	share  int64 // thousandths of a retry per first attempt
	tokens atomic.Int64
}

const retryBudgetCap = 10_000 // ten retries may be saved up

func newRetryBudget(share float64) *retryBudget {
	b := &retryBudget{share: int64(share * 1000)}
	b.tokens.Store(retryBudgetCap)
	return b
}

func (b *retryBudget) deposit() {
	if b.tokens.Add(b.share) > retryBudgetCap {
		b.tokens.Store(retryBudgetCap)
	}
}

func (b *retryBudget) spend() bool {
	if b.tokens.Add(-1000) >= 0 {
		return true
	}
	b.tokens.Add(1000)
	return false
}
