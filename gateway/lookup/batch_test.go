package lookup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// questions are n of different shops.
func (f *fixture) questions(n int) (all []*Question) {
	for i := range n {
		all = append(all, f.question("H26.1", "live", fmt.Sprint("A", i)))
	}
	return all
}

func TestBatchAnswersEachItemAsIfItCameAlone(t *testing.T) {
	f := newFixture(t, newClock().Now)
	all := []*Question{f.question("H26.1", "shop", "A1"), f.question("H26.3", "shop", "A1"), f.question("H26.1", "nothing", "A1"), f.question("H26.1", "person", "")}
	got := map[int]error{}
	f.Batch(t.Context(), all, func(i int, answer Answer, err error) {
		if got[i] = err; err == nil && (len(answer.Body) == 0 || answer.Policy == "") {
			t.Errorf("item %d: %+v", i, answer)
		}
		if answer.Receipt.Journal == "" {
			t.Errorf("item %d has no receipt", i)
		}
	})
	if len(got) != 4 || got[0] != nil || !errors.Is(got[2], ErrUnknownOperation) {
		t.Errorf("%v", got)
	}
	refusedBecause(t, got[1], policies.NoGrant)
	if _, invalid := errors.AsType[*Invalid](got[3]); !invalid {
		t.Errorf("the item without a number: %v", got[3])
	}
	if n := len(f.journal.entries); n != 4 {
		t.Errorf("%d entries in the audit, want one for each item", n)
	}
}

func TestBatchPutsAFewQuestionsToASystemAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		var now, most atomic.Int32
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Second)
			return someRecord(code), nil
		}
		started, answered := time.Now(), 0
		f.Batch(t.Context(), f.questions(20), func(int, Answer, error) { answered++ })
		if most.Load() != lane || answered != 20 {
			t.Errorf("%d at once, %d answered", most.Load(), answered)
		}
		if took := time.Since(started); took != 5*time.Second {
			t.Errorf("twenty of a second each took %v", took)
		}
	})
}

func TestBatchThatEndsAsksNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) { return someRecord(code), nil }
		var faults []error
		f.Batch(ctx, f.questions(50), func(_ int, _ Answer, err error) {
			cancel()
			faults = append(faults, err)
		})
		left := slices.DeleteFunc(slices.Clone(faults), func(err error) bool { return !errors.Is(err, context.Canceled) })
		if len(faults) != 50 || len(left) < 40 || f.count() > 10 {
			t.Errorf("%d told, %d of them left out, %d asked", len(faults), len(left), f.count())
		}
	})
}

func TestItemWhoseTurnNeverCameSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			time.Sleep(time.Second)
			return someRecord(code), nil
		}
		notAsked := 0
		f.Batch(ctx, f.questions(10), func(_ int, answer Answer, err error) {
			if errors.Is(err, ErrNotAsked) && errors.Is(err, context.DeadlineExceeded) && answer.Receipt.Journal == "" {
				notAsked++
			}
		})
		if entries := len(f.journal.entries); notAsked != 2 || entries != 8 {
			t.Errorf("%d say that they were not asked, %d are in the audit; two lanes' turns fit into the time", notAsked, entries)
		}
		time.Sleep(time.Second) // the calls under way end by themselves
	})
}

func TestEachQuestionOfSeveralNeedsAPlaceInTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, time.Now)
		f.Places = limits.NewConcurrency(3)
		f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
			time.Sleep(time.Second)
			return someRecord(code), nil
		}
		shed := 0
		f.Batch(t.Context(), f.questions(lane), func(_ int, _ Answer, err error) {
			if errors.Is(err, catalog.ErrBusy) {
				shed++
			}
		})
		if shed != 1 || f.count() != 3 || f.Places.InFlight() != 0 {
			t.Errorf("%d shed, %d asked, %d places not given back", shed, f.count(), f.Places.InFlight())
		}
	})
}

func TestCallerWhoMayAskNoMoreGetsNoMore(t *testing.T) {
	f := newFixture(t, newClock().Now)
	all := f.questions(10)
	suspended := errors.New("suspended")
	for _, q := range all {
		q.Still = func() error {
			if f.count() > 0 {
				return suspended
			}
			return nil
		}
	}
	refused := 0
	f.Batch(t.Context(), all, func(_ int, answer Answer, err error) {
		if errors.Is(err, suspended) && answer.Body == nil {
			refused++
		}
	})
	if refused < len(all)-lane || refused+f.count() != len(all) {
		t.Errorf("%d refused, %d asked", refused, f.count())
	}
}

// broken is a journal with a fault of ours.
type broken struct{}

func (broken) Append(context.Context, *audit.Entry) (audit.Receipt, error) { panic("001099000001") }
func (broken) AppendSoon(*audit.Entry) (audit.Receipt, error)              { panic("001099000001") }

func TestPanicInOneOfSeveralQuestionsIsItsOutcome(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.Journal = broken{}
	check := func(err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "panic: string") || strings.Contains(err.Error(), "001099000001") {
			t.Errorf("got %v, want a panic without its value", err)
		}
	}
	f.Batch(t.Context(), f.questions(2), func(_ int, _ Answer, err error) { check(err) })
	got := f.gather(t, f.procedure(t, opening), `{"shopCode":"A1"}`)
	check(got["shop"].Err)
	if dependency, ok := errors.AsType[*DependencyError](got["neighbour"].Err); !ok || dependency.Step != "shop" {
		t.Errorf("the step after it: %v", got["neighbour"].Err)
	}
}

func TestBatchLeavesNobodyBehindWhereItsReaderPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which ends only when every goroutine has
		f := newFixture(t, time.Now)
		defer func() {
			if recover() == nil || f.count() > 2*lane {
				t.Errorf("%d asked for nobody", f.count())
			}
		}()
		f.Batch(t.Context(), f.questions(50), func(int, Answer, error) { panic("while writing") })
	})
}

func TestSubmissionIsNotToBeHadByAsking(t *testing.T) {
	f := newFixture(t, newClock().Now)
	if _, err := f.Ask(t.Context(), f.question("H26.1", "send", "A1")); !errors.Is(err, ErrUnknownOperation) || f.count() != 0 {
		t.Errorf("%v after %d calls", err, f.count())
	}
	_, err := f.Ask(t.Context(), f.question("H26.3", "send", "A1"))
	refusedBecause(t, err, policies.NoGrant)
}
