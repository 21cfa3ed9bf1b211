package policies

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatNoRuleGrantsIsRefused(t *testing.T) {
	set := mustLoad(t, setOf(rules("", `agencies: H26.12, operations: population/citizen-verify, purposes: one-stop, fields: "*"`)))
	for _, q := range []*Question{
		ask("H26.13", "population/citizen-verify", "one-stop"), ask("H26.12.1", "population/citizen-verify", "one-stop"),
		ask("H26.12", "population/citizen-lookup", "one-stop"), ask("H26.12", "land/parcel-lookup", "one-stop"),
		ask("H26.12", "population/citizen-verify", "staff-records"), ask("H26.12", "population/nothing", "one-stop"),
		ask("H26.12", "nothing/citizen-verify", "one-stop"), ask("", "population/citizen-verify", "one-stop"),
		ask("H26.12", "population/*", "one-stop"), ask("H26.12", "population/", "one-stop"),
	} {
		if d := set.Decide(q); d.Allowed || d.Reason != NoGrant || d.Fields != nil || d.Rule != nil {
			t.Errorf("%+v: %+v", q, d)
		}
	}
	if d := set.Decide(ask("H26.12", "population/citizen-verify", "one-stop")); !d.Allowed || d.Reason != Granted {
		t.Errorf("the granted question: %+v", d)
	}
	if (Decision{}).Allowed {
		t.Error("the zero decision allows")
	}
}

func TestCallersIDNeverPassesForAPattern(t *testing.T) {
	set := mustLoad(t, setOf(rules("{g: [H26.12]}",
		`agencies: "@g", operations: land/*, purposes: "*", fields: "*"`, `agencies: "H26.*", operations: land/parcel-lookup, purposes: "*", fields: "*"`)))
	for _, agency := range []string{"@g", "H26.*", "H26.", "H26", "*", "H2", "H261.1", "X.H26.1"} {
		if d := set.Decide(ask(agency, "land/parcel-lookup", "one-stop")); d.Allowed {
			t.Errorf("agency %q is allowed by %s", agency, d.Rule.ID)
		}
	}
}

func TestFirstGrantInOrderDecides(t *testing.T) {
	all := rules("{g: [H26.12.3.4]}",
		`agencies: H26.12.3.4, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: H26.12.3.4, operations: land/parcel-lookup, purposes: "*", fields: "*"`,
		`agencies: H26.12.3.4, operations: land/*, purposes: one-stop, fields: "*"`,
		`agencies: H26.12.3.4, operations: land/*, purposes: "*", fields: "*", until: 2026-11-01`,
		`agencies: "H26.12.3.*", operations: land/*, purposes: "*", fields: "*"`,
		`agencies: "H26.12.*", operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: "H26.*", operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: "@g", operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: "*", operations: land/parcel-lookup, purposes: one-stop, fields: "*"`)
	set := mustLoad(t, setOf(all))
	for _, c := range []struct{ agency, operation, purpose, want string }{
		{"H26.12.3.4", "land/parcel-lookup", "one-stop", "granted r1"},
		{"H26.12.3.4", "land/parcel-lookup", "staff-records", "granted r2"},
		{"H26.12.3.4", "land/certificate-lookup", "one-stop", "granted r3"},
		{"H26.12.3.4", "land/certificate-lookup", "staff-records", "granted r5"},
		{"H26.12.3.5", "land/parcel-lookup", "one-stop", "granted r5"},
		{"H26.12.3", "land/parcel-lookup", "one-stop", "granted r6"},
		{"H26.12", "land/parcel-lookup", "one-stop", "granted r7"},
		{"H26.1", "land/parcel-lookup", "one-stop", "granted r7"},
		{"H26", "land/parcel-lookup", "one-stop", "granted r9"},
	} {
		if got := decidedBy(set.Decide(ask(c.agency, c.operation, c.purpose))); got != c.want {
			t.Errorf("%s %s %s: %s, want %s", c.agency, c.operation, c.purpose, got, c.want)
		}
	}
}

func TestGroupsOfAnAgencyRankAsOne(t *testing.T) {
	set := mustLoad(t, setOf(rules("{a: [H26.12], b: [H26.12]}",
		`agencies: "@a", operations: land/parcel-lookup, purposes: "*", fields: "*"`,
		`agencies: "@b", operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: "@b", operations: land/*, purposes: staff-records, fields: "*"`)))
	for purpose, want := range map[string]string{"one-stop": "granted r2", "staff-records": "granted r1"} {
		if got := decidedBy(set.Decide(ask("H26.12", "land/parcel-lookup", purpose))); got != want {
			t.Errorf("%s: %s, want %s", purpose, got, want)
		}
	}
}

func TestDenyWinsOverEveryGrant(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`agencies: H26.13, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`,
		`effect: deny, agencies: "*", operations: land/*, purposes: "*", when: 'request.agency == "H26.12"'`)))
	if got := decidedBy(set.Decide(ask("H26.12", "land/parcel-lookup", "one-stop"))); got != "denied-by-rule r3" {
		t.Errorf("denied agency: %s", got)
	}
	if got := decidedBy(set.Decide(ask("H26.13", "land/parcel-lookup", "one-stop"))); got != "granted r2" {
		t.Errorf("other agency: %s", got)
	}
}

func TestRuleHoldsFromItsFirstDayToTheDayBeforeUntil(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: "*", from: 2026-01-01, until: 2027-01-01`)))
	vietnam := time.FixedZone("", 7*3600)
	for at, want := range map[time.Time]bool{
		time.Date(2025, 12, 31, 23, 59, 59, 999, vietnam): false,
		time.Date(2026, 1, 1, 0, 0, 0, 0, vietnam):        true,
		time.Date(2026, 12, 31, 23, 59, 59, 999, vietnam): true,
		time.Date(2027, 1, 1, 0, 0, 0, 0, vietnam):        false,
	} {
		q := ask("H26.12", "land/parcel-lookup", "one-stop")
		q.Time = at.UTC()
		if got := set.Decide(q).Allowed; got != want {
			t.Errorf("%s: allowed %v", at, got)
		}
	}
}

func TestDecisionCarriesWhatTheRuleGrants(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: population/citizen-lookup, purposes: one-stop, fields: [address.detail, fullName], limits: {rate: 30/m, burst: 7}, fresh: false, stale: false`,
		`agencies: H26.12, operations: population/citizen-verify, purposes: one-stop, fields: "*"`)))
	d := set.Decide(ask("H26.12", "population/citizen-lookup", "one-stop"))
	if diff := cmp.Diff([]string{"address.detail", "fullName"}, d.Fields.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&Limits{Rate: Rate{30, time.Minute}, Burst: 7}, d.Rule.Limits); diff != "" {
		t.Error(diff)
	}
	if d.Rule.Fresh || d.Rule.Stale || d.Purpose.Code != "one-stop" || d.Rule.Reference != "r1@"+set.Version() {
		t.Errorf("%+v", d.Rule)
	}
	other := set.Decide(ask("H26.12", "population/citizen-verify", "one-stop"))
	if other.Rule.Limits != nil || !other.Rule.Fresh || !other.Rule.Stale || !other.Fields.All() {
		t.Errorf("defaults of a rule: %+v", other.Rule)
	}
}

func TestLimitsMayBoundTheDayWithoutARate(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: population/*, purposes: one-stop, fields: "*", limits: {perDay: 10000, people: {official: 200, client: 20000}}`,
		`agencies: H26.13, operations: population/*, purposes: one-stop, fields: "*", limits: {rate: 50/s, people: {client: 9}}`)))
	for agency, want := range map[string]*Limits{
		"H26.12": {PerDay: 10_000, People: People{Official: 200, Client: 20_000}},
		"H26.13": {Rate: Rate{50, time.Second}, Burst: 50, People: People{Client: 9}},
	} {
		if diff := cmp.Diff(want, set.Decide(ask(agency, "population/citizen-lookup", "one-stop")).Rule.Limits); diff != "" {
			t.Errorf("%s: %s", agency, diff)
		}
	}
}

func TestDecisionAllocatesNothing(t *testing.T) {
	set := mustLoad(t, setOf(rules("{g: [H26.12]}",
		`agencies: "@g", operations: land/*, purposes: "*", fields: "*"`,
		`effect: deny, agencies: "H26.13.*", operations: land/*, purposes: "*"`)))
	q := ask("H26.12", "land/parcel-lookup", "land-transfer")
	q.Dossier = "000.00.12.H26-261120-0001"
	if n := testing.AllocsPerRun(100, func() {
		if !set.Decide(q).Allowed {
			t.Fatal("not allowed")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStrangerSeesNothingOfASystem(t *testing.T) {
	set := mustLoad(t, setOf(rules("{g: [H26.14]}",
		`agencies: H26.12, operations: land/parcel-lookup, purposes: land-transfer, fields: parcel`,
		`agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: area, when: request.hour > 20`,
		`agencies: H26.13, operations: land/parcel-lookup, purposes: one-stop, fields: "*", until: 2026-01-01`,
		`agencies: "@g", operations: land/*, purposes: "*", fields: "*"`,
		`effect: deny, agencies: H26.14, operations: land/*, purposes: "*"`)))
	for agency, want := range map[AgencyID]bool{"H26.12": true, "H26.13": false, "H26.14": false, "H26.15": false} {
		if got := set.Sees(agency, "land", noon()); got != want {
			t.Errorf("%s sees land: %v", agency, got)
		}
		if set.Sees(agency, "population", noon()) || set.Sees(agency, "nothing", noon()) {
			t.Errorf("%s sees more than land", agency)
		}
		if fields, ok := set.Granted(agency, "land", "parcel-lookup", noon()); ok != want || ok && !fields.All() {
			t.Errorf("%s is granted %v, %v", agency, fields, ok)
		}
	}
	if _, ok := set.Granted("H26.12", "land", "certificate-lookup", noon()); ok {
		t.Error("an operation without a grant is granted")
	}
	if !set.Sees("H26.13", "land", time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("H26.13 saw land while its rule was in force")
	}
}

func TestGrantedCountsWhatComesAfterACondition(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: parcel, when: request.hour > 20`,
		`agencies: H26.12, operations: land/*, purposes: one-stop, fields: {land/*: "*"}`,
		`agencies: H26.13, operations: land/parcel-lookup, purposes: one-stop, fields: parcel`,
		`agencies: H26.13, operations: land/*, purposes: one-stop, fields: {land/*: "*"}`)))
	for agency, want := range map[AgencyID][]string{"H26.12": {"area", "parcel"}, "H26.13": {"parcel"}} {
		fields, _ := set.Granted(agency, "land", "parcel-lookup", noon())
		if diff := cmp.Diff(want, fields.Names()); diff != "" {
			t.Errorf("%s: %s", agency, diff)
		}
	}
}

func TestOnlyWhatSomeRuleGrantsIsGrantable(t *testing.T) {
	set := mustLoad(t, setOf(rules("",
		`agencies: H26.12, operations: population/citizen-lookup, purposes: one-stop, fields: [fullName]`,
		`agencies: H26.13, operations: population/citizen-lookup, purposes: one-stop, fields: [address.detail], until: 2026-01-01`)))
	if diff := cmp.Diff([]string{"address.detail", "fullName"}, set.Grantable("population", "citizen-lookup").Names()); diff != "" {
		t.Error(diff)
	}
	if f := set.Grantable("land", "parcel-lookup"); f == nil || f.All() || len(f.Names()) != 0 || f.Has("parcel") {
		t.Errorf("nothing is granted, yet %v", f)
	}
	if set.Grantable("land", "nothing") != nil {
		t.Error("an operation that does not exist has fields")
	}
}
