package sandbox

import (
	"fmt"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// What the systems tell, under the names of the vocabulary, and how each is asked.

// place is an address as a member of its own.
type place struct{ Address adapters.Address }

// identity is a person in the population database.
type identity struct {
	somebody
	Religion, MaritalStatus                                         adapters.Code
	BirthRegistration, Origin, PermanentResidence, CurrentResidence place
	Father, Mother, Spouse, Representative                          somebody
	HouseholdHead                                                   struct {
		somebody
		Relationship adapters.Code
	}
	HouseholdBook string
}

// identity asks the population database about somebody, once.
func (c *clerk) identity(t *testing.T, i int) identity {
	t.Helper()
	if known, ok := c.identities[i]; ok {
		return known
	}
	p := c.world.Person(i)
	var found identity
	c.must(t, "population/citizen-lookup", somebody{CitizenID: p.CitizenID, OldCitizenID: p.OldCitizenID, FullName: p.FullName(), DateOfBirth: p.Birth.String()}.named(), &found)
	if found.DateOfBirth == p.Birth.String()[:4] {
		found.DateOfBirth = p.Birth.String() // the register has no form for a month
	}
	c.identities[i] = found
	return found
}

// some visits every n-th person.
func (c *clerk) some(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < c.world.Len() && yield(i); i += n {
		}
	}
}

// entry is an entry of a civil register.
type entry struct {
	RegisteredOn, RegisterOffice                           string
	Child, Mother, Father, Husband, Wife, Deceased, Parent somebody
	RecognisedChild, Requester                             somebody
	ConfirmedPerson                                        struct {
		somebody
		MaritalStatusText string
	}
	Death struct{ DiedOn string }
}

// registers are the kinds of entries by the names of their registers.
var registers = map[string]synthetic.VitalKind{"birth": synthetic.BirthEntry, "marriage": synthetic.MarriageEntry, "death": synthetic.DeathEntry,
	"recognition": synthetic.RecognitionEntry, "marital-status": synthetic.ConfirmationEntry}

// entries asks for some entries of a register, about so many, each with the world's key
// of it. What was registered by a dossier is asked for by that, too.
func (c *clerk) entries(t *testing.T, register string, most int) func(yield func(synthetic.VitalRecord, entry) bool) {
	return func(yield func(synthetic.VitalRecord, entry) bool) {
		var all []synthetic.VitalRecord
		for r := range c.world.VitalRecords().All() {
			if r.Kind == registers[register] {
				all = append(all, r)
			}
		}
		if len(all) == 0 {
			t.Errorf("there are no entries of %s", register)
		}
		for i := 0; i < len(all); i += max(len(all)/most, 1) {
			r := all[i]
			var found, again struct{ Record entry }
			c.must(t, "civil-status/record", question{"registerType": register, "entryId": fmt.Sprint(r.ID)}, &found)
			if r.Dossier != "" {
				c.must(t, "civil-status/registration-result", question{"registerOffice": found.Record.RegisterOffice, "dossierCode": r.Dossier}, &again)
				if found != again {
					t.Errorf("%s: entry %d is another by its dossier", register, r.ID)
				}
			}
			if !yield(r, found.Record) {
				return
			}
		}
	}
}

// catalogue asks for a shared catalogue and returns the names by their codes.
func (c *clerk) catalogue(t *testing.T, code string) map[string]string {
	t.Helper()
	var found struct{ Entries []map[string]string }
	c.must(t, "shared-catalogues/entries", question{"code": code}, &found)
	names := map[string]string{}
	for _, row := range found.Entries {
		key, name := row["Ma"], row["Ten"]
		if key == "" {
			key, name = row["MaDinhDanhCap2"], row["TenDonVi"]
		}
		names[key] = name
	}
	return names
}

// participant is a person in the insurance database.
type participant struct {
	somebody
	SocialInsuranceNumber string
	BirthRegistration     place
	InsuranceBookNumber   string
	Status                adapters.Code
}

// The states of a participant.
const (
	payingIn       = "1"
	drawingPension = "3"
	neverPaidIn    = "4"
	dead           = "5"
)

// insured asks for somebody's insurance record.
func (c *clerk) insured(t *testing.T, i int) participant {
	t.Helper()
	var found participant
	c.must(t, "social-insurance/participant-lookup", question{"socialInsuranceNumber": c.world.InsuranceNumber(i), "fullName": c.identity(t, i).FullName}, &found)
	same(t, "insurance record", c.identity(t, i).somebody, found.somebody)
	return found
}

// card is somebody's health card of now.
type card struct {
	somebody
	HealthCardNumber, AddressText, ValidFrom, ExpiresOn string
	Status                                              adapters.Code
}

// group is whom the card is for; of those of the forces nothing is told.
func (c card) group() string { return c.HealthCardNumber[:min(2, len(c.HealthCardNumber))] }

func (c *clerk) card(t *testing.T, i int) card {
	t.Helper()
	who := c.identity(t, i).named()
	delete(who, "oldCitizenId")
	if who["citizenId"] == nil {
		who["socialInsuranceNumber"] = c.world.InsuranceNumber(i)
	}
	var found card
	c.must(t, "social-insurance/health-card-check", who, &found)
	if found.FullName != "" {
		same(t, "health card", c.identity(t, i).somebody, found.somebody)
	}
	return found
}

// died is the day of somebody's death by the death register, which is asked for all
// of them once; "" of the living.
func (c *clerk) died(t *testing.T, i int) string {
	t.Helper()
	if c.deaths == nil {
		c.deaths = map[int]string{}
		for r, e := range c.entries(t, "death", c.world.Len()) {
			same(t, "deceased", c.identity(t, r.Subject).somebody, e.Deceased)
			c.deaths[r.Subject] = e.Death.DiedOn
		}
	}
	return c.deaths[i]
}

// allowance is what somebody receives.
type allowance struct {
	somebody
	BeneficiaryCategory                adapters.Code
	StartedOn, StoppedOn, PayingOffice string
}

func (c *clerk) assisted(t *testing.T, i int) (allowance, bool) {
	t.Helper()
	var found allowance
	ok := c.ask(t, "social-assistance/beneficiary-lookup", c.identity(t, i).named(), &found)
	return found, ok
}

// enterprise is what the register says of one.
type enterprise struct {
	TaxCode, Name        string
	EnterpriseType       adapters.Code
	Status               adapters.Code
	LegalNames           []string
	Representatives      []somebody
	Members              []struct{ Name string }
	Address              adapters.Address
	FoundedOn, AmendedOn string
}

func (c *clerk) enterprise(t *testing.T, taxCode string) (found enterprise) {
	t.Helper()
	c.must(t, "business-registration/enterprise-lookup", question{"taxCode": taxCode}, &found)
	return found
}

// remember compares how somebody can be reached with what any system said before.
func (c *clerk) remember(t *testing.T, s somebody) {
	t.Helper()
	if s.Phone == "" || s.CitizenID == "" {
		return
	}
	if before, known := c.reached[s.CitizenID]; known {
		same(t, "how somebody is reached", before, s)
		c.twice++
	}
	c.reached[s.CitizenID] = s
}
