package synthetic

import (
	"slices"
	"testing"
)

// TestWorldHas counts what a bus has to cope with and would not meet where all is in
// order. Each subtest is named as what there is.
func TestWorldHas(t *testing.T) {
	w := theWorld()
	for _, promise := range []struct {
		name  string
		count func(w *World) int
	}{
		{"codes of today that were another commune's before", reusedCodes},
		{"births known by the year alone", people(func(_ int, p Person) bool { return p.Birth.Month() == 0 })},
		{"births known by the month", people(func(_ int, p Person) bool { return p.Birth.Month() > 0 && p.Birth.Day() == 0 })},
		{"people with an old card alone", people(func(_ int, p Person) bool { return p.CitizenID == "" && p.OldCitizenID != "" })},
		{"orphans", people(func(i int, p Person) bool { a, _ := w.Assistance(i); return a.Ground == Orphan && a.Ended == 0 })},
		{"allowances stopped by death", people(func(i int, p Person) bool { a, ok := w.Assistance(i); return ok && a.Ended > 0 && a.Ended == p.Died })},
		{"allowances stopped by age", people(func(i int, p Person) bool { a, ok := w.Assistance(i); return ok && a.Ended > 0 && p.Alive() })},
		{"expired health cards", cards(func(c HealthCard) bool { return c.State == CardExpired })},
		{"replaced health cards that are over", cards(func(c HealthCard) bool { return c.State == CardReplaced && c.Last < Today })},
		{"replaced health cards that would still hold", cards(func(c HealthCard) bool { return c.State == CardReplaced && c.Last >= Today })},
		{"health cards of the dead", cards(func(c HealthCard) bool { return c.State == CardWithdrawn })},
		{"expired driving licences", licences(func(c LicenceClass) bool { return c.State == LicenceExpired })},
		{"revoked driving licences", licences(func(c LicenceClass) bool { return c.State == LicenceRevoked })},
		{"driving licences by the law of 2025", licences(func(c LicenceClass) bool { return c.Issued >= roadLaw })},
		{"replaced papers of driving licences", people(func(i int, _ Person) bool { l, ok := w.Licence(i); return ok && l.Former != "" })},
		{"amended enterprises", enterprises(func(e Enterprise) bool { return e.Changes > 0 })},
		{"suspended enterprises", enterprises(func(e Enterprise) bool { return e.Status == suspended })},
		{"closed budget units with one that took them over", func(w *World) int {
			return number(w.BudgetUnits(), func(u BudgetUnit) bool { return u.Closed > 0 && u.Receiver != "" })
		}},
		{"budget units nobody has rewritten since the reform", func(w *World) int {
			return number(w.BudgetUnits(), func(u BudgetUnit) bool { return u.Closed == 0 && u.DistrictCode != "" })
		}},
		{"replaced legal documents", documents(Replaces)},
		{"abrogated legal documents", documents(Abrogates)},
		{"amended legal documents", documents(Amends)},
		{"marriages registered before July 2025", entries(MarriageEntry, false)},
		{"marriages registered since July 2025", entries(MarriageEntry, true)},
		{"deaths registered before July 2025", entries(DeathEntry, false)},
		{"deaths registered since July 2025", entries(DeathEntry, true)},
		{"births registered since July 2025", entries(BirthEntry, true)},
	} {
		t.Run(promise.name, func(t *testing.T) {
			if n := promise.count(w); n < 3 {
				t.Errorf("only %d", n)
			}
		})
	}
}

// number counts the items that fit.
func number[T any](items []T, fits func(T) bool) (n int) {
	for _, item := range items {
		if fits(item) {
			n++
		}
	}
	return n
}

func people(fits func(i int, p Person) bool) func(*World) int {
	return func(w *World) int {
		return number(slices.Collect(w.People()), func(p Person) bool { return fits(p.Index, p) })
	}
}

func cards(fits func(HealthCard) bool) func(*World) int {
	return func(w *World) (n int) {
		for i := range w.Len() {
			n += number(w.HealthCards(i), fits)
		}
		return n
	}
}

func licences(fits func(LicenceClass) bool) func(*World) int {
	return func(w *World) (n int) {
		for i := range w.Len() {
			l, _ := w.Licence(i)
			n += number(l.Classes, fits)
		}
		return n
	}
}

func enterprises(fits func(Enterprise) bool) func(*World) int {
	return func(w *World) int { return number(w.Enterprises(), fits) }
}

// documents counts those that another one acts on in this way.
func documents(act LegalAct) func(*World) int {
	return func(w *World) (n int) {
		for _, d := range w.LegalDocuments() {
			n += number(d.Relations, func(r LegalRelation) bool { return r.Act == act })
		}
		return n
	}
}

func entries(kind VitalKind, since bool) func(*World) int {
	return func(w *World) int {
		return number(slices.Collect(w.VitalRecords().All()), func(r VitalRecord) bool { return r.Kind == kind && (r.Registered >= reform) == since })
	}
}

// reusedCodes counts the codes under which some people live today and others, in
// another commune, before the reform.
func reusedCodes(w *World) int {
	today, before := map[string]string{}, map[string]string{}
	for i := range w.Households() {
		a := w.Household(i).Address
		if a.OldForm() {
			before[a.CommuneCode] = a.CommuneName
		} else {
			today[a.CommuneCode] = a.CommuneName
		}
	}
	n := 0
	for code, name := range today {
		if before[code] != "" && before[code] != name {
			n++
		}
	}
	return n
}
