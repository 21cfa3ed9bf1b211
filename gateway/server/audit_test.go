package server

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/audit"
)

// entries reads the journal as it lies on disk now.
func (w *world) entries() map[string][]audit.Entry {
	w.t.Helper()
	found := map[string][]audit.Entry{}
	for line, err := range audit.Read(filepath.Join(w.config.DataDir, "audit"), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		e, err := line.Entry()
		if err != nil {
			w.t.Fatal(err)
		}
		found[e.Request] = append(found[e.Request], e)
	}
	return found
}

func TestEveryDecidedRequestIsExactlyOneEntry(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	type outcome struct {
		agency, code string
		status       int
	}
	decided := map[string]outcome{}
	note := func(q question) {
		got := w.ask(q)
		o := outcome{orElse(q.agency, centre), "ok", got.status}
		if got.status != http.StatusOK {
			o.code = w.problem(got).Code
		}
		if got.header.Get("LGSP-Receipt") == "" {
			t.Errorf("%s %s: %d has no receipt", q.system, q.operation, got.status)
		}
		decided[got.header.Get("X-Request-Id")] = o
	}
	for _, q := range lookups() {
		for _, agency := range []string{centre, ward, stranger} {
			q.agency = agency
			note(q)
		}
		for _, sample := range []string{"notFound", "invalid"} {
			if q.agency, q.body = centre, w.sample(q.system, q.operation, sample); q.body != "" {
				note(q)
			}
		}
		note(question{system: q.system, operation: "invented", body: "{}"})
		note(question{system: q.system, operation: q.operation, header: http.Header{"Lgsp-Purpose": nil}})
		note(question{system: q.system, operation: q.operation, header: http.Header{"Content-Type": {"text/plain"}}})
	}
	note(question{system: "population", operation: "citizen-lookup", method: http.MethodGet})
	note(question{agency: stranger, path: "/v1/procedures/birth-registration", body: "{}"})
	w.fault("population", `{"mode":"unavailable"}`)
	note(question{system: "population", operation: "citizen-lookup"})
	w.wantProblem(question{system: "population", operation: "citizen-lookup", header: http.Header{"Authorization": {"Bearer x"}}}, 401, "unauthenticated")
	w.close()
	found := w.entries()
	if len(found) != len(decided) {
		t.Errorf("%d entries for %d decided requests", len(found), len(decided))
	}
	for id, o := range decided {
		switch entries := found[id]; {
		case len(entries) != 1:
			t.Errorf("%s (%v) has %d entries", id, o, len(entries))
		case outcome{entries[0].Agency, entries[0].Outcome, entries[0].Status} != o:
			t.Errorf("the answer was %v, the entry says %s %s %d", o, entries[0].Agency, entries[0].Outcome, entries[0].Status)
		}
	}
}

func TestPersonalEntryIsOnDiskBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for range 5 {
		for _, q := range []question{
			{system: "population", operation: "citizen-lookup"}, {system: "population", operation: "citizen-verify"},
			{system: "land", operation: "certificate-lookup"}, {system: "population", operation: "citizen-lookup", agency: ward},
		} {
			got := w.ask(q)
			entries := w.entries()[got.header.Get("X-Request-Id")]
			if len(entries) != 1 || entries[0].Official != "official-7" || entries[0].Operation != q.operation {
				t.Errorf("%s: answered %d, and the journal has %v", q.operation, got.status, entries)
			}
			if got.status == http.StatusOK && (len(entries) != 1 || entries[0].Subject == "" || len(entries[0].Fields) == 0) {
				t.Errorf("%s: the entry names no subject or no fields", q.operation)
			}
		}
	}
}

func TestFailedAuditYieldsNoAnswer(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	questions := []question{
		{system: "population", operation: "citizen-lookup"}, {system: "population", operation: "citizen-verify"},
		{system: "shared-catalogues", operation: "catalogues"},
		{agency: stranger, system: "population", operation: "citizen-lookup"},
	}
	for _, q := range questions[:3] {
		w.must(q)
	}
	if err := w.s.journal.Close(); err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		p, got := w.wantProblem(q, http.StatusServiceUnavailable, "overloaded")
		if p.Owner != "bus" {
			t.Errorf("owner %s", p.Owner)
		}
		for _, name := range []string{"LGSP-Receipt", "LGSP-Policy", "LGSP-As-Of", "Cache-Status"} {
			if got.header.Get(name) != "" {
				t.Errorf("an unrecorded decision tells %s", name)
			}
		}
		if strings.Contains(got.body, "fullName") || strings.Contains(got.body, "exists") {
			t.Errorf("an unrecorded answer left: %s", got.body)
		}
	}
}
