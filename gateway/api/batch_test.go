package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
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
	out := e.do(http.MethodPost, "/v1/batch", `{"items":[`+items+`]}`, append([]string{"Authorization", "Bearer " + agency, "Content-Type", "application/json",
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
	if h := got["c"].Headers; h["Content-Type"] != "application/problem+json" || h["Content-Language"] != "en" || h["Cache-Control"] != "no-store" || a.Headers["Content-Type"] != "application/json" {
		t.Errorf("%v\n%v", h, a.Headers)
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
		out := e.do(http.MethodPost, "/v1/batch", body, "Authorization", "Bearer H26.1", "Content-Type", "application/json", "LGSP-Purpose", "one-stop")
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
		out := e.do(http.MethodPost, "/v1/batch", c.body, append([]string{"Authorization", "Bearer H26.1"}, c.header...)...)
		if problemOf(t, out) != c.want {
			t.Errorf("%s: %d %s", name, out.Code, out.Body)
		}
	}
	if out := e.do(http.MethodGet, "/v1/batch", "", "Authorization", "Bearer H26.1"); problemOf(t, out) != "method-not-allowed" || out.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d %v", out.Code, out.Header())
	}
	large := e.batch(t, "H26.1", item("a", "shops", "shop", `{"number":"`+strings.Repeat("1", maxQuestion)+`"}`))
	if large["a"].Status != http.StatusRequestEntityTooLarge {
		t.Errorf("an oversized item: %+v", large["a"])
	}
}

func TestItemsOfACallerSuspendedMeanwhileAreRefused(t *testing.T) {
	e := newEdge(t)
	e.asked = func() { e.suspend("H26.1") }
	var items []string
	for i := range 20 {
		items = append(items, item(fmt.Sprint(i), "shops", "shop", fmt.Sprintf(`{"number":"%d"}`, i)))
	}
	got := e.batch(t, "H26.1", strings.Join(items, ","))
	if last := got["19"]; last.Status != http.StatusUnauthorized || last.Headers["Www-Authenticate"] != `Bearer error="invalid_token"` || last.Body["code"] != "unauthenticated" {
		t.Errorf("the last item: %+v", last)
	}
}

func TestCallerWhoLeavesSeveralQuestionsIsBookedAsSuch(t *testing.T) {
	for path, body := range map[string]string{"/v1/batch": `{"items":[` + item("a", "shops", "shop", `{"number":"17"}`) + `]}`, "/v1/procedures/opening": `{"input":{"shop":"17"}}`} {
		e := newEdge(t)
		ctx, cancel := context.WithCancel(t.Context())
		e.asked = cancel
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(body))
		r.Header = http.Header{"Authorization": {"Bearer H26.1"}, "Content-Type": {"application/json"}, "Lgsp-Purpose": {"one-stop"}, "Lgsp-Official": {"clerk-7"}}
		e.ServeHTTP(httptest.NewRecorder(), r)
		if e.seen.Outcome != "caller-left" {
			t.Errorf("%s: outcome %q", path, e.seen.Outcome)
		}
	}
}

func TestWhatWasNotAskedIsNotCounted(t *testing.T) {
	e := newEdge(t)
	got := e.part(&Exchange{}, "en", &lookup.Question{System: "shops", Operation: "shop", Request: "01JD8PART"}, &lookup.Answer{}, fmt.Errorf("%w: %w", lookup.ErrNotAsked, context.DeadlineExceeded))
	var p struct{ Code, Owner, Detail string }
	if err := json.Unmarshal(got.Body, &p); err != nil || p.Code != "overloaded" || p.Owner != "bus" || p.Detail == "" || got.Headers["Retry-After"] == "" || len(e.counted) != 0 {
		t.Errorf("%+v %s, counted %v", got, got.Body, e.counted)
	}
}

func TestFilesOfPartsAreWrittenInTheirPlaces(t *testing.T) {
	var files []*adapters.Spool
	parts := map[string]part{}
	for _, name := range []string{"a", "b"} {
		file := adapters.NewSpool()
		if _, err := file.Write(bytes.Repeat([]byte(name), 1<<19)); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(adapters.LargeFile{Name: name + "<1>.pdf", Content: file})
		if err != nil {
			t.Fatal(err)
		}
		parts[name], files = part{Status: 200, Body: body}, append(files, file)
	}
	var out bytes.Buffer
	if err := write(&out, parts, files); err != nil {
		t.Fatal(err)
	}
	var got map[string]struct {
		Body struct {
			Name    string
			Content []byte
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		if body := got[name].Body; body.Name != name+"<1>.pdf" || !bytes.Equal(body.Content, bytes.Repeat([]byte(name), 1<<19)) {
			t.Errorf("part %s: %q, %d bytes", name, body.Name, len(body.Content))
		}
	}
}
