package synthetic

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLegalDocumentsAgreeWithWhatTheyDoToOneAnother(t *testing.T) {
	documents := New(1, MinPeople).LegalDocuments()
	acts, ids := map[LegalAct]int{}, map[string]bool{}
	for i, d := range documents {
		if d.Index != i || ids[d.ID] || d.Issued > Today || d.Published <= d.Issued || d.Effective < d.Issued || !strings.HasSuffix(d.Number, "-GĐ") {
			t.Errorf("document %d is not as it should be: %+v", i, d)
		}
		if i > 0 && documents[i-1].Issued > d.Issued {
			t.Errorf("document %d was issued before the one before it", i)
		}
		ids[d.ID] = true
		for _, r := range d.Relations {
			acts[r.Act]++
			target := documents[r.Target]
			if r.Target >= i || r.Act != Consolidates && target.Effective >= d.Issued {
				t.Errorf("document %d acts on %d before that is in force", i, r.Target)
			}
			if !target.Expires.IsZero() && target.Expires < d.Issued {
				t.Errorf("document %d acts on %d after its end", i, r.Target)
			}
			ended := target.Status.Code == "HHL" && target.Expires == d.Effective && d.Effective <= Today
			switch {
			case (r.Act == Replaces || r.Act == Abrogates) && !ended,
				r.Act == Amends && target.Status.Code != "HHL" && target.Status.Code != "HHL1P" && target.Status.Code != "TNHL",
				r.Act == Suspends && target.Status.Code != "TNHL":
				t.Errorf("document %d has done %d to %d, which is %s", i, r.Act, r.Target, target.Status.Code)
			}
		}
	}
	for act := Replaces; act <= RestsOn; act++ {
		if acts[act] == 0 {
			t.Errorf("nothing does %d", act)
		}
	}
}

func TestEveryStateOfALegalDocumentOccurs(t *testing.T) {
	documents := New(1, MinPeople).LegalDocuments()
	for _, status := range legalStatuses {
		if !slices.ContainsFunc(documents, func(d LegalDocument) bool { return d.Status == status }) {
			t.Errorf("no document is %s", status.Code)
		}
	}
	for _, d := range documents {
		if (d.Status.Code == "HHL") == d.Expires.IsZero() || (d.Status.Code == "CCHL") != (d.Effective > Today) {
			t.Errorf("document %d is %s, in force from %v to %v", d.Index, d.Status.Code, d.Effective, d.Expires)
		}
	}
}

func TestProvisionsStandInTheirOrder(t *testing.T) {
	w := New(1, MinPeople)
	levels, ids := map[ProvisionLevel]int{}, map[string]bool{}
	var check func(provisions []Provision, above ProvisionLevel)
	check = func(provisions []Provision, above ProvisionLevel) {
		for _, p := range provisions {
			levels[p.Level]++
			if p.Level <= above || ids[p.ID] || p.Title == "" || p.Text == "" && len(p.Children) == 0 {
				t.Errorf("provision %+v below level %d", p, above)
			}
			ids[p.ID] = true
			check(p.Children, p.Level)
		}
	}
	for _, d := range w.LegalDocuments() {
		check(w.Provisions(d), -1)
	}
	for level := Part; level <= Point; level++ {
		if levels[level] == 0 {
			t.Errorf("nothing stands on level %d", level)
		}
	}
}

func TestLegalDocumentsAreTheSameEachTime(t *testing.T) {
	w := New(1, MinPeople)
	if diff := cmp.Diff(w.LegalDocuments(), w.LegalDocuments()); diff != "" {
		t.Error(diff)
	}
}
