package server

import (
	"errors"
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/policies"
)

// settings turns the Route policy in force into what the catalogue's guards
// need. Endpoints that mean the sandbox get its address; without one, as in
// production, they are a fault.
func settings(set *policies.Set, systems []*adapters.System, sandboxURL string) (map[string]catalog.Settings, error) {
	all := map[string]catalog.Settings{}
	var faults []error
	for _, s := range systems {
		route := set.System(s.ID)
		out := catalog.Settings{
			Concurrency: route.Concurrency, Queue: route.Queue,
			Rate: route.Rate.PerSecond(), RetryShare: route.RetryShare,
			Breaker: catalog.Breaker{Window: route.Breaker.Window, Minimum: route.Breaker.Minimum, FailureShare: route.Breaker.FailureShare,
				Open: route.Breaker.Open, Probes: route.Breaker.Probes},
		}
		for _, op := range s.Operations {
			out.Timeout = max(out.Timeout, set.Route(s.ID, op.ID).Timeout)
		}
		if m := route.Maintenance; m != nil {
			out.Maintenance = catalog.Maintenance{From: m.From, Until: m.Until, Notice: adapters.Text(m.Notice)}
		}
		for _, e := range route.Endpoints {
			address := e.URL
			if e.Sandbox() {
				if sandboxURL == "" {
					faults = append(faults, fmt.Errorf("route of %s: endpoint %s is the sandbox, which is not there", s.ID, e.Name))
					continue
				}
				address = sandboxURL + sandbox.Path(s, e.Protocol)
			}
			out.Endpoints = append(out.Endpoints, catalog.Endpoint{Name: e.Name, URL: address, Protocol: e.Protocol, NDXP: e.Via == policies.NDXP})
		}
		all[s.ID] = out
	}
	return all, errors.Join(faults...)
}
