package synthetic

import (
	"regexp"
	"testing"
)

func TestElectronicIdentitiesAgreeWithAgeAndDeath(t *testing.T) {
	w, seen := theWorld(), map[string]int{}
	for p := range w.People() {
		account, ok := w.ElectronicIdentity(p.Index)
		adult := p.Age() > 18
		switch {
		case !ok && adult && p.Alive():
			seen["adult without"]++
		case ok && (p.CitizenID == "" || p.Age() < 6 || account.Holder != p.Index || account.Locked == p.Alive()):
			t.Errorf("person %d: %+v", p.Index, account)
		case account.Locked:
			seen["locked"]++
			if p.Died < firstIdentities {
				t.Errorf("person %d died before there were accounts", p.Index)
			}
		case ok && adult:
			seen[[...]string{"", "level 1", "level 2"}[account.Level]]++
		}
	}
	if seen["adult without"] == 0 || seen["locked"] == 0 || seen["level 1"] == 0 || seen["level 2"] < 5*seen["level 1"] {
		t.Errorf("accounts: %v", seen)
	}
}

func TestConsentCodesLeadBackToWhoGaveThem(t *testing.T) {
	w := New(1, 500)
	form := regexp.MustCompile(`^ZC[0-9]{8}$`)
	given := 0
	for i := range w.Len() {
		account, _ := w.ElectronicIdentity(i)
		for _, c := range w.Consents(i) {
			given++
			if got, ok := w.ConsentByCode(c.Code); !ok || got != c || c.Holder != i || !form.MatchString(c.Code) || c.Given > Today {
				t.Errorf("%+v leads to %+v, %v", c, got, ok)
			}
			if account.Level != 2 || account.Locked || !w.Person(i).Alive() {
				t.Errorf("consent of person %d with account %+v", i, account)
			}
		}
	}
	if given == 0 {
		t.Error("nobody has given a consent")
	}
	for _, unknown := range []string{"", "ZC", "ZC99999999", "ZC01-00001"} {
		if c, ok := w.ConsentByCode(unknown); ok {
			t.Errorf("%q leads to person %d", unknown, c.Holder)
		}
	}
}
