package catalog

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// Configure puts settings in force for all systems, or for none if the set has a
// fault. Endpoints whose settings are unchanged keep their breakers and
// connections, and a system its places, rate and retry budget, so that editing
// one route does not forget what is known of another.
func (c *Catalog) Configure(all map[string]Settings) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if _, ok := c.systems[id]; !ok {
			faults = append(faults, fmt.Errorf("configure %s: no such system", id))
		}
	}
	for _, id := range c.order {
		for _, err := range c.faults(id, all[id]) {
			faults = append(faults, fmt.Errorf("configure %s: %w", id, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	for _, id := range c.order {
		c.configure(c.systems[id], all[id])
	}
	return nil
}

// faults are all reasons why a system cannot be reached by these settings.
func (c *Catalog) faults(id string, settings Settings) (faults []error) {
	missing := func(system string, names ...string) {
		for _, name := range names {
			if c.options.Secrets[system][name] == "" {
				faults = append(faults, fmt.Errorf("secret %q of %s is missing", name, system))
			}
		}
	}
	if len(settings.Endpoints) == 0 {
		faults = append(faults, errors.New("no endpoint"))
	}
	seen := map[string]bool{}
	for _, e := range settings.Endpoints {
		if seen[e.Name] {
			faults = append(faults, fmt.Errorf("two endpoints are called %q", e.Name))
		}
		seen[e.Name] = true
		if u, err := url.Parse(e.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			faults = append(faults, fmt.Errorf("address of endpoint %q is not an absolute http address", e.Name))
		}
	}
	if settings.throughNDXP() {
		if c.options.NDXPTokenURL == "" {
			faults = append(faults, errors.New("reached through ndxp, whose token address is not set"))
		}
		missing("ndxp", "key", "secret")
		if token := c.options.Secrets["ndxp"]["accessToken"]; token != "" {
			if err := ndxp.CheckAccessToken(token); err != nil {
				faults = append(faults, fmt.Errorf("secret \"accessToken\" of ndxp %w", err))
			}
		}
	}
	missing(id, c.systems[id].description.Secrets...)
	for _, op := range c.systems[id].description.Operations {
		if len(settings.Endpoints) > 0 && !slices.ContainsFunc(settings.Endpoints, func(e Endpoint) bool { return e.speaks(&op) }) {
			faults = append(faults, fmt.Errorf("no endpoint speaks %s, which %s needs", op.Protocol, op.ID))
		}
	}
	return faults
}

func (c *Catalog) configure(s *system, settings Settings) {
	old := s.guard.Load()
	if old != nil && reflect.DeepEqual(old.settings, settings) {
		return
	}
	g := newGuard(settings, old)
	for _, e := range settings.Endpoints {
		if known := old.endpointAs(e, settings.breaker()); known != nil {
			g.endpoints = append(g.endpoints, known)
			continue
		}
		g.endpoints = append(g.endpoints, c.newEndpoint(s, e, settings))
	}
	s.guard.Store(g)
}

// newEndpoint makes an endpoint of s that knows nothing yet. Once it is replaced,
// its breaker still sees calls under way end, but is silent: its name is another's.
func (c *Catalog) newEndpoint(s *system, to Endpoint, settings Settings) *endpoint {
	e := &endpoint{Endpoint: to, conn: adapters.NewConn(adapters.ConnOptions{Base: to.URL, Protocol: to.Protocol, Now: c.options.Now,
		Transport: c.gateway.way(s.transport, to.NDXP), Secrets: c.options.Secrets[s.description.ID]})}
	name := s.description.ID + "/" + to.Name
	e.breaker = newBreaker[adapters.Record](name, settings.breaker(), func(name, from, to string) {
		if slices.Contains(s.guard.Load().endpoints, e) {
			c.options.Changed(name, from, to)
		}
	})
	c.options.Changed(name, "", gobreaker.StateClosed.String())
	return e
}

// endpointAs is the endpoint that can go on with a breaker of these settings, nil
// for none.
func (g *guard) endpointAs(e Endpoint, b Breaker) *endpoint {
	if g == nil || g.settings.breaker() != b {
		return nil
	}
	i := slices.IndexFunc(g.endpoints, func(known *endpoint) bool { return known.Endpoint == e })
	if i < 0 {
		return nil
	}
	return g.endpoints[i]
}
