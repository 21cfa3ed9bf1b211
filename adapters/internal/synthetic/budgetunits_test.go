package synthetic

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

func TestBudgetUnitsHangTogether(t *testing.T) {
	w := theWorld()
	units := w.BudgetUnits()
	if diff := cmp.Diff(units, New(w.seed, MinPeople).BudgetUnits()); diff != "" {
		t.Error("the units depend on the people of the city")
	}
	byCode := map[string]BudgetUnit{}
	for _, u := range units {
		if len(u.Code) != 7 || u.Code[0] != '9' || byCode[u.Code].Code != "" {
			t.Errorf("code %q is none or taken", u.Code)
		}
		byCode[u.Code] = u
	}
	for _, u := range units {
		parent, ok := byCode[u.Parent]
		receiver, received := byCode[u.Receiver]
		switch {
		case ok == (u.Type == "4"):
			t.Errorf("%s has no place: parent %q", u.Name, u.Parent)
		case received == u.Closed.IsZero() || received && !receiver.Closed.IsZero():
			t.Errorf("%s, closed %q, was received by %q, closed %q", u.Name, u.Closed, receiver.Name, receiver.Closed)
		case u.Created > u.Effective || u.Effective > u.Changed || u.Closed > u.Changed || u.Changed > Today:
			t.Errorf("%s: dates in disorder: %+v", u.Name, u)
		case u.DistrictCode == "" && ok && !parent.Closed.IsZero():
			t.Errorf("%s, in the form of today, is under the closed %s", u.Name, parent.Name)
		case u.DistrictCode != "" && u.Changed > reform:
			t.Errorf("%s has a district and was changed on %s", u.Name, u.Changed)
		}
	}
}

func TestEveryCommuneHasOneBudgetUnit(t *testing.T) {
	present, closed, districts, left := map[string]int{}, map[string]int{}, 0, 0
	for _, u := range theWorld().BudgetUnits() {
		switch {
		case u.Chapter == "605":
			districts++
		case u.Chapter == "805" && u.Closed.IsZero():
			present[u.CommuneCode]++
		case u.Chapter == "805":
			closed[u.CommuneCode]++
		case u.DistrictCode != "":
			left++
		}
	}
	if len(present) != len(places.Communes()) || len(present)+len(closed) != len(places.OldCommunes()) || districts != 30 || left == 0 {
		t.Errorf("%d present communes, %d closed, %d districts, %d schools not rewritten", len(present), len(closed), districts, left)
	}
	for code := range closed {
		if present[code] > 0 {
			t.Errorf("the unit of commune %s has both lived on and been closed", code)
		}
	}
}
