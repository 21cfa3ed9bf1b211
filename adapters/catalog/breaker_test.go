package catalog

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

// answering lets every endpoint answer with the error, nil for a record.
func (n *nation) answering(err error) {
	n.behave = func(context.Context, string) error { return err }
}

// times asks so often and gives the last error.
func times(t *testing.T, c *Catalog, n int) (err error) {
	t.Helper()
	for range n {
		_, err = ask(t.Context(), c, "one", patient)
	}
	return err
}

func TestBreakerOpensAtItsShareOfTheWindow(t *testing.T) {
	failures := map[string]error{"unavailable": unavailable(), "timeout": adapters.Fail(adapters.ErrTimeout, "", ""), "malformed": adapters.Malformed("")}
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, n := found(t, calm(first)) // 4 calls at least, half of them failed
				times(t, c, 3)
				n.answering(failure)
				times(t, c, 2)
				if state := c.State("one"); state.Breaker != "closed" {
					t.Fatalf("%s after 2 failures in 5", state.Breaker)
				}
				times(t, c, 1)
				if state := c.State("one"); state.Breaker != "open" || state.State != "down" {
					t.Fatalf("%+v after 3 failures in 6", state)
				}
				before := n.count(first)
				if err := times(t, c, 5); !errors.Is(err, adapters.ErrUnavailable) || n.count(first) != before {
					t.Errorf("%v, and %d calls reached the open system", err, n.count(first)-before)
				}
			})
		})
	}
}

func TestBreakerForgetsWhatLeftTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		for range 10 { // three failures a window, never four
			times(t, c, 1)
			time.Sleep(4 * time.Second)
		}
		if state := c.State("one").Breaker; state != "closed" {
			t.Errorf("breaker is %s", state)
		}
	})
}

func TestHalfOpenBreakerProbesAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		times(t, c, 4)
		time.Sleep(5*time.Second + 1)
		if got := c.State("one"); got.Breaker != "half-open" || got.State != "degraded" {
			t.Errorf("%+v when the probe is due", got)
		}
		times(t, c, 1) // the probe fails
		if got := c.State("one").Breaker; got != "open" {
			t.Errorf("%s after a failed probe", got)
		}
		time.Sleep(5*time.Second + 1)
		n.answering(nil)
		times(t, c, 1)
		if got := c.State("one").Breaker; got != "half-open" {
			t.Errorf("%s after the first of two probes", got)
		}
		times(t, c, 1)
		if got := c.State("one").Breaker; got != "closed" {
			t.Errorf("%s after both probes", got)
		}
		want := []string{"ndxp/token  closed", "one/first  closed", "two/other  closed", "one/first closed open", "one/first open half-open", "one/first half-open open", "one/first open half-open", "one/first half-open closed"}
		if diff := cmp.Diff(want, n.changes); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestHalfOpenBreakerLetsNoMoreThanItsProbesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		times(t, c, 4)
		time.Sleep(5*time.Second + 1)
		before := n.count(first)
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 20 {
			go ask(t.Context(), c, "one", patient)
		}
		synctest.Wait()
		if got := n.count(first) - before; got != 2 {
			t.Errorf("%d probes at once, want 2", got)
		}
	})
}

func TestAnswersThatAreNoFailureDoNotOpenTheBreaker(t *testing.T) {
	for _, kind := range []error{adapters.ErrNotFound, adapters.ErrNoMatch, adapters.ErrRefusedInput, adapters.ErrRejected} {
		c, n := found(t, calm(first))
		n.answering(adapters.Fail(kind, "", ""))
		if err := times(t, c, 50); !errors.Is(err, kind) {
			t.Errorf("%v became %v", kind, err)
		}
		if state := c.State("one"); state.Breaker != "closed" || state.ErrorShare != 0 {
			t.Errorf("%v: %+v", kind, state)
		}
	}
}

func TestCallerWhoLeavesIsNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 50 {
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, leave)
			if _, err := ask(ctx, c, "one", patient); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		if got := c.systems["one"].guard.Load().endpoints[0].breaker.Counts(); got.TotalFailures != 0 || got.TotalSuccesses != 0 {
			t.Errorf("counted %+v", got)
		}
		if state := c.State("one"); state.State != "up" || state.P95 != 0 {
			t.Errorf("%+v", state)
		}
	})
}

func TestProbeWhoseCallerLeftLeavesRoomForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		times(t, c, 4)
		time.Sleep(5*time.Second + 1)
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 10 {
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, leave)
			ask(ctx, c, "one", patient)
		}
		n.answering(nil)
		if err := times(t, c, 2); err != nil || c.State("one").Breaker != "closed" {
			t.Errorf("%v, breaker %s", err, c.State("one").Breaker)
		}
	})
}

func TestOpenBreakerSendsTheCallToTheNextEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first, second))
		n.behave = func(_ context.Context, base string) error {
			if base == first {
				return unavailable()
			}
			return nil
		}
		times(t, c, 4)
		n.tried, n.attempts = nil, nil
		answer, err := ask(t.Context(), c, "one", patient)
		if err != nil || answer.Endpoint != "second" || !slices.Equal(n.tried, []string{second}) {
			t.Errorf("%v of %s, tried %v", err, answer.Endpoint, n.tried)
		}
		if diff := cmp.Diff([]string{"one/second ok"}, n.attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if state := c.State("one"); state.State != "degraded" || state.Breaker != "closed" {
			t.Errorf("%+v with one of two endpoints", state)
		}
	})
}

func TestEndpointThatIsBeingProbedDoesNotKeepOthersFromTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first, second))
		n.behave = func(ctx context.Context, base string) error {
			switch {
			case base == second:
				return nil
			case n.count(first) <= 4:
				return unavailable()
			}
			return hang(ctx)
		}
		times(t, c, 4)
		time.Sleep(5*time.Second + 1)
		for range 2 {
			go ask(t.Context(), c, "one", patient) // the probes
		}
		synctest.Wait()
		answer, err := ask(t.Context(), c, "one", patient)
		if err != nil || answer.Endpoint != "second" {
			t.Errorf("got %v of %q", err, answer.Endpoint)
		}
	})
}

func TestWhenAllBreakersAreOpenTheRefusalIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first, second))
		n.answering(unavailable())
		for range 8 {
			ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: time.Minute, Attempts: 2})
		}
		if state := c.State("one").State; state != "down" {
			t.Fatalf("system is %s", state)
		}
		n.tried, n.attempts = nil, nil
		_, err := ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: time.Minute, Attempts: 5})
		if !errors.Is(err, errOpen) || len(n.tried) != 0 {
			t.Errorf("%v, tried %v", err, n.tried)
		}
		if diff := cmp.Diff([]string{"one/first failed"}, n.attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}

func TestRefusalTellsWhenToComeBack(t *testing.T) {
	for open, want := range map[time.Duration]time.Duration{5 * time.Second: 5 * time.Second, 2 * time.Hour: time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			route := calm(first)
			route.Breaker.Open = open
			c, n := found(t, route)
			n.answering(unavailable())
			times(t, c, 4)
			refused := func(when string) {
				t.Helper()
				e, ok := errors.AsType[*adapters.Error](times(t, c, 1))
				if !ok || !errors.Is(e, errOpen) || e.RetryAfter != want {
					t.Errorf("%s: %+v, want %v to wait", when, e, want)
				}
			}
			refused("open")
			time.Sleep(open + 1)
			n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
			for range 2 {
				go ask(t.Context(), c, "one", patient)
			}
			synctest.Wait()
			refused("while probed")
		})
	}
}
