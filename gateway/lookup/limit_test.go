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

// ofClient has the question asked by a client that has a quota over all systems.
func ofClient(q *Question, id string, quota int64) *Question {
	q.Caller.Client = &auth.Client{ID: id, DailyQuota: quota}
	return q
}

func TestClientThatUsedUpItsDayIsRefusedBeforeTheWork(t *testing.T) {
	f, clock := limitedFixture(t)
	ask := func(operation, client string, quota int64) (Answer, error) {
		return f.Ask(t.Context(), ofClient(f.question("H26.1", operation, "A1"), client, quota))
	}
	for _, operation := range []string{"shop", "person", "live"} { // whichever operation
		if answer, err := ask(operation, "one", 3); err != nil || answer.Day != (limits.Result{}) {
			t.Errorf("%s: %v, %+v", operation, err, answer.Day)
		}
	}
	looked, called := f.looks(), f.count()
	answer, err := ask("shop", "one", 3)
	if exhausted(t, err) != limits.CallsOfClient || answer.Body != nil {
		t.Errorf("%v, %+v", err, answer)
	}
	if e, _ := errors.AsType[*Exhausted](err); e.RetryAfter != 12*time.Hour {
		t.Errorf("to wait %v, want until midnight in Vietnam", e.RetryAfter)
	}
	if f.count() != called || f.looks() != looked {
		t.Error("the work was begun")
	}
	if n := f.Daily.Stats().ClientCalls; n != 1 {
		t.Errorf("%d refused", n)
	}
	if _, err := ask("shop", "one", 4); err != nil { // more was given
		t.Error(err)
	}
	clock.Add(12 * time.Hour)
	if _, err := ask("shop", "one", 3); err != nil {
		t.Error(err)
	}
}

func TestClientsOfAnAgencyHaveQuotasOfTheirOwn(t *testing.T) {
	f, _ := limitedFixture(t)
	for _, client := range []string{"one", "two", "all"} { // "all" is also the rule's name
		f.mustAsk(ofClient(f.question("H26.1", "shop", "A1"), client, 1))
	}
	f.mustAsk(f.question("H26.1", "shop", "A1")) // one without a quota
}

func TestRefusalByARuleTakesNothingFromTheQuotaOfTheClient(t *testing.T) {
	f, _ := limitedFixture(t)
	const quota = 6
	ask := func(agency, operation, code string) error {
		_, err := f.Ask(t.Context(), ofClient(f.question(agency, operation, code), "one", quota))
		return err
	}
	for _, person := range []string{"p1", "p2"} {
		if err := ask("H26.7", "person", person); err != nil {
			t.Fatal(err)
		}
	}
	for range quota {
		if got := exhausted(t, ask("H26.7", "person", "p3")); got != limits.PeopleOfOfficial {
			t.Fatalf("bound %d", got)
		}
	}
	for range 3 {
		if err := ask("H26.7", "shop", "A1"); err != nil {
			t.Fatal(err)
		}
	}
	for range quota { // the rule's five are used up, the client's six are not
		if got := exhausted(t, ask("H26.7", "shop", "A1")); got != limits.CallsOfAgency {
			t.Fatalf("bound %d", got)
		}
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
