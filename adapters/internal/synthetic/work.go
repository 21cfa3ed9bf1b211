package synthetic

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
	age := p.age()
	kinds := [...]Work{NoWork, Employee, OwnAccount, PublicServant, Pensioner}
	switch {
	case !p.alive() || age < 18:
		return NoWork
	case w.representatives[int32(i)]:
		return OwnAccount
	case age >= retirement:
		return kinds[r.weighted(25, 0, 0, 0, 75)]
	case age < 23:
		return kinds[r.weighted(60, 30, 10, 0, 0)]
	}
	return kinds[r.weighted(7, 55, 29, 9, 0)]
}
