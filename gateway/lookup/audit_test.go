package lookup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/policies"
)

func TestFailedAuditYieldsNoAnswer(t *testing.T) {
	fault := errors.New("disk is full")
	for _, operation := range []string{"shop", "person"} {
		for _, agency := range []string{"H26.1", "H26.3"} { // answered and refused
			f := newFixture(t, newClock().Now)
			f.mustAsk(f.question("H26.1", operation, "A1"))
			f.journal.fault = fault
			answer, err := f.Ask(t.Context(), f.question(agency, operation, "A1"))
			if !errors.Is(err, ErrAudit) || !errors.Is(err, fault) {
				t.Errorf("%s for %s: got %v, want ErrAudit because of the disk", operation, agency, err)
			}
			if diff := cmp.Diff(Answer{}, answer); diff != "" {
				t.Errorf("%s for %s: something was answered:\n%s", operation, agency, diff)
			}
		}
	}
}

func TestPersonalOperationsWaitForTheDisk(t *testing.T) {
	f := newFixture(t, newClock().Now)
	for _, c := range []struct {
		agency, operation string
		want              bool
	}{{"H26.1", "shop", false}, {"H26.1", "person", true}, {"H26.1", "nothing", false},
		{"H26.3", "person", true}, {"H26.3", "shop", true}, {"H26.3", "nothing", true}} { // a stranger, whatever there is
		answer, _ := f.Ask(t.Context(), f.question(c.agency, c.operation, "A1"))
		if got := f.journal.waited[len(f.journal.waited)-1]; got != c.want {
			t.Errorf("%s for %s: waited %v, want %v", c.operation, c.agency, got, c.want)
		}
		if want := uint64(len(f.journal.entries) - 1); answer.Receipt != (audit.Receipt{Journal: "test", Index: want}) {
			t.Errorf("%s for %s: receipt %v, want entry %d", c.operation, c.agency, answer.Receipt, want)
		}
	}
}

func TestCallerThatLeftIsRecordedAllTheSame(t *testing.T) {
	f := newFixture(t, newClock().Now)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := f.Ask(ctx, f.question("H26.1", "person", "A1")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want what the context says", err)
	}
	if got := f.journal.last(t); got.Operation != "person" || got.Outcome != "failed" {
		t.Errorf("recorded %+v", got)
	}
}

func TestEntryOfAnAnswer(t *testing.T) {
	clock := newClock()
	f := newFixture(t, clock.Now)
	f.ask = func(_ context.Context, _ adapters.Call, code string) (record, error) {
		clock.Add(30 * time.Millisecond)
		return someRecord(code), nil
	}
	q := f.question("H26.5", "person", "001099000001")
	q.Dossier, q.Correlation = "H26.5-261120-0001", "caller-17"
	received := q.Received
	f.mustAsk(q)
	got := f.journal.last(t)
	if !strings.HasPrefix(got.Rule, "person@") {
		t.Errorf("rule %q is not named with its version", got.Rule)
	}
	got.Rule = ""
	want := audit.Entry{Time: received, Request: "01JTEST", Correlation: "caller-17", Agency: "H26.5", Client: "client-1", System: register,
		Operation: "person", Purpose: "one-stop", Outcome: "ok", Status: 200, Cache: string(Miss), Fields: []string{"name"},
		Subject: "hash(number)", Official: "clerk-7", Dossier: "H26.5-261120-0001", Source: "192.0.2.1", Duration: 30 * time.Millisecond}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	f.mustAsk(q)
	if got := f.journal.last(t); got.Cache != string(Hit) || got.Duration == 0 {
		t.Errorf("a kept answer is recorded as %q after %v", got.Cache, got.Duration)
	}
}

func TestEntryOfAFailureNamesItAndNoFields(t *testing.T) {
	f := newFixture(t, newClock().Now)
	f.ask = func(context.Context, adapters.Call, string) (record, error) {
		return record{}, fmt.Errorf("ask: %w", adapters.Fail(adapters.ErrRejected, "AUTH-7", "refused"))
	}
	f.Outcome = func(err error) (string, int) { return "outcome-of-" + err.Error()[:3], 502 }
	if _, err := f.Ask(t.Context(), f.question("H26.1", "person", "A1")); !errors.Is(err, adapters.ErrRejected) {
		t.Fatal(err)
	}
	got := f.journal.last(t)
	if got.Outcome != "outcome-of-ask" || got.Status != 502 || got.NationalCode != "AUTH-7" || got.Fields != nil || got.Subject != "hash(number)" {
		t.Errorf("recorded %+v", got)
	}
}

// Whatever a caller writes into names and headers, only what is known or
// well-formed reaches the audit: the rest may be somebody's number.
func TestOnlyKnownNamesAreRecorded(t *testing.T) {
	const number = "001099000001"
	for name, change := range map[string]func(*Question){
		"system":           func(q *Question) { q.System = number },
		"operation":        func(q *Question) { q.Operation = number },
		"purpose":          func(q *Question) { q.Purpose = number },
		"dossier":          func(q *Question) { q.Dossier = number },
		"unwanted dossier": func(q *Question) { q.Purpose, q.Dossier = "staff", number },
		"official":         func(q *Question) { q.Official = number },
		"official within":  func(q *Question) { q.Official = "x" + number },
		"official of a stranger": func(q *Question) {
			q.Caller.Agency.ID, q.Official, q.Dossier = "H26.3", number, number
		},
		"body": func(q *Question) {
			q.Read = func(op *adapters.Operation, _ bool) (adapters.Input, error) {
				_, faults := op.Parse([]byte(`{"` + number + `":1}`))
				return adapters.Input{}, &Invalid{Faults: faults}
			}
		},
	} {
		f := newFixture(t, newClock().Now)
		q := f.question("H26.1", "shop", "A1")
		change(q)
		if _, err := f.Ask(t.Context(), q); err == nil {
			t.Errorf("%s: answered", name)
		}
		if got := fmt.Sprintf("%+v", f.journal.last(t)); strings.Contains(got, number) {
			t.Errorf("%s: the number is recorded: %s", name, got)
		}
	}
}

func TestErrorsQuoteNothingOfTheQuestion(t *testing.T) {
	for _, err := range []error{&Refusal{Reason: policies.NoGrant}, &Limited{RetryAfter: time.Second}, &Exhausted{Bound: 1, RetryAfter: time.Second},
		&Invalid{Faults: []adapters.Fault{{Field: "001099000001"}}}} {
		if text := err.Error(); text == "" || strings.ContainsAny(text, "0123456789") {
			t.Errorf("%T says %q", err, text)
		}
	}
}
