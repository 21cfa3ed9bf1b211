package catalog

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Options are what a Catalog needs from the process around it.
type Options struct {
	Systems []adapters.System
	// Secrets by system, then by name. "ndxp" has key and secret, and accessToken
	// where a provincial gateway wants its header lgspaccesstoken.
	Secrets map[string]map[string]string
	// DialTLS, if set, gives the way in which a system's TLS connections are opened,
	// nil for the usual one; "ndxp" stands for the token endpoint of the gateway.
	DialTLS func(system string, dial Dial) Dial
	// NDXPTokenURL is the token endpoint of the shared national gateway.
	NDXPTokenURL string
	Now          func() time.Time
	// Attempted is told of every attempt; endpoint "" stands for a refusal
	// before any was tried. May be nil.
	Attempted func(system, operation, endpoint string, err error, took time.Duration)
	// Changed is told when a breaker changes its state, while that breaker is
	// locked: it must not ask the Catalog anything. A breaker that is new, also
	// in the place of another of its name, comes from "". May be nil.
	Changed func(name, from, to string)
}

// Dial opens a connection.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Catalog is the set of guarded systems.
type Catalog struct {
	options Options
	systems map[string]*system
	order   []string
	gateway *gateway
	mu      sync.Mutex // serialises Configure
}

// system is one national system with the guard now in force.
type system struct {
	description adapters.System
	transport   http.RoundTripper // its own pool of connections
	health      health
	guard       atomic.Pointer[guard]
}

// New makes the catalogue. No system answers before Configure gave it settings.
func New(o Options) *Catalog {
	c := &Catalog{options: o, systems: map[string]*system{}}
	if o.Attempted == nil {
		c.options.Attempted = func(string, string, string, error, time.Duration) {}
	}
	if o.Changed == nil {
		c.options.Changed = func(string, string, string) {}
	}
	if o.DialTLS == nil {
		c.options.DialTLS = func(string, Dial) Dial { return nil }
	}
	c.gateway = newGateway(c.options, c.newTransport("ndxp", 8))
	for _, d := range o.Systems {
		c.systems[d.ID] = &system{description: d, transport: c.newTransport(d.ID, 256)}
		c.order = append(c.order, d.ID)
	}
	return c
}

// newTransport is one system's own pool of connections, so that a system that
// holds connections open cannot take another's. Proxies of the environment are
// not used: the way to a national system is stated by its route alone.
func (c *Catalog) newTransport(system string, conns int) *http.Transport {
	dial := (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	return &http.Transport{
		DialContext:           dial,
		DialTLSContext:        c.options.DialTLS(system, dial),
		TLSHandshakeTimeout:   5 * time.Second,
		MaxIdleConns:          conns,
		MaxIdleConnsPerHost:   conns,
		IdleConnTimeout:       90 * time.Second,
		ExpectContinueTimeout: time.Second,
		// Headers of a national answer are small; the default bound is 10 MiB.
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// Systems lists the descriptions in the order of the list.
func (c *Catalog) Systems() []*adapters.System {
	out := make([]*adapters.System, 0, len(c.order))
	for _, id := range c.order {
		out = append(out, &c.systems[id].description)
	}
	return out
}

// System finds a description.
func (c *Catalog) System(id string) (*adapters.System, bool) {
	s, ok := c.systems[id]
	if !ok {
		return nil, false
	}
	return &s.description, true
}

// Answer is a record and where it came from.
type Answer struct {
	adapters.Record
	AsOf     time.Time // when the national system answered
	Endpoint string
}

// Ask puts one question to a system under all its guards. The context bounds
// the caller's patience; limits bound the work.
func (c *Catalog) Ask(ctx context.Context, systemID string, op *adapters.Operation, call adapters.Call, in adapters.Input, limits Limits) (Answer, error) {
	s, ok := c.systems[systemID]
	if !ok {
		return Answer{}, fmt.Errorf("ask %s: no such system", systemID)
	}
	g := s.guard.Load()
	if g == nil {
		return Answer{}, fmt.Errorf("ask %s: not configured", systemID)
	}
	if m := g.settings.Maintenance; m.active(c.options.Now()) {
		return Answer{}, &MaintenanceError{Maintenance: m}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Deadline, adapters.ErrTimeout)
	defer cancel()
	leave, err := g.bulkhead.enter(ctx)
	if err != nil {
		c.options.Attempted(systemID, op.ID, "", err, 0)
		return Answer{}, err
	}
	defer leave()
	record, e, err := g.attempts(ctx, op, limits, func(ctx context.Context, e *endpoint) (adapters.Record, error) {
		started := time.Now()
		record, err := e.breaker.Execute(func() (adapters.Record, error) {
			return op.Invoke(ctx, e.conn, call, in)
		})
		took := time.Since(started)
		err = g.settings.Breaker.refusal(err)
		c.options.Attempted(systemID, op.ID, e.Name, err, took)
		s.health.note(started, took, err)
		return record, err
	})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Record: record, AsOf: c.options.Now(), Endpoint: e.Name}, nil
}
