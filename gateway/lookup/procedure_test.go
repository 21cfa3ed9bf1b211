package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/policies"
)

// opening asks for a shop, then for what depends on it: the shop that its street is
// named after, and a person whom the caller may leave out.
const opening = `kind: procedures
procedures:
  - code: opening
    names: {vi: Mở cửa hàng, en: Opening a shop}
    national: ["1.000001"]
    input:
      shopCode: {vi: Mã cửa hàng, en: Code of the shop}
      owner: {vi: Số của chủ, en: Number of the owner, optional: true}
    steps:
      - {id: shop, ask: register/live, with: {code: $shopCode}}
      - {id: neighbour, ask: register/live, with: {code: $shop.lines.1.code}, absence: fine}
      - {id: owner1, ask: register/person, with: {number: $owner}}
      - {id: ownersShop, ask: register/live, with: {code: $owner1.code}}
      - {id: fixed, ask: register/live, with: {code: F1}}
`

func (f *fixture) procedure(t testing.TB, text string) *policies.Procedure {
	t.Helper()
	system := f.system()
	set, faults := policies.Load([]policies.File{{Name: "access.yaml", Data: []byte(testAccess)}, {Name: "purposes.yaml", Data: []byte(testPurposes)},
		{Name: "route.yaml", Data: []byte(testRoutes)}, {Name: "procedures.yaml", Data: []byte(text)}}, Vocabulary([]*adapters.System{&system}))
	if set == nil {
		t.Fatal(faults)
	}
	return set.Procedures()[0]
}

func (f *fixture) gather(t testing.TB, p *policies.Procedure, input string) map[string]Outcome {
	t.Helper()
	outcomes, err := f.Gather(t.Context(), p, []byte(input), func() *Question { return f.question("H26.1", "", "") })
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]Outcome{}
	for i, o := range outcomes {
		if o.Step != p.Steps[i] {
			t.Errorf("outcome %d is of another step", i)
		}
		all[o.Step.ID] = o
	}
	return all
}

func TestAnswersOfAStepFeedTheNext(t *testing.T) {
	f := newFixture(t, newClock().Now)
	got := f.gather(t, f.procedure(t, opening), `{"shopCode":"A1","owner":"17"}`)
	for step, code := range map[string]string{"shop": "A1", "neighbour": "56", "owner1": "17", "ownersShop": "17", "fixed": "F1"} {
		var r record
		if err := errors.Join(got[step].Err, json.Unmarshal(got[step].Answer.Body, &r)); err != nil || r.Code != code {
			t.Errorf("step %s answered %q (%v), want the record of %s", step, r.Code, err, code)
		}
	}
	if n := len(f.journal.entries); n != 5 {
		t.Errorf("%d entries in the audit, want one for each step", n)
	}
}

func TestStepWithoutItsInputIsNotAsked(t *testing.T) {
	f := newFixture(t, newClock().Now)
	got := f.gather(t, f.procedure(t, opening), `{"shopCode":"A1"}`)
	for _, step := range []string{"owner1", "ownersShop"} {
		if o := got[step]; o.Missing != "owner" || o.Err != nil || o.Question != nil {
			t.Errorf("%s: %+v", step, o)
		}
	}
	if f.count() != 3 {
		t.Errorf("%d calls, want 3", f.count())
	}
}

func TestStepNamesTheAnswerItMisses(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
		if code == "A1" {
			return record{}, adapters.Fail(adapters.ErrUnavailable, "", "")
		}
		return record{Code: "", Name: "x"}, nil
	}
	got := f.gather(t, f.procedure(t, strings.Replace(opening, "$owner1.code", "$owner1.lines.7.code", 1)), `{"shopCode":"A1","owner":"17"}`)
	failed, _ := errors.AsType[*DependencyError](got["neighbour"].Err)
	if failed == nil || failed.Step != "shop" || !errors.Is(failed.Err, adapters.ErrUnavailable) {
		t.Errorf("after a failure: %v", got["neighbour"].Err)
	}
	lacking, _ := errors.AsType[*DependencyError](got["ownersShop"].Err)
	if lacking == nil || lacking.Step != "owner1" || lacking.Path != "lines.7.code" || lacking.Err != nil {
		t.Errorf("after an answer without the member: %+v", lacking)
	}
	if got["fixed"].Err != nil {
		t.Error("a step that depends on nothing failed with the others")
	}
}

func TestStepSeesOnlyWhatTheCallerMaySee(t *testing.T) {
	f := newFixture(t, newClock().Now)
	p := f.procedure(t, strings.NewReplacer("register/live", "register/shop", "$shop.lines.1.code", "$shop.seat.street").Replace(opening))
	outcomes, err := f.Gather(t.Context(), p, []byte(`{"shopCode":"A1"}`), func() *Question { return f.question("H26.2", "", "") })
	if err != nil {
		t.Fatal(err)
	}
	lacking, _ := errors.AsType[*DependencyError](outcomes[1].Err)
	if lacking == nil || lacking.Path != "seat.street" {
		t.Errorf("H26.2 may see no street, yet: %+v, %v", outcomes[1].Answer, outcomes[1].Err)
	}
}

func TestProcedureTakesTheTimeOfItsSlowestChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		takes := map[string]time.Duration{"A1": 3 * time.Second, "56": 2 * time.Second, "17": time.Second, "F1": 4 * time.Second}
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			time.Sleep(takes[code])
			return someRecord(code), nil
		}
		started := time.Now()
		f.gather(t, f.procedure(t, opening), `{"shopCode":"A1","owner":"17"}`)
		if took := time.Since(started); took != 5*time.Second { // A1, then 56; of simulated time
			t.Errorf("took %v", took)
		}
	})
}

func TestInputOfAProcedureIsWrittenAsItsStepsTakeIt(t *testing.T) {
	f := newFixture(t, newClock().Now)
	schema := ProcedureInput(f.procedure(t, opening), f.Catalog.System)
	if _, faults := schema.Parse([]byte(`{"owner":"123456789012345678901","other":1}`)); names(faults) != "owner other shopCode" {
		t.Errorf("faults at %s", names(faults))
	}
	in, faults := schema.Parse([]byte(`{"shopCode":" A1 "}`))
	if diff := cmp.Diff(`{"shopCode":"A1"}`, string(in.Canonical)); len(faults) > 0 || diff != "" {
		t.Errorf("%v %s", faults, diff)
	}
}
