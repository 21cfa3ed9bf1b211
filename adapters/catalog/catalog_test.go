package catalog

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// nation is a set of systems whose answers the test decides. They are asked
// without a network, so that time in a test is the bubble's.
type nation struct {
	mu       sync.Mutex
	tried    []string       // addresses and ids of attempts that reached an endpoint
	calls    map[string]int // by address
	behave   func(ctx context.Context, base string) error
	attempts []string // as told to Attempted
	changes  []string // as told to Changed
}

// ask is the operation of every system of the nation: it notes the attempt and
// behaves as told.
func (n *nation) ask() adapters.Operation {
	return adapters.Lookup(adapters.Operation{ID: "ask"}, func(ctx context.Context, c *adapters.Conn, _ adapters.Call, _ struct{}) (struct{}, error) {
		n.mu.Lock()
		n.tried = append(n.tried, c.Base())
		n.calls[c.Base()]++
		n.mu.Unlock()
		return struct{}{}, n.behave(ctx, c.Base())
	})
}

func (n *nation) count(base string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls[base]
}

// hang is a system that accepts calls and never answers.
func hang(ctx context.Context) error {
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.Canceled) {
		return &adapters.Error{Kind: adapters.ErrUnavailable, Err: context.Canceled}
	}
	return &adapters.Error{Kind: adapters.ErrTimeout, Err: ctx.Err()}
}

const (
	first  = "http://first.invalid"
	second = "http://second.invalid"
	other  = "http://other.invalid"
)

func unavailable() error { return adapters.Fail(adapters.ErrUnavailable, "", "") }

// calm is a route that stands in nobody's way.
func calm(bases ...string) Settings {
	s := Settings{Concurrency: 100, Queue: 100, RetryShare: 1,
		Breaker: Breaker{Window: 10 * time.Second, Minimum: 4, FailureShare: 0.5, Open: 5 * time.Second, Probes: 2}}
	for _, base := range bases {
		name, _, _ := strings.Cut(strings.TrimPrefix(base, "http://"), ".")
		s.Endpoints = append(s.Endpoints, Endpoint{Name: name, URL: base})
	}
	return s
}

var patient = Limits{Timeout: 2 * time.Second, Deadline: 10 * time.Second, Attempts: 1}

// found makes a catalogue of the systems "one" and "two".
func found(t testing.TB, one Settings) (*Catalog, *nation) {
	t.Helper()
	n := &nation{calls: map[string]int{}, behave: func(context.Context, string) error { return nil }}
	c := New(Options{
		Systems: []adapters.System{
			{ID: "one", Operations: []adapters.Operation{n.ask()}},
			{ID: "two", Operations: []adapters.Operation{n.ask()}},
		},
		Now: time.Now,
		Attempted: func(system, _, endpoint string, err error, _ time.Duration) {
			n.mu.Lock()
			defer n.mu.Unlock()
			outcome := "ok"
			if err != nil {
				outcome = "failed"
			}
			n.attempts = append(n.attempts, system+"/"+endpoint+" "+outcome)
		},
		Changed: func(name, from, to string) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.changes = append(n.changes, name+" "+from+" "+to)
		},
	})
	if err := c.Configure(map[string]Settings{"one": one, "two": calm(other)}); err != nil {
		t.Fatal(err)
	}
	return c, n
}

func ask(ctx context.Context, c *Catalog, system string, limits Limits) (Answer, error) {
	s, _ := c.System(system)
	op, _ := s.Operation("ask")
	in, _ := op.Parse([]byte(`{}`))
	return c.Ask(ctx, system, op, adapters.Call{}, in, limits)
}

func TestAnswerSaysWhenAndWhereFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(context.Context, string) error { time.Sleep(time.Second); return nil }
		answer, err := ask(t.Context(), c, "one", patient)
		if err != nil || answer.Endpoint != "first" || !answer.AsOf.Equal(time.Now()) || string(answer.JSON) != "{}" {
			t.Errorf("got %+v, %v", answer, err)
		}
	})
}

func TestUnknownAndUnconfiguredSystemsAreNotAsked(t *testing.T) {
	n := &nation{calls: map[string]int{}}
	c := New(Options{Systems: []adapters.System{{ID: "one", Operations: []adapters.Operation{n.ask()}}}, Now: time.Now})
	op := n.ask()
	for _, id := range []string{"one", "three"} {
		if _, err := c.Ask(t.Context(), id, &op, adapters.Call{}, adapters.Input{}, patient); err == nil {
			t.Errorf("%s answered", id)
		}
		if state := c.State(id); state.State != "down" || state.Breaker != "open" {
			t.Errorf("%s is %+v", id, state)
		}
	}
}

func TestMaintenanceClosesTheSystemForItsTimeOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		route := calm(first)
		route.Maintenance = Maintenance{From: start.Add(time.Minute), Until: start.Add(2 * time.Minute), Notice: adapters.Text{VI: "bảo trì", EN: "upkeep"}}
		c, n := found(t, route)
		for _, step := range []struct {
			at     time.Duration
			closed bool
		}{{0, false}, {time.Minute - 1, false}, {time.Minute, true}, {2*time.Minute - 1, true}, {2 * time.Minute, false}} {
			time.Sleep(time.Until(start.Add(step.at)))
			before := n.count(first)
			_, err := ask(t.Context(), c, "one", patient)
			closed, ok := errors.AsType[*MaintenanceError](err)
			if ok != step.closed || (c.State("one").State == "maintenance") != step.closed || (n.count(first) == before) != step.closed {
				t.Errorf("after %v: %v, state %s", step.at, err, c.State("one").State)
			}
			if ok && (closed.Notice.EN != "upkeep" || !closed.Until.Equal(start.Add(2*time.Minute))) {
				t.Errorf("announced %+v", closed.Maintenance)
			}
			if _, err := ask(t.Context(), c, "two", patient); err != nil {
				t.Errorf("the neighbour is closed too: %v", err)
			}
		}
		route.Maintenance = Maintenance{From: start}
		if err := c.Configure(map[string]Settings{"one": route, "two": calm(other)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1000 * time.Hour)
		if c.State("one").State != "maintenance" {
			t.Error("a closure without an end has ended")
		}
	})
}

func TestOverallDeadlineEndsTheCallWithItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		var cause error
		n.behave = func(ctx context.Context, _ string) error {
			err := hang(ctx)
			cause = context.Cause(ctx)
			return err
		}
		for _, test := range []struct {
			limits Limits
			took   time.Duration
		}{
			{Limits{Timeout: 2 * time.Second, Deadline: 10 * time.Second, Attempts: 1}, 2 * time.Second},
			{Limits{Timeout: 20 * time.Second, Deadline: 3 * time.Second, Attempts: 5}, 3 * time.Second},
		} {
			started := time.Now()
			_, err := ask(t.Context(), c, "one", test.limits)
			if !errors.Is(err, adapters.ErrTimeout) || !errors.Is(cause, adapters.ErrTimeout) || time.Since(started) != test.took {
				t.Errorf("%+v: %v (%v) after %v, want %v", test.limits, err, cause, time.Since(started), test.took)
			}
		}
	})
}

func TestPanickingAdapterFreesItsPlace(t *testing.T) {
	route := calm(first)
	route.Concurrency, route.Queue = 1, 0
	c, n := found(t, route)
	n.behave = func(context.Context, string) error { panic("adapter") }
	func() {
		defer func() {
			if recover() != "adapter" {
				t.Error("the panic was swallowed")
			}
		}()
		ask(t.Context(), c, "one", patient)
	}()
	n.behave = func(context.Context, string) error { return nil }
	if _, err := ask(t.Context(), c, "one", patient); err != nil {
		t.Errorf("after the panic: %v", err)
	}
}

func TestEverySystemHasItsOwnConnections(t *testing.T) {
	c, _ := found(t, calm(first))
	if c.systems["one"].transport == c.systems["two"].transport {
		t.Error("two systems share a pool")
	}
	if proxy := New(Options{}).newTransport("one", 1).Proxy; proxy != nil {
		t.Error("a proxy of the environment would be used")
	}
}

func BenchmarkAsk(b *testing.B) {
	noop := adapters.Lookup(adapters.Operation{ID: "ask"}, func(context.Context, *adapters.Conn, adapters.Call, struct{}) (struct{}, error) {
		return struct{}{}, nil
	})
	c := New(Options{Systems: []adapters.System{{ID: "one", Operations: []adapters.Operation{noop}}}, Now: time.Now})
	route := calm(first, second)
	route.Rate = 1e9
	if err := c.Configure(map[string]Settings{"one": route}); err != nil {
		b.Fatal(err)
	}
	in, _ := noop.Parse([]byte(`{}`))
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Ask(ctx, "one", &noop, adapters.Call{}, in, patient); err != nil {
			b.Fatal(err)
		}
	}
}
