package policies

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func routeSet(t *testing.T, population string) *Set {
	files := setOf("kind: access\n")
	files[2].Data = []byte(`kind: route
defaults: {timeout: 5s, attempts: 3, breaker: {open: 7s}}
systems:
  business-registration: {endpoints: [{name: primary, url: "sandbox:"}]}
  shared-catalogues: {endpoints: [{name: primary, url: "https://catalogues.example/base/"}], via: ndxp}
  land: {endpoints: [{name: primary, url: "sandbox:"}]}
  population: ` + population)
	return mustLoad(t, files)
}

func TestOperationTakesOverWhatItDoesNotSay(t *testing.T) {
	set := routeSet(t, `
    endpoints: [{name: a, url: "https://a.example:8443/x"}, {name: b, url: "http://b.example"}]
    timeout: 6s
    concurrency: 7
    rate: 600/m
    breaker: {probes: 9}
    cache: {for: 1m, staleIfError: 2m}
    operations:
      citizen-verify: {timeout: 2s, attempts: 1, cache: {for: 30s}}
      relatives-verify: {deadline: 1m}
`)
	system := &SystemRoute{
		System: "population", Endpoints: []Endpoint{{Name: "a", URL: "https://a.example:8443/x", Via: Direct}, {Name: "b", URL: "http://b.example", Via: Direct}},
		Timeout: 6 * time.Second, Deadline: 18 * time.Second, Attempts: 3, RetryShare: 0.1, Concurrency: 7, Queue: 64,
		Rate: Rate{600, time.Minute}, Cache: Cache{For: time.Minute, StaleIfError: 2 * time.Minute},
		Breaker: Breaker{Window: 30 * time.Second, Minimum: 20, FailureShare: 0.5, Open: 7 * time.Second, Probes: 9},
	}
	for _, want := range []*Route{
		{System: system, Operation: "citizen-lookup", Timeout: 6 * time.Second, Deadline: 18 * time.Second, Attempts: 3, Cache: system.Cache},
		{System: system, Operation: "citizen-verify", Timeout: 2 * time.Second, Deadline: 2 * time.Second, Attempts: 1, Cache: Cache{For: 30 * time.Second}},
		{System: system, Operation: "relatives-verify", Timeout: 6 * time.Second, Deadline: time.Minute, Attempts: 3, Cache: system.Cache},
	} {
		got := set.Route("population", want.Operation)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", want.Operation, diff)
		}
		if got.System != set.System("population") {
			t.Error("operations do not share their system")
		}
	}
	if set.Route("population", "nothing") != nil || set.Route("nothing", "citizen-lookup") != nil || set.System("nothing") != nil {
		t.Error("there is a route to what does not exist")
	}
	if e := set.System("land").Endpoints[0]; !e.Sandbox() || set.System("shared-catalogues").Endpoints[0].Sandbox() {
		t.Errorf("sandbox and address are confused: %+v", e)
	}
	if set.System("shared-catalogues").Endpoints[0].Via != NDXP || set.System("land").Timeout != 5*time.Second {
		t.Error("via or the defaults of the file are lost")
	}
}

func TestMaintenanceIsActiveFromItsStartUntilItsEnd(t *testing.T) {
	set := routeSet(t, `
    endpoints: [{name: primary, url: "sandbox:"}]
    maintenance: {from: 2026-12-01T22:00:00+07:00, until: 2026-12-02T02:00:00+07:00, notice: {vi: Bảo trì, en: Maintenance}}
`)
	m := set.System("population").Maintenance
	for at, want := range map[string]bool{
		"2026-12-01T14:59:59Z": false, "2026-12-01T15:00:00Z": true, "2026-12-01T18:59:59Z": true, "2026-12-01T19:00:00Z": false,
	} {
		when, _ := time.Parse(time.RFC3339, at)
		if m.Active(when) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
	if m.Notice != (Names{"Bảo trì", "Maintenance"}) {
		t.Errorf("notice %+v", m.Notice)
	}
	if set.System("land").Maintenance.Active(noon()) {
		t.Error("a system without maintenance is closed")
	}
}

func TestEachStreamHasItsOwnVersion(t *testing.T) {
	before := mustLoad(t, setOf("kind: access\n"))
	files := setOf("kind: access\n")
	files[2].Data = append(files[2].Data, "# a comment\n"...)
	route := mustLoad(t, files)
	access := mustLoad(t, setOf("kind: access\n# a comment\n"))
	if route.Version() != before.Version() || route.RouteVersion() == before.RouteVersion() {
		t.Error("a change of routes")
	}
	if access.Version() == before.Version() || access.RouteVersion() != before.RouteVersion() {
		t.Error("a change of access")
	}
	if len(before.Version()) != 8 || len(before.RouteVersion()) != 8 {
		t.Errorf("versions %q, %q", before.Version(), before.RouteVersion())
	}
	backwards := setOf("kind: access\n")
	backwards[0], backwards[1] = backwards[1], backwards[0]
	if mustLoad(t, backwards).Version() != before.Version() {
		t.Error("the order in which files are handed over matters")
	}
}

func TestSystemWithoutARouteHasTheDefaultEndpoint(t *testing.T) {
	files := setOf(rules("", grantOne))
	files[2].Data = []byte("kind: route\ndefaults: {endpoints: [{name: primary, url: \"sandbox:\"}], timeout: 7s}\n")
	set := mustLoad(t, files)
	for _, system := range testVocabulary() {
		route := set.System(system.ID)
		if len(route.Endpoints) != 1 || !route.Endpoints[0].Sandbox() || route.Timeout != 7*time.Second {
			t.Errorf("%s: %+v", system.ID, route)
		}
	}
}

func TestAddressCannotBeTheDefaultOfAllSystems(t *testing.T) {
	files := setOf(rules("", grantOne))
	files[2].Data = []byte("kind: route\ndefaults: {endpoints: [{name: primary, url: \"https://one.example/api\"}]}\n")
	if set, faults := Load(files, testVocabulary()); set != nil || !faults.HasErrors() {
		t.Errorf("accepted: %v", faults)
	}
}

func TestFieldsAboutAPersonAreNotKeptForAllAgencies(t *testing.T) {
	vocabulary := Vocabulary{{ID: "register", Operations: []OperationTerms{{ID: "shop", Fields: []string{"name", "owner", "owner.phone"}, PersonalFields: []string{"owner"}}}}}
	load := func(fields, cache string) (*Set, Faults) {
		return Load([]File{
			{"access.yaml", []byte("kind: access\nrules:\n  - {id: a, basis: test, agencies: H26.1, operations: register/shop, purposes: one-stop, fields: " + fields + "}\n")},
			{"purposes.yaml", []byte(testPurposes)},
			{"route.yaml", []byte("kind: route\nsystems:\n  register: {endpoints: [{name: p, url: \"sandbox:\"}], cache: {for: " + cache + "}}\n")},
		}, vocabulary)
	}
	for _, c := range []struct {
		fields, cache      string
		accepted, personal bool
	}{
		{"[name]", "1h", true, false}, {"[owner.phone]", "0s", true, true}, {"[name, owner]", "0s", true, true}, {"[owner.phone]", "1h", false, true}, {`"*"`, "1h", false, true},
	} {
		set, faults := load(c.fields, c.cache)
		if (set != nil) != c.accepted {
			t.Errorf("%s kept for %s: %v", c.fields, c.cache, faults)
			continue
		}
		if set != nil && set.Grantable("register", "shop").Personal() != c.personal {
			t.Errorf("%s: personal %v", c.fields, !c.personal)
		}
	}
}

func TestEndpointsSpeakAProtocolOfTheirSystem(t *testing.T) {
	vocabulary := Vocabulary{
		{ID: "units", Protocols: []string{"rest", "soap"}, Operations: []OperationTerms{
			{ID: "unit-lookup", Fields: []string{"code"}}, {ID: "unit-history", Protocol: "soap", Fields: []string{"code"}}}},
		{ID: "plain", Operations: []OperationTerms{{ID: "ask", Fields: []string{"code"}}}},
	}
	load := func(endpoints string) (*Set, Faults) {
		return Load([]File{{"access.yaml", []byte("kind: access\n")}, {"purposes.yaml", []byte(testPurposes)},
			{"route.yaml", []byte("kind: route\ndefaults: {endpoints: [{name: primary, url: \"sandbox:\"}]}\nsystems:\n" + endpoints)}}, vocabulary)
	}
	set, faults := load("  units:\n    via: ndxp\n    endpoints:\n      - {name: a, url: \"sandbox:\"}\n      - {name: b, url: \"sandbox:\", protocol: soap, via: direct}\n")
	if set == nil {
		t.Fatal(faults)
	}
	want := []Endpoint{{Name: "a", URL: "sandbox:", Via: NDXP, Protocol: "rest"}, {Name: "b", URL: "sandbox:", Via: Direct, Protocol: "soap"}}
	if diff := cmp.Diff(want, set.System("units").Endpoints); diff != "" {
		t.Error(diff)
	}
	if got := set.System("plain").Endpoints; len(got) != 1 || got[0].Protocol != "" || got[0].Via != Direct {
		t.Errorf("a system of one protocol: %+v", got)
	}
	for endpoints, want := range map[string]string{
		"  units:\n    endpoints:\n      - {name: a, url: \"sandbox:\", protocol: saop}\n": `unknown protocol "saop" (did you mean "soap"?)`,
		"  plain:\n    endpoints:\n      - {name: a, url: \"sandbox:\", protocol: soap}\n": `unknown protocol "soap" (leave it out`,
		"  units:\n    endpoints:\n      - {name: a, url: \"sandbox:\", via: post}\n":      `via must be direct or ndxp`,
		"  units:\n    via: ndxp\n":   `system units has no endpoint with protocol: soap, which unit-history needs`,
		"  plain:\n    via: direct\n": `system units has no endpoint with protocol: soap, which unit-history needs`,
	} {
		if set, faults := load(endpoints); set != nil || !strings.Contains(faults.Error(), want) {
			t.Errorf("%s: %v, want %s", endpoints, faults, want)
		}
	}
}
