package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
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
		if o := got[step]; !slices.Equal(o.Missing, []string{"owner"}) || o.Err != nil || o.Question != nil {
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
		got := f.gather(t, f.procedure(t, opening), `{"shopCode":"A1","owner":"17"}`)
		for step, code := range map[string]string{"shop": "A1", "neighbour": "56", "fixed": "F1"} {
			if took := got[step].Answer.Took; took != takes[code] {
				t.Errorf("step %s is said to have taken %v, not %v", step, took, takes[code])
			}
		}
		if took := time.Since(started); took != 5*time.Second { // A1, then 56; of simulated time
			t.Errorf("took %v", took)
		}
	})
}

func TestValueThatDoesNotFitIsBlamedOnWhereItComesFrom(t *testing.T) {
	f := newFixture(t, newClock().Now)
	p := f.procedure(t, strings.Replace(opening, "$shop.lines.1.code", "$shop.name", 1))
	for name, usable := range map[string]bool{"A2": true, "": false, "Cửa hàng có tên dài hơn mã": false} {
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			return record{Code: code, Name: name}, nil
		}
		err := f.gather(t, p, `{"shopCode":"A1"}`)["neighbour"].Err
		lacking, _ := errors.AsType[*DependencyError](err)
		if usable != (err == nil) || !usable && (lacking == nil || lacking.Step != "shop" || lacking.Path != "name") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAbsenceThatIsFineLeavesNothingAmiss(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
		if code == "A1" {
			return record{}, adapters.Fail(adapters.ErrNotFound, "", "")
		}
		return someRecord(code), nil
	}
	chain := strings.Replace(opening, "with: {code: $shopCode}", "with: {code: $shopCode}, absence: fine", 1)
	for text, fine := range map[string]bool{chain: true, opening: false} {
		for step, o := range f.gather(t, f.procedure(t, text), `{"shopCode":"A1"}`) {
			if depends := step == "shop" || step == "neighbour"; o.Fine() != (fine || !depends) {
				t.Errorf("absence fine: %v, step %s: %v, %v", fine, step, o.Fine(), o.Err)
			}
		}
	}
	optional := strings.Replace(chain, "{code: $shop.lines.1.code}", "{code: N1, note: $shop.lines.1.code?}", 1)
	if o := f.gather(t, f.procedure(t, optional), `{"shopCode":"A1"}`)["neighbour"]; o.Err != nil {
		t.Errorf("a value that may be left out is waited for: %v", o.Err)
	}
}

func TestStepNamesEveryInputItMisses(t *testing.T) {
	f := newFixture(t, newClock().Now)
	text := strings.NewReplacer("with: {number: $owner}", "with: {number: $owner, note: $remark}",
		"optional: true}\n    steps", "optional: true}\n      remark: {vi: Ghi chú, en: Remark, optional: true}\n    steps").Replace(opening)
	for input, want := range map[string]string{`{"shopCode":"A1"}`: "owner remark", `{"shopCode":"A1","owner":"17"}`: "remark"} {
		got := f.gather(t, f.procedure(t, text), input)
		for _, step := range []string{"owner1", "ownersShop"} {
			if missing := strings.Join(got[step].Missing, " "); missing != want {
				t.Errorf("%s: %s misses %q, want %q", input, step, missing, want)
			}
		}
	}
}

func TestProcedureThatEndsAsksNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		p := f.procedure(t, opening)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			time.Sleep(2 * time.Second)
			return someRecord(code), nil
		}
		outcomes, err := f.Gather(ctx, p, []byte(`{"shopCode":"A1"}`), func() *Question { return f.question("H26.1", "", "") })
		if err != nil || !errors.Is(outcomes[0].Err, context.DeadlineExceeded) || f.count() != 2 {
			t.Errorf("%v, %v after %d calls", err, outcomes[0].Err, f.count())
		}
		next := outcomes[1].Err
		dependency, ok := errors.AsType[*DependencyError](next)
		if !errors.Is(next, ErrNotAsked) && !(ok && dependency.Step == "shop") {
			t.Errorf("the step after it: %v", next)
		}
		time.Sleep(2 * time.Second) // the calls under way end by themselves
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
