package places

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAreComplete(t *testing.T) {
	kinds := map[Kind]int{}
	for _, c := range Communes() {
		kinds[c.Kind]++
	}
	if want := (map[Kind]int{Ward: 51, Rural: 75}); !cmp.Equal(kinds, want) {
		t.Errorf("communes of today by kind = %v, want %v", kinds, want)
	}
	oldKinds, districts, extents := map[Kind]int{}, map[string]bool{}, map[Extent]int{}
	for _, o := range OldCommunes() {
		oldKinds[o.Kind]++
		districts[o.DistrictCode] = true
		for _, p := range o.Parts {
			extents[p.Extent]++
		}
	}
	if want := (map[Kind]int{Ward: 160, Rural: 345, Town: 21}); !cmp.Equal(oldKinds, want) {
		t.Errorf("old units by kind = %v, want %v", oldKinds, want)
	}
	if len(districts) != 30 {
		t.Errorf("districts = %d, want 30", len(districts))
	}
	want := map[Extent]int{Whole: 327, Some: 368, LandOnly: 60, AllPeople: 40}
	if !cmp.Equal(extents, want) {
		t.Errorf("parts by extent = %v, want %v", extents, want)
	}
	if got := len(Provinces()); got != 63 {
		t.Errorf("provinces = %d, want 63", got)
	}
}

func TestEveryCodeIsFoundAsItself(t *testing.T) {
	for _, c := range Communes() {
		if got, ok := ByCode(c.Code); !ok || got != c {
			t.Errorf("ByCode(%s) = %v, %v", c.Code, got, ok)
		}
	}
	for _, o := range OldCommunes() {
		if got, ok := OldByCode(o.Code); !ok || !cmp.Equal(got, o) {
			t.Errorf("OldByCode(%s) = %v, %v", o.Code, got, ok)
		}
	}
	for _, p := range Provinces() {
		before, after, ok := BirthProvince(p.Code)
		if !ok || before != p.Before || after != p.After {
			t.Errorf("BirthProvince(%s) = %s, %s, %v", p.Code, before, after, ok)
		}
	}
}

func TestUnknownCodesAreNotFound(t *testing.T) {
	for _, code := range []string{"", "0", "4", "00002", "000040", "99999", "Ba Đình"} {
		if c, ok := ByCode(code); ok {
			t.Errorf("ByCode(%q) = %v", code, c)
		}
		if o, ok := OldByCode(code); ok {
			t.Errorf("OldByCode(%q) = %v", code, o)
		}
		if before, _, ok := BirthProvince(code); ok {
			t.Errorf("BirthProvince(%q) = %s", code, before)
		}
	}
}

func TestEveryCodeOfTodayBelongedToOneOfItsParts(t *testing.T) {
	renamed := 0
	for _, c := range Communes() {
		old, ok := OldByCode(c.Code)
		if !ok {
			t.Errorf("%s is no old code", c.Code)
			continue
		}
		if !slices.ContainsFunc(old.Parts, func(p Part) bool { return p.Into == c }) {
			t.Errorf("no part of old %s went into new %s", old.FullName(), c.FullName())
		}
		if old.Name != c.Name {
			renamed++
		}
	}
	if renamed != 96 {
		t.Errorf("codes that changed their name = %d, want 96", renamed)
	}
}

func TestCallersCannotChangeTheTables(t *testing.T) {
	Communes()[0].Name = "changed"
	OldCommunes()[0].Name = "changed"
	Provinces()[0].After = "changed"
	if Communes()[0].Name == "changed" || OldCommunes()[0].Name == "changed" || Provinces()[0].After == "changed" {
		t.Error("a caller's change reached the tables")
	}
}

func TestFaultyTablesAreRefused(t *testing.T) {
	const (
		communes  = "code,kind,name\n00004,phuong,Ba Đình\n"
		old       = "c,n,dc,dn,nc,nn,p\n00004,Phường Trúc Bạch,001,Quận Ba Đình,00004,Phường Ba Đình,no\n"
		provinces = "c,b,a\n001,Hà Nội,Hà Nội\n"
	)
	if _, err := parse(communes, old, provinces); err != nil {
		t.Fatalf("sound tables: %v", err)
	}
	faulty := map[string][3]string{
		"unknown kind":         {strings.Replace(communes, "phuong", "quan", 1), old, provinces},
		"missing column":       {"code,kind\n00004,phuong\n", old, provinces},
		"no rows":              {communes, old, "c,b,a\n"},
		"unknown successor":    {communes, strings.Replace(old, ",00004,", ",00008,", 1), provinces},
		"successor misnamed":   {communes, strings.Replace(old, "Phường Ba Đình", "Phường Ngọc Hà", 1), provinces},
		"unknown extent":       {communes, strings.Replace(old, ",no", ",all", 1), provinces},
		"old name has no kind": {communes, strings.Replace(old, "Phường Trúc", "Trúc", 1), provinces},
	}
	for name, tables := range faulty {
		if _, err := parse(tables[0], tables[1], tables[2]); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
