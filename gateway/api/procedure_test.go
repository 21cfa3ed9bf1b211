package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestProcedureGathersWhatItCan(t *testing.T) {
	e := newEdge(t)
	gather := func(agency, code, body string) (int, map[string]any) {
		t.Helper()
		out := e.do(http.MethodPost, "/v1/procedures/"+code, body, "Authorization", "Bearer "+agency, "Content-Type", "application/json", "LGSP-Purpose", "one-stop", "LGSP-Official", "clerk-7")
		var got map[string]any
		if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return out.Code, got
	}
	status, got := gather("H26.1", "opening", `{"input":{"shop":"17","owner":"18"}}`)
	results, _ := got["results"].(map[string]any)
	owner, _ := results["owner1"].(map[string]any)
	if status != 200 || got["procedure"] != "opening" || got["complete"] != true || len(results) != 2 || owner["status"] != 200.0 || owner["system"] != "people" || owner["operation"] != "person" {
		t.Errorf("%d %v", status, got)
	}
	headers, _ := owner["headers"].(map[string]any)
	if record, _ := owner["body"].(map[string]any); record["number"] != "18" || headers["LGSP-Receipt"] == nil {
		t.Errorf("%v", owner)
	}

	e.fault = adapters.Fail(adapters.ErrNotFound, "", "")
	if _, got = gather("H26.1", "opening", `{"input":{"shop":"17"}}`); got["complete"] != true || fmt.Sprint(got["notAsked"]) != "[map[input:owner step:owner1]]" {
		t.Errorf("absence is an answer, and a step without input is not asked: %v", got)
	}
	e.fault = adapters.Fail(adapters.ErrUnavailable, "", "")
	_, got = gather("H26.1", "opening", `{"input":{"shop":"18","owner":"18"}}`)
	results, _ = got["results"].(map[string]any)
	failed, _ := results["shop1"].(map[string]any)
	if problem, _ := failed["body"].(map[string]any); got["complete"] != false || failed["status"] != 503.0 || problem["owner"] != "national-system" {
		t.Errorf("%v", got)
	}
	e.fault = nil

	for agency, want := range map[string]int{"H26.2": 403, "H26.9": 403} { // H26.2 sees shops only
		if status, got := gather(agency, "opening", `{"input":{"shop":"17"}}`); status != want || got["code"] != "not-permitted" {
			t.Errorf("%s: %d %v", agency, status, got)
		}
	}
	if status, got := gather("H26.1", "closing", `{"input":{"shop":"17"}}`); status != 403 {
		t.Errorf("an unknown procedure: %d %v", status, got)
	}
	out := e.do(http.MethodPost, "/v1/procedures/closing", "", "Authorization", "Bearer H26.9")
	if !slices.Contains(slices.Collect(maps.Keys(out.Header())), "LGSP-Receipt") { // as the contract spells it
		t.Error("a refusal is not in the audit")
	}
	if status, got := gather("H26.1", "opening", `{"input":{"shop":"","ownr":1},"more":1}`); status != 400 || len(got["errors"].([]any)) != 3 {
		t.Errorf("%d %v", status, got)
	}
}

func TestProceduresAreShownToWhoMaySeeTheirSystems(t *testing.T) {
	e := newEdge(t)
	for agency, want := range map[string]int{"H26.1": 1, "H26.2": 0, "H26.9": 0} {
		var got struct{ Procedures []map[string]any }
		out := e.do(http.MethodGet, "/v1/procedures", "", "Authorization", "Bearer "+agency)
		if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil || len(got.Procedures) != want {
			t.Errorf("%s: %v %s", agency, err, out.Body)
		}
		one := e.do(http.MethodGet, "/v1/procedures/opening", "", "Authorization", "Bearer "+agency)
		if (one.Code == http.StatusOK) != (want == 1) {
			t.Errorf("%s asks for one: %d", agency, one.Code)
		}
	}
	var p procedureView
	if err := json.Unmarshal(e.do(http.MethodGet, "/v1/procedures/opening", "", "Authorization", "Bearer H26.1").Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Code != "opening" || p.Names.EN == "" || len(p.Steps) != 2 || fmt.Sprint(p.Input["required"]) != "[shop]" {
		t.Errorf("%+v", p)
	}
}
