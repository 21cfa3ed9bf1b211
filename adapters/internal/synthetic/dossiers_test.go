package synthetic

import (
	"testing"
	"time"
)

func TestEveryFiveDaysHaveDossiers(t *testing.T) {
	for _, size := range []int{MinPeople, DefaultPeople} {
		w := New(1, size)
		byDay := map[Date]int{}
		for _, d := range w.Dossiers() {
			byDay[dateOf(d.Received)]++
		}
		for end := range windowDays - 4 {
			n := 0
			for day := range 5 {
				n += byDay[Today.AddDays(-end-day)]
			}
			if n == 0 {
				t.Errorf("%d people: no dossier in the five days to %s", size, Today.AddDays(-end))
			}
		}
		if byDay[Today] < 3 {
			t.Errorf("%d people: %d dossiers today", size, byDay[Today])
		}
	}
}

func TestDossiersAreConsistent(t *testing.T) {
	w := theWorld()
	last := time.Time{}
	for i, d := range w.Dossiers() {
		if found, ok := w.DossierByJournalNo(d.JournalNo); !ok || found.JournalNo != d.JournalNo {
			t.Errorf("dossier %d is not found by its number", i)
		}
		if d.Received.Before(last) || d.Processed.Before(d.Received) || dateOf(d.Processed) > Today {
			t.Errorf("dossier %d: received %s after %s, processed %s", i, d.Received, last, d.Processed)
		}
		last = d.Received
		if (d.Status == approved) != !d.Registered.IsZero() || d.Name == "" {
			t.Errorf("dossier %d: %s, registered %s, name %q", i, d.Status.Name, d.Registered, d.Name)
		}
		if (d.Enterprise == None) != (d.Kind == Founding && d.Status != approved) {
			t.Errorf("dossier %d: %s, %s, enterprise %d", i, d.Kind, d.Status.Name, d.Enterprise)
		}
		if d.Enterprise == None {
			continue
		}
		e := w.Enterprises()[d.Enterprise]
		if d.Name != e.Name || d.Type != e.Type || e.Parent != None {
			t.Errorf("dossier %d does not fit enterprise %d", i, e.Index)
		}
		if d.Kind == Founding && d.Registered != e.Founded {
			t.Errorf("dossier %d registered %s what was founded %s", i, d.Registered, e.Founded)
		}
		if d.Kind != Founding && d.Status == approved && (e.Amended < d.Registered || e.Founded > d.Registered) {
			t.Errorf("dossier %d registered %s, enterprise amended %s", i, d.Registered, e.Amended)
		}
	}
	if len(w.journal) != len(w.Dossiers()) {
		t.Errorf("%d numbers for %d dossiers", len(w.journal), len(w.Dossiers()))
	}
}

// TestStatusIsWhatTheLastDossierLeft replays the approved dossiers.
func TestStatusIsWhatTheLastDossierLeft(t *testing.T) {
	w := theWorld()
	after, settled := map[int]Coded{}, map[int]Date{}
	kinds := map[DossierKind]int{}
	for _, d := range w.Dossiers() {
		kinds[d.Kind]++
		if d.Kind != Change && dateOf(d.Received) <= settled[d.Enterprise] {
			t.Errorf("%s asks for %s before %s", d.JournalNo, d.Kind, settled[d.Enterprise])
		}
		if d.Status != approved {
			continue
		}
		settled[d.Enterprise] = max(settled[d.Enterprise], d.Registered)
		switch d.Kind {
		case Founding, Resumption:
			after[d.Enterprise] = operating
		case Suspension:
			after[d.Enterprise] = suspended
		case Dissolution:
			after[d.Enterprise] = dissolved
		case Change:
			if s, ok := after[d.Enterprise]; ok && s != operating {
				t.Errorf("enterprise %d changed while %s", d.Enterprise, s.Name)
			}
		}
	}
	for i, status := range after {
		if got := w.Enterprises()[i].Status; got != status {
			t.Errorf("enterprise %d is %s, its last dossier left it %s", i, got.Name, status.Name)
		}
	}
	for _, kind := range []DossierKind{Founding, Change, Suspension, Dissolution, Resumption} {
		if kinds[kind] < 10 {
			t.Errorf("%s: %d dossiers", kind, kinds[kind])
		}
	}
	t.Log(len(w.Dossiers()), kinds)
}
