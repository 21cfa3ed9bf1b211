package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/auth"
)

// listed reads an answer of GET /v1/systems: its operations with their fields.
func listed(t *testing.T, out *httptest.ResponseRecorder) map[string]map[string][]string {
	t.Helper()
	var answer struct{ Systems []systemView }
	if err := json.Unmarshal(out.Body.Bytes(), &answer); out.Code != http.StatusOK || err != nil || answer.Systems == nil {
		t.Fatalf("%d %s: %v", out.Code, out.Body, err)
	}
	got := map[string]map[string][]string{}
	for _, s := range answer.Systems {
		got[s.ID] = map[string][]string{}
		for _, op := range s.Operations {
			got[s.ID][op.ID] = op.Fields
		}
	}
	return got
}

func TestCallerSeesOnlyWhatItMayUse(t *testing.T) {
	e := newEdge(t)
	all := []string{"name", "number"}
	for _, c := range []struct {
		agency string
		scopes auth.Scopes
		want   map[string]map[string][]string
	}{
		{"H26.1", auth.Scopes{{System: "*", Operation: "*"}}, map[string]map[string][]string{"shops": {"shop": all, "owners": all}, "people": {"person": all}}},
		{"H26.1", auth.Scopes{{System: "shops", Operation: "owners"}}, map[string]map[string][]string{"shops": {"owners": all}, "people": {}}},
		{"H26.2", auth.Scopes{{System: "*", Operation: "*"}}, map[string]map[string][]string{"shops": {"shop": {"name"}}}},
		{"H26.3", auth.Scopes{{System: "*", Operation: "*"}}, map[string]map[string][]string{}},
	} {
		e.scopes = c.scopes
		out := e.do(http.MethodGet, "/v1/systems", "", "Authorization", "Bearer "+c.agency)
		if diff := cmp.Diff(c.want, listed(t, out)); diff != "" {
			t.Errorf("%s with %v (-want +got):\n%s", c.agency, c.scopes, diff)
		}
		if got := out.Header().Get("Cache-Control"); got != "private, no-cache" {
			t.Errorf("a caller's own list may be kept: %q", got)
		}
	}
}

func TestOneSystemComesWithItsSchemas(t *testing.T) {
	e := newEdge(t)
	out := e.do(http.MethodGet, "/v1/systems/shops", "", "Authorization", "Bearer H26.2")
	var got systemView
	if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Operations) != 1 || got.Operations[0].Input["properties"] == nil || got.Operations[0].Output["properties"] == nil {
		t.Fatalf("got %s", out.Body)
	}
	op := got.Operations[0]
	op.Input, op.Output = nil, nil
	want := operationView{ID: "shop", Kind: adapters.KindLookup, Version: "1", Summary: adapters.Text{VI: "vi shop", EN: "en shop"}, Fields: []string{"name"}}
	if diff := cmp.Diff(want, op); diff != "" {
		t.Errorf("operation (-want +got):\n%s", diff)
	}
	got.Operations = nil
	wantSystem := systemView{ID: "shops", Names: adapters.Text{VI: "vi shops", EN: "en shops"}, Owner: adapters.Text{VI: "vi owner", EN: "en owner"},
		State: "up", Breaker: "closed"}
	if diff := cmp.Diff(wantSystem, got); diff != "" {
		t.Errorf("system (-want +got):\n%s", diff)
	}
}

func TestStrangerToASystemCannotTellItFromNone(t *testing.T) {
	e := newEdge(t)
	hidden := e.do(http.MethodGet, "/v1/systems/people", "", "Authorization", "Bearer H26.2")
	none := e.do(http.MethodGet, "/v1/systems/nothing", "", "Authorization", "Bearer H26.2")
	if problemOf(t, hidden) != "not-permitted" || hidden.Body.String() != none.Body.String() {
		t.Errorf("hidden: %s\nnone:   %s", hidden.Body, none.Body)
	}
	if diff := cmp.Diff(none.Header(), hidden.Header()); diff != "" {
		t.Errorf("headers differ:\n%s", diff)
	}
}

func TestMaintenanceIsAnnounced(t *testing.T) {
	e := newEdge(t)
	from := time.Now().Add(-time.Hour).Truncate(time.Second)
	closed := catalog.Settings{Endpoints: []catalog.Endpoint{{Name: "primary", URL: "https://shops.example"}}, Concurrency: 1,
		Maintenance: catalog.Maintenance{From: from, Until: from.Add(24 * time.Hour), Notice: adapters.Text{VI: "Nâng cấp", EN: "Upgrade"}}}
	open := closed
	open.Maintenance = catalog.Maintenance{}
	if err := e.Catalog.Configure(map[string]catalog.Settings{"shops": closed, "people": open}); err != nil {
		t.Fatal(err)
	}
	var answer struct{ Systems []systemView }
	if err := json.Unmarshal(e.do(http.MethodGet, "/v1/systems", "", "Authorization", "Bearer H26.1").Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	shops, people := answer.Systems[0], answer.Systems[1]
	if shops.State != "maintenance" || shops.Notice == nil || shops.Notice.EN != "Upgrade" || shops.Until == nil || !shops.Until.Equal(from.Add(24*time.Hour)) {
		t.Errorf("closed: %+v", shops)
	}
	if people.State != "up" || people.Notice != nil || people.Until != nil || !people.Assumed {
		t.Errorf("open: %+v", people)
	}
}
