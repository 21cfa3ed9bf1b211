package lookup

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
)

// exhausted is the bound that an error says was met.
func exhausted(t testing.TB, err error) limits.Bound {
	t.Helper()
	e, ok := errors.AsType[*Exhausted](err)
	if !ok {
		t.Fatalf("got %v, want an exhausted quota", err)
	}
	return e.Bound
}

// limitedFixture tells people apart in the hash of its subjects.
func limitedFixture(t *testing.T) (*fixture, *clock) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	f.Subject = func(name, value string) string { return "hash " + name + value }
	return f, clock
}

func TestAgencyThatUsedUpItsDayIsRefusedBeforeTheWork(t *testing.T) {
	f, clock := limitedFixture(t)
	for i := range 5 {
		answer := f.mustAsk(f.question("H26.7", "shop", "A1"))
		if answer.Day.Limit != 5 || answer.Day.Remaining != int64(4-i) || answer.Day.Reset != 12*time.Hour || answer.PerDay != limits.PerDay(5) {
			t.Errorf("question %d is told %+v of %+v", i, answer.Day, answer.PerDay)
		}
	}
	looked, called := f.looks(), f.count()
	answer, err := f.Ask(t.Context(), f.question("H26.7", "shop", "A1"))
	if exhausted(t, err) != limits.CallsOfAgency || answer.Day.Limit != 5 || answer.Day.Remaining != 0 || answer.Body != nil {
		t.Errorf("%v, %+v", err, answer)
	}
	if e, _ := errors.AsType[*Exhausted](err); e.RetryAfter != 12*time.Hour {
		t.Errorf("to wait %v, want until midnight in Vietnam", e.RetryAfter)
	}
	if f.count() != called || f.looks() != looked {
		t.Error("the work was begun")
	}
	if entry := f.journal.last(t); entry.Outcome == "ok" || entry.Rule == "" {
		t.Errorf("audited as %+v", entry)
	}
	f.mustAsk(f.question("H26.1", "shop", "A1")) // another agency, another rule
	clock.Add(12 * time.Hour)
	f.mustAsk(f.question("H26.7", "shop", "A1"))
}

func TestOfficialAndClientAreBoundInHowManyPeopleTheyAskAbout(t *testing.T) {
	f, _ := limitedFixture(t)
	ask := func(official, person string) error {
		q := f.question("H26.7", "person", person)
		q.Official = official
		_, err := f.Ask(t.Context(), q)
		return err
	}
	for _, step := range []struct {
		official, person string
		want             limits.Bound
	}{
		{"one", "p1", limits.Unbound}, {"one", "p2", limits.Unbound}, {"one", "p3", limits.PeopleOfOfficial},
		{"one", "p1", limits.Unbound}, // again is free
		{"two", "p3", limits.Unbound}, {"two", "p4", limits.PeopleOfClient},
		{"two", "p1", limits.Unbound}, // the client's people are known already
	} {
		err := ask(step.official, step.person)
		if step.want == limits.Unbound && err != nil || step.want != limits.Unbound && exhausted(t, err) != step.want {
			t.Errorf("%s about %s: %v, want bound %d", step.official, step.person, err, step.want)
		}
	}
	// Refused questions took nothing of the quota of five; these were the five.
	if got := exhausted(t, ask("two", "p1")); got != limits.CallsOfAgency {
		t.Errorf("bound %d", got)
	}
}

func TestRefusalOverPeopleTakesNothingFromTheQuota(t *testing.T) {
	f, _ := limitedFixture(t)
	for _, person := range []string{"p1", "p2"} {
		f.mustAsk(f.question("H26.7", "person", person))
	}
	for i := range 10 {
		answer, err := f.Ask(t.Context(), f.question("H26.7", "person", fmt.Sprint("other", i)))
		if exhausted(t, err) != limits.PeopleOfOfficial || answer.Day.Remaining != 3 {
			t.Errorf("%v with %d left", err, answer.Day.Remaining)
		}
	}
}

func TestPeopleOfAnotherClientAreCountedApart(t *testing.T) {
	f, _ := limitedFixture(t)
	for _, person := range []string{"p1", "p2"} {
		f.mustAsk(f.question("H26.7", "person", person))
	}
	q := f.question("H26.7", "person", "p3")
	q.Caller.Client = &auth.Client{ID: "client-2"}
	f.mustAsk(q)
}

func TestWhatIsNotAboutAPersonCountsNobody(t *testing.T) {
	f, _ := limitedFixture(t)
	for i := range 5 {
		f.mustAsk(f.question("H26.7", "shop", fmt.Sprint("A", i)))
	}
}

func TestQuestionThatNamesNobodyCountsByItself(t *testing.T) {
	f, _ := limitedFixture(t)
	ask := func(body string) error {
		q := f.question("H26.7", "person", body)
		read := q.Read
		q.Read = func(op *adapters.Operation, personal bool) (adapters.Input, error) {
			in, err := read(op, personal)
			in.Subject, in.SubjectName = "", ""
			return in, err
		}
		_, err := f.Ask(t.Context(), q)
		return err
	}
	for _, question := range []string{"a", "b", "a"} {
		if err := ask(question); err != nil {
			t.Error(err)
		}
	}
	if got := exhausted(t, ask("c")); got != limits.PeopleOfOfficial {
		t.Errorf("bound %d", got)
	}
}

func TestItemsOfABatchCountOneByOne(t *testing.T) {
	f, _ := limitedFixture(t)
	var questions []*Question
	for i := range 8 {
		questions = append(questions, f.question("H26.7", "shop", fmt.Sprint("A", i)))
	}
	answered := 0
	f.Batch(t.Context(), questions, func(_ int, _ Answer, err error) {
		if err == nil {
			answered++
		} else if exhausted(t, err) != limits.CallsOfAgency {
			t.Error(err)
		}
	})
	if answered != 5 {
		t.Errorf("%d answered of a quota of 5", answered)
	}
}
