package policies

import (
	"testing"
	"time"
)

func TestShippedPoliciesLoadWithoutAWarning(t *testing.T) {
	if _, faults := Load(Defaults(), testVocabulary()); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestDemonstrationAgenciesGetWhatIsPromised(t *testing.T) {
	set := mustLoad(t, Defaults())
	ward := map[string]bool{"population/citizen-verify": true, "shared-catalogues/catalogues": true,
		"shared-catalogues/structure": true, "shared-catalogues/entries": true}
	for _, system := range testVocabulary() {
		for _, op := range system.Operations {
			name := system.ID + "/" + op.ID
			for agency, want := range map[string]bool{"H26.11": true, "H26.12": ward[name], "H26.13": false, "H26.14": false} {
				if got := set.Decide(ask(agency, name, "one-stop")); got.Allowed != want {
					t.Errorf("%s %s: %s", agency, name, decidedBy(got))
				}
			}
			for _, p := range set.Purposes() {
				q := ask("H26.11", name, p.Code)
				if p.Dossier == DossierNeeded {
					q.Dossier = "H26.11-261120-0001"
				}
				if d := set.Decide(q); d.Allowed != (p.Code != "staff-records" || system.ID == "shared-catalogues") {
					t.Errorf("the centre, %s for %s: %s", name, p.Code, decidedBy(d))
				}
			}
		}
		if set.Sees("H26.13", system.ID, noon()) {
			t.Errorf("H26.13 sees %s", system.ID)
		}
	}
	for _, code := range []string{"one-stop", "birth-registration", "business-licence", "land-transfer", "social-benefit", "staff-records"} {
		if p, ok := set.Purpose(code); !ok || p.Names.VI == "" || p.Names.EN == "" {
			t.Errorf("purpose %s: %+v", code, p)
		}
	}
}

func TestContactPersonsAreGrantedByTheirOwnRule(t *testing.T) {
	set := mustLoad(t, Defaults())
	q := ask("H26.11", "business-registration/dossiers-by-date", "business-licence")
	q.Dossier = "H26.11-261120-0001"
	if d := set.Decide(q); decidedBy(d) != "granted business-licence-contacts" {
		t.Error(decidedBy(d))
	}
	if d := set.Decide(ask("H26.11", "business-registration/dossiers-by-date", "one-stop")); decidedBy(d) != "granted one-stop-business-dossiers" {
		t.Error(decidedBy(d))
	}
}

func TestPersonalAnswersAreHardlyKept(t *testing.T) {
	set := mustLoad(t, Defaults())
	for _, system := range testVocabulary() {
		for _, op := range system.Operations {
			cache := set.Route(system.ID, op.ID).Cache
			if op.Personal && (cache.For > time.Minute || cache.StaleIfError > 0) {
				t.Errorf("%s/%s: %+v", system.ID, op.ID, cache)
			}
		}
	}
	if got := set.Route("shared-catalogues", "entries").Cache; got != (Cache{24 * time.Hour, 7 * 24 * time.Hour}) {
		t.Errorf("catalogues: %+v", got)
	}
}
