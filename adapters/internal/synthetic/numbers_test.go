package synthetic

import (
	"regexp"
	"testing"
)

func TestNumbersLeadBackToTheirOwner(t *testing.T) {
	w := New(1, 500)
	for i := range w.Len() {
		if got, ok := w.owner(own("X12", i)); !ok || got != i {
			t.Errorf("%s leads to %d, %v", own("X12", i), got, ok)
		}
	}
	for _, unknown := range []string{"", "12345", "X-12345", "X+12345", "12345x", own("X", w.Len())} {
		if i, ok := w.owner(unknown); ok {
			t.Errorf("%q leads to %d", unknown, i)
		}
	}
}

func TestNoTwoDossiersOfTheCentreHaveOneCode(t *testing.T) {
	w, seen := theWorld(), map[string]string{}
	form := regexp.MustCompile(`^H26\.11-[0-9]{6}-[0-9]{4}$`)
	enter := func(code, what string) {
		if before := seen[code]; before != "" {
			t.Errorf("%s is of the %s and of the %s", code, before, what)
		}
		seen[code] = what
		if !form.MatchString(code) {
			t.Errorf("%s is no code of the centre", code)
		}
	}
	for _, o := range w.PostOrders() {
		enter(o.Number, "post")
	}
	for _, d := range w.AssistanceDossiers() {
		enter(d.Code, "assistance")
	}
	for a := range w.RecordApplications() {
		if a.DossierCode != "" {
			enter(a.DossierCode, "judicial records")
		}
	}
}
