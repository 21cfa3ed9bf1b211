package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

func TestFaultIsSetReadAndCleared(t *testing.T) {
	_, url, _ := start(t)
	const fault = `{"mode":"html","share":0.25,"latency":{"p50":"600ms","p95":"3s"}}`
	const none = `{"mode":"none","share":1}`
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"PUT", "/_faults/direct", fault, 200, fault},
		{"GET", "/_faults/direct", "", 200, fault},
		{"PUT", "/_faults/ndxp", `{"latency":{"p50":"1s"}}`, 200, `{"mode":"none","share":1,"latency":{"p50":"1s","p95":"1s"}}`},
		{"GET", "/_faults", "", 200, `{"behind":` + none + `,"direct":` + fault + `,"ndxp":{"mode":"none","share":1,"latency":{"p50":"1s","p95":"1s"}}}`},
		{"DELETE", "/_faults/direct", "", 204, ""},
		{"GET", "/_faults/direct", "", 200, none},
		{"DELETE", "/_faults", "", 204, ""},
		{"GET", "/_faults", "", 200, `{"behind":` + none + `,"direct":` + none + `,"ndxp":` + none + `}`},
		{"PUT", "/_faults/direct", `{}`, 200, none},
		{"PUT", "/_faults/direct", `{"mode":null,"share":0}`, 200, `{"mode":"none","share":0}`},
	} {
		resp, text, err := send(t, step.method, url+step.path, step.body)
		if err != nil || resp.StatusCode != step.status {
			t.Fatalf("%s %s: %v %v", step.method, step.path, resp, err)
		}
		if diff := cmp.Diff(step.want, strings.TrimSpace(text)); diff != "" {
			t.Errorf("%s %s: %s", step.method, step.path, diff)
		}
	}
}

func TestFaultTakesEffectOnTheNextCall(t *testing.T) {
	_, url, _ := start(t)
	if _, _, err := send(t, "PUT", url+"/_faults/direct", `{"mode":"unavailable","share":0.5}`); err != nil {
		t.Fatal(err)
	}
	for call, want := range []int{200, 503, 200, 503} {
		resp, _, err := send(t, http.MethodPost, url+"/direct/ask", "x")
		if err != nil || resp.StatusCode != want {
			t.Errorf("call %d: %v %v, want %d", call+1, resp, err, want)
		}
	}
}

func TestRefusedFaultNamesEveryFaultAndChangesNothing(t *testing.T) {
	s, url, _ := start(t)
	for _, c := range []struct {
		name, body string
		fields     []string
	}{
		{"everything", `{"mode":"explode","share":1.5,"latency":{"p50":"soon","p96":"1s"},"extra":1}`,
			[]string{"extra", "latency.p50", "latency.p96", "mode", "share"}},
		{"wrong types", `{"mode":1,"share":"1","latency":"1s"}`, []string{"latency", "mode", "share"}},
		{"share below 0", `{"share":-0.1}`, []string{"share"}},
		{"p95 below p50", `{"latency":{"p50":"2s","p95":"1s"}}`, []string{"latency"}},
		{"no p50", `{"latency":{"p95":"1s"}}`, []string{"latency"}},
		{"negative", `{"latency":{"p50":"-1s","p95":"1s"}}`, []string{"latency"}},
		{"too long", `{"latency":{"p50":"1s","p95":"6m"}}`, []string{"latency"}},
		{"number for duration", `{"latency":{"p50":600}}`, []string{"latency.p50"}},
		{"other case", `{"Mode":"hang"}`, []string{"Mode"}},
		{"twice", `{"mode":"hang","mode":"none"}`, []string{""}},
		{"twice inside", `{"latency":{"p50":"1s","p50":"2s"}}`, []string{""}},
		{"list", `[]`, []string{""}},
		{"null", `null`, []string{""}},
		{"nothing", ``, []string{""}},
		{"two", `{}{}`, []string{""}},
		{"huge", `{"mode":"` + strings.Repeat("x", maxFaultText) + `"}`, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, text, err := send(t, "PUT", url+"/_faults/direct", c.body)
			if err != nil || resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%v %v", resp, err)
			}
			var answer struct{ Errors []problem }
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				t.Fatal(err)
			}
			var fields []string
			for _, p := range answer.Errors {
				fields = append(fields, p.Field)
			}
			if diff := cmp.Diff(c.fields, fields); diff != "" {
				t.Error(diff)
			}
			if f := s.targets["direct"].get(); f.Mode != None {
				t.Errorf("the fault is %v", f.Mode)
			}
		})
	}
}

func TestSetFaultRefusesWhatTheControlsRefuse(t *testing.T) {
	s, _, _ := start(t)
	for name, f := range map[string]Fault{
		"mode": {Mode: "explode"}, "share": {Share: new(2.0)}, "latency": {Latency: &Latency{P95: time.Second}},
	} {
		if s.SetFault("direct", f) == nil {
			t.Errorf("a wrong %s was taken", name)
		}
	}
	if s.SetFault("elsewhere", Fault{}) == nil || s.ClearFault("elsewhere") == nil {
		t.Error("a fault of no system was taken")
	}
}

func TestPeopleComeInBoundedPages(t *testing.T) {
	s, url, _ := start(t)
	type page struct {
		People []struct{ CitizenID, OldCitizenID, FullName, DateOfBirth string }
	}
	for query, want := range map[string]int{"": 20, "?n=2": 2, "?from=198&n=5": 2, "?from=200": 0, "?from=9223372036854775807&n=1000": 0, "?n=0": 0, "?n=1000": 200} {
		if got := readJSON[page](t, url+"/_people"+query); len(got.People) != want {
			t.Errorf("%s: %d people, want %d", query, len(got.People), want)
		}
	}
	third := s.world.Person(3)
	got := readJSON[page](t, url+"/_people?from=3&n=1").People[0]
	if got.FullName != third.FullName() || got.CitizenID != third.CitizenID || got.DateOfBirth != third.Birth.String() {
		t.Errorf("got %+v", got)
	}
	for _, query := range []string{"?n=1001", "?n=-1", "?from=x", "?from=-1", "?n=1e2"} {
		if resp, _, err := send(t, http.MethodGet, url+"/_people"+query, ""); err != nil || resp.StatusCode != 400 {
			t.Errorf("%s: %v %v", query, resp, err)
		}
	}
}

func TestInvalidSamplesFailTheirOperation(t *testing.T) {
	type optional struct {
		Limit int    `json:"limit,omitempty" lgsp:"min=1,max=10"`
		Name  string `json:"name,omitempty"`
	}
	type choice struct {
		Citizen adapters.CitizenID    `json:"citizenId,omitempty" lgsp:"one=id,subject"`
		Old     adapters.OldCitizenID `json:"oldCitizenId,omitempty" lgsp:"one=id,subject"`
	}
	for _, c := range []struct {
		name string
		op   adapters.Operation
		ok   any
		want string
	}{
		{"required", adapters.Lookup[stationQuestion, struct{}](adapters.Operation{Personal: true}, nil), stationQuestion{CitizenID: "001099000001"}, `{"citizenId":"#invalid#"}`},
		{"without a sample", adapters.Lookup[stationQuestion, struct{}](adapters.Operation{Personal: true}, nil), nil, `{"citizenId":"#invalid#"}`},
		{"optional", adapters.Lookup[optional, struct{}](adapters.Operation{Personal: true}, nil), optional{}, `{"limit":0}`},
		{"one of two", adapters.Lookup[choice, struct{}](adapters.Operation{Personal: true}, nil), choice{Old: "019900001"}, `{"oldCitizenId":"#invalid#"}`},
		{"no member at all", adapters.Lookup[struct{}, struct{}](adapters.Operation{Personal: true}, nil), struct{}{}, `{"unknownMember":"#invalid#"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.op.ID = "ask"
			all := withInvalid(adapters.System{Operations: []adapters.Operation{c.op}}, map[string]simulator.Samples{"ask": {OK: c.ok}})
			got, err := json.Marshal(all["ask"].Invalid)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
			if _, faults := c.op.Parse(got); len(faults) == 0 {
				t.Error("the operation takes it")
			}
		})
	}
}

func TestSamplesAreListedByOperation(t *testing.T) {
	_, url, _ := start(t)
	got := readJSON[map[string]map[string]map[string]any](t, url+"/_samples")
	ask := map[string]map[string]any{"ask": {
		"ok": map[string]any{"citizenId": "001099000001"}, "invalid": map[string]any{"citizenId": "#invalid#"}}}
	if diff := cmp.Diff(map[string]map[string]map[string]any{"direct": ask, "behind": ask}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzReadFault(f *testing.F) {
	f.Add([]byte(`{"mode":"hang","share":0.5,"latency":{"p50":"600ms","p95":"3s"}}`))
	f.Add([]byte(`{"mode":"explode","share":1e400,"latency":{"p50":1}}`))
	f.Add([]byte(`{"mode":null,"latency":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		fault, found := readFault(bytes.NewReader(text))
		if len(found) > 0 {
			return
		}
		if wrong := fault.problems(); len(wrong) > 0 {
			t.Fatalf("took %v", wrong)
		}
		written, err := json.Marshal(fault)
		if err != nil {
			t.Fatal(err)
		}
		if again, found := readFault(bytes.NewReader(written)); len(found) > 0 || !cmp.Equal(fault, again) {
			t.Fatalf("%s reads back otherwise: %v", written, found)
		}
	})
}
