package catalog

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// hungUp makes a system "one" that hangs, with so many places and a queue.
func hungUp(t *testing.T, concurrency, queue int) (*Catalog, *nation) {
	route := calm(first)
	route.Concurrency, route.Queue, route.Breaker.Minimum = concurrency, queue, 1000
	c, n := found(t, route)
	n.behave = func(ctx context.Context, base string) error {
		if base == first {
			return hang(ctx)
		}
		return nil
	}
	return c, n
}

func TestBulkheadBoundsCallsUnderWayAndWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := hungUp(t, 3, 2)
		var busy int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if _, err := ask(t.Context(), c, "one", patient); errors.Is(err, ErrBusy) {
					mu.Lock()
					busy++
					mu.Unlock()
				}
			})
		}
		synctest.Wait()
		if got := n.count(first); got != 3 {
			t.Errorf("%d calls under way, want 3", got)
		}
		mu.Lock()
		if busy != 5 {
			t.Errorf("%d refused at once, want 5", busy)
		}
		mu.Unlock()
		all.Wait()
		if got := n.count(first); got != 5 {
			t.Errorf("%d calls in all, want 5: those that waited came on", got)
		}
	})
}

func TestHangingSystemNeverTakesAnothersPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := hungUp(t, 3, 2)
		for range 50 {
			go ask(t.Context(), c, "one", patient)
		}
		synctest.Wait()
		started := time.Now()
		for range 200 {
			if _, err := ask(t.Context(), c, "two", patient); err != nil {
				t.Fatal(err)
			}
		}
		if time.Since(started) != 0 {
			t.Errorf("the neighbour waited %v", time.Since(started))
		}
	})
}

func TestWaitInTheQueueEndsWithTheDeadlineOrTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := hungUp(t, 1, 2)
		go ask(t.Context(), c, "one", Limits{Timeout: time.Hour, Deadline: time.Hour, Attempts: 1})
		synctest.Wait()
		started := time.Now()
		if _, err := ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: time.Second, Attempts: 1}); !errors.Is(err, ErrBusy) {
			t.Errorf("deadline: %v, want ErrBusy", err)
		}
		if time.Since(started) != time.Second {
			t.Errorf("gave up after %v, want 1s", time.Since(started))
		}
		ctx, leave := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, leave)
		_, err := ask(ctx, c, "one", patient)
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrBusy) {
			t.Errorf("caller left: %v, want context.Canceled", err)
		}
		if n.count(first) != 1 {
			t.Errorf("%d calls reached the system", n.count(first))
		}
	})
}

func TestOutboundRateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.Rate = 5
		c, n := found(t, route)
		started := time.Now()
		var all sync.WaitGroup
		for range 25 {
			all.Go(func() {
				if _, err := ask(t.Context(), c, "one", patient); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if got := n.count(first); got != 5 {
			t.Errorf("%d calls at once, want 5", got)
		}
		all.Wait()
		if took := time.Since(started); took != 4*time.Second {
			t.Errorf("25 calls took %v, want 4s", took)
		}
		var busy int
		for range 100 {
			if _, err := ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: 10 * time.Millisecond, Attempts: 1}); errors.Is(err, ErrBusy) {
				busy++
			}
		}
		if busy < 99 {
			t.Errorf("%d of 100 hurried calls were refused", busy)
		}
	})
}

func TestOpenBreakerIsToldWithoutWaitingForTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.Rate = 1
		c, n := found(t, route)
		n.behave = func(context.Context, string) error { return unavailable() }
		for range 4 {
			ask(t.Context(), c, "one", patient)
		}
		started := time.Now()
		for range 10 {
			if _, err := ask(t.Context(), c, "one", patient); !errors.Is(err, adapters.ErrUnavailable) || !errors.Is(err, errOpen) {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(started); took != 0 {
			t.Errorf("refusals took %v", took)
		}
	})
}
