package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
)

// verdicts say what the caller is told of each way in which a system fails.
var verdicts = map[sandbox.Mode]struct {
	status int
	code   string
	owner  string
}{
	sandbox.Hang:         {504, "upstream-timeout", "national-system"},
	sandbox.Drip:         {504, "upstream-timeout", "national-system"},
	sandbox.Reset:        {503, "upstream-unavailable", "national-system"},
	sandbox.Throttle:     {503, "upstream-unavailable", "national-system"},
	sandbox.Unavailable:  {503, "upstream-unavailable", "national-system"},
	sandbox.Truncate:     {502, "upstream-malformed", "national-system"},
	sandbox.HTML:         {502, "upstream-malformed", "national-system"},
	sandbox.WrongType:    {502, "upstream-malformed", "national-system"},
	sandbox.Malformed:    {502, "upstream-malformed", "national-system"},
	sandbox.Oversize:     {502, "upstream-malformed", "national-system"},
	sandbox.TokenRefused: {502, "upstream-rejected", "bus"},
}

// firstLookups is one lookup of each system.
func firstLookups() (some []question) {
	for _, q := range lookups() {
		if len(some) == 0 || some[len(some)-1].system != q.system {
			some = append(some, q)
		}
	}
	return some
}

func TestEveryFaultHasItsProblemAndItsOwnerAndEnds(t *testing.T) {
	t.Parallel()
	for _, mode := range sandbox.Modes() {
		if mode == sandbox.None {
			continue
		}
		want, known := verdicts[mode]
		if !known {
			t.Errorf("mode %s has no verdict", mode)
			continue
		}
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			timeout := "20s"
			if mode == sandbox.Hang || mode == sandbox.Drip {
				timeout = "300ms" // these are the bus's own patience
			}
			w := startServer(t, withPolicies(policyFolder(t, policyText{timeout: timeout})))
			for _, entry := range catalog.Systems() {
				w.fault(entry.System.ID, `{"mode":"`+string(mode)+`"}`)
			}
			for _, q := range firstLookups() {
				p, got := w.wantProblem(q, want.status, want.code)
				if p.Owner != want.owner || p.System != q.system {
					t.Errorf("%s: owner %q, system %q", q.system, p.Owner, p.System)
				}
				for _, national := range []string{"<html", "Bad Gateway", "throttled out", "unexpected", "exceeded your quota", "127.0.0.1:" + sandboxPort(w)} {
					if strings.Contains(got.body, national) {
						t.Errorf("%s: the problem quotes %q", q.system, national)
					}
				}
			}
			for _, q := range firstLookups() {
				w.fault(q.system, "")
				eventually(t, q.system+" works again", func() bool { return w.ask(q).status == http.StatusOK })
			}
		})
	}
}

func sandboxPort(w *world) string {
	return w.s.Addresses.Sandbox[strings.LastIndexByte(w.s.Addresses.Sandbox, ':')+1:]
}

func TestFaultOfTheNationalGatewayIsToldAsOne(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	w.fault(sandbox.NDXP, `{"mode":"unavailable"}`)
	behind := question{system: "business-registration", operation: "enterprise-lookup"}
	if p, _ := w.wantProblem(behind, http.StatusServiceUnavailable, "upstream-unavailable"); p.Owner != "national-system" {
		t.Errorf("owner %q", p.Owner)
	}
	w.must(question{system: "population", operation: "citizen-lookup"})
	w.fault(sandbox.NDXP, "")
	eventually(t, "systems behind the gateway work again", func() bool { return w.ask(behind).status == http.StatusOK })
}

func TestStaleAnswersOnlyWhereAllowedAndAlwaysMarked(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	fresh := http.Header{"Cache-Control": {"max-age=0, No-Cache"}}
	catalogues := question{system: "shared-catalogues", operation: "catalogues"}
	verify := question{system: "population", operation: "citizen-verify"}
	whole := w.must(catalogues)
	w.must(verify)
	catalogues.header, verify.header = fresh, fresh
	if got := w.must(catalogues); got.header.Get("Cache-Status") != "lgsp; fwd=request; stored" {
		t.Errorf("a fresh answer says %s", got.header.Get("Cache-Status"))
	}
	for _, system := range []string{"shared-catalogues", "population"} {
		w.fault(system, `{"mode":"unavailable"}`)
	}
	got := w.must(catalogues)
	if status := got.header.Get("Cache-Status"); !strings.HasPrefix(status, "lgsp; hit; ttl=") || !strings.HasSuffix(status, "; detail=stale-if-error") {
		t.Errorf("a stale answer says %s", status)
	}
	if got.body != whole.body || got.header.Get("Age") == "" || got.header.Get("LGSP-As-Of") == "" {
		t.Errorf("the stale answer has Age %q, LGSP-As-Of %q", got.header.Get("Age"), got.header.Get("LGSP-As-Of"))
	}
	if p, got := w.wantProblem(verify, http.StatusServiceUnavailable, "upstream-unavailable"); p.Code == "" {
		t.Errorf("an answer about a person outlived its system: Cache-Status %s", got.header.Get("Cache-Status"))
	}
	w.wantProblem(question{system: "shared-catalogues", operation: "entries"}, http.StatusServiceUnavailable, "upstream-unavailable")
	w.fault("shared-catalogues", "")
	eventually(t, "answers are fresh after the outage", func() bool {
		return w.must(catalogues).header.Get("Cache-Status") == "lgsp; fwd=request; stored"
	})
}

func TestFaultIsNeverServedAfterRecovery(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	q := question{system: "business-registration", operation: "enterprise-lookup"}
	w.fault(q.system, `{"mode":"html"}`)
	w.wantProblem(q, http.StatusBadGateway, "upstream-malformed")
	w.fault(q.system, "")
	w.must(q)
	q.body = w.sample(q.system, q.operation, "notFound")
	before := w.calls(q.system, q.operation)
	w.wantProblem(q, http.StatusNotFound, "record-not-found")
	w.wantProblem(q, http.StatusNotFound, "record-not-found")
	if n := w.calls(q.system, q.operation) - before; n != 2 {
		t.Errorf("a missing record was asked for %d times, want 2: it must not be kept", n)
	}
}

// together asks the same questions at once and returns their answers.
func (w *world) together(questions ...question) []answer {
	w.t.Helper()
	answers := make([]answer, len(questions))
	var all sync.WaitGroup
	for i, q := range questions {
		req := w.request(q)
		all.Go(func() {
			var err error
			if answers[i], err = w.try(req); err != nil {
				w.t.Errorf("no answer: %v", err)
			}
		})
	}
	all.Wait()
	return answers
}

func repeat(q question, n int) (all []question) {
	for range n {
		all = append(all, q)
	}
	return all
}

func TestEqualConcurrentLookupsCostOneCall(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, q := range []question{
		{system: "business-registration", operation: "enterprise-lookup"},
		{system: "population", operation: "citizen-lookup"}, // not kept, and yet shared while under way
		{system: "land", operation: "certificate-lookup"},
	} {
		w.fault(q.system, `{"latency":{"p50":"700ms","p95":"700ms"}}`)
		w.token(centre)
		before := w.calls(q.system, q.operation)
		collapsed := 0
		for _, got := range w.together(repeat(q, 12)...) {
			if got.status != http.StatusOK {
				t.Errorf("%s: status %d: %s", q.system, got.status, got.body)
			}
			if strings.Contains(got.header.Get("Cache-Status"), "collapsed") {
				collapsed++
			}
		}
		if n := w.calls(q.system, q.operation) - before; n != 1 || collapsed != 11 {
			t.Errorf("%s %s: %d calls, %d of 12 collapsed", q.system, q.operation, n, collapsed)
		}
	}
}

func TestPersonalLookupsAreSharedWithinOneAgencyOnly(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	q := question{system: "population", operation: "citizen-verify"}
	w.fault(q.system, `{"latency":{"p50":"700ms","p95":"700ms"}}`)
	other := q
	other.agency = ward
	for _, got := range w.together(append(repeat(q, 5), repeat(other, 5)...)...) {
		if got.status != http.StatusOK {
			t.Errorf("status %d: %s", got.status, got.body)
		}
	}
	if n := w.calls(q.system, q.operation); n != 2 {
		t.Errorf("%d calls for two agencies, want 2: the ministry must see each asker", n)
	}
}

func TestHangingSystemDoesNotTouchAnother(t *testing.T) {
	t.Parallel()
	w := startServer(t, withPolicies(policyFolder(t, policyText{routes: map[string]string{
		"land": "    timeout: 60s\n    concurrency: 2\n    queue: 1\n"}})))
	w.fault("land", `{"mode":"hang"}`)
	// Questions that nobody waits for any more keep their places: what is asked
	// is still worth an answer to the cache.
	full := 0
	var refused answer
	eventually(t, "land's bulkhead is full", func() bool {
		full++
		q := question{system: "land", operation: "certificate-lookup", body: fmt.Sprintf(`{"serialNumber":"ZX%06d"}`, full)}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		var err error
		refused, err = w.try(w.request(q).WithContext(ctx))
		return err == nil
	})
	if p := w.problem(refused); p.Code != "overloaded" || p.Owner != "bus" {
		t.Errorf("land answers %s, %s must act", p.Code, p.Owner)
	}
	if n := w.allCalls()["land"]; n < 1 || n > 2 {
		t.Errorf("land holds %d calls, want 1 or 2", n)
	}
	for range 10 {
		w.must(question{system: "business-registration", operation: "enterprise-lookup", header: http.Header{"Cache-Control": {"no-cache"}}})
		w.must(question{system: "population", operation: "citizen-lookup"})
	}
}
