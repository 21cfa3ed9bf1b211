package synthetic

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

func TestCardsAgreeWithTheirHolders(t *testing.T) {
	w := theWorld()
	form := regexp.MustCompile(`^[A-Z]{2}[1-5]01[0-9]{10}$`)
	for p := range w.People() {
		cards, age := w.HealthCards(p.Index), p.Age()
		for i, c := range cards {
			again, ok := w.HealthCardByNumber(c.Number)
			switch {
			case !form.MatchString(c.Number) || c.Number[5:] != w.InsuranceNumber(p.Index) || c.Holder != p.Index:
				t.Errorf("person %d has a card of another form or number", p.Index)
			case !ok || again != c:
				t.Errorf("card %d of person %d is not found by its number", i, p.Index)
			case c.From < p.Birth || c.From > c.Last || c.From > Today:
				t.Errorf("card of person %d, born %v, from %v to %v", p.Index, p.Birth, c.From, c.Last)
			case (c.State == CardReplaced) != (i < len(cards)-1):
				t.Errorf("card %d of %d of person %d is in state %d", i+1, len(cards), p.Index, c.State)
			case c.State == CardInForce && c.Last < Today || c.State == CardExpired && c.Last >= Today:
				t.Errorf("card of person %d, to %v, is in state %d", p.Index, c.Last, c.State)
			}
		}
		last := cards[len(cards)-1]
		if p.Alive() == (last.State == CardWithdrawn) {
			t.Errorf("person %d, died %v, has a card in state %d", p.Index, p.Died, last.State)
		}
		group, work := last.Number[:2], w.Work(p.Index)
		for of, is := range map[string]bool{"TE": age < 6, "DN": work == Employee, "HC": work == PublicServant} {
			if (group == of) != is {
				t.Errorf("person %d, aged %d, who lives by %d, has a card of group %s", p.Index, age, work, group)
			}
		}
		if work == Pensioner && group != "HT" {
			t.Errorf("pensioner %d has a card of group %s", p.Index, group)
		}
	}
	if _, ok := w.HealthCardByNumber("ZZ901" + w.InsuranceNumber(0)); ok {
		t.Error("a card nobody was given is found")
	}
}

func TestParticipationAgreesWithWorkAndDeath(t *testing.T) {
	w := theWorld()
	for p := range w.People() {
		stands, work := w.Participation(p.Index), w.Work(p.Index)
		switch {
		case (stands == EndedByDeath) != !p.Alive(),
			(work == Employee || work == PublicServant) && stands != PayingIn,
			(stands == DrawingPension) != (work == Pensioner),
			stands == PayingIn && work == NoWork,
			stands == NeverPaidIn && w.InsuranceBook(p.Index) != "":
			t.Errorf("person %d, died %v, lives by %d and stands as %d", p.Index, p.Died, work, stands)
		}
	}
}

func TestEveryKindOfCardAndParticipationOccurs(t *testing.T) {
	seen := map[string]bool{}
	w := New(1, 500) // the world of the conformance suite
	for p := range w.People() {
		seen[fmt.Sprint("participation ", w.Participation(p.Index))] = true
		seen[fmt.Sprint("book ", w.InsuranceBook(p.Index) != "")] = true
		seen[fmt.Sprint("year only ", p.Birth.Month() == 0)] = true
		for _, c := range w.HealthCards(p.Index) {
			seen[fmt.Sprint("state ", c.State, " over ", c.Last < Today)] = true
			seen[fmt.Sprint("keeper ", c.Keeper)] = true
			seen[fmt.Sprint("area ", c.Area)] = true
		}
	}
	for _, want := range []string{"participation 0", "participation 1", "participation 2", "participation 3", "participation 4",
		"book true", "book false", "year only true", "state 0 over false", "state 1 over true", "state 2 over true", "state 2 over false",
		"state 3 over false", "keeper 0", "keeper 1", "keeper 2", "area ", "area K1", "area K2", "area K3"} {
		if !seen[want] {
			t.Errorf("nobody has %s", want)
		}
	}
}

func TestPeopleAreFoundByName(t *testing.T) {
	w := theWorld()
	for i := 0; i < w.Len(); i += 500 {
		name := w.Person(i).FullName()
		named := w.PeopleNamed(name)
		if !slices.Contains(named, i) {
			t.Errorf("person %d is not among those of the name", i)
		}
		for _, other := range named {
			if w.Person(other).FullName() != name {
				t.Errorf("person %d has another name than person %d", other, i)
			}
		}
	}
	if named := w.PeopleNamed("Nguyễn Thử"); named != nil {
		t.Errorf("%d people have a name of two words", len(named))
	}
}

func TestSeveralPeopleShareNameSexAndYearOfBirth(t *testing.T) {
	w, seen := theWorld(), map[string]bool{}
	for p := range w.People() {
		key := fmt.Sprint(p.FullName(), p.Sex, p.Birth.Year())
		if seen[key] {
			return
		}
		seen[key] = true
	}
	t.Error("no search by name, sex and year of birth is met by two people")
}

func TestInsuranceNumberLeadsBackToItsHolder(t *testing.T) {
	w := New(1, 500)
	for i := range w.Len() {
		if p, ok := w.PersonByInsuranceNumber(w.InsuranceNumber(i)); !ok || p.Index != i {
			t.Fatalf("number of person %d leads to %d, %v", i, p.Index, ok)
		}
	}
	for _, unknown := range []string{"", "0199", "0100000000", w.InsuranceNumber(w.Len()), "0199abcdef", "01990000001"} {
		if p, ok := w.PersonByInsuranceNumber(unknown); ok {
			t.Errorf("%q leads to person %d", unknown, p.Index)
		}
	}
}
