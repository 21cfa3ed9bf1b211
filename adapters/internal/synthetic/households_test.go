package synthetic

import (
	"slices"
	"testing"
)

func checkHouseholds(t *testing.T, w *World, people []Person) {
	t.Helper()
	housed, books := 0, map[string]bool{}
	for i := range w.Households() {
		h := w.Household(i)
		books[h.Book] = true
		housed += len(h.Members)
		if !slices.Contains(h.Members, h.Head) || !people[h.Head].Alive() {
			t.Errorf("household %d: head %d is no living member", i, h.Head)
		}
		heads := 0
		for _, m := range h.Members {
			if people[m].Household != i || people[m].Permanent != h.Address {
				t.Errorf("household %d: member %d lives in %d", i, m, people[m].Household)
			}
			if people[m].Relation.Name == "Chủ hộ" {
				heads++
			}
			if fault := relationFault(people[h.Head], people[m]); fault != "" {
				t.Errorf("household %d, member %d: %s", i, m, fault)
			}
		}
		if heads != 1 {
			t.Errorf("household %d has %d heads", i, heads)
		}
	}
	if housed != w.Len() || len(books) != w.Households() {
		t.Errorf("%d of %d people live in %d households with %d books", housed, w.Len(), w.Households(), len(books))
	}
}

func relationFault(head, p Person) string {
	is := false
	switch p.Relation.Name {
	case "Chủ hộ":
		is = p.Index == head.Index
	case "Vợ":
		is = head.Spouse == p.Index && p.Sex == Female
	case "Chồng":
		is = head.Spouse == p.Index && p.Sex == Male
	case "Con":
		is = p.Father == head.Index || p.Mother == head.Index
	case "Em":
		is = p.Father == head.Father && p.Mother == head.Mother && p.Birth > head.Birth
	case "Bố":
		is = head.Father == p.Index
	case "Mẹ":
		is = head.Mother == p.Index
	}
	if !is {
		return "is not the head's " + p.Relation.Name
	}
	return ""
}
