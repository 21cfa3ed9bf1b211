package synthetic

import (
	"testing"
	"time"
)

func TestRecordApplicationsAgreeWithPeopleAndDays(t *testing.T) {
	w := New(1, 5000)
	states := map[RecordState]int{}
	codes := map[string]bool{}
	for a := range w.RecordApplications() {
		p := w.Person(a.Person)
		states[a.State]++
		key := a.DossierCode + a.Appointment
		if codes[key] || (a.DossierCode == "") == (a.Appointment == "") {
			t.Errorf("person %d: code %q and appointment %q", a.Person, a.DossierCode, a.Appointment)
		}
		codes[key] = true
		issued := a.State == RecordDone || a.State == RecordHandedOver
		switch day := a.Received.Time().Weekday(); {
		case !p.Alive() || p.Age() < 18:
			t.Errorf("person %d applies dead or as a child", a.Person)
		case day == time.Saturday || day == time.Sunday || a.Received > Today || a.Due <= a.Received:
			t.Errorf("person %d: received %s, due %s", a.Person, a.Received, a.Due)
		case issued != (a.Certificate != "") || issued == a.Issued.IsZero() || !issued && a.Revocation != "":
			t.Errorf("person %d: state %d with certificate %q of %s", a.Person, a.State, a.Certificate, a.Issued)
		case issued && (a.Approved < a.Received || a.Issued < a.Approved || a.Issued > Today):
			t.Errorf("person %d: approved %s, issued %s", a.Person, a.Approved, a.Issued)
		}
	}
	for state := RecordNew; state <= RecordHandedOver; state++ {
		if states[state] == 0 {
			t.Errorf("no application is in state %d", state)
		}
	}
}

func TestRecordApplicationIsFoundByItsNumber(t *testing.T) {
	w := New(1, 500)
	for a := range w.RecordApplications() {
		find, number := w.RecordApplicationByCode, a.DossierCode
		if number == "" {
			find, number = w.RecordApplicationByAppointment, a.Appointment
		}
		if got, ok := find(number); !ok || got != a {
			t.Errorf("%s leads to person %d, %v", number, got.Person, ok)
		}
	}
	for _, unknown := range []string{"", "-", "H26.11-261030-0999", "H26.11-261030-9000", "H26.11-261101-0001", "H26.11-991301-0001", "H26.12-261030-0001", "Z", "Z9999999", "Z-000001"} {
		_, byCode := w.RecordApplicationByCode(unknown)
		if _, byAppointment := w.RecordApplicationByAppointment(unknown); byCode || byAppointment {
			t.Errorf("%q leads to somebody", unknown)
		}
	}
}

func TestConvictionsFitTheLifeOfTheConvicted(t *testing.T) {
	w := New(1, 5000)
	convicted, expunged, banned, adults := 0, 0, 0, 0
	for p := range w.People() {
		if p.Alive() && p.Age() >= 18 {
			adults++
		}
		if c, ok := w.Conviction(p.Index); ok {
			convicted++
			if !c.Expunged.IsZero() {
				expunged++
			}
			if !p.Alive() || w.Work(p.Index) == PublicServant || c.Judged.Year() < p.Birth.Year()+18 ||
				c.Served <= c.Judged || c.Served > Today || c.Expunged > Today || !c.Expunged.IsZero() && c.Expunged <= c.Served {
				t.Errorf("person %d, born %s: %+v", p.Index, p.Birth, c)
			}
			if _, applied := w.RecordApplication(p.Index); !applied {
				t.Errorf("person %d was convicted and never applied", p.Index)
			}
		}
		if b, ok := w.Ban(p.Index); ok {
			banned++
			if !p.Alive() || w.representatives[int32(p.Index)] || b.From < b.Decided || b.From > Today {
				t.Errorf("person %d: %+v", p.Index, b)
			}
		}
	}
	if convicted == 0 || convicted*20 > adults || expunged == 0 || expunged == convicted || banned == 0 {
		t.Errorf("of %d adults %d were convicted, %d of them long ago, and %d are banned", adults, convicted, expunged, banned)
	}
}
