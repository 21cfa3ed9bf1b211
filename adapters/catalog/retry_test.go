package catalog

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/adapters"
)

var stubborn = Limits{Timeout: time.Second, Deadline: time.Minute, Attempts: 3}

func TestOnlyUnavailabilityIsRetried(t *testing.T) {
	throttled := adapters.Fail(adapters.ErrUnavailable, "429", "")
	throttled.RetryAfter = time.Second
	tests := []struct {
		name  string
		err   error
		calls int
	}{
		{"unavailable", unavailable(), 3},
		{"throttled, with a time to come back", throttled, 1},
		{"timeout", adapters.Fail(adapters.ErrTimeout, "", ""), 1},
		{"malformed", adapters.Malformed(""), 1},
		{"rejected", adapters.Fail(adapters.ErrRejected, "", ""), 1},
		{"not found", adapters.Fail(adapters.ErrNotFound, "", ""), 1},
		{"no match", adapters.Fail(adapters.ErrNoMatch, "", ""), 1},
		{"refused input", adapters.Fail(adapters.ErrRefusedInput, "", ""), 1},
		{"caller left", &adapters.Error{Kind: adapters.ErrUnavailable, Err: context.Canceled}, 1},
		{"fault of ours", errors.New("internal"), 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, n := found(t, calm(first))
				n.answering(test.err)
				if _, err := ask(t.Context(), c, "one", stubborn); !errors.Is(err, test.err) {
					t.Errorf("%v became %v", test.err, err)
				}
				if n.count(first) != test.calls {
					t.Errorf("%d attempts, want %d", n.count(first), test.calls)
				}
			})
		})
	}
}

func TestRetryGoesToTheNextEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first, second))
		n.behave = func(_ context.Context, base string) error {
			if base == first {
				return unavailable()
			}
			return nil
		}
		answer, err := ask(t.Context(), c, "one", stubborn)
		if err != nil || answer.Endpoint != "second" || !slices.Equal(n.tried, []string{first, second}) {
			t.Errorf("%v of %s, tried %v", err, answer.Endpoint, n.tried)
		}
	})
}

func TestRetryWaitsAJitteredMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		started := time.Now()
		ask(t.Context(), c, "one", stubborn)
		if took := time.Since(started); took < 150*time.Millisecond || took > 450*time.Millisecond {
			t.Errorf("two pauses took %v, want 150 to 450 ms", took)
		}
	})
}

func TestDeadlineThatLeavesNoRoomEndsTheRetriesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		started := time.Now()
		_, err := ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: 40 * time.Millisecond, Attempts: 9})
		if !errors.Is(err, adapters.ErrUnavailable) || n.count(first) != 1 || time.Since(started) != 0 {
			t.Errorf("%v after %d attempts and %v", err, n.count(first), time.Since(started))
		}
	})
}

func TestFailureStandsWhereTheRateLeavesNoRoomForARetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.Rate = 1
		c, n := found(t, route)
		n.answering(unavailable())
		_, err := ask(t.Context(), c, "one", Limits{Timeout: time.Second, Deadline: 500 * time.Millisecond, Attempts: 3})
		if !errors.Is(err, adapters.ErrUnavailable) || errors.Is(err, ErrBusy) || n.count(first) != 1 {
			t.Errorf("%v after %d attempts", err, n.count(first))
		}
	})
}

func TestRetriesStayWithinTheirBudget(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		share := float64(rapid.IntRange(0, 2000).Draw(rt, "thousandths")) / 1000
		b := newRetryBudget(share)
		calls, retries, saved := 0, 0, 0.0
		if share > 0 {
			saved = 10
		}
		for _, deposit := range rapid.SliceOfN(rapid.Bool(), 1, 300).Draw(rt, "steps") {
			if deposit {
				b.deposit()
				calls++
				saved = min(saved+share, 10)
				continue
			}
			// The model counts in fractions, hence the margin.
			if got := b.spend(); got && saved < 1-1e-6 || !got && saved >= 1+1e-6 {
				rt.Fatalf("spend = %v with %v saved", got, saved)
			} else if got {
				retries++
				saved--
			}
		}
		if float64(retries) > share*float64(calls)+10+1e-6 {
			rt.Fatalf("%d retries for %d calls at %v", retries, calls, share)
		}
	})
}

func TestFailingSystemIsNotMetWithAMultipleOfItsLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.RetryShare, route.Breaker.Minimum = 0.1, 100_000
		c, n := found(t, route)
		n.answering(unavailable())
		for range 500 {
			ask(t.Context(), c, "one", stubborn)
		}
		if got := n.count(first); got < 500+50 || got > 500+50+10 {
			t.Errorf("%d attempts for 500 calls, want 550 to 560", got)
		}
	})
}

func TestRouteWithoutRetryShareNeverRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.RetryShare = 0
		c, n := found(t, route)
		n.answering(unavailable())
		ask(t.Context(), c, "one", stubborn)
		if n.count(first) != 1 {
			t.Errorf("%d attempts, want 1", n.count(first))
		}
	})
}
