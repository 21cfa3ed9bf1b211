package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// memberNames are the top members of a record.
func memberNames(t testing.TB, text string) []string {
	t.Helper()
	var record map[string]any
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(record))
}

func TestSameQuestionGivesEachAgencyItsOwnFields(t *testing.T) {
	t.Parallel()
	wardRule := "  - id: ward\n    basis: test\n    agencies: " + ward + "\n    operations: [business-registration/enterprise-lookup, population/citizen-lookup]\n" +
		"    purposes: \"*\"\n    fields: {business-registration/enterprise-lookup: [taxCode, name], population/citizen-lookup: [fullName]}\n"
	const kept = "    cache: {for: 60s, staleIfError: 0s}\n"
	const enterprisesKept = "    operations: {enterprise-lookup: {cache: {for: 60s, staleIfError: 0s}}}\n"
	w := startServer(t, withPolicies(policyFolder(t, policyText{rules: centreRule() + wardRule,
		routes: map[string]string{"business-registration": enterprisesKept, "population": kept}})))

	public := question{system: "business-registration", operation: "enterprise-lookup"}
	whole := w.must(public)
	public.agency = ward
	part := w.must(public)
	if n := w.calls(public.system, public.operation); n != 1 || !strings.HasPrefix(part.header.Get("Cache-Status"), "lgsp; hit") {
		t.Errorf("one public record should serve both: %d calls, %s", n, part.header.Get("Cache-Status"))
	}
	if diff := cmp.Diff([]string{"name", "taxCode"}, memberNames(t, part.body)); diff != "" {
		t.Errorf("the ward's fields: %s", diff)
	}
	public.agency = centre
	if again := w.must(public); again.body != whole.body || len(memberNames(t, again.body)) <= 2 {
		t.Errorf("the centre's record changed after the ward asked: %s", again.body)
	}

	personal := question{system: "population", operation: "citizen-lookup", agency: ward}
	part = w.must(personal)
	personal.agency = centre
	whole = w.must(personal)
	if diff := cmp.Diff([]string{"fullName"}, memberNames(t, part.body)); diff != "" {
		t.Errorf("the ward's fields: %s", diff)
	}
	if n := w.calls("population", "citizen-lookup"); n != 2 || len(memberNames(t, whole.body)) < 5 || strings.Contains(whole.header.Get("Cache-Status"), "hit") {
		t.Errorf("a personal record crossed agencies: %d calls, %s", n, whole.header.Get("Cache-Status"))
	}
}

func TestDeniedCallerNeverReachesCache(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range []question{{system: "shared-catalogues", operation: "catalogues"}, {system: "business-registration", operation: "enterprise-lookup"}} {
		w.must(q)
		q.agency = stranger
		_, got := w.wantProblem(q, http.StatusForbidden, "not-permitted")
		for _, name := range []string{"Cache-Status", "Age", "LGSP-As-Of", "LGSP-Policy", "RateLimit"} {
			if got.header.Get(name) != "" {
				t.Errorf("%s: a refusal tells %s", q.system, name)
			}
		}
	}
}

func TestAgencyOverItsRateIsLimitedAloneAndPerSystem(t *testing.T) {
	t.Parallel()
	wardRule := strings.ReplaceAll(strings.ReplaceAll(centreRule(), centre, ward), "id: centre", "id: ward")
	w := startServer(t, withPolicies(policyFolder(t, policyText{rules: centreRule("    limits: {rate: 3/h, burst: 3}\n") + wardRule})))
	q := question{system: "population", operation: "citizen-verify"}
	for left := 2; left >= 0; left-- {
		if got := w.must(q).header.Get("RateLimit"); !strings.HasPrefix(got, fmt.Sprintf(`"population";r=%d;t=`, left)) {
			t.Errorf("RateLimit is %s, want %d left", got, left)
		}
	}
	before := w.calls("population", "citizen-verify")
	p, got := w.wantProblem(q, http.StatusTooManyRequests, "rate-limited")
	if p.Owner != "caller" || !regexp.MustCompile(`^[1-9]\d*$`).MatchString(got.header.Get("Retry-After")) ||
		!strings.HasPrefix(got.header.Get("RateLimit"), `"population";r=0;t=`) || got.header.Get("RateLimit-Policy") == "" {
		t.Errorf("429 with owner %s and headers %v", p.Owner, got.header)
	}
	if n := w.calls("population", "citizen-verify"); n != before {
		t.Error("a limited question reached the national system")
	}
	q.agency = ward
	for range 10 {
		w.must(q)
	}
	w.must(question{system: "shared-catalogues", operation: "catalogues"})
}

// load asks from several goroutines until stopped, and counts what was answered
// and what was not.
type load struct {
	stop     chan struct{}
	work     sync.WaitGroup
	answered atomic.Int64
	mu       sync.Mutex
	failures []string
}

func (w *world) load(questions ...question) *load {
	l := &load{stop: make(chan struct{})}
	for _, q := range questions {
		w.token(orElse(q.agency, centre))
		l.work.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				got, err := w.try(w.request(q))
				if err == nil && got.status == http.StatusOK {
					l.answered.Add(1)
					continue
				}
				l.mu.Lock()
				l.failures = append(l.failures, fmt.Sprintf("%s: %d %v %s", q.operation, got.status, err, got.body))
				l.mu.Unlock()
			}
		})
	}
	return l
}

// end stops the load and reports every question that got no record.
func (l *load) end(t testing.TB) {
	t.Helper()
	close(l.stop)
	l.work.Wait()
	if len(l.failures) > 0 {
		t.Errorf("%d requests failed, the first: %s", len(l.failures), l.failures[0])
	}
	if l.answered.Load() < 100 {
		t.Errorf("only %d requests were answered: no load", l.answered.Load())
	}
}

func TestPoliciesChangeUnderLoadWithoutAFailedRequest(t *testing.T) {
	t.Parallel()
	dir := policyFolder(t, policyText{})
	w := startServer(t, withPolicies(dir))
	verify := question{system: "population", operation: "citizen-verify"}
	refused := func() int { return strings.Count(w.logged.String(), "reload refused") }
	version := w.must(verify).header.Get("LGSP-Policy")
	l := w.load(verify, question{system: "shared-catalogues", operation: "catalogues"}, question{system: "land", operation: "certificate-lookup"})
	open := "  - id: open\n    basis: test\n    agencies: \"*\"\n    operations: population/*\n    purposes: \"*\"\n    fields: \"*\"\n"
	for n, faulty := range []string{"    colour: blue\n", "    when: 1 +\n", open + open} {
		writePolicies(t, dir, policyText{rules: centreRule(), routes: map[string]string{"land": fmt.Sprintf("    concurrency: %d\n", 20+n)}})
		rules := strings.Replace(centreRule(), "basis: test", fmt.Sprintf("basis: test %d", n), 1)
		writePolicies(t, dir, policyText{rules: rules})
		eventually(t, "the new version decides", func() bool {
			now := w.must(verify).header.Get("LGSP-Policy")
			changed := now != version
			version = now
			return changed
		})
		before := refused()
		if err := replaceFile(filepath.Join(dir, "access.yaml"), []byte("kind: access\nrules:\n"+rules+faulty)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the faulty set is refused", func() bool { return refused() > before })
		if now := w.must(verify).header.Get("LGSP-Policy"); now != version {
			t.Errorf("a faulty set became %s", now)
		}
		w.wantProblem(question{agency: stranger, system: "population", operation: "citizen-verify"}, http.StatusForbidden, "not-permitted")
	}
	l.end(t)
}

func TestWarningsOfPoliciesAreToldAtTheStart(t *testing.T) {
	t.Parallel()
	everybody := "  - id: everybody\n    basis: test\n    agencies: \"*\"\n    operations: [population/citizen-lookup]\n    purposes: [one-stop]\n    fields: \"*\"\n"
	w := startServer(t, withPolicies(policyFolder(t, policyText{rules: centreRule() + everybody})))
	w.close()
	if !strings.Contains(w.logged.String(), "to every agency") {
		t.Errorf("the log has: %s", w.logged.String())
	}
}
