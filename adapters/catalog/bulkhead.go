package catalog

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/lgsp-vn/lgsp/adapters"
)

// bulkhead is how many calls of one system may be under way and how many may
// wait, so that a system that hangs holds nothing but its own places.
type bulkhead struct {
	slots   chan struct{} // one token per call under way
	queue   int64
	waiting atomic.Int64
}

func newBulkhead(concurrency, queue int) *bulkhead {
	return &bulkhead{slots: make(chan struct{}, max(concurrency, 1)), queue: int64(queue)}
}

// enter takes a place, waiting for one if the queue has room.
func (b *bulkhead) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-b.slots }
	select {
	case b.slots <- struct{}{}:
		return leave, nil
	default:
	}
	if b.waiting.Add(1) > b.queue {
		b.waiting.Add(-1)
		return nil, ErrBusy
	}
	defer b.waiting.Add(-1)
	select {
	case b.slots <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, noRoom(ctx)
	}
}

// noRoom says how a wait in vain ended: the caller left, or no room came in time.
func noRoom(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return &adapters.Error{Kind: adapters.ErrUnavailable, Detail: "caller left", Err: context.Canceled}
	}
	return ErrBusy
}
