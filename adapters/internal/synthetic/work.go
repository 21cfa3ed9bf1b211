package synthetic

import "fmt"

// Work is what a person lives by.
type Work uint8

// The kinds of work. Children, students and those at home have none.
const (
	NoWork Work = iota
	Employee
	OwnAccount
	PublicServant
	Pensioner
)

// retirement is the age from which nobody in this world works for others.
const retirement = 62

// Work returns what a person lives by Today; the dead live by nothing. Whoever
// stands for an enterprise does so on their own account: public servants may not.
func (w *World) Work(i int) Work {
	p, r := w.people[i], w.derive(i, "work")
	age := Today.Year() - p.birth.Year()
	kinds := [...]Work{NoWork, Employee, OwnAccount, PublicServant, Pensioner}
	switch {
	case !p.died.IsZero() || age < 18:
		return NoWork
	case w.founders[int32(i)]:
		return OwnAccount
	case age >= retirement:
		return kinds[r.weighted(25, 0, 0, 0, 75)]
	case age < 23:
		return kinds[r.weighted(60, 30, 10, 0, 0)]
	}
	return kinds[r.weighted(7, 55, 29, 9, 0)]
}

// InsuranceNumber returns a person's social-insurance number: ten digits, which
// are also the last ten of the health card. Everybody has one from birth.
func (w *World) InsuranceNumber(i int) string {
	return fmt.Sprintf("0199%06d", scatter(i, MaxPeople))
}

// PersonByInsuranceNumber returns the inhabitant with this number.
func (w *World) PersonByInsuranceNumber(number string) (Person, bool) {
	var n int
	if len(number) != 10 || number[:4] != "0199" {
		return Person{}, false
	}
	for _, digit := range number[4:] {
		if digit < '0' || digit > '9' {
			return Person{}, false
		}
		n = n*10 + int(digit-'0')
	}
	i := unscatter(n, MaxPeople)
	if i >= len(w.people) {
		return Person{}, false
	}
	return w.Person(i), true
}
