package catalog

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// network is the national side as transports see it: a token endpoint, and
// systems that demand its token unless they are reached directly.
type network struct {
	mu     sync.Mutex
	seen   map[string]int                        // requests by host
	tokens func(context.Context) (string, error) // answer of the token endpoint
}

func (n *network) count(host string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.seen[host]
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.seen[r.URL.Host]++
	n.mu.Unlock()
	status, body := 200, "{}"
	switch {
	case r.URL.Host == "ndxp.invalid":
		text, err := n.tokens(r.Context())
		if err != nil {
			return nil, err
		}
		body = text
	case r.URL.Host != "direct.invalid" && r.Header.Get("Authorization") != "Bearer good":
		status, body = 401, `{"fault":{"code":900901}}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func good(context.Context) (string, error) {
	return `{"access_token":"good","token_type":"Bearer","expires_in":3600}`, nil
}

func stuck(ctx context.Context) (string, error) {
	<-ctx.Done()
	return "", ctx.Err()
}

// behind makes a catalogue of "one" and "two" behind the gateway and "direct".
func behind(t *testing.T, tokens func(context.Context) (string, error)) (*Catalog, *network) {
	t.Helper()
	n := &network{seen: map[string]int{}, tokens: tokens}
	asking := adapters.Lookup(adapters.Operation{ID: "ask"}, func(ctx context.Context, c *adapters.Conn, call adapters.Call, _ struct{}) (struct{}, error) {
		answer, err := c.Do(ctx, call, adapters.Request{})
		if err == nil {
			err = answer.Fault()
		}
		return struct{}{}, err
	})
	o := Options{Now: time.Now, NDXPTokenURL: "http://ndxp.invalid/token", Secrets: map[string]map[string]string{"ndxp": {"key": "k", "secret": "s"}}}
	all := map[string]Settings{}
	for _, id := range []string{"one", "two", "direct"} {
		o.Systems = append(o.Systems, adapters.System{ID: id, Operations: []adapters.Operation{asking}})
		all[id] = calm("http://" + id + ".invalid")
	}
	for _, id := range []string{"one", "two"} {
		all[id].Endpoints[0].NDXP = true
	}
	c := New(o)
	c.gateway = newGateway(c.options, n)
	for _, s := range c.systems {
		s.transport = n
	}
	if err := c.Configure(all); err != nil {
		t.Fatal(err)
	}
	return c, n
}

func TestSystemsBehindTheGatewayShareOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := behind(t, func(ctx context.Context) (string, error) { time.Sleep(time.Second); return good(ctx) })
		var all sync.WaitGroup
		for _, id := range []string{"one", "two", "one", "two"} {
			all.Go(func() {
				if _, err := ask(t.Context(), c, id, patient); err != nil {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		all.Wait()
		route := calm("http://one.invalid", "http://again.invalid")
		route.Breaker.Minimum = 9 // new connections, same token
		route.Endpoints[0].NDXP, route.Endpoints[1].NDXP = true, true
		all2 := map[string]Settings{"one": route, "two": c.systems["two"].guard.Load().settings, "direct": calm("http://direct.invalid")}
		if err := c.Configure(all2); err != nil {
			t.Fatal(err)
		}
		if _, err := ask(t.Context(), c, "one", patient); err != nil {
			t.Error(err)
		}
		if got := n.count("ndxp.invalid"); got != 1 {
			t.Errorf("%d token calls, want 1", got)
		}
		if n.count("one.invalid") != 3 || n.count("two.invalid") != 2 {
			t.Errorf("calls %v", n.seen)
		}
	})
}

func TestStuckTokenEndpointOpensItsOwnBreakerOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := behind(t, stuck)
		for range 3 {
			if _, err := ask(t.Context(), c, "one", patient); !errors.Is(err, adapters.ErrTimeout) {
				t.Errorf("got %v, want ErrTimeout", err)
			}
		}
		for range 20 { // more than enough to open a system's breaker
			for _, id := range []string{"one", "two"} {
				started := time.Now()
				_, err := ask(t.Context(), c, id, stubborn)
				if !errors.Is(err, adapters.ErrUnavailable) || !errors.Is(err, ndxp.ErrNoToken) || time.Since(started) != 0 {
					t.Errorf("%s: %v after %v, want a fast refusal", id, err, time.Since(started))
				}
			}
		}
		if got := n.count("ndxp.invalid"); got != 3 {
			t.Errorf("%d token calls, want 3", got)
		}
		for id, want := range map[string]string{"one": "down", "two": "down", "direct": "up"} {
			if state := c.State(id); state.State != want || state.Breaker != "closed" || state.ErrorShare != 0 {
				t.Errorf("%s: %+v, want %s with its breaker closed", id, state, want)
			}
		}
		if _, err := ask(t.Context(), c, "direct", patient); err != nil {
			t.Errorf("a system reached directly suffers: %v", err)
		}
		time.Sleep(10*time.Second + 1)
		n.tokens = good
		for _, id := range []string{"one", "two"} {
			if _, err := ask(t.Context(), c, id, patient); err != nil || c.State(id).State != "up" {
				t.Errorf("%s after recovery: %v, %s", id, err, c.State(id).State)
			}
		}
	})
}

func TestRefusalForWantOfATokenIsTheSameAtEveryEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := behind(t, stuck)
		all := map[string]Settings{"two": c.systems["two"].guard.Load().settings, "direct": calm("http://direct.invalid")}
		route := calm("http://one.invalid", "http://again.invalid")
		route.Endpoints[0].NDXP, route.Endpoints[1].NDXP = true, true
		all["one"] = route
		if err := c.Configure(all); err != nil {
			t.Fatal(err)
		}
		times(t, c, 3)
		told := 0
		c.options.Attempted = func(string, string, string, error, time.Duration) { told++ }
		if _, err := ask(t.Context(), c, "one", stubborn); !errors.Is(err, ndxp.ErrNoToken) || told != 1 {
			t.Errorf("%v after %d attempts, want 1", err, told)
		}
	})
}

func TestPatientCallerDoesNotKeepTheTokenBreakerFromOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := behind(t, stuck)
		very := Limits{Timeout: time.Minute, Deadline: time.Minute, Attempts: 1}
		started := time.Now()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := ask(t.Context(), c, "one", very); err == nil {
					t.Error("answered without a token")
				}
			})
		}
		all.Wait()
		if took := time.Since(started); took != 3*tokenTimeout {
			t.Errorf("20 callers waited %v, want %v: three logins, then refusals", took, 3*tokenTimeout)
		}
	})
}

func TestTokenFailureKeepsItsKindAndSparesTheSystem(t *testing.T) {
	tests := []struct {
		name  string
		token func(context.Context) (string, error)
		kind  error
	}{
		{"key refused", func(context.Context) (string, error) { return `{"error":"invalid_client"}`, nil }, adapters.ErrRejected},
		{"web page", func(context.Context) (string, error) { return `<html>`, nil }, adapters.ErrMalformed},
		{"no connection", func(context.Context) (string, error) { return "", io.EOF }, adapters.ErrUnavailable},
		{"stuck", stuck, adapters.ErrTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, n := behind(t, test.token)
				if _, err := ask(t.Context(), c, "one", stubborn); !errors.Is(err, test.kind) || !errors.Is(err, ndxp.ErrNoToken) {
					t.Errorf("got %v, want %v", err, test.kind)
				}
				if got := n.count("ndxp.invalid"); got != 1 {
					t.Errorf("%d token calls for one question", got)
				}
				for range 20 {
					ask(t.Context(), c, "one", stubborn)
				}
				if n.count("one.invalid") != 0 || c.State("one").Breaker != "closed" {
					t.Errorf("%d calls reached the system, breaker %s", n.count("one.invalid"), c.State("one").Breaker)
				}
			})
		})
	}
}

func TestFailureOfTheSystemBehindTheGatewayIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := behind(t, func(context.Context) (string, error) { return `{"access_token":"stale"}`, nil })
		_, err := ask(t.Context(), c, "one", patient)
		if !errors.Is(err, adapters.ErrRejected) || errors.Is(err, ndxp.ErrNoToken) {
			t.Errorf("a token that the system's gateway refuses: %v", err)
		}
		if n.count("ndxp.invalid") != 2 || n.count("one.invalid") != 2 {
			t.Errorf("calls %v, want two of each", n.seen)
		}
	})
}

func TestCallerWhoLeavesDuringALoginIsNobodysFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := behind(t, stuck)
		for range 20 {
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, leave)
			if _, err := ask(ctx, c, "one", patient); !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want context.Canceled", err)
			}
		}
		if c.gateway.shut() || c.State("one").State != "up" {
			t.Error("impatient callers opened a breaker")
		}
	})
}
