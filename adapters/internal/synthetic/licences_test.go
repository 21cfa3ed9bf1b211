package synthetic

import (
	"regexp"
	"testing"
)

var licenceForm = regexp.MustCompile(`^[0-9]{2}9[0-9]{2}9[0-9]{6}$`)

func TestLicencesAreOfAdultsAndAgreeWithThemselves(t *testing.T) {
	w, seen := theWorld(), map[string]int{}
	for p := range w.People() {
		l, ok := w.Licence(p.Index)
		if !ok {
			continue
		}
		if !p.Alive() || l.Holder != p.Index || !licenceForm.MatchString(l.Number) || len(l.Classes) == 0 || len(l.Classes) > 2 {
			t.Fatalf("person %d: %+v", p.Index, l)
		}
		if l.Former != "" {
			seen["replaced"]++
		}
		for _, c := range l.Classes {
			if c.Passed.Year()-p.Birth.Year() < 19 || c.Issued < c.Passed || c.Issued > Today || len(c.Dossier) > 18 || len(c.Class) > 3 {
				t.Errorf("person %d, born %s: %+v", p.Index, p.Birth, c)
			}
			if (c.State == LicenceExpired) != (!c.Expires.IsZero() && c.Expires < Today) && c.State != LicenceRevoked {
				t.Errorf("person %d: state %d with expiry %s", p.Index, c.State, c.Expires)
			}
			if c.Points < 0 || c.Points > 12 || c.State != LicenceValid && c.Points != 0 {
				t.Errorf("person %d: %d points in state %d", p.Index, c.Points, c.State)
			}
			seen[[...]string{LicenceValid: "valid", LicenceExpired: "expired", LicenceRevoked: "revoked"}[c.State]]++
			if c.Expires.IsZero() {
				seen["unlimited"]++
			}
			if c.Issued >= roadLaw {
				seen["class of today"]++
			}
		}
	}
	for _, kind := range []string{"valid", "expired", "revoked", "unlimited", "replaced", "class of today"} {
		if seen[kind] == 0 {
			t.Errorf("no licence is %s", kind)
		}
	}
}

func TestLicenceNumbersLeadBackToTheirHolder(t *testing.T) {
	w := New(1, 2000)
	for i := range w.Len() {
		l, ok := w.Licence(i)
		if !ok {
			continue
		}
		if got, ok := w.LicenceByNumber(l.Number); !ok || got.Holder != i || got.Number != l.Number {
			t.Fatalf("number of person %d leads to %+v, %v", i, got, ok)
		}
		if l.Former == "" {
			continue
		}
		old, ok := w.LicenceByNumber(l.Former)
		if !ok || old.Holder != i || old.Number != l.Former || len(old.Classes) != len(l.Classes) || old.Classes[0].State != LicenceReplaced {
			t.Fatalf("paper of person %d leads to %+v, %v", i, old, ok)
		}
	}
	for _, unknown := range []string{"", "ZX", "019999", "ZX-00001", "019009000001", "ZX999999"} {
		if l, ok := w.LicenceByNumber(unknown); ok {
			t.Errorf("%q leads to person %d", unknown, l.Holder)
		}
	}
}
