package lookup

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

func TestDeniedCallerReachesNeitherCacheNorSystem(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.mustAsk(f.question("H26.1", "shop", "A1")) // now the record is kept
	looked, called := f.looks(), f.count()

	foreign := f.question("H26.2", "brief", "A1") // sees the system, not this operation
	narrow := f.question("H26.1", "shop", "A1")
	narrow.Caller.Scopes = auth.Scopes{{System: register, Operation: "person"}}
	purposeless := f.question("H26.1", "shop", "A1")
	purposeless.Purpose = "curiosity"
	for name, q := range map[string]*Question{"stranger": f.question("H26.3", "shop", "A1"), "no grant on the operation": foreign,
		"scope": narrow, "purpose": purposeless} {
		read := false
		q.Read = func(*adapters.Operation, bool) (adapters.Input, error) { read = true; return adapters.Input{}, nil }
		answer, err := f.Ask(t.Context(), q)
		if err == nil || answer.Body != nil {
			t.Errorf("%s: got an answer", name)
		}
		if read {
			t.Errorf("%s: the request was read", name)
		}
	}
	if now := f.looks(); now != looked {
		t.Errorf("the cache was looked into %d times", now-looked)
	}
	if n := f.count(); n != called {
		t.Errorf("the system was called %d times", n-called)
	}
}

func TestStrangerCannotTellWhatExists(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for _, q := range []*Question{f.question("H26.3", "shop", "A1"), f.question("H26.3", "nothing", "A1"), f.question("H26.3", "person", "A1")} {
		_, err := f.Ask(t.Context(), q)
		refusedBecause(t, err, policies.NoGrant)
		q.System = "nothing"
		_, err = f.Ask(t.Context(), q)
		refusedBecause(t, err, policies.NoGrant)
		q.System, q.Purpose = register, "curiosity" // an unknown purpose must not tell them apart either
		_, err = f.Ask(t.Context(), q)
		refusedBecause(t, err, policies.NoGrant)
	}
}

func TestPermittedCallerIsToldWhatIsWrong(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for name, c := range map[string]struct {
		change func(*Question)
		want   error
		reason policies.Reason
	}{
		"unknown operation": {change: func(q *Question) { q.Operation = "nothing" }, want: ErrUnknownOperation},
		"scope":             {change: func(q *Question) { q.Caller.Scopes = nil }, want: ErrScope},
		"purpose":           {change: func(q *Question) { q.Purpose = "curiosity" }, reason: policies.UnknownPurpose},
		"no dossier":        {change: func(q *Question) { q.Purpose = "licence" }, reason: policies.DossierRequired},
		"bad dossier":       {change: func(q *Question) { q.Dossier = "12" }, reason: policies.DossierInvalid},
		"foreign dossier":   {change: func(q *Question) { q.Dossier = "H26.2-261120-0001" }, reason: policies.DossierForeign},
		"barred dossier":    {change: func(q *Question) { q.Purpose, q.Dossier = "staff", "H26.1-261120-0001" }, reason: policies.DossierForbidden},
	} {
		q := f.question("H26.1", "shop", "A1")
		c.change(q)
		_, err := f.Ask(t.Context(), q)
		if c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if c.want == nil {
			refusedBecause(t, err, c.reason)
		}
	}
	if n := f.count(); n != 0 {
		t.Errorf("the system was called %d times", n)
	}
}

func TestEveryFaultOfARequestIsNamed(t *testing.T) {
	f := newFixture(t, newClock().Now)
	q := f.question("H26.1", "person", "1")
	q.Official = ""
	q.Read = func(op *adapters.Operation, _ bool) (adapters.Input, error) {
		_, faults := op.Parse([]byte(`{"other":1}`))
		return adapters.Input{}, &Invalid{Faults: faults}
	}
	_, err := f.Ask(t.Context(), q)
	invalid, ok := errors.AsType[*Invalid](err)
	if !ok {
		t.Fatalf("got %v, want an invalid request", err)
	}
	if diff := cmp.Diff("other number LGSP-Official", names(invalid.Faults)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestOfficialIsAnOpaqueNameNeverAPersonsNumber(t *testing.T) {
	long := "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
	for _, c := range []struct {
		name     string
		required bool
		fine     bool
	}{
		{"clerk-7", true, true}, {"", false, true}, {"", true, false},
		{long, true, true}, {long + "m", true, false},
		{"clerk 7", true, false}, {"cán-bộ", true, false}, {"a\tb", true, false}, {"a\x7f", true, false},
		{"001099000001", true, false}, {"019900001", true, false}, {"CB-001099000001", true, false}, {"019900001.a", true, false},
		{"12345678", true, true}, {"1234567890", true, true}, {"0010990000011", true, true}, {"2026-11-22-0000", true, true},
	} {
		if fault, faulty := officialFault(c.name, c.required); faulty == c.fine {
			t.Errorf("%q, required %v: %v", c.name, c.required, fault)
		}
	}
}

func TestCallerAboveItsRateIsRefusedBeforeTheWork(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	first := f.mustAsk(f.question("H26.4", "shop", "A1"))
	if want := (limits.Rate{Count: 1, Per: time.Minute, Burst: 1}); first.Rate != want || first.Limit.Limit != 1 || first.Limit.Remaining != 0 {
		t.Errorf("told %+v of %+v, want none left of %+v", first.Limit, first.Rate, want)
	}
	looked := f.looks()
	answer, err := f.Ask(t.Context(), f.question("H26.4", "shop", "A1"))
	limited, ok := errors.AsType[*Limited](err)
	if !ok || limited.RetryAfter <= 0 || answer.Body != nil {
		t.Fatalf("got %v, want limited with a time to wait", err)
	}
	if answer.Limit.Limit != 1 || answer.Policy == "" {
		t.Errorf("a refused caller is not told its limit and rule: %+v", answer)
	}
	if f.count() != 1 || f.looks() != looked {
		t.Error("the work was begun")
	}
	clock.Add(limited.RetryAfter)
	f.mustAsk(f.question("H26.4", "shop", "A1"))
}

func TestDefaultRateAppliesWhereARuleNamesNone(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.DefaultRate = limits.Rate{Count: 2, Per: time.Hour, Burst: 2}
	for i := range 3 {
		_, err := f.Ask(t.Context(), f.question("H26.1", "shop", "A1"))
		if _, limited := errors.AsType[*Limited](err); limited != (i == 2) {
			t.Errorf("question %d: %v", i, err)
		}
	}
}

func TestCallerGetsOnlyTheFieldsOfItsRule(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for agency, want := range map[string]string{
		"H26.1": `{"code":"A1","name":"Cửa hàng mẫu","seat":{"street":"Phố Mẫu","ward":"Phường Mẫu"},"lines":[{"code":"47","note":"bán lẻ"},{"code":"56","note":"ăn uống"}],"no":false}`,
		"H26.2": `{"name":"Cửa hàng mẫu","seat":{"ward":"Phường Mẫu"},"lines":[{"code":"47"},{"code":"56"}]}`,
		"H26.4": `{"code":"A1"}`,
	} {
		if diff := cmp.Diff(want, string(f.mustAsk(f.question(agency, "shop", "A1")).Body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", agency, diff)
		}
	}
	if f.count() != 1 {
		t.Errorf("%d calls, want one kept record for all three", f.count())
	}
}

func TestSystemIsToldWhoAsksAndWhy(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	q := f.question("H26.1", "person", "001099000001")
	q.Purpose, q.Dossier, q.Traceparent = "licence", "H26.1-261120-0001", "00-x"
	f.mustAsk(q)
	want := adapters.Call{Request: "01JTEST", Traceparent: "00-x", Agency: "H26.1", Official: "clerk-7", Purpose: "licence",
		Dossier: "H26.1-261120-0001", Time: clock.Now()}
	if diff := cmp.Diff(want, f.calls[0]); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}
}

func TestPanicOfOursIsAuditedAndAnsweredAsAnError(t *testing.T) {
	f := newFixture(t, newClock().Now)
	q := f.question("H26.1", "shop", "A1")
	q.Read = func(*adapters.Operation, bool) (adapters.Input, error) { panic("broken") }
	answer, err := f.Ask(t.Context(), q)
	if err == nil || answer.Body != nil {
		t.Errorf("got %+v, %v", answer, err)
	}
	if entry := f.journal.last(t); entry.Outcome == "ok" {
		t.Errorf("audited as %q", entry.Outcome)
	}
}
