package synthetic

import (
	"strings"
	"testing"
)

func TestEnterprisesAreConsistent(t *testing.T) { checkEnterprises(t, theWorld()) }

// checkEnterprises checks every promise about single enterprises.
func checkEnterprises(t *testing.T, w *World) {
	t.Helper()
	names := map[string]bool{}
	for i, e := range w.Enterprises() {
		if names[e.Name] {
			t.Errorf("enterprise %d: the name %q is taken", i, e.Name)
		}
		names[e.Name] = true
		if e.Index != i || !validTaxCode(e.TaxCode) {
			t.Errorf("enterprise %d: index %d, tax code %q", i, e.Index, e.TaxCode)
		}
		if found, ok := w.EnterpriseByTaxCode(e.TaxCode); !ok || found.Index != i {
			t.Errorf("enterprise %d: its tax code finds %d, %v", i, found.Index, ok)
		}
		if (e.Parent != None) != strings.Contains(e.TaxCode, "-") {
			t.Errorf("enterprise %d: tax code %s, parent %d", i, e.TaxCode, e.Parent)
		}
		if e.Parent != None && !strings.HasPrefix(e.TaxCode, w.Enterprises()[e.Parent].TaxCode+"-") {
			t.Errorf("branch %d: tax code %s is not the parent's", i, e.TaxCode)
		}
		checkEnterpriseDates(t, e)
		checkCapital(t, w, e)
		checkHeads(t, w, e)
	}
}

// validTaxCode follows the published rule: ten digits with a weighted check digit,
// digits three to nine not all zero, and for a branch a number from 001.
func validTaxCode(code string) bool {
	code, branch, isBranch := strings.Cut(code, "-")
	if len(code) != 10 || code[2:9] == "0000000" || strings.Trim(code, "0123456789") != "" {
		return false
	}
	if isBranch && (len(branch) != 3 || branch == "000" || strings.Trim(branch, "0123456789") != "") {
		return false
	}
	weights, sum := []int{31, 29, 23, 19, 17, 13, 7, 5, 3}, 0
	for i, w := range weights {
		sum += w * int(code[i]-'0')
	}
	return 10-sum%11 == int(code[9]-'0')
}

func TestTaxCodeCheckKnowsThePublishedExample(t *testing.T) {
	if !validTaxCode("0100233488") || validTaxCode("0100233487") {
		t.Error("the published example is not told from a wrong code")
	}
}

func checkEnterpriseDates(t *testing.T, e Enterprise) {
	t.Helper()
	switch {
	case e.Founded.IsZero() || e.Founded > Today:
		t.Errorf("enterprise %d: founded %s", e.Index, e.Founded)
	case e.Amended.IsZero() != (e.Changes == 0):
		t.Errorf("enterprise %d: %d changes, last %s", e.Index, e.Changes, e.Amended)
	case e.Changes > 0 && (e.Amended < e.Founded || e.Amended > Today):
		t.Errorf("enterprise %d: founded %s, amended %s", e.Index, e.Founded, e.Amended)
	case e.Founded >= reform && e.Seat.OldForm():
		t.Errorf("enterprise %d: founded %s in a district", e.Index, e.Founded)
	}
}

// checkCapital checks that shares add up and members are who they say.
func checkCapital(t *testing.T, w *World, e Enterprise) {
	t.Helper()
	amount, ratio := int64(0), 0
	seen := map[[2]int]bool{}
	for _, m := range e.Members {
		amount += m.Amount
		ratio += m.Ratio
		if m.Ratio <= 0 || (m.Person == None) == (m.Enterprise == None) || seen[[2]int{m.Person, m.Enterprise}] {
			t.Errorf("enterprise %d: member %+v", e.Index, m)
			continue
		}
		seen[[2]int{m.Person, m.Enterprise}] = true
		if m.Enterprise != None && (m.Enterprise >= e.Index || w.Enterprises()[m.Enterprise].Name != m.Name) {
			t.Errorf("enterprise %d is owned by %+v", e.Index, m)
		}
		if m.Person != None && w.Person(m.Person).FullName() != m.Name {
			t.Errorf("enterprise %d: member %d is not called %s", e.Index, m.Person, m.Name)
		}
	}
	if e.Parent == None && (ratio != 10_000 || amount != e.Capital) {
		t.Errorf("enterprise %d: members hold %d of %d đồng, %d hundredths of a percent", e.Index, amount, e.Capital, ratio)
	}
}

// checkHeads checks who stands for an enterprise, and that it has one main activity.
func checkHeads(t *testing.T, w *World, e Enterprise) {
	t.Helper()
	if len(e.Representatives) < 1 || len(e.Representatives) > 3 {
		t.Errorf("enterprise %d has %d representatives", e.Index, len(e.Representatives))
	}
	for _, i := range append([]int{e.Contact}, e.Representatives...) {
		if p := w.Person(i); !p.Alive() || e.Founded.Year()-p.Birth.Year() < 18 {
			t.Errorf("enterprise %d, founded %s: %d born %s, died %s", e.Index, e.Founded, i, p.Birth, p.Died)
		}
	}
	main := 0
	for _, a := range e.Activities {
		if a.Main {
			main++
		}
	}
	if main != 1 {
		t.Errorf("enterprise %d has %d main activities", e.Index, main)
	}
}

func TestEnterprisesHaveEveryCase(t *testing.T) {
	count := map[string]int{}
	for _, e := range theWorld().Enterprises() {
		count["status "+e.Status.Code]++
		count["form "+e.Type.Code]++
		if len(e.Representatives) > 1 {
			count["several representatives"]++
		}
		for _, m := range e.Members {
			if m.Enterprise != None {
				count["owned by a company"]++
			}
		}
	}
	for _, name := range []string{
		"status 1", "status 2", "status 3", "status 4", "form 1", "form 2", "form 3", "form 4", "form 5", "form 6",
		"several representatives", "owned by a company",
	} {
		if count[name] < 3 {
			t.Errorf("%s: %d", name, count[name])
		}
	}
	if got := len(theWorld().Enterprises()); got < 980 || got > 1020 {
		t.Errorf("%d enterprises, want about 1000", got)
	}
	t.Log(count)
}

func TestBranchesDoNotOutliveTheirEnterprise(t *testing.T) {
	for seed := range uint64(5) {
		w := New(seed, 2000)
		for _, e := range w.Enterprises() {
			if e.Parent != None && e.Status != w.Enterprises()[e.Parent].Status {
				t.Errorf("seed %d: branch %s is %s, its enterprise %s",
					seed, e.TaxCode, e.Status.Name, w.Enterprises()[e.Parent].Status.Name)
			}
		}
	}
}

func TestMostEnterprisesStayInOperation(t *testing.T) {
	for _, size := range []int{MinPeople, 1000, DefaultPeople} {
		w := New(1, size)
		active := 0
		for _, e := range w.Enterprises() {
			if e.Status == operating {
				active++
			}
		}
		if active*5 < len(w.Enterprises())*2 {
			t.Errorf("%d people: %d of %d enterprises operate", size, active, len(w.Enterprises()))
		}
	}
}
