package server

import (
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/policies"
)

// shipped is the set of policies that comes with the product, over the real
// systems.
func shipped(t *testing.T) *policies.Set {
	t.Helper()
	set, faults := policies.Load(policies.Defaults(), lookup.Vocabulary(catalog.Descriptions(catalog.Systems())))
	if len(faults) > 0 {
		t.Fatalf("the shipped policies are not free of faults and warnings:\n%v", faults)
	}
	return set
}

// asked is a question for the purpose with a dossier where one is needed.
func asked(set *policies.Set, agency policies.AgencyID, system, operation, purpose string) *policies.Question {
	q := &policies.Question{Agency: agency, System: system, Operation: operation, Purpose: purpose, Time: time.Now()}
	if p, ok := set.Purpose(purpose); ok && p.Dossier == policies.DossierNeeded {
		q.Dossier = DemoDossier(string(agency), q.Time)
	}
	return q
}

func TestDemonstrationAgenciesGetWhatIsPromised(t *testing.T) {
	set := shipped(t)
	for _, entry := range catalog.Systems() {
		system := entry.System.ID
		for _, op := range entry.System.Operations {
			ward := system == "shared-catalogues" || system == "civil-status" || system+"/"+op.ID == "population/citizen-verify"
			for agency, want := range map[policies.AgencyID]bool{"H26.11": true, "H26.12": ward, "H26.13": false, "H26.14": false} {
				if d := set.Decide(asked(set, agency, system, op.ID, "one-stop")); d.Allowed != want {
					t.Errorf("%s asks %s/%s: allowed %v, promised %v", agency, system, op.ID, d.Allowed, want)
				}
			}
		}
		if set.Sees("H26.13", system, time.Now()) {
			t.Errorf("H26.13, which has no grant, sees %s", system)
		}
	}
}

func TestPurposesOfTheContractAreInTheCatalogue(t *testing.T) {
	set := shipped(t)
	for _, code := range []string{"one-stop", "birth-registration", "business-licence", "land-transfer", "social-benefit", "staff-records"} {
		if p, ok := set.Purpose(code); !ok || p.Names.VI == "" || p.Names.EN == "" {
			t.Errorf("purpose %s is missing or has no name", code)
		}
	}
}

func TestContactPersonsAreForLicencesOnly(t *testing.T) {
	set := shipped(t)
	for purpose, want := range map[string]bool{"business-licence": true, "one-stop": false} {
		d := set.Decide(asked(set, "H26.11", "business-registration", "dossier-status", purpose))
		if !d.Allowed || d.Fields.Has("contact.phone") != want {
			t.Errorf("for %s: allowed %v, contact granted %v, want it granted %v", purpose, d.Allowed, d.Fields.Has("contact.phone"), want)
		}
	}
}

func TestPersonalAnswersAreHardlyKept(t *testing.T) {
	set := shipped(t)
	for _, entry := range catalog.Systems() {
		for _, op := range entry.System.Operations {
			cache := set.Route(entry.System.ID, op.ID).Cache
			if op.Personal && (cache.For > time.Minute || cache.StaleIfError > 0) {
				t.Errorf("%s/%s is kept for %v, stale for %v", entry.System.ID, op.ID, cache.For, cache.StaleIfError)
			}
		}
	}
	if grantable := set.Grantable("land", "parcel-lookup"); grantable.Has("parcel.ownerName") {
		t.Error("owners of land may be kept in a cache that agencies share")
	}
}

func TestProceduresAreGrantedForTheirPurpose(t *testing.T) {
	set := shipped(t)
	purposes := map[string]string{"birth-registration": "birth-registration", "marriage-registration": "one-stop", "death-registration": "one-stop",
		"household-business-licence": "business-licence", "land-transfer": "land-transfer", "social-benefit": "social-benefit", "driving-licence-exchange": "one-stop"}
	if len(set.Procedures()) < 5 || len(set.Procedures()) != len(purposes) {
		t.Errorf("%d procedures, of which %d have a purpose here", len(set.Procedures()), len(purposes))
	}
	for _, p := range set.Procedures() {
		for _, step := range p.Steps {
			if d := set.Decide(asked(set, "H26.11", step.System, step.Operation, purposes[p.Code])); !d.Allowed {
				t.Errorf("%s, step %s: %s/%s is not granted for %s: %v", p.Code, step.ID, step.System, step.Operation, purposes[p.Code], d.Reason)
			}
		}
	}
}
