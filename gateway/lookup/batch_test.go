package lookup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
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

func TestSubmissionIsNotToBeHadByAsking(t *testing.T) {
	f := newFixture(t, newClock().Now)
	if _, err := f.Ask(t.Context(), f.question("H26.1", "send", "A1")); !errors.Is(err, ErrUnknownOperation) || f.count() != 0 {
		t.Errorf("%v after %d calls", err, f.count())
	}
	_, err := f.Ask(t.Context(), f.question("H26.3", "send", "A1"))
	refusedBecause(t, err, policies.NoGrant)
}
