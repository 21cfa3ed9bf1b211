package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Revocation is a token that was revoked before its time.
type Revocation struct {
	TokenID, Client string
	Until           time.Time // when the token would have expired
	Sequence        int64     // given by the store
}

// Revocations is where revoked tokens are kept for all replicas.
type Revocations interface {
	Revoke(ctx context.Context, r Revocation) error
	// Revocations lists those after a sequence number, in its order. What comes
	// to be seen later has a greater number than all that was seen before.
	Revocations(ctx context.Context, after int64) ([]Revocation, error)
}

// Revoked is what this process knows of revoked tokens. It is safe for
// concurrent use, and looking costs no garbage.
type Revoked struct {
	shared Revocations
	now    func() time.Time
	stale  atomic.Bool  // the shared store could not be read the last time
	count  atomic.Int64 // of until, for the usual case that there is none

	reload    sync.Mutex
	after     int64
	nextSweep time.Time

	mu    sync.RWMutex
	until map[string]time.Time // by token id
}

const (
	pollTimeout = 5 * time.Second // how long what is polled may take to answer
	sweepEvery  = 10 * time.Second
)

// OpenRevoked reads all that is revoked. Without that, nobody can say which
// tokens are good.
func OpenRevoked(ctx context.Context, shared Revocations, now func() time.Time) (*Revoked, error) {
	if shared == nil || now == nil {
		return nil, errors.New("open revoked tokens: store and clock are both needed")
	}
	r := &Revoked{shared: shared, now: now, until: make(map[string]time.Time)}
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads what was revoked since it was last called. Call it twice a
// second. While it fails, what is known stays revoked and no tokens are issued:
// one who lost the right to them might be told from one who has it only by what
// cannot be read.
func (r *Revoked) Reload(ctx context.Context) error {
	r.reload.Lock()
	defer r.reload.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	for {
		page, err := r.shared.Revocations(ctx, r.after)
		if err != nil {
			r.stale.Store(true)
			return fmt.Errorf("read revoked tokens: %w", err)
		}
		before := r.after
		for _, revocation := range page {
			r.add(revocation)
			r.after = max(r.after, revocation.Sequence)
		}
		if r.after == before {
			break
		}
	}
	r.stale.Store(false)
	if now := r.now(); !now.Before(r.nextSweep) {
		r.nextSweep = now.Add(sweepEvery)
		r.sweep(now)
	}
	return nil
}

// Stale says whether others may have revoked tokens that this process has not
// heard of.
func (r *Revoked) Stale() bool { return r.stale.Load() }

// has says whether a token was revoked.
func (r *Revoked) has(tokenID string) bool {
	if r.count.Load() == 0 {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, revoked := r.until[tokenID]
	return revoked
}

// revoke keeps a revocation for all, then here: who was told that a token is
// revoked never sees it work again.
func (r *Revoked) revoke(ctx context.Context, revocation Revocation) error {
	if err := r.shared.Revoke(ctx, revocation); err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	r.add(revocation)
	return nil
}

func (r *Revoked) add(revocation Revocation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until[revocation.TokenID] = revocation.Until
	r.count.Store(int64(len(r.until)))
}

// sweep forgets what has expired by now, and is refused for that.
func (r *Revoked) sweep(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, until := range r.until {
		if !now.Before(until) {
			delete(r.until, id)
		}
	}
	r.count.Store(int64(len(r.until)))
}
