package catalog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// speaking is a system of two protocols with an operation for each and one for both.
func speaking(asked func(protocol string) error) adapters.System {
	operation := func(id, protocol string) adapters.Operation {
		return adapters.Lookup(adapters.Operation{ID: id, Protocol: protocol}, func(_ context.Context, c *adapters.Conn, _ adapters.Call, _ struct{}) (struct{}, error) {
			return struct{}{}, asked(c.Protocol())
		})
	}
	send := adapters.Submission(adapters.Operation{ID: "send", Protocol: "rest"}, func(_ context.Context, c *adapters.Conn, _ adapters.Call, _ struct{}) (struct{}, error) {
		return struct{}{}, asked(c.Protocol())
	})
	again := send
	again.ID, again.Repeatable = "send-again", true
	return adapters.System{ID: "one", Protocols: []string{"rest", "soap"}, Operations: []adapters.Operation{
		operation("by-rest", "rest"), operation("by-soap", "soap"), operation("by-any", ""), send, again}}
}

func TestOperationIsAskedWhereItsProtocolIsSpoken(t *testing.T) {
	var asked []string
	down := false
	system := speaking(func(protocol string) error {
		asked = append(asked, protocol)
		if down {
			return adapters.Fail(adapters.ErrUnavailable, "", "")
		}
		return nil
	})
	ask := func(id string) string {
		t.Helper()
		c := New(Options{Systems: []adapters.System{system}, Now: time.Now})
		route := calm("http://rest.invalid", "http://soap.invalid")
		route.RetryShare, route.Breaker.Minimum = 1, 100
		route.Endpoints[0].Protocol, route.Endpoints[1].Protocol = "rest", "soap"
		if err := c.Configure(map[string]Settings{"one": route}); err != nil {
			t.Fatal(err)
		}
		asked = nil
		op, _ := c.Systems()[0].Operation(id)
		_, err := c.Ask(t.Context(), "one", op, adapters.Call{}, adapters.Input{Canonical: []byte("{}")}, Limits{Timeout: time.Second, Deadline: 5 * time.Second, Attempts: 3})
		if (err != nil) != down {
			t.Errorf("%s: %v", id, err)
		}
		return strings.Join(asked, " ")
	}
	for id, want := range map[string]string{"by-rest": "rest", "by-soap": "soap", "by-any": "rest"} {
		if got := ask(id); got != want {
			t.Errorf("%s was asked over %s", id, got)
		}
	}
	down = true
	// What the system would take for another message is sent once; all else again.
	for id, want := range map[string]string{"by-any": "rest soap rest", "by-soap": "soap soap soap", "send": "rest", "send-again": "rest rest rest"} {
		if got := ask(id); got != want {
			t.Errorf("%s was tried over %s, want %s", id, got, want)
		}
	}
}

func TestRouteWithoutAnOperationsProtocolIsRefused(t *testing.T) {
	c := New(Options{Systems: []adapters.System{speaking(func(string) error { return errors.New("never asked") })}, Now: time.Now})
	route := calm("http://rest.invalid")
	route.Endpoints[0].Protocol = "rest"
	if err := c.Configure(map[string]Settings{"one": route}); err == nil || !strings.Contains(err.Error(), "no endpoint speaks soap, which by-soap needs") {
		t.Errorf("got %v", err)
	}
}
