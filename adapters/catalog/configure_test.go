package catalog

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
)

func configure(t *testing.T, c *Catalog, one Settings) {
	t.Helper()
	if err := c.Configure(map[string]Settings{"one": one, "two": calm(other)}); err != nil {
		t.Fatal(err)
	}
}

func TestUnchangedEndpointKeepsBreakerAndConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(unavailable())
		times(t, c, 4)
		before := c.systems["one"].guard.Load().endpoints[0]

		route := calm(second, first)
		route.Maintenance = Maintenance{From: time.Now().Add(time.Hour)}
		route.Concurrency = 7
		configure(t, c, route)
		endpoints := c.systems["one"].guard.Load().endpoints
		if endpoints[1] != before || endpoints[1].conn != before.conn || endpoints[0] == before {
			t.Error("the endpoint that stayed is another one")
		}
		if state := c.State("one"); state.State != "degraded" || state.Breaker != "closed" {
			t.Errorf("%+v: what was known of the endpoint is forgotten", state)
		}

		changed := calm(first)
		changed.Breaker.Minimum = 9
		configure(t, c, changed)
		if c.systems["one"].guard.Load().endpoints[0] == before {
			t.Error("the old breaker goes on under new settings")
		}
		moved := calm(first)
		moved.Endpoints[0].URL = second
		configure(t, c, moved)
		if c.State("one").Breaker != "closed" {
			t.Error("another address inherits the breaker")
		}
	})
}

func TestUnchangedSettingsChangeNothing(t *testing.T) {
	c, _ := found(t, calm(first))
	before := c.systems["one"].guard.Load()
	configure(t, c, calm(first))
	if c.systems["one"].guard.Load() != before {
		t.Error("the guard was replaced")
	}
}

func TestCallsUnderWayCountAfterAChangeOfTheRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := calm(first)
		route.Concurrency, route.Queue = 2, 0
		c, n := found(t, route)
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 2 {
			go ask(t.Context(), c, "one", patient)
		}
		synctest.Wait()
		route.RetryShare = 0.5
		configure(t, c, route)
		if _, err := ask(t.Context(), c, "one", patient); err != ErrBusy {
			t.Errorf("%v, want ErrBusy: two calls are under way", err)
		}
		route.Concurrency = 3
		configure(t, c, route)
		go ask(t.Context(), c, "one", patient)
		synctest.Wait()
		if n.count(first) != 3 {
			t.Errorf("%d calls under way, want 3", n.count(first))
		}
	})
}

func TestCallUnderWayEndsUnderTheSettingsItBeganWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(context.Context, string) error { time.Sleep(time.Second); return nil }
		done := make(chan error)
		go func() { _, err := ask(t.Context(), c, "one", patient); done <- err }()
		synctest.Wait()
		closed := calm(second)
		closed.Maintenance = Maintenance{From: time.Now()}
		configure(t, c, closed)
		if err := <-done; err != nil {
			t.Errorf("the call under way failed: %v", err)
		}
	})
}

func TestFaultySetIsRefusedWholeAndNamesEveryFault(t *testing.T) {
	c := New(Options{Now: time.Now, Systems: []adapters.System{{ID: "one", Secrets: []string{"user", "password"}}, {ID: "two"}},
		Secrets: map[string]map[string]string{"one": {"user": "u", "password": "p"}}})
	if err := c.Configure(map[string]Settings{"one": calm(first), "two": calm(other)}); err != nil {
		t.Fatal(err)
	}
	before := c.systems["two"].guard.Load()
	c.options.Secrets = map[string]map[string]string{"ndxp": {"key": "k"}}
	broken := calm("ftp://x.invalid", "/relative", "http://%zz")
	broken.Endpoints = append(broken.Endpoints, broken.Endpoints[0])
	broken.Endpoints[0].NDXP = true
	err := c.Configure(map[string]Settings{"one": broken, "two": calm(second), "three": calm(first)})
	if err == nil {
		t.Fatal("a faulty set was accepted")
	}
	for _, part := range []string{"configure three: no such system", `"user" of one`, `"password" of one`, `"secret" of ndxp`,
		"token address is not set", `"ftp:`, `"/relative"`, "two endpoints are called"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not named in:\n%v", part, err)
		}
	}
	if strings.Contains(err.Error(), `"key"`) {
		t.Errorf("a secret that is there is named:\n%v", err)
	}
	if c.systems["two"].guard.Load() != before {
		t.Error("half of a faulty set is in force")
	}
	for _, all := range []map[string]Settings{nil, {"one": calm(first)}, {"one": calm(first), "two": {}}} {
		if err := c.Configure(all); err == nil || !strings.Contains(err.Error(), "configure two: no endpoint") {
			t.Errorf("%v: %v", all, err)
		}
	}
}

func TestConfigureAndAskTogetherFailNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(context.Context, string) error { time.Sleep(time.Millisecond); return nil }
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for j := range 50 {
					route := calm(first, second)
					route.Concurrency = 100 + (i+j)%3
					route.Rate = float64(j%2) * 1e6
					if err := c.Configure(map[string]Settings{"one": route, "two": calm(other)}); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Millisecond)
				}
			})
			all.Go(func() {
				for range 100 {
					if _, err := ask(t.Context(), c, "one", patient); err != nil {
						t.Error(err)
					}
					c.State("one")
				}
			})
		}
		all.Wait()
	})
}

func TestShippedSystemsCanBeDescribedAndConfigured(t *testing.T) {
	var systems []adapters.System
	all, secrets := map[string]Settings{}, map[string]map[string]string{"ndxp": {"key": "k", "secret": "s"}}
	for _, entry := range Systems() {
		systems = append(systems, entry.System)
		route := calm(first)
		for _, protocol := range entry.System.Protocols {
			route.Endpoints = append(route.Endpoints, Endpoint{Name: protocol, URL: first, Protocol: protocol})
		}
		all[entry.System.ID] = route
		secrets[entry.System.ID] = map[string]string{}
		for _, name := range entry.System.Secrets {
			secrets[entry.System.ID][name] = "x"
		}
		if entry.Simulate == nil {
			t.Errorf("%s has no simulator", entry.System.ID)
		}
	}
	c := New(Options{Systems: systems, Secrets: secrets, NDXPTokenURL: "http://ndxp.invalid/token", Now: time.Now})
	if err := c.Configure(all); err != nil {
		t.Error(err)
	}
	for i, s := range c.Systems() {
		if s.ID != systems[i].ID {
			t.Errorf("system %d is %s, want %s", i, s.ID, systems[i].ID)
		}
		if known, ok := c.System(s.ID); !ok || known != s {
			t.Errorf("%s is not found", s.ID)
		}
	}
	if _, ok := c.System("nobody"); ok {
		t.Error("an unknown system is found")
	}
}

func TestLongerTimeoutNeedsAnotherBreakerOnlyWhereItOutgrowsTheWindow(t *testing.T) {
	c, _ := found(t, calm(first)) // a window of 10 s
	before := c.systems["one"].guard.Load().endpoints[0]
	for _, step := range []struct {
		timeout time.Duration
		same    bool
	}{{3 * time.Second, true}, {4 * time.Second, false}} {
		route := calm(first)
		route.Timeout = step.timeout
		configure(t, c, route)
		if same := c.systems["one"].guard.Load().endpoints[0] == before; same != step.same {
			t.Errorf("timeout %v: breaker kept %v, want %v", step.timeout, same, step.same)
		}
	}
}

func TestReplacedBreakerIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.answering(adapters.Malformed(""))
		times(t, c, 4)
		n.changes = nil
		route := calm(first, second)
		route.Breaker.Minimum = 5
		configure(t, c, route)
		if diff := cmp.Diff([]string{"one/first  closed", "one/second  closed"}, n.changes); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestReplacedBreakerSpeaksNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := found(t, calm(first))
		n.behave = func(ctx context.Context, _ string) error { return hang(ctx) }
		for range 10 {
			go ask(t.Context(), c, "one", patient)
		}
		synctest.Wait()
		replaced := c.systems["one"].guard.Load().endpoints[0]
		route := calm(first)
		route.Breaker.Minimum = 5
		configure(t, c, route)
		n.changes = nil
		time.Sleep(patient.Timeout + 1)
		synctest.Wait()
		if got := replaced.breaker.State(); got != gobreaker.StateOpen {
			t.Fatalf("the replaced breaker is %s: nothing is shown", got)
		}
		if len(n.changes) > 0 {
			t.Errorf("changes %q under the name of a breaker that is closed", n.changes)
		}
	})
}
