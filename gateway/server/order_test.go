package server

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// onceAnHour is a rule's rate that admits one request in a long while.
const onceAnHour = "    limits: {rate: 1/h, burst: 1}\n"

func TestChecksComeInTheOrderOfTheContract(t *testing.T) {
	t.Parallel()
	w := startServer(t, withPolicies(policyFolder(t, policyText{rules: centreRule(onceAnHour)})))
	bad := question{system: "land", operation: "certificate-lookup", body: "{", method: http.MethodPost}
	with := func(change func(*question)) question {
		q := bad
		q.header = http.Header{"Content-Type": {"text/plain"}}
		change(&q)
		return q
	}
	w.must(question{system: "land", operation: "certificate-lookup"}) // the only one within the rate
	for _, c := range []struct {
		name   string
		q      question
		status int
		code   string
	}{
		{"401 before 403", with(func(q *question) {
			q.agency, q.header["Authorization"], q.header["Lgsp-Purpose"] = stranger, nil, nil
		}), 401, "unauthenticated"},
		{"403 before 404", with(func(q *question) { q.agency, q.operation = stranger, "invented" }), 403, "not-permitted"},
		{"403 before 405", with(func(q *question) { q.header["Lgsp-Purpose"], q.method = nil, http.MethodGet }), 403, "not-permitted"},
		{"404 before 415", with(func(q *question) { q.operation = "invented" }), 404, "unknown-operation"},
		{"405 before 400", with(func(q *question) { q.method, q.query = http.MethodGet, "favourite=1" }), 405, "method-not-allowed"},
		{"415 before 429", with(func(*question) {}), 415, "unsupported-media-type"},
		{"413 before 429", with(func(q *question) {
			q.header, q.body = nil, `"`+strings.Repeat("x", 64<<10)+`"`
		}), 413, "payload-too-large"},
		{"400 before 429", with(func(q *question) { q.header = nil }), 400, "invalid-request"},
		{"429 before the work", question{system: "land", operation: "certificate-lookup"}, 429, "rate-limited"},
	} {
		t.Run(c.name, func(t *testing.T) { w.wantProblem(c.q, c.status, c.code) })
	}
	if n := w.calls("land", "certificate-lookup"); n != 1 {
		t.Errorf("the national system received %d calls, want 1", n)
	}
}

// shape is a refusal less what differs between any two of them.
func shape(got answer) map[string][]string {
	lines := map[string][]string(got.header.Clone())
	lines["body"] = []string{strings.ReplaceAll(got.body, got.header.Get("X-Request-Id"), "")}
	for _, name := range []string{"Date", "X-Request-Id"} {
		delete(lines, name)
	}
	if len(lines["Lgsp-Receipt"]) == 1 {
		lines["Lgsp-Receipt"] = []string{"one"}
	}
	return lines
}

func TestStrangerCannotTellWhatExists(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	before := w.allCalls()
	var first map[string][]string
	for _, q := range []question{
		{system: "population", operation: "citizen-lookup"}, {system: "population", operation: "invented", body: "{}"},
		{system: "invented", operation: "citizen-lookup", body: "{}"}, {system: "land", operation: "parcel-lookup", body: "not json"},
		{system: "shared-catalogues", operation: "entries", header: http.Header{"Lgsp-Purpose": {"invented"}}},
		{system: "population", operation: "citizen-verify", header: http.Header{"Lgsp-Official": nil, "Lgsp-Dossier": {"x"}}},
	} {
		q.agency = stranger
		_, got := w.wantProblem(q, http.StatusForbidden, "not-permitted")
		lines := shape(got)
		if first == nil {
			first = lines
		} else if diff := cmp.Diff(first, lines); diff != "" {
			t.Errorf("%s %s is told apart: %s", q.system, q.operation, diff)
		}
	}
	for _, path := range []string{"/v1/systems/population", "/v1/systems/invented"} {
		w.wantProblem(question{agency: stranger, method: http.MethodGet, path: path}, http.StatusForbidden, "not-permitted")
	}
	if got := w.ask(question{agency: stranger, method: http.MethodGet, path: "/v1/systems"}); got.body != `{"systems":[]}` {
		t.Errorf("the stranger's catalogue is %s", got.body)
	}
	if diff := cmp.Diff(before, w.allCalls()); diff != "" {
		t.Errorf("a refused question reached a national system: %s", diff)
	}
}

func TestWardMayUseOnlyItsOwn(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range lookups() {
		q.agency = ward
		if q.system == "shared-catalogues" || q.system == "civil-status" || q.operation == "citizen-verify" {
			w.must(q)
			continue
		}
		w.wantProblem(q, http.StatusForbidden, "not-permitted")
	}
}

func TestScopeNarrowerThanTheGrantRefuses(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	narrow := http.Header{"Authorization": {"Bearer " + w.token(centre, "population:citizen-verify")}}
	w.must(question{system: "population", operation: "citizen-verify", header: narrow})
	for _, q := range lookups() {
		if q.operation != "citizen-verify" {
			q.header = narrow
			w.wantProblem(q, http.StatusForbidden, "not-permitted")
		}
	}
}

func TestPurposeAndDossierDecide(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	own, foreign := DemoDossier(centre, time.Now()), DemoDossier(ward, time.Now())
	for _, c := range []struct {
		name, purpose, dossier string
		status                 int
		field                  string
	}{
		{"no purpose", "", "", 403, "LGSP-Purpose"},
		{"unknown purpose", "curiosity", "", 403, "LGSP-Purpose"},
		{"purpose of no rule", "staff-records", "", 403, ""},
		{"dossier optional and absent", "one-stop", "", 200, ""},
		{"own dossier", "one-stop", own, 200, ""},
		{"dossier demanded", "birth-registration", "", 403, "LGSP-Dossier"},
		{"dossier demanded and own", "birth-registration", own, 200, ""},
		{"another agency's dossier", "birth-registration", foreign, 403, "LGSP-Dossier"},
		{"malformed dossier", "birth-registration", "dossier-1", 403, "LGSP-Dossier"},
		{"malformed optional dossier", "one-stop", centre + "-1", 403, "LGSP-Dossier"},
		{"a longer agency with the same beginning", "one-stop", strings.Replace(own, centre, centre+"1", 1), 403, "LGSP-Dossier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := question{system: "population", operation: "citizen-lookup", header: http.Header{"Lgsp-Purpose": {c.purpose}, "Lgsp-Dossier": {c.dossier}}}
			for _, name := range []string{"Lgsp-Purpose", "Lgsp-Dossier"} {
				if q.header.Get(name) == "" {
					q.header[name] = nil
				}
			}
			if c.status == http.StatusOK {
				w.must(q)
				return
			}
			p, _ := w.wantProblem(q, c.status, "not-permitted")
			if got := strings.Join(p.fields(), " "); got != c.field {
				t.Errorf("it names %q, want %q", got, c.field)
			}
		})
	}
	p, _ := w.wantProblem(question{system: "population", operation: "citizen-lookup",
		header: http.Header{"Lgsp-Purpose": nil, "Accept-Language": {"en"}}}, http.StatusForbidden, "not-permitted")
	if !strings.Contains(p.Detail, "LGSP-Purpose") {
		t.Errorf("the detail does not name the header: %s", p.Detail)
	}
}

func TestRepeatedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	token := "Bearer " + w.token(centre)
	for name, c := range map[string]struct {
		values []string
		status int
		code   string
	}{
		"Authorization": {[]string{token, token}, 401, "unauthenticated"},
		"Lgsp-Purpose":  {[]string{"one-stop", "one-stop"}, 400, "invalid-request"},
		"Lgsp-Official": {[]string{"a", "b"}, 400, "invalid-request"},
		"Lgsp-Dossier":  {[]string{DemoDossier(centre, time.Now()), "x"}, 400, "invalid-request"},
	} {
		w.wantProblem(question{system: "population", operation: "citizen-lookup", header: http.Header{name: c.values}}, c.status, c.code)
	}
}

func TestOfficialIsAnOpaqueNameAndNeverACitizen(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, official := range []string{"", "001099000001", "012345678", "Nguyễn-Văn-A", "a b", "tab\there", strings.Repeat("x", 65)} {
		q := question{system: "population", operation: "citizen-lookup", header: http.Header{"Lgsp-Official": {official}}}
		p, got := w.wantProblem(q, http.StatusBadRequest, "invalid-request")
		if len(p.Errors) != 1 || p.Errors[0].Field != "LGSP-Official" || official != "" && strings.Contains(got.body, official) {
			t.Errorf("%q: %s", official, got.body)
		}
	}
	w.must(question{system: "population", operation: "citizen-lookup", header: http.Header{"Lgsp-Official": {strings.Repeat("x", 64)}}})
	w.must(question{system: "shared-catalogues", operation: "catalogues", header: http.Header{"Lgsp-Official": nil}})
}

func TestPersonalOperationTakesPostOnly(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range lookups() {
		if !operationOf(t, q).Personal {
			continue
		}
		q.method = http.MethodGet
		q.query = "citizenId=001099000001"
		_, got := w.wantProblem(q, http.StatusMethodNotAllowed, "method-not-allowed")
		if got.header.Get("Allow") != http.MethodPost {
			t.Errorf("%s %s: Allow is %q", q.system, q.operation, got.header.Get("Allow"))
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
		w.wantProblem(question{system: "shared-catalogues", operation: "catalogues", method: method}, http.StatusMethodNotAllowed, "method-not-allowed")
	}
}

func TestFormOfTheRequestIsChecked(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	public := func(q question) question {
		q.system, q.operation = "business-registration", "enterprise-lookup"
		return q
	}
	sample := w.sample("business-registration", "enterprise-lookup", "ok")
	padded := func(size int) string { return sample + strings.Repeat(" ", size-len(sample)) }
	media := func(value string) http.Header { return http.Header{"Content-Type": {value}} }
	for _, c := range []struct {
		name   string
		q      question
		status int
		code   string
	}{
		{"unknown member", question{body: `{"taxCode":"0194283611","favourite":"blue"}`}, 400, "invalid-request"},
		{"member twice", question{body: `{"taxCode":"0194283611","taxCode":"0194283611"}`}, 400, "invalid-request"},
		{"not JSON", question{body: "taxCode=0194283611"}, 400, "invalid-request"},
		{"list", question{body: "[]"}, 400, "invalid-request"},
		{"two values", question{body: sample + sample}, 400, "invalid-request"},
		{"query on POST", question{query: "taxCode=0194283611"}, 400, "invalid-request"},
		{"query that cannot be read", question{method: http.MethodGet, query: "taxCode=%zz"}, 400, "invalid-request"},
		{"parameter twice", question{method: http.MethodGet, query: "taxCode=0194283611&taxCode=0194283611"}, 400, "invalid-request"},
		{"unknown parameter", question{method: http.MethodGet, query: "favourite=blue"}, 400, "invalid-request"},
		{"too large", question{body: padded(64<<10 + 1)}, 413, "payload-too-large"},
		{"a form", question{header: media("application/x-www-form-urlencoded")}, 415, "unsupported-media-type"},
		{"no media type", question{header: http.Header{"Content-Type": nil}}, 415, "unsupported-media-type"},
		{"other charset", question{header: media("application/json; charset=utf-16")}, 415, "unsupported-media-type"},
		{"XML", question{header: media("application/xml")}, 415, "unsupported-media-type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := w.wantProblem(public(c.q), c.status, c.code)
			if strings.HasPrefix(c.name, "unknown") && !slices.Contains(p.fields(), "favourite") {
				t.Errorf("the unknown member is not named: %v", p.fields())
			}
		})
	}
	w.must(public(question{body: padded(64 << 10)}))
	w.must(public(question{header: media("application/json; charset=UTF-8")}))
}
