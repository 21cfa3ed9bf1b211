package synthetic

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

func TestPeopleAreConsistent(t *testing.T) { checkPeople(t, theWorld()) }

// checkPeople checks every promise about single people, families and households.
func checkPeople(t *testing.T, w *World) {
	t.Helper()
	people := slices.Collect(w.People())
	if len(people) != w.Len() {
		t.Fatalf("visited %d of %d people", len(people), w.Len())
	}
	for _, p := range people {
		for _, fault := range [...]string{
			identifierFault(p), dateFault(p), spouseFault(people, p), parentFault(people, p),
			childrenFault(w, people, p), addressFault(p),
		} {
			if fault != "" {
				t.Errorf("person %d: %s", p.Index, fault)
			}
		}
	}
	checkHouseholds(t, w, people)
}

func identifierFault(p Person) string {
	if p.CitizenID == "" && p.OldCitizenID == "" {
		return "has no card at all"
	}
	if p.OldCitizenID != "" && (len(p.OldCitizenID) != 9 || p.Birth.Year() > 2001) {
		return "wrong old card " + p.OldCitizenID
	}
	if p.CitizenID == "" {
		return ""
	}
	// Written out from Decree 137/2015 rather than shared with the code.
	century := [...]int{'0': 1900, '1': 1900, '2': 2000, '3': 2000, '9': 0}
	sex := [...]Sex{'0': Male, '1': Female, '2': Male, '3': Female, '9': 0}
	if len(p.CitizenID) != 12 {
		return "citizen id is not of 12 digits: " + p.CitizenID
	}
	digit := p.CitizenID[3]
	year, err := strconv.Atoi(p.CitizenID[4:6])
	if err != nil || century[digit]+year != p.Birth.Year() || sex[digit] != p.Sex {
		return fmt.Sprintf("citizen id %s of sex %d, born %s", p.CitizenID, p.Sex, p.Birth)
	}
	province, _, ok := places.BirthProvince(p.CitizenID[:3])
	if !ok || province != p.BirthRegistered.ProvinceName {
		return fmt.Sprintf("citizen id %s, registered in %s", p.CitizenID, p.BirthRegistered.ProvinceName)
	}
	return ""
}

func dateFault(p Person) string {
	switch {
	case p.Birth.Year() < 1926 || p.Birth > Today:
		return "born " + p.Birth.String()
	case p.Birth.Month() == 0 && p.Birth.Day() != 0:
		return "a day without a month"
	case p.Birth.Month() != 0 && p.Birth.Day() != 0 && dateOf(p.Birth.Time()) != p.Birth:
		return "no such day " + p.Birth.String()
	case !p.Alive() && (p.Died <= p.Birth || p.Died > Today || p.Died.Day() == 0):
		return "died " + p.Died.String()
	}
	return ""
}

func spouseFault(people []Person, p Person) string {
	if p.Spouse == None {
		if p.MaritalStatus.Code == "2" {
			return "married to nobody"
		}
		return ""
	}
	s := people[p.Spouse]
	switch {
	case s.Spouse != p.Index:
		return fmt.Sprintf("spouse %d is married to %d", s.Index, s.Spouse)
	case s.Sex == p.Sex || s.Household != p.Household:
		return "spouse has the same sex or another household"
	case p.Father != None && p.Father == s.Father:
		return "married to a sibling"
	case p.Alive() && (p.MaritalStatus.Code == "3") == s.Alive():
		return "widowed and the spouse lives, or the other way round"
	case p.MaritalStatus.Code != "2" && p.MaritalStatus.Code != "3":
		return "has a spouse but is " + p.MaritalStatus.Name
	}
	return ""
}

func parentFault(people []Person, p Person) string {
	if p.FatherName == "" || p.MotherName == "" {
		return "has a parent without a name"
	}
	for i, parent := range [...]int{p.Father, p.Mother} {
		if parent == None {
			continue
		}
		gap, sex := p.Birth.Year()-people[parent].Birth.Year(), [...]Sex{Male, Female}[i]
		if gap < 18 || gap > 45 || people[parent].Sex != sex {
			return fmt.Sprintf("parent %d is of sex %d and %d years older", parent, people[parent].Sex, gap)
		}
	}
	if p.Father != None && (people[p.Father].FullName() != p.FatherName || people[p.Father].Surname != p.Surname) {
		return "does not bear the father's name"
	}
	if p.Mother != None && people[p.Mother].FullName() != p.MotherName {
		return "knows the mother by another name"
	}
	return ""
}

func childrenFault(w *World, people []Person, p Person) string {
	children := w.Children(p.Index)
	for _, c := range children {
		if people[c].Father != p.Index && people[c].Mother != p.Index {
			return fmt.Sprintf("child %d does not know its parent", c)
		}
	}
	for _, parent := range []int{p.Father, p.Mother} {
		if parent != None && !slices.Contains(w.Children(parent), p.Index) {
			return fmt.Sprintf("parent %d does not know the child", parent)
		}
	}
	return ""
}

func addressFault(p Person) string {
	for _, a := range []Address{p.BirthRegistered, p.Origin, p.Permanent, p.Current} {
		old, isOld := places.OldByCode(a.CommuneCode)
		today, isToday := places.ByCode(a.CommuneCode)
		switch {
		case a.ProvinceCode != "01":
			if a.CommuneCode != "" || a.DistrictCode != "" || a.ProvinceName == "" {
				return fmt.Sprintf("outside Hà Nội: %+v", a)
			}
		case a.OldForm() && (!isOld || old.DistrictCode != a.DistrictCode || old.FullName() != a.CommuneName):
			return fmt.Sprintf("no such old commune: %+v", a)
		case !a.OldForm() && (!isToday || today.FullName() != a.CommuneName):
			return fmt.Sprintf("no such commune: %+v", a)
		}
		if a.Detail == "" {
			return "an address without detail"
		}
	}
	if p.Birth >= reform && p.BirthRegistered.OldForm() {
		return "registered under an old code after the reform"
	}
	return ""
}

func TestEveryCardFindsItsHolder(t *testing.T) {
	w := theWorld()
	for i := range w.Len() {
		p := w.Person(i)
		if p.CitizenID != "" {
			if found, ok := w.PersonByCitizenID(p.CitizenID); !ok || found.Index != i {
				t.Errorf("citizen id of %d finds %d, %v", i, found.Index, ok)
			}
		}
		if p.OldCitizenID != "" {
			if found, ok := w.PersonByOldID(p.OldCitizenID); !ok || found.Index != i {
				t.Errorf("old card of %d finds %d, %v", i, found.Index, ok)
			}
		}
	}
}

func TestUnknownCardsFindNobody(t *testing.T) {
	w := theWorld()
	p := w.Person(0)
	for _, id := range []string{
		"", "0", "000000000000", "00" + p.CitizenID, p.CitizenID + " ", "+" + p.CitizenID[1:], "abcdefghijkl",
	} {
		if found, ok := w.PersonByCitizenID(id); ok {
			t.Errorf("%q finds %d", id, found.Index)
		}
	}
	for _, id := range []string{"", "000000000", "19000000", "0190000001", "01900000a"} {
		if found, ok := w.PersonByOldID(id); ok {
			t.Errorf("%q finds %d", id, found.Index)
		}
	}
}

// TestPopulationHasEveryCase counts what the simulators need at least some of, beside
// what TestWorldHas counts.
func TestPopulationHasEveryCase(t *testing.T) {
	w := theWorld()
	count := map[string]int{}
	add := func(name string, is bool) {
		if is {
			count[name]++
		}
	}
	for i := range w.Len() {
		p := w.Person(i)
		add("dead", !p.Alive())
		add("born elsewhere", p.BirthRegistered.ProvinceCode != "01")
		add("other ethnicity", p.Ethnicity.Code != "01")
		add("a religion", p.Religion.Code != "00")
		add("single", p.MaritalStatus.Code == "1")
		add("widowed", p.MaritalStatus.Code == "3")
		add("divorced", p.MaritalStatus.Code == "4")
		add("lives with a grandparent", p.Relation.Name == "Bố" || p.Relation.Name == "Mẹ")
		add("parents in another household", p.Father != None && w.Person(p.Father).Household != p.Household)
		add("same place in both forms", p.Permanent.OldForm() && !p.Current.OldForm() && p.Permanent.Detail == p.Current.Detail)
		add("born this year", p.Birth.Year() == Today.Year())
	}
	for _, name := range []string{
		"dead", "born elsewhere",
		"other ethnicity", "a religion", "single", "widowed", "divorced", "lives with a grandparent",
		"parents in another household", "same place in both forms", "born this year",
	} {
		if count[name] < 15 {
			t.Errorf("%s: %d people", name, count[name])
		}
	}
	t.Log(w.Households(), count)
}

func TestAboutHalfTheAddressesAreInOldForm(t *testing.T) {
	w := theWorld()
	old, all := 0, 0
	for i := range w.Households() {
		a := w.Household(i).Address
		all++
		if a.OldForm() {
			old++
		}
	}
	if share := old * 100 / all; share < 45 || share > 55 {
		t.Errorf("old form: %d %% of the permanent addresses", share)
	}
}

// TestResolvingAnAddressNeverMisleads resolves each permanent address by what a
// record shows of it, and compares with the commune that it is.
func TestResolvingAnAddressNeverMisleads(t *testing.T) {
	w := theWorld()
	resolved := 0
	for i := range w.Households() {
		a := w.Household(i).Address
		got, ok := places.Resolve(places.Source{
			CommuneCode: a.CommuneCode, CommuneName: a.CommuneName, DistrictCode: a.DistrictCode, Resident: true,
		})
		if !ok {
			continue
		}
		resolved++
		if modern, sure := w.modern(w.households[i].place); !sure || w.address(modern).CommuneCode != got.Code {
			t.Errorf("%+v resolved to %s", a, got.Code)
		}
	}
	if resolved < w.Households()/2 {
		t.Errorf("resolved only %d of %d addresses", resolved, w.Households())
	}
}
