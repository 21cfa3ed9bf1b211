package synthetic

import "fmt"

// firstIdentities is the day from which citizens have electronic identities.
const firstIdentities Date = 2022_07_18

// ElectronicIdentity is a citizen's account at the identity platform.
type ElectronicIdentity struct {
	Holder int
	Level  int  // 1 or 2
	Locked bool // the holder has died
}

// ElectronicIdentity returns the account of a person. Nobody has one without a
// citizen id; children seldom do, and most adults have level 2.
func (w *World) ElectronicIdentity(i int) (ElectronicIdentity, bool) {
	p, r := w.people[i], w.derive(i, "electronic identity")
	if p.citizenID == 0 || !p.alive() && p.died < firstIdentities {
		return ElectronicIdentity{}, false
	}
	var level int                // 0: none
	switch age := p.age() - 1; { // in whole years, at least
	case age < 6:
	case age < 14:
		level = r.weighted(75, 25)
	case age < 18:
		level = r.weighted(40, 20, 40)
	default:
		level = r.weighted(5, 10, 85)
	}
	return ElectronicIdentity{Holder: i, Level: level, Locked: !p.alive()}, level > 0
}

// ConsentState is what a consent code is still good for.
type ConsentState uint8

// The states: a code is used once, and not after its time.
const (
	ConsentValid ConsentState = iota + 1
	ConsentExpired
	ConsentUsed
)

// Consent is a citizen's agreement that an agency reads data for one purpose, told
// by a code of ZC and eight digits.
type Consent struct {
	Code    string
	Holder  int
	Purpose string
	State   ConsentState
	Given   Date
}

// Consents returns the consents of a person, one in each state; only those with a
// working account of level 2 give any.
func (w *World) Consents(i int) []Consent {
	account, ok := w.ElectronicIdentity(i)
	if !ok || account.Locked || account.Level < 2 {
		return nil
	}
	r := w.derive(i, "consents")
	consents := []Consent{{State: ConsentValid, Given: Today}, {State: ConsentExpired}, {State: ConsentUsed}}
	for k := range consents {
		c := &consents[k]
		c.Code, c.Holder = own(fmt.Sprintf("ZC%02d", k+1), i), i
		c.Purpose = one(r, []string{"one-stop", "birth-registration", "business-licence", "land-transfer", "social-benefit"})
		if c.Given.IsZero() {
			c.Given = r.day(newDate(Today.Year(), 1, 1), Today.AddDays(-1))
		}
	}
	return consents
}

// ConsentByCode returns the consent that was given with this code.
func (w *World) ConsentByCode(code string) (Consent, bool) {
	i, ok := w.owner(code)
	if !ok {
		return Consent{}, false
	}
	for _, c := range w.Consents(i) {
		if c.Code == code {
			return c, true
		}
	}
	return Consent{}, false
}
