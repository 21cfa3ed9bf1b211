package synthetic

import "testing"

func TestWorkAgreesWithAgeAndEnterprises(t *testing.T) {
	w := New(1, 2000)
	seen := map[Work]int{}
	for p := range w.People() {
		work := w.Work(p.Index)
		seen[work]++
		age := Today.Year() - p.Birth.Year()
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
