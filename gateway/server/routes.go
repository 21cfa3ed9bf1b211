package server

import (
	"errors"
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/policies"
)

// Vocabulary gives the policies the words of the systems.
func Vocabulary(systems []catalog.Entry) policies.Vocabulary {
	var v policies.Vocabulary
	for _, entry := range systems {
		s := entry.System
		terms := policies.SystemTerms{ID: s.ID}
		for _, op := range s.Operations {
			terms.Operations = append(terms.Operations, policies.OperationTerms{ID: op.ID, Personal: op.Personal,
				Fields: op.Output.Paths(), PersonalFields: personalFields(op.Output)})
		}
		v = append(v, terms)
	}
	return v
}

// personalFields are the topmost members about a person, as the operation
// describes them: what lies below them is about that person, too.
func personalFields(s *adapters.Schema) []string {
	var paths []string
	s.Walk(func(path string, f *adapters.Field) {
		if f.Sensitivity != adapters.Public {
			paths = append(paths, path)
		}
	})
	return paths
}

// settings turns the Route policy in force into what the catalogue's guards
// need. Endpoints that mean the sandbox get its address; without one, as in
// production, they are a fault.
func settings(set *policies.Set, systems []*adapters.System, sandboxURL string) (map[string]catalog.Settings, error) {
	all := map[string]catalog.Settings{}
	var faults []error
	for _, s := range systems {
		route := set.System(s.ID)
		out := catalog.Settings{
			NDXP: route.Via == policies.NDXP, Concurrency: route.Concurrency, Queue: route.Queue,
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
				address = sandboxURL + "/" + s.ID
			}
			out.Endpoints = append(out.Endpoints, catalog.Endpoint{Name: e.Name, URL: address})
		}
		all[s.ID] = out
	}
	return all, errors.Join(faults...)
}
