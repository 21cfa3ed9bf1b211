package synthetic

import "testing"

func TestWorkAgreesWithAgeAndEnterprises(t *testing.T) {
	w := New(1, 2000)
	seen := map[Work]int{}
	for p := range w.People() {
		work := w.Work(p.Index)
		seen[work]++
		age := p.Age()
		if work != NoWork && (!p.Alive() || age < 18) || (work == Employee || work == PublicServant) && age >= retirement || work == Pensioner && age < retirement {
			t.Errorf("person %d of age %d lives by %d", p.Index, age, work)
		}
	}
	for _, work := range []Work{NoWork, Employee, OwnAccount, PublicServant, Pensioner} {
		if seen[work] == 0 {
			t.Errorf("nobody lives by %d", work)
		}
	}
	for _, e := range w.Enterprises() {
		for _, i := range e.Representatives {
			if p := w.Person(i); p.Alive() && w.Work(i) != OwnAccount {
				t.Errorf("person %d stands for an enterprise and lives by %d", i, w.Work(i))
			}
		}
	}
}
