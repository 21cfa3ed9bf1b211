package synthetic

import (
	"slices"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

func TestVitalRecordsAgreeWithTheLivesTheyTellOf(t *testing.T) {
	w := New(1, 3000)
	seen := map[VitalKind]int{}
	manners := map[Manner]int{}
	for r := range w.VitalRecords().All() {
		seen[r.Kind]++
		manners[r.Manner]++
		p := w.Person(r.Subject)
		var partner Person
		if r.Partner != None {
			partner = w.Person(r.Partner)
		}
		agrees := false
		switch r.Kind {
		case BirthEntry:
			agrees = r.Registered >= p.Birth && r.Office.CommuneCode == p.BirthRegistered.CommuneCode && (p.Died.IsZero() || r.Registered < p.Died)
		case MarriageEntry:
			agrees = p.Spouse == r.Partner && p.Sex == Male && r.Registered.Year() >= p.Birth.Year()+20 && r.Registered.Year() >= partner.Birth.Year()+18
		case DeathEntry:
			agrees = !p.Alive() && r.Registered >= p.Died
		case RecognitionEntry:
			agrees = p.Father == r.Partner && p.Mother == None && partner.MaritalStatus.Name == "Chưa kết hôn" && r.Registered > p.Birth
		case ConfirmationEntry:
			agrees = p.Alive() && p.MaritalStatus.Name != "Đang có vợ/chồng" && r.Registered.Year() >= p.Birth.Year()+20
		}
		if !agrees || r.Registered > Today || r.Registered.Day() == 0 {
			t.Errorf("%+v does not agree with %+v", r, p)
		}
		if r.Registered >= reform && r.Office.OldForm() || r.Office.CommuneCode == "" || r.Signer == "" || r.Number == "" {
			t.Errorf("%+v is not an entry of an office of its day", r)
		}
		if r.Requester != None && (!w.Person(r.Requester).Alive() || r.Registered.Year()-w.Person(r.Requester).Birth.Year() < 18) {
			t.Errorf("entry %d was asked for by person %d", r.ID, r.Requester)
		}
	}
	for kind := BirthEntry; kind <= ConfirmationEntry; kind++ {
		if seen[kind] == 0 {
			t.Errorf("no entry of kind %d", kind)
		}
	}
	for _, manner := range []Manner{InTime, Again, Late} {
		if manners[manner] == 0 {
			t.Errorf("no entry of manner %d", manner)
		}
	}
}

func TestEveryCoupleAndEveryDeathIsEntered(t *testing.T) {
	w := New(1, 1000)
	entered := map[VitalKind]map[int]bool{MarriageEntry: {}, DeathEntry: {}}
	for r := range w.VitalRecords().All() {
		if of := entered[r.Kind]; of != nil {
			of[r.Subject] = true
		}
	}
	for p := range w.People() {
		if married := p.Spouse != None && p.Sex == Male; married != entered[MarriageEntry][p.Index] {
			t.Errorf("person %d: married %v", p.Index, married)
		}
		if p.Alive() == entered[DeathEntry][p.Index] {
			t.Errorf("person %d: alive %v", p.Index, p.Alive())
		}
	}
}

func TestVitalRecordsAreFoundByEachOfTheirKeys(t *testing.T) {
	w := New(1, 500)
	records := w.VitalRecords()
	dossiers := map[string]bool{}
	for r := range records.All() {
		if got, ok := records.ByID(r.ID); !ok || got != r {
			t.Errorf("id %d leads to %+v", r.ID, got)
		}
		if !slices.Contains(records.On(r.Kind, r.Registered), r) {
			t.Errorf("entry %d is not among those of its day", r.ID)
		}
		if r.Dossier == "" {
			continue
		}
		if dossiers[r.Dossier] {
			t.Errorf("dossier %s occurs twice", r.Dossier)
		}
		dossiers[r.Dossier] = true
		if got, ok := records.ByDossier(r.Office.CommuneCode, r.Dossier); !ok || got != r {
			t.Errorf("dossier %s leads to %+v", r.Dossier, got)
		}
		if _, ok := records.ByDossier("99999", r.Dossier); ok {
			t.Errorf("dossier %s is found at another office", r.Dossier)
		}
	}
	if len(dossiers) == 0 {
		t.Error("no entry has a dossier")
	}
	for _, id := range []int{-1, 0, 1, vitalIDs - 1, vitalIDs + MaxPeople, 9*vitalIDs + 1, 99 * vitalIDs} {
		if r, ok := records.ByID(id); ok {
			t.Errorf("id %d leads to %+v", id, r)
		}
	}
	for _, code := range []string{"", "G22.99", "G22.99-261101-0000", "G22.99-261101-9999", "G22.99-26110-1"} {
		if r, ok := records.ByDossier("00004", code); ok {
			t.Errorf("dossier %q leads to %+v", code, r)
		}
	}
}

func TestOfficesOfTodayTakeOverFromThoseBefore(t *testing.T) {
	w := New(1, MinPeople)
	for i := range w.old {
		at := spot{area: uint16(len(w.communes) + i)}
		if w.officeAt(at, 2025_06_30) != at {
			t.Errorf("%s is closed before its end", w.old[i].Code)
		}
		now := w.officeAt(at, reform)
		if w.isOld(now) || !slices.ContainsFunc(w.old[i].Parts, func(p places.Part) bool { return p.Into == w.communes[now.area] }) {
			t.Errorf("%s has no office since the reform", w.old[i].Code)
		}
	}
}
