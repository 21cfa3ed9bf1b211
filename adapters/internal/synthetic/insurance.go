package synthetic

import (
	"fmt"
	"slices"
	"strings"
)

// Participation is how somebody stands with social insurance.
type Participation uint8

// The ways to stand. Health insurance is another matter: everybody has a card.
const (
	NeverPaidIn Participation = iota
	PayingIn
	PausedPaying
	DrawingPension
	EndedByDeath
)

// Participation returns how a person stands with social insurance Today.
func (w *World) Participation(i int) Participation {
	r, age := w.derive(i, "participation"), w.people[i].age()
	grown := func(paying, paused, never int) Participation {
		if age < 25 {
			paused = 0
		}
		return []Participation{PayingIn, PausedPaying, NeverPaidIn}[r.weighted(paying, paused, never)]
	}
	switch work := w.Work(i); {
	case !w.people[i].alive():
		return EndedByDeath
	case work == Employee || work == PublicServant:
		return PayingIn
	case work == Pensioner:
		return DrawingPension
	case work == OwnAccount && age < retirement:
		return grown(30, 30, 40)
	}
	return grown(0, 40, 60)
}

// InsuranceNumber returns a person's social-insurance number: ten digits, which
// are also the last ten of the health card. Everybody has one from birth.
func (w *World) InsuranceNumber(i int) string { return own("0199", i) }

// PersonByInsuranceNumber returns the inhabitant with this number.
func (w *World) PersonByInsuranceNumber(number string) (Person, bool) {
	i, ok := w.owner(number)
	if !ok || w.InsuranceNumber(i) != number {
		return Person{}, false
	}
	return w.Person(i), true
}

// InsuranceBook returns the number of the book somebody had before numbers became
// one for life; empty for those who came later or never paid in.
func (w *World) InsuranceBook(i int) string {
	if w.people[i].birth.Year() > 1992 || w.Participation(i) == NeverPaidIn {
		return ""
	}
	return own("0198", i)
}

// InsuranceHousehold returns the number under which the insurance keeps a household.
func (w *World) InsuranceHousehold(household int) string { return own("0197", household) }

// PeopleNamed returns everybody of this full name in the order of their indices,
// whatever the case of its letters.
func (w *World) PeopleNamed(fullName string) []int {
	words := strings.Fields(fullName)
	if len(words) != 3 { // everybody here has a surname, a middle and a given name
		return nil
	}
	var named []int
	for i := range w.people {
		n, sex := w.people[i].name, w.people[i].sex
		if strings.EqualFold(givenNames[sex][n.given], words[2]) && strings.EqualFold(surnames[n.surname], words[0]) &&
			strings.EqualFold(middleNames[sex][n.middle], words[1]) {
			named = append(named, i)
		}
	}
	return named
}

// HealthCard is a health-insurance card that was given out to somebody.
type HealthCard struct {
	Holder     int
	Number     string // group (two letters), benefit level, province (two digits), insurance number
	From, Last Date   // the days on which it holds; of one that was replaced or withdrawn, held or would have
	Facility   string // where the holder goes first
	Area       string // K1, K2 or K3 for those who live in a disadvantaged area; mostly empty
	State      CardState
	Keeper     CardKeeper
}

// CardState is what has become of a card.
type CardState uint8

// The states. Whether a replaced card would still hold, its dates tell.
const (
	CardInForce CardState = iota
	CardExpired
	CardReplaced
	CardWithdrawn // the holder died
)

// CardKeeper is who gives out a card.
type CardKeeper uint8

// The keepers. The forces insure the families of those who serve.
const (
	SocialInsurance CardKeeper = iota
	Defence
	PublicSecurity
)

// HealthCards returns the cards of a person, oldest first; the last is the one
// that counts. Their facilities have codes with a Z, which to our knowledge no
// real one has.
func (w *World) HealthCards(i int) []HealthCard {
	home := w.households[w.people[i].household]
	area := []string{"", "K1", "K2", "K3"}[w.derive(int(home.head), "living area").weighted(85, 5, 6, 4)]
	var cards []HealthCard
	for _, g := range w.cardGrants(i) {
		c := HealthCard{Holder: i, Number: g.kind + "01" + w.InsuranceNumber(i), From: g.from, Last: g.last, State: g.state,
			Facility: fmt.Sprintf("01Z%02d", home.place.area%100), Area: area}
		switch g.kind {
		case "TQ4":
			c.Keeper = Defence
		case "TA4":
			c.Keeper = PublicSecurity
		}
		cards = append(cards, c)
	}
	return cards
}

// cardGrant is what one card differs in from the next.
type cardGrant struct {
	kind       string // group and benefit level
	from, last Date
	state      CardState
}

// cardGrants follow from age and work.
func (w *World) cardGrants(i int) []cardGrant {
	p, r, work := w.people[i], w.derive(i, "health card"), w.Work(i)
	year := Today.Year()
	yearly := func(kind string) []cardGrant {
		return []cardGrant{{kind, newDate(year, 1, 1), newDate(year, 12, 31), CardInForce}}
	}
	school := cardGrant{"HS4", newDate(year, 10, 1), newDate(year+1, 9, 30), CardInForce}
	small := cardGrant{"TE1", p.birth, newDate(p.birth.Year()+6, 9, 30), CardInForce}
	switch age := year - p.birth.Year(); {
	case !p.alive():
		died, kind, years := p.died.Year(), "GD4", 1
		if died-p.birth.Year() >= 60 {
			kind, years = "HT3", 5
		}
		return []cardGrant{{kind, newDate(died, 1, 1), newDate(died+years-1, 12, 31), CardWithdrawn}}
	case age < 6:
		return []cardGrant{small}
	case age < 18: // at six, school takes over from the small child's card
		small.state = CardReplaced
		return []cardGrant{small, school}
	case work == Employee && r.percent(25): // came to work this year, from a card bought with the family
		bought := Today.AddDays(-r.between(60, 300))
		began := yearly("DN4")
		began[0].from = max(r.day(bought, Today), began[0].from)
		return append([]cardGrant{{"GD4", bought, bought.AddDays(364), CardReplaced}}, began...)
	case work == Employee:
		return yearly("DN4")
	case work == PublicServant:
		return yearly("HC4")
	case work == Pensioner:
		return []cardGrant{{"HT3", newDate(year-1, 1, 1), newDate(year+3, 12, 31), CardInForce}}
	case work == NoWork && age < 23:
		school.kind = "SV4"
		return []cardGrant{school}
	case work == NoWork && age >= 45 && r.percent(40): // a child of theirs serves, elsewhere
		return yearly([]string{"TQ4", "TA4"}[r.below(2)])
	}
	bought, state := Today.AddDays(-r.between(0, 360)), CardInForce
	if r.percent(15) { // not bought again
		bought, state = bought.AddDays(-365), CardExpired
	}
	return []cardGrant{{"GD4", bought, bought.AddDays(364), state}}
}

// HealthCardByNumber returns the card with these 15 characters, also an old one.
func (w *World) HealthCardByNumber(number string) (HealthCard, bool) {
	if len(number) != 15 {
		return HealthCard{}, false
	}
	holder, ok := w.PersonByInsuranceNumber(number[5:])
	if !ok {
		return HealthCard{}, false
	}
	cards := w.HealthCards(holder.Index)
	i := slices.IndexFunc(cards, func(c HealthCard) bool { return c.Number == number })
	if i < 0 {
		return HealthCard{}, false
	}
	return cards[i], true
}
