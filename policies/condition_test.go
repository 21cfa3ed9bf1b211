package policies

import (
	"fmt"
	"testing"
	"time"
)

func conditionSet(t *testing.T, when string) *Set {
	return mustLoad(t, setOf(fmt.Sprintf(`kind: access
rules:
  - id: narrow
    basis: test
    agencies: H26.12
    operations: land/parcel-lookup
    purposes: one-stop
    fields: "*"
    when: |
      %s
  - id: wide
    basis: test
    agencies: H26.12
    operations: land/*
    purposes: "*"
    fields: "*"
`, when)))
}

func TestConditionSeesWhatTheAuditRecords(t *testing.T) {
	for when, holds := range map[string]bool{
		`request.agency == "H26.12" && request.client == "client-1"`:        true,
		`request.system + "/" + request.operation == "land/parcel-lookup"`:  true,
		`request.purpose == "one-stop" && request.official == "clerk-7"`:    true,
		`request.dossier.startsWith("H26.12")`:                              true,
		`request.hour == 12 && request.weekday == 5`:                        true,
		`request.hour >= 7 && request.hour < 12`:                            false,
		`request.time < timestamp("2026-11-20T05:00:01Z")`:                  true,
		`request.agency in ["H26.12", "H26.13"]`:                            true,
		`request.official.matches("^clerk-[0-9]$")`:                         true,
		`request.agency.startsWith("H27") ? request.hour > 1 : "" == "not"`: false,
	} {
		q := ask("H26.12", "land/parcel-lookup", "one-stop")
		q.Official, q.Dossier = "clerk-7", "H26.12-261120-0001"
		want := map[bool]string{true: "granted narrow", false: "granted wide"}[holds]
		if got := decidedBy(conditionSet(t, when).Decide(q)); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
}

func TestHourAndWeekdayAreVietnamTime(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-22T16:59:59Z": "granted narrow", // Sunday 23:59 in Vietnam
		"2026-11-22T17:00:00Z": "granted wide",   // Monday 00:00
	} {
		q := ask("H26.12", "land/parcel-lookup", "one-stop")
		q.Time, _ = time.Parse(time.RFC3339, at)
		if got := decidedBy(conditionSet(t, `request.weekday == 7 && request.hour == 23`).Decide(q)); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestConditionThatFailsToEvaluateDenies(t *testing.T) {
	q := ask("H26.12", "land/parcel-lookup", "one-stop")
	q.Official = "clerk"
	d := conditionSet(t, `int(request.official) > 3`).Decide(q)
	if d.Allowed || decidedBy(d) != "condition-failed narrow" || d.Fields != nil {
		t.Errorf("%+v", d)
	}
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`effect: deny, agencies: "*", operations: land/*, purposes: "*", when: 'int(request.official) > 3'`)))
	if got := decidedBy(set.Decide(q)); got != "condition-failed r2" {
		t.Errorf("a deny that fails: %s", got)
	}
}

func TestConditionStopsAtItsCostLimit(t *testing.T) {
	q := ask("H26.12", "land/parcel-lookup", "one-stop")
	q.Official = string(make([]byte, 1<<20))
	if d := conditionSet(t, `request.official.contains("x")`).Decide(q); d.Reason != ConditionFailed {
		t.Errorf("%v", d.Reason)
	}
}
