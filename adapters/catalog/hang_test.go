package catalog

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sluggish is a route to a slow register: one attempt may take twice the window.
func sluggish(bases ...string) (Settings, Limits) {
	s := calm(bases...)
	s.Timeout, s.Queue = time.Minute, 32
	s.Breaker = Breaker{Window: 30 * time.Second, Minimum: 20, FailureShare: 0.5, Open: 10 * time.Second, Probes: 3}
	return s, Limits{Timeout: time.Minute, Deadline: time.Minute, Attempts: 1}
}

// arrival is a way in which calls come to so many places: so many at once, so often.
type arrival struct {
	name   string
	places int
	calls  int
	every  time.Duration
}

var arrivals = []arrival{
	{"steady", 128, 1, 500 * time.Millisecond},
	{"steady beyond its places", 16, 1, 500 * time.Millisecond},
	{"bursts", 128, 30, 50 * time.Second},
	{"bursts beyond its places", 16, 40, 90 * time.Second},
}

// states lets calls of the slow system "one" come for four minutes, and gives
// its states in the order in which they came.
func (a arrival) states(t *testing.T, behave func(context.Context, string) error) (seen []string) {
	route, limits := sluggish(first)
	route.Concurrency = a.places
	c, n := found(t, route)
	n.behave = behave
	var all sync.WaitGroup
	for at := time.Duration(0); at < 4*time.Minute; at += 500 * time.Millisecond {
		if at%a.every == 0 {
			for range a.calls {
				all.Go(func() { ask(t.Context(), c, "one", limits) })
			}
		}
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		seen = append(seen, c.State("one").State)
	}
	all.Wait()
	return slices.Compact(seen)
}

func TestHangingSystemIsDownHoweverCallsArrive(t *testing.T) {
	for _, a := range arrivals {
		t.Run(a.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen := a.states(t, func(ctx context.Context, _ string) error { return hang(ctx) })
				if !slices.Contains(seen, "down") {
					t.Errorf("its states were %v", seen)
				}
			})
		})
	}
}

func TestSlowSystemThatAnswersIsUpHoweverCallsArrive(t *testing.T) {
	for _, a := range arrivals {
		t.Run(a.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen := a.states(t, func(context.Context, string) error { time.Sleep(7 * time.Second); return nil })
				if !slices.Equal(seen, []string{"up"}) {
					t.Errorf("its states were %v", seen)
				}
			})
		})
	}
}

func TestCallsUnderWayDoNotSpeakForASystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first)) // 4 outcomes at least, half of them failed
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 50 {
			go ask(t.Context(), c, "one", patient)
		}
		synctest.Wait()
		n.answering(unavailable())
		times(t, c, 3)
		if got := c.State("one").Breaker; got != "closed" {
			t.Errorf("%s after three outcomes", got)
		}
		times(t, c, 1)
		if got := c.State("one"); got.Breaker != "open" {
			t.Errorf("%+v after four failures, with fifty calls under way", got)
		}
	})
}
