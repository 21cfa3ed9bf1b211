package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestEveryLookupAnswersItsSampleWithTheHeadersOfTheContract(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range lookups() {
		t.Run(q.system+"/"+q.operation, func(t *testing.T) {
			op := operationOf(t, q)
			got := w.must(q)
			checkHeaders(t, q, op, got)
			var record any
			if err := json.Unmarshal([]byte(got.body), &record); err != nil {
				t.Fatal(err)
			}
			if members, ok := record.(map[string]any); !ok || len(members) == 0 {
				t.Fatalf("not a record: %s", got.body)
			}
			for _, path := range foreignMembers(op.Output, record, "") {
				t.Errorf("member %s is not in the output schema", path)
			}
		})
	}
}

func checkHeaders(t *testing.T, q question, op *adapters.Operation, got answer) {
	t.Helper()
	if _, err := ulid.ParseStrict(got.header.Get("X-Request-Id")); err != nil {
		t.Errorf("X-Request-Id %q is not a ULID", got.header.Get("X-Request-Id"))
	}
	if _, err := time.Parse(time.RFC3339, got.header.Get("LGSP-As-Of")); err != nil {
		t.Errorf("LGSP-As-Of: %v", err)
	}
	cacheControl := "private, no-cache"
	if op.Personal {
		cacheControl = "no-store"
	}
	for name, pattern := range map[string]string{
		"Content-Type":     `application/json`,
		"LGSP-Policy":      `[a-z-]+@\S+`,
		"LGSP-Receipt":     `\S+`,
		"Cache-Status":     `lgsp; fwd=(miss|bypass)(; stored)?`,
		"RateLimit":        `"` + q.system + `";r=\d+;t=\d+`,
		"RateLimit-Policy": `"` + q.system + `";q=\d+;w=\d+`,
		"Cache-Control":    regexp.QuoteMeta(cacheControl),
	} {
		if value := got.header[http.CanonicalHeaderKey(name)]; len(value) != 1 || !regexp.MustCompile("^"+pattern+"$").MatchString(value[0]) {
			t.Errorf("%s: %q, want one like %s", name, value, pattern)
		}
	}
}

// foreignMembers are the members of a value that its schema does not have.
func foreignMembers(s *adapters.Schema, value any, at string) (foreign []string) {
	switch value := value.(type) {
	case map[string]any:
		if len(s.Fields) == 0 { // members named by the source
			return nil
		}
		for name, member := range value {
			i := slices.IndexFunc(s.Fields, func(f adapters.Field) bool { return f.Name == name })
			if i < 0 {
				foreign = append(foreign, at+name)
				continue
			}
			foreign = append(foreign, foreignMembers(s.Fields[i].Schema, member, at+name+".")...)
		}
	case []any:
		for _, item := range value {
			foreign = append(foreign, foreignMembers(s.Items, item, at)...)
		}
	}
	return foreign
}

func TestForeignMembersAreFound(t *testing.T) {
	type item struct {
		Name string `json:"name" vi:"Tên" en:"Name"`
	}
	schema := adapters.SchemaOf[struct {
		Items []item `json:"items" vi:"Mục" en:"Items"`
	}]()
	value := map[string]any{"other": 1, "items": []any{map[string]any{"name": "x", "more": 1}}}
	got := foreignMembers(schema, value, "")
	slices.Sort(got)
	if diff := cmp.Diff([]string{"items.more", "other"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMissingRecordIsSaidByTheNationalSystem(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	seen := 0
	for _, q := range lookups() {
		if q.body = w.sample(q.system, q.operation, "notFound"); q.body == "" {
			continue
		}
		seen++
		if p, _ := w.wantProblem(q, http.StatusNotFound, "record-not-found"); p.Owner != "caller" || p.System != q.system {
			t.Errorf("%s %s: owner %q, system %q", q.system, q.operation, p.Owner, p.System)
		}
	}
	if seen < 5 {
		t.Errorf("only %d operations have a sample of a missing record", seen)
	}
}

func TestInvalidInputNamesEveryFaultInBothLanguages(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range lookups() {
		q.body = w.sample(q.system, q.operation, "invalid")
		vi, _ := w.wantProblem(q, http.StatusBadRequest, "invalid-request")
		q.header = http.Header{"Accept-Language": {"en"}}
		en, _ := w.wantProblem(q, http.StatusBadRequest, "invalid-request")
		if len(vi.Errors) == 0 || !cmp.Equal(vi.fields(), en.fields()) {
			t.Errorf("%s %s: fields %v and %v", q.system, q.operation, vi.fields(), en.fields())
			continue
		}
		for i := range vi.Errors {
			if vi.Errors[i].Message == "" || vi.Errors[i].Message == en.Errors[i].Message {
				t.Errorf("%s %s: %q is not in two languages", q.system, q.operation, vi.Errors[i].Message)
			}
		}
		if vi.Title == en.Title || vi.Detail == en.Detail {
			t.Errorf("%s %s: title or detail is in one language only", q.system, q.operation)
		}
	}
	q := question{system: "population", operation: "citizen-lookup", body: `{"citizenId":"12","fullName":7,"favourite":1}`,
		header: http.Header{"LGSP-Official": nil}}
	p, _ := w.wantProblem(q, http.StatusBadRequest, "invalid-request")
	fields := p.fields()
	slices.Sort(fields)
	if diff := cmp.Diff([]string{"LGSP-Official", "citizenId", "dateOfBirth", "favourite", "fullName"}, fields); diff != "" {
		t.Errorf("not every fault at once: %s", diff)
	}
}

func TestGetOnPublicOperationEqualsPost(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range lookups() {
		if operationOf(t, q).Personal {
			continue
		}
		var input map[string]any
		if err := json.Unmarshal([]byte(w.sample(q.system, q.operation, "ok")), &input); err != nil {
			t.Fatal(err)
		}
		query := url.Values{}
		for name, value := range input {
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			query.Set(name, strings.Trim(string(text), `"`))
		}
		get := w.must(question{system: q.system, operation: q.operation, method: http.MethodGet, query: query.Encode()})
		post := w.must(q)
		if get.body != post.body {
			t.Errorf("%s %s: GET and POST differ", q.system, q.operation)
		}
		if status := post.header.Get("Cache-Status"); strings.Contains(get.header.Get("Cache-Status"), "stored") && !strings.HasPrefix(status, "lgsp; hit") {
			t.Errorf("%s %s: POST after GET is %s", q.system, q.operation, status)
		}
	}
}

func TestRequestIDsAreOursAndTheCallersIsReturned(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for given, returned := range map[string]string{"desk-4711-a": "desk-4711-a", "001099000001": "", "short": "", "a b c d e f": "", strings.Repeat("x", 65): ""} {
		got := w.must(question{system: "population", operation: "citizen-verify", header: http.Header{"X-Request-Id": {given}}})
		if got.header.Get("X-Correlation-Id") != returned || got.header.Get("X-Request-Id") == given {
			t.Errorf("%q came back as %q, request id %q", given, got.header.Get("X-Correlation-Id"), got.header.Get("X-Request-Id"))
		}
	}
}
