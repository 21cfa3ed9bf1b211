// Package adaptertest is where the tests of an adapter try it: the simulated system
// over HTTP, behind the simulated national gateway where the real one stands behind
// it, ways there that ask as the bus does, and handlers to put in the system's place.
//
// It knows no adapter and holds no promise that is common to all of them; those are in
// package conformance. Nothing but tests imports it.
package adaptertest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// Start is the time at which clocks start: a morning at the end of the world's records.
var Start = time.Date(2026, 11, 1, 8, 0, 0, 0, adapters.Vietnam)

// Clock is moved by the test alone.
type Clock struct{ passed atomic.Int64 }

// Now is the clock's time.
func (c *Clock) Now() time.Time { return Start.Add(time.Duration(c.passed.Load())) }

// Advance moves the clock, back where by is negative.
func (c *Clock) Advance(by time.Duration) { c.passed.Add(int64(by)) }

// Bench is one system under test: its simulator over a world, and the way to it.
type Bench struct {
	System adapters.System
	World  *synthetic.World
	Sim    simulator.Simulator
	Clock  *Clock
	Way    *Way
}

// New simulates a system over a world of so many people.
func New(t testing.TB, system adapters.System, simulate func(*synthetic.World, func() time.Time) simulator.Simulator, people int) *Bench {
	t.Helper()
	b := &Bench{System: system, World: synthetic.New(1, people), Clock: &Clock{}}
	b.Sim = simulate(b.World, b.Clock.Now)
	b.Way = b.Serve(t, b.Sim.Handler)
	return b
}

// Operation finds one of the system's operations.
func (b *Bench) Operation(t testing.TB, id string) *adapters.Operation {
	t.Helper()
	op, ok := b.System.Operation(id)
	if !ok {
		t.Fatalf("no operation %s", id)
	}
	return op
}

// Faults are the members that a question is refused for, with commas between them; the
// question is a value of the operation's input or a text of JSON.
func (b *Bench) Faults(t testing.TB, operation string, in any) string {
	t.Helper()
	_, faults := b.Operation(t, operation).Parse(text(t, in))
	var fields []string
	for _, f := range faults {
		fields = append(fields, f.Field)
	}
	return strings.Join(fields, ",")
}

// text writes a question, unless it is a text already.
func text(t testing.TB, in any) []byte {
	t.Helper()
	if body, written := in.(string); written {
		return []byte(body)
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Lacking are the members that records of an operation may have and the answer to its
// good sample has not.
func (b *Bench) Lacking(t testing.TB, operation string) (lacking []string) {
	t.Helper()
	got, err := Ask[map[string]any](t, b.Way, operation, b.Sim.Samples[operation].OK)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Operation(t, operation).Output.Fields {
		if _, given := got[f.Name]; !given {
			lacking = append(lacking, f.Name)
		}
	}
	return lacking
}

// Post asks the simulator without the adapter; headers are names and values.
func (b *Bench) Post(path, mediaType, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.Sim.Handler.ServeHTTP(w, r)
	return w
}
