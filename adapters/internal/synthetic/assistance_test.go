package synthetic

import (
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

func TestAssistanceAgreesWithLifeAndWork(t *testing.T) {
	w := New(1, 5000)
	grounds, disabilities, ended := map[AssistanceGround]int{}, map[DisabilityKind]int{}, 0
	for p := range w.People() {
		a, ok := w.Assistance(p.Index)
		if !ok {
			continue
		}
		grounds[a.Ground]++
		disabilities[a.Disability]++
		if a.Since > Today || a.Since < firstFile || a.Allowance < 270_000 || !a.Ended.IsZero() && (a.Ended <= a.Since || a.Ended > Today) {
			t.Errorf("person %d receives %+v", p.Index, a)
		}
		if commune, ok := places.ByCode(a.Commune.CommuneCode); !ok || a.Commune.OldForm() || commune.FullName() != a.Commune.CommuneName {
			t.Errorf("person %d is paid by %+v", p.Index, a.Commune)
		}
		if !p.Alive() && a.Ended != p.Died {
			t.Errorf("person %d died and is still paid", p.Index)
		}
		if !a.Ended.IsZero() {
			ended++
		}
		fits := map[AssistanceGround]bool{
			OldAge:           a.Ended.IsZero() && w.Work(p.Index) == NoWork && p.Birth.AddYears(75) <= Today,
			SevereDisability: w.Work(p.Index) != Employee && w.Work(p.Index) != PublicServant,
			PoorParent:       p.Spouse == None && len(w.Children(p.Index)) > 0,
			Orphan:           p.Father != None && p.Mother != None && !w.Person(p.Father).Alive() && !w.Person(p.Mother).Alive() && a.Since < p.Birth.AddYears(16),
		}
		if !fits[a.Ground] || (a.Disability != 0) != (a.Ground == SevereDisability) {
			t.Errorf("person %d, who lives by %d, receives %+v", p.Index, w.Work(p.Index), a)
		}
	}
	if len(grounds) != 4 || len(disabilities) != 6 || ended == 0 {
		t.Errorf("grounds %v, disabilities %v, %d ended", grounds, disabilities, ended)
	}
}

func TestAssistanceDossiersAreOfThoseWhoReceive(t *testing.T) {
	w := New(1, 20_000)
	codes, undecided, applications := map[string]bool{}, 0, 0
	dossiers := w.AssistanceDossiers()
	for i, d := range dossiers {
		codes[d.Code] = true
		if i > 0 && d.Received.Before(dossiers[i-1].Received) {
			t.Errorf("dossier %s is out of order", d.Code)
		}
		on := dateOf(d.Received)
		if on > Today || !d.Decided.IsZero() && (d.Decided <= on || d.Decided > Today || d.Decision == "") || !d.Change && d.Decided != d.Assistance.Since {
			t.Errorf("dossier %+v", d)
		}
		if applicant := w.Person(d.Applicant); !applicant.Alive() || applicant.Age() < 18 {
			t.Errorf("dossier %s is handed in by person %d", d.Code, d.Applicant)
		}
		if d.Decided.IsZero() {
			undecided++
		}
		if !d.Change {
			applications++
		}
	}
	if len(codes) != len(dossiers) || undecided == 0 || applications == 0 || len(dossiers) < 100 {
		t.Errorf("%d dossiers, %d codes, %d undecided, %d applications", len(dossiers), len(codes), undecided, applications)
	}
}
