package catalog

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// again tells whether an attempt may be repeated: only what found nobody there.
// A throttling system is not asked again, nor one whose breaker is open, nor a
// token endpoint on which every system behind the gateway leans.
func again(err error) bool {
	if !errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, context.Canceled) ||
		errors.Is(err, errOpen) || errors.Is(err, ndxp.ErrNoToken) {
		return false
	}
	e, ok := errors.AsType[*adapters.Error](err)
	return !ok || e.RetryAfter == 0
}

// pause waits a jittered moment after attempt n; false if the deadline leaves no
// room for it.
func pause(ctx context.Context, n int) bool {
	wait := time.Duration(50+rand.IntN(100)) * time.Millisecond << min(n-1, 4)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// retryBudget lets retries be only a share of calls, so that a failing system is
// not met with a multiple of its load.
type retryBudget struct {
	mu     sync.Mutex
	share  int // thousandths of a retry that a call earns
	tokens int // thousandths of a retry saved up
}

// retryCost is one retry, and retryCap what may be saved up: ten.
const (
	retryCost = 1000
	retryCap  = 10 * retryCost
)

// newRetryBudget starts with a full purse, unless retries are not wanted at all.
func newRetryBudget(share float64) *retryBudget {
	b := &retryBudget{share: int(share * retryCost)}
	if b.share > 0 {
		b.tokens = retryCap
	}
	return b
}

// deposit notes a call.
func (b *retryBudget) deposit() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+b.share, retryCap)
}

// spend takes a retry, if there is one.
func (b *retryBudget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens < retryCost {
		return false
	}
	b.tokens -= retryCost
	return true
}
