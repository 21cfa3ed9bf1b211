package lookup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// failing makes the system answer with an error from now on.
func (f *fixture) failing(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ask = func(context.Context, adapters.Call, string) (record, error) { return record{}, err }
}

func TestAnswerIsKeptAsLongAsItsRouteSays(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	start := clock.Now()
	for _, step := range []struct {
		after time.Duration
		want  Freshness
	}{
		{0, Freshness{Source: Miss, Stored: true}},
		{time.Minute, Freshness{Source: Hit, TTL: 9 * time.Minute}},
		{9*time.Minute - 1, Freshness{Source: Hit, TTL: 1}},
		{1, Freshness{Source: Expired, Stored: true}},
		{0, Freshness{Source: Hit, TTL: 10 * time.Minute}},
	} {
		clock.Add(step.after)
		answer := f.mustAsk(f.question("H26.1", "shop", "A1"))
		if answer.Freshness != step.want {
			t.Errorf("after %v: %+v, want %+v", clock.Now().Sub(start), answer.Freshness, step.want)
		}
	}
	if f.count() != 2 {
		t.Errorf("%d calls, want 2", f.count())
	}
}

func TestOperationWithoutALifetimeIsNeverKept(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for range 2 {
		if got := f.mustAsk(f.question("H26.1", "live", "A1")).Freshness; got != (Freshness{Source: Bypass}) {
			t.Errorf("got %+v", got)
		}
	}
	if f.count() != 2 || f.Cache.Stats().Entries != 0 {
		t.Errorf("%d calls, %d records kept", f.count(), f.Cache.Stats().Entries)
	}
}

func TestErrorsAreNeverKept(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for i, err := range []error{adapters.ErrNotFound, adapters.ErrNoMatch, adapters.ErrRejected, adapters.ErrUnavailable} {
		f.failing(adapters.Fail(err, "", ""))
		if _, got := f.Ask(t.Context(), f.question("H26.1", "shop", "A1")); !errors.Is(got, err) {
			t.Errorf("got %v, want %v", got, err)
		}
		if f.count() != i+1 {
			t.Errorf("%v: %d calls, want %d", err, f.count(), i+1)
		}
	}
	f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) { return someRecord(code), nil }
	if got := f.mustAsk(f.question("H26.1", "shop", "A1")); got.Freshness.Source != Miss {
		t.Errorf("after recovery: %+v", got.Freshness)
	}
}

func TestNegativePersonalAnswerIsNotKept(t *testing.T) {
	for operation, want := range map[string]Freshness{"person": {Source: Miss}, "shop": {Source: Hit, TTL: 10 * time.Minute}} {
		f := newFixture(t, newClock().Now)
		f.ask = func(context.Context, adapters.Call, string) (record, error) { return record{No: true}, nil }
		var got Freshness
		for range 2 {
			answer := f.mustAsk(f.question("H26.1", operation, "A1"))
			if !strings.Contains(string(answer.Body), `"no":true`) {
				t.Errorf("%s: answered %s", operation, answer.Body)
			}
			got = answer.Freshness
		}
		if got != want {
			t.Errorf("%s, asked again: %+v, want %+v", operation, got, want)
		}
		if kept := f.Cache.Stats().Entries > 0; kept != (operation == "shop") {
			t.Errorf("%s: kept is %v", operation, kept)
		}
	}
}

func TestKeptRecordHoldsOnlyWhatSomeRuleGrants(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.set = policiesOf(t, f.system(), `kind: access
rules:
  - {id: a, basis: test, agencies: H26.2, operations: register/shop, purposes: one-stop, fields: [name, seat.ward]}
  - {id: b, basis: test, agencies: H26.4, operations: register/shop, purposes: one-stop, fields: [code]}
`)
	q := f.question("H26.2", "shop", "A1")
	f.mustAsk(q)
	kept := f.Cache.Local(f.keyOf(q))
	if kept == nil {
		t.Fatal("nothing is kept")
	}
	if want := `{"code":"A1","name":"Cửa hàng mẫu","seat":{"ward":"Phường Mẫu"}}`; string(kept.Body) != want {
		t.Errorf("kept %s, want %s", kept.Body, want)
	}
}

// keyOf names the record of a permitted question.
func (f *fixture) keyOf(q *Question) [32]byte {
	f.t.Helper()
	i := &inquiry{Question: q, set: f.set}
	if err := f.decide(i); err != nil {
		f.t.Fatal(err)
	}
	var err error
	if i.input, err = f.read(i); err != nil {
		f.t.Fatal(err)
	}
	return f.key(i)
}

func TestKeyTellsApartWhatAnswersDependOn(t *testing.T) {
	f := newFixture(t, newClock().Now)
	shop, person := f.keyOf(f.question("H26.1", "shop", "A1")), f.keyOf(f.question("H26.1", "person", "A1"))
	if shop != f.keyOf(f.question("H26.2", "shop", "A1")) {
		t.Error("public answers differ by agency")
	}
	if person == f.keyOf(f.question("H26.5", "person", "A1")) {
		t.Error("one agency's personal answers serve another")
	}
	if person != f.keyOf(f.question("H26.1", "person", "A1")) {
		t.Error("equal questions have different keys")
	}
	if shop == f.keyOf(f.question("H26.1", "shop", "A2")) || shop == f.keyOf(f.question("H26.1", "brief", "A1")) {
		t.Error("different questions share a key")
	}
	f.set = policiesOf(t, f.system(), strings.ReplaceAll(testAccess, `operations: register/*, purposes: [one-stop, licence, staff], fields: "*"`,
		`operations: [register/shop, register/person], purposes: one-stop, fields: {register/shop: [code, name], register/person: [name]}`))
	if shop == f.keyOf(f.question("H26.1", "shop", "A1")) {
		t.Error("a record kept under other grantable fields would be found")
	}
}

func TestNoCacheIsHonouredOnlyWhereTheRuleAllows(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	f.mustAsk(f.question("H26.1", "shop", "A1"))
	clock.Add(time.Second)
	for agency, want := range map[string]Source{"H26.1": Forced, "H26.2": Hit} {
		q := f.question(agency, "shop", "A1")
		q.Fresh = true
		if got := f.mustAsk(q).Freshness.Source; got != want {
			t.Errorf("%s: %s, want %s", agency, got, want)
		}
	}
	if f.count() != 2 {
		t.Errorf("%d calls, want 2", f.count())
	}
}

func TestStaleAnswerOnlyWhereAllowedAndOnlyWhileDown(t *testing.T) {
	down := []error{adapters.ErrUnavailable, adapters.ErrTimeout, adapters.ErrMalformed}
	up := []error{adapters.ErrNotFound, adapters.ErrNoMatch, adapters.ErrRefusedInput, adapters.ErrRejected}
	for _, c := range []struct {
		agency, operation string
		age               time.Duration
		errs              []error
		want              bool
	}{
		{"H26.1", "shop", 11 * time.Minute, down, true},
		{"H26.1", "shop", 69 * time.Minute, down, true},
		{"H26.1", "shop", 70 * time.Minute, down, false}, // beyond the route's bound
		{"H26.2", "shop", 11 * time.Minute, down, false}, // the rule says no
		{"H26.1", "brief", 11 * time.Minute, down, false},
		{"H26.1", "shop", 11 * time.Minute, up, false},
		{"H26.1", "person", 6 * time.Minute, down, true},
		{"H26.1", "person", 6 * time.Minute, up, false},
	} {
		for _, err := range c.errs {
			clock := newClock()
			f := newFixture(t, clock.Now)
			f.mustAsk(f.question("H26.1", c.operation, "A1"))
			clock.Add(c.age)
			f.failing(adapters.Fail(err, "", ""))
			answer, got := f.Ask(t.Context(), f.question(c.agency, c.operation, "A1"))
			if stale := got == nil && answer.Freshness.Source == Stale && answer.Freshness.TTL < 0 && len(answer.Body) > 0; stale != c.want {
				t.Errorf("%s %s after %v, %v: stale %v, want %v (%+v, %v)", c.agency, c.operation, c.age, err, stale, c.want, answer.Freshness, got)
			}
			if !c.want && !errors.Is(got, err) {
				t.Errorf("%s %s after %v: got %v, want %v", c.agency, c.operation, c.age, got, err)
			}
		}
	}
}

func TestMaintenanceAnswersStaleOrSaysSo(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	f.mustAsk(f.question("H26.1", "shop", "A1"))
	clock.Add(11 * time.Minute)
	closed := guarded()
	closed.Maintenance = catalog.Maintenance{From: clock.Now(), Until: clock.Now().Add(time.Hour)}
	if err := f.Catalog.Configure(map[string]catalog.Settings{register: closed}); err != nil {
		t.Fatal(err)
	}
	if got := f.mustAsk(f.question("H26.1", "shop", "A1")).Freshness.Source; got != Stale {
		t.Errorf("got %s", got)
	}
	_, err := f.Ask(t.Context(), f.question("H26.1", "shop", "A2"))
	if _, ok := errors.AsType[*catalog.MaintenanceError](err); !ok {
		t.Errorf("without a kept answer: %v", err)
	}
}

// A kept record that is still fresh is better than none, and told as what it is.
func TestFreshRecordServesAsStaleWhenTheForcedCallFails(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	f.mustAsk(f.question("H26.1", "shop", "A1"))
	clock.Add(time.Minute)
	f.failing(adapters.Fail(adapters.ErrUnavailable, "", ""))
	q := f.question("H26.1", "shop", "A1")
	q.Fresh = true
	if got := f.mustAsk(q).Freshness; got.Source != Stale || got.TTL != 9*time.Minute {
		t.Errorf("got %+v", got)
	}
}

func TestEqualConcurrentQuestionsShareOneCall(t *testing.T) {
	for _, c := range []struct {
		operation, other string
		want             int
	}{
		{"shop", "H26.2", 1},   // public: one call for all agencies
		{"live", "H26.1", 1},   // also where nothing is kept
		{"person", "H26.1", 1}, // personal: one for an agency,
		{"person", "H26.5", 2}, // but never for two
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t, time.Now)
			f.slow(time.Second)
			var all sync.WaitGroup
			collapsed := make([]bool, 20)
			for n := range collapsed {
				agency := "H26.1"
				if n%2 == 1 {
					agency = c.other
				}
				all.Go(func() { collapsed[n] = f.mustAsk(f.question(agency, c.operation, "A1")).Freshness.Collapsed })
			}
			all.Wait()
			alone := 0
			for _, shared := range collapsed {
				if !shared {
					alone++
				}
			}
			if f.count() != c.want || alone != c.want {
				t.Errorf("%s for H26.1 and %s: %d calls, %d callers say it was theirs; want %d", c.operation, c.other, f.count(), alone, c.want)
			}
		})
	}
}

// slow makes the system answer after a while, unless its call is aborted.
func (f *fixture) slow(after time.Duration) {
	f.ask = func(ctx context.Context, _ adapters.Call, code string) (record, error) {
		select {
		case <-time.After(after):
			return someRecord(code), nil
		case <-ctx.Done():
			return record{}, ctx.Err()
		}
	}
}

func TestImpatientCallerDoesNotAbortTheCallForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		f.slow(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := f.Ask(ctx, f.question("H26.1", "shop", "A1")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the impatient caller: %v", err)
			}
		})
		synctest.Wait() // its call is under way
		all.Go(func() {
			if got := f.mustAsk(f.question("H26.2", "shop", "A1")).Freshness; !got.Collapsed {
				t.Errorf("the patient caller: %+v", got)
			}
		})
		all.Wait()
		if f.count() != 1 || f.mustAsk(f.question("H26.1", "shop", "A1")).Freshness.Source != Hit {
			t.Errorf("%d calls, want one whose answer is kept", f.count())
		}
	})
}

func TestShortenedLifetimeCountsForWhatIsKeptAlready(t *testing.T) {
	now := time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)
	kept := &cache.Record{AsOf: now, FreshUntil: now.Add(24 * time.Hour)}
	for configured, want := range map[time.Duration]time.Duration{48 * time.Hour: 23 * time.Hour, 2 * time.Hour: time.Hour, 0: -time.Hour} {
		route := &policies.Route{Cache: policies.Cache{For: configured}}
		if got := lifetime(kept, route, now.Add(time.Hour)); got != want {
			t.Errorf("kept for a day, now %v, an hour later: %v left, want %v", configured, got, want)
		}
	}
}

func TestHangingSystemTakesOnlyItsShareOfPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		f.Waiting = map[string]*limits.Concurrency{register: limits.NewConcurrency(2)}
		f.ask = func(ctx context.Context, _ adapters.Call, _ string) (record, error) {
			<-ctx.Done()
			return record{}, ctx.Err()
		}
		ctx, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { _, _ = f.Ask(ctx, f.question("H26.1", "shop", "A1")) })
		}
		synctest.Wait()
		if _, err := f.Ask(ctx, f.question("H26.1", "shop", "A1")); !errors.Is(err, catalog.ErrBusy) {
			t.Errorf("a third waits too: %v", err)
		}
		leave()
		all.Wait()
		time.Sleep(time.Hour) // the shared call ends by its own deadline
	})
}
