package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
)

// line is one line of a batch's answer, as a caller reads it.
type line struct {
	ID      string
	Status  int
	Headers map[string]string
	Body    map[string]any
}

// batch posts items and reads the lines by their ids.
func (e *edge) batch(t testing.TB, agency, items string, headers ...string) map[string]line {
	t.Helper()
	out := e.do(http.MethodPost, "/v1/batch", `{"items":[`+items+`]}`, append([]string{"X-Test-Agency", agency, "Content-Type", "application/json",
		"LGSP-Purpose", "one-stop", "LGSP-Official", "clerk-7"}, headers...)...)
	if out.Code != http.StatusOK || out.Header().Get("Content-Type") != "application/x-ndjson" || out.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", out.Code, out.Header(), out.Body)
	}
	all := map[string]line{}
	for text := range strings.Lines(out.Body.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all[l.ID] = l
	}
	return all
}

func item(id, system, operation, input string) string {
	return fmt.Sprintf(`{"id":%q,"system":%q,"operation":%q,"input":%s}`, id, system, operation, input)
}

func TestBatchLineIsWhatTheQuestionAloneWouldBeAnswered(t *testing.T) {
	e := newEdge(t)
	got := e.batch(t, "H26.1", strings.Join([]string{item("a", "shops", "shop", `{"number":"17"}`), item("b", "people", "person", `{"number":"18"}`),
		item("c", "shops", "shop", `{"numbr":"17"}`), item("d", "nowhere", "shop", `{}`), item("e", "shops", "nothing", `{}`), item("f", "shops", "shop", `"text"`)}, ","))
	for id, want := range map[string]int{"a": 200, "b": 200, "c": 400, "d": 403, "e": 404, "f": 400} {
		if got[id].Status != want {
			t.Errorf("%s: %+v, want status %d", id, got[id], want)
		}
	}
	a := got["a"]
	if a.Body["number"] != "17" || a.Headers["Cache-Status"] != "lgsp; fwd=miss; stored" || a.Headers["LGSP-Receipt"] == "" || !strings.HasPrefix(a.Headers["LGSP-Policy"], "all@") ||
		a.Headers["LGSP-As-Of"] == "" || a.Headers["RateLimit"] == "" || a.Headers["X-Request-Id"] == "" || a.Headers["X-Request-Id"] == got["b"].Headers["X-Request-Id"] {
		t.Errorf("%+v", a)
	}
	if got["b"].Headers["Cache-Control"] != "no-store" || got["c"].Body["code"] != "invalid-request" || got["c"].Body["instance"] != got["c"].Headers["X-Request-Id"] {
		t.Errorf("%+v\n%+v", got["b"], got["c"])
	}
	if faults, _ := got["c"].Body["errors"].([]any); len(faults) != 2 {
		t.Errorf("faults of item c: %v", got["c"].Body["errors"])
	}
}

func TestBatchItemsAreCountedAndLimitedOneByOne(t *testing.T) {
	e := newEdge(t)
	got := e.batch(t, "H26.2", strings.Join([]string{item("a", "shops", "shop", `{"number":"1"}`), item("b", "shops", "shop", `{"number":"2"}`),
		item("c", "shops", "shop", `{"number":"3"}`), item("d", "people", "person", `{"number":"3"}`)}, ","))
	limited := 0
	for _, l := range got {
		if l.Status == http.StatusTooManyRequests {
			limited++
			if l.Headers["Retry-After"] == "" || l.Body["owner"] != "caller" {
				t.Errorf("%+v", l)
			}
		}
	}
	if limited != 2 || got["d"].Status != http.StatusForbidden {
		t.Errorf("%d of three limited, two an hour and one at once allowed; another system: %+v", limited, got["d"])
	}
	if want := map[string]int{"shops/shop/ok": 1, "shops/shop/rate-limited": 2, "people/person/not-permitted": 1}; fmt.Sprint(e.counted) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", e.counted, want)
	}
}

func TestFaultyBatchIsRefusedWholeWithEveryFault(t *testing.T) {
	e := newEdge(t)
	many := strings.Repeat(item("x", "shops", "shop", "{}")+",", 100)
	for body, fields := range map[string]string{
		`{"items":[]}`: "items",
		`{}`:           "items",
		`{"items":[` + item("a", "shops", "shop", "{}") + `,` + item("a", "shops", "shop", "{}") + `]}`: "items[1].id",
		`{"items":[{"id":"","system":1,"inputs":{}}],"more":1}`:                                         "items[0].id items[0].system items[0].inputs items[0].input items[0].operation more",
		`{"items":[` + many + item("y", "shops", "shop", "{}") + `]}`:                                   "items",
		`[]`: "",
		`{`:  "",
	} {
		out := e.do(http.MethodPost, "/v1/batch", body, "X-Test-Agency", "H26.1", "Content-Type", "application/json", "LGSP-Purpose", "one-stop")
		var p struct{ Errors []struct{ Field string } }
		if err := json.Unmarshal(out.Body.Bytes(), &p); err != nil || problemOf(t, out) != "invalid-request" {
			t.Errorf("%.60s: %d %s", body, out.Code, out.Body)
			continue
		}
		named := map[string]bool{}
		for _, f := range p.Errors {
			named[f.Field] = true
		}
		for _, field := range strings.Fields(fields) {
			if !named[field] {
				t.Errorf("%.60s: %s is not named in %v", body, field, named)
			}
		}
	}
	for name, c := range map[string]struct {
		header []string
		body   string
		want   string
	}{
		"two purposes": {[]string{"Content-Type", "application/json", "LGSP-Purpose", "one-stop", "LGSP-Purpose", "two"}, `{"items":[` + item("a", "shops", "shop", "{}") + `]}`, "invalid-request"},
		"as a form":    {[]string{"Content-Type", "application/x-www-form-urlencoded"}, `items=1`, "unsupported-media-type"},
		"too large":    {[]string{"Content-Type", "application/json"}, strings.Repeat(" ", maxBatch+1), "payload-too-large"},
	} {
		out := e.do(http.MethodPost, "/v1/batch", c.body, append([]string{"X-Test-Agency", "H26.1"}, c.header...)...)
		if problemOf(t, out) != c.want {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	if out := e.do(http.MethodGet, "/v1/batch", "", "X-Test-Agency", "H26.1"); problemOf(t, out) != "method-not-allowed" || out.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d %v", out.Code, out.Header())
	}
	large := e.batch(t, "H26.1", item("a", "shops", "shop", `{"number":"`+strings.Repeat("1", maxQuestion)+`"}`))
	if large["a"].Status != http.StatusRequestEntityTooLarge {
		t.Errorf("an oversized item: %+v", large["a"])
	}
}

func TestProcedureGathersWhatItCan(t *testing.T) {
	e := newEdge(t)
	gather := func(agency, code, body string) (int, map[string]any) {
		t.Helper()
		out := e.do(http.MethodPost, "/v1/procedures/"+code, body, "X-Test-Agency", agency, "Content-Type", "application/json", "LGSP-Purpose", "one-stop", "LGSP-Official", "clerk-7")
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
	if status, got := gather("H26.1", "opening", `{"input":{"shop":"","ownr":1},"more":1}`); status != 400 || len(got["errors"].([]any)) != 3 {
		t.Errorf("%d %v", status, got)
	}
}

func TestProceduresAreShownToWhoMaySeeTheirSystems(t *testing.T) {
	e := newEdge(t)
	for agency, want := range map[string]int{"H26.1": 1, "H26.2": 0, "H26.9": 0} {
		var got struct{ Procedures []map[string]any }
		out := e.do(http.MethodGet, "/v1/procedures", "", "X-Test-Agency", agency)
		if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil || len(got.Procedures) != want {
			t.Errorf("%s: %v %s", agency, err, out.Body)
		}
		one := e.do(http.MethodGet, "/v1/procedures/opening", "", "X-Test-Agency", agency)
		if (one.Code == http.StatusOK) != (want == 1) {
			t.Errorf("%s asks for one: %d", agency, one.Code)
		}
	}
	var p procedureView
	if err := json.Unmarshal(e.do(http.MethodGet, "/v1/procedures/opening", "", "X-Test-Agency", "H26.1").Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Code != "opening" || p.Names.EN == "" || len(p.Steps) != 2 || fmt.Sprint(p.Input["required"]) != "[shop]" {
		t.Errorf("%+v", p)
	}
}
