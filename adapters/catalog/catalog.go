package catalog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// Options are what a Catalog needs from the process around it.
type Options struct {
	Systems []adapters.System
	Secrets map[string]map[string]string // by system, then by name; "ndxp" has key and secret
	// NDXPTokenURL is the token endpoint of the shared national gateway.
	NDXPTokenURL string
	Now          func() time.Time
	// Attempted is told of every attempt; endpoint "" stands for a refusal
	// before any was tried. May be nil.
	Attempted func(system, operation, endpoint string, err error, took time.Duration)
	// Changed is told when a breaker changes its state. May be nil.
	Changed func(name, from, to string)
}

// Catalog is the set of guarded systems.
type Catalog struct {
	options Options
	systems map[string]*system
	order   []string
	ndxp    *ndxpGateway
}

// system is one national system with the guard now in force.
type system struct {
	description adapters.System
	transport   *http.Transport
	health      health
	mu          sync.Mutex // serialises Configure
	guard       atomic.Pointer[guard]
}

// ndxpGateway is what the systems behind the national gateway share: its token
// and the breaker of its token endpoint.
type ndxpGateway struct {
	breaker   *gobreaker.CircuitBreaker[struct{}]
	transport *http.Transport
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
	c.ndxp = &ndxpGateway{transport: newTransport(32), breaker: newBreaker[struct{}]("ndxp/token",
		Breaker{Window: 30 * time.Second, Minimum: 5, FailureShare: 0.5, Open: 10 * time.Second, Probes: 1}, c.options.Changed)}
	for _, d := range o.Systems {
		c.systems[d.ID] = &system{description: d, transport: newTransport(256)}
		c.order = append(c.order, d.ID)
	}
	return c
}

// newTransport is one system's own pool of connections, so that a system that
// holds connections open cannot take another's. Proxies of the environment are
// not used: the way to a national system is stated by its route alone.
func newTransport(conns int) *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
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

// Configure puts settings in force, system by system. Endpoints and breakers
// whose settings are unchanged keep their state, so that editing one route does
// not forget what is known of another.
func (c *Catalog) Configure(all map[string]Settings) error {
	var faults []error
	for id, s := range c.systems {
		settings, ok := all[id]
		if !ok || len(settings.Endpoints) == 0 {
			faults = append(faults, fmt.Errorf("configure %s: no endpoint", id))
			continue
		}
		if settings.NDXP && c.options.NDXPTokenURL == "" {
			faults = append(faults, fmt.Errorf("configure %s: reached through ndxp, whose token address is not set", id))
		}
		for _, name := range s.description.Secrets {
			if c.options.Secrets[id][name] == "" {
				faults = append(faults, fmt.Errorf("configure %s: secret %q is missing", id, name))
			}
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err // nothing is applied of a faulty set
	}
	for id, s := range c.systems {
		s.configure(c, all[id])
	}
	return nil
}

func (s *system) configure(c *Catalog, settings Settings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.guard.Load()
	if old != nil && reflect.DeepEqual(old.settings, settings) {
		return
	}
	g := newGuard(settings)
	for _, e := range settings.Endpoints {
		if old != nil && old.settings.Breaker == settings.Breaker && old.settings.NDXP == settings.NDXP {
			if i := slices.IndexFunc(old.endpoints, func(o *endpoint) bool { return o.Endpoint == e }); i >= 0 {
				g.endpoints = append(g.endpoints, old.endpoints[i])
				continue
			}
		}
		g.endpoints = append(g.endpoints, &endpoint{
			Endpoint: e,
			breaker:  newBreaker[adapters.Record](s.description.ID+"/"+e.Name, settings.Breaker, c.options.Changed),
			conn: adapters.NewConn(adapters.ConnOptions{Base: e.URL, Transport: c.transport(s, settings.NDXP),
				Secrets: c.options.Secrets[s.description.ID], Now: c.options.Now}),
		})
	}
	s.guard.Store(g)
}

// transport is the way to a system: direct, or through the national gateway.
func (c *Catalog) transport(s *system, viaNDXP bool) http.RoundTripper {
	if !viaNDXP {
		return s.transport
	}
	secrets := c.options.Secrets["ndxp"]
	return ndxp.NewTransport(ndxp.Options{
		Base: s.transport, TokenURL: c.options.NDXPTokenURL, Key: secrets["key"], Secret: secrets["secret"], Now: c.options.Now,
		Guard: func(ctx context.Context, fetch func(context.Context) error) error {
			_, err := c.ndxp.breaker.Execute(func() (struct{}, error) { return struct{}{}, fetch(ctx) })
			return refusedByBreaker(err)
		},
	})
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
	leave, err := g.enter(ctx)
	if err != nil {
		c.options.Attempted(systemID, op.ID, "", err, 0)
		return Answer{}, err
	}
	defer leave()
	record, e, err := g.attempts(ctx, limits, func(ctx context.Context, e *endpoint) (adapters.Record, error) {
		started := time.Now()
		record, err := e.breaker.Execute(func() (adapters.Record, error) {
			return op.Invoke(ctx, e.conn, call, in)
		})
		took := time.Since(started)
		err = refusedByBreaker(err)
		c.options.Attempted(systemID, op.ID, e.Name, err, took)
		s.health.note(started, took, err)
		return record, err
	})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Record: record, AsOf: c.options.Now(), Endpoint: e.Name}, nil
}
