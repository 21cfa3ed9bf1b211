package places

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestSpellingsOfOneNameAreEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{"Yên Hòa", "Yên Hoà"},
		{"YÊN HÒA", "yên hòa"},
		{"Hòa", norm.NFD.String("Hòa")},
		{"Thúy", "Thuý"},
		{"Thụy", "Thuỵ"},
		{"Khỏe", "Khoẻ"},
		{"  Ba   Đình ", "Ba Đình"},
		{"Ba\u00a0Đình", "ba đình"},
		{"Văn Miếu - Quốc Tử Giám", "Văn Miếu–Quốc Tử Giám"},
	} {
		if a, b := NormalizeName(pair[0]), NormalizeName(pair[1]); a != b {
			t.Errorf("%q and %q differ: %q, %q", pair[0], pair[1], a, b)
		}
	}
}

func TestOtherNamesStayDifferent(t *testing.T) {
	for _, pair := range [][2]string{
		{"Hòa", "Hóa"}, {"Hòa", "Hoa"}, {"Đống Đa", "Dống Da"}, {"Hoàn", "Hoàng"},
		{"Ân", "An"}, {"Lương", "Luông"}, {"Ba Đình", "BaĐình"}, {"Ba Vì", "Ba Vi"},
	} {
		if a, b := NormalizeName(pair[0]), NormalizeName(pair[1]); a == b {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], a)
		}
	}
}

func TestNoTwoCommunesOfTodayShareAName(t *testing.T) {
	seen := map[string]string{}
	for _, c := range Communes() {
		key := NormalizeName(c.Name)
		if other, dup := seen[key]; dup {
			t.Errorf("%s and %s have the key %q", other, c.Code, key)
		}
		seen[key] = c.Code
	}
}

func TestEveryUnitAgreesWithItsOwnNames(t *testing.T) {
	short := map[Kind]string{Ward: "P. ", Rural: "X.", Town: "TT "}
	for _, o := range OldCommunes() {
		for _, given := range []string{o.Name, o.FullName(), norm.NFD.String(o.FullName()), short[o.Kind] + o.Name} {
			if !agrees(given, o.Kind, o.Name) {
				t.Errorf("%q does not agree with %s", given, o.FullName())
			}
		}
	}
}

func TestAnotherKindDoesNotAgree(t *testing.T) {
	if agrees("Thị trấn Sóc Sơn", Rural, "Sóc Sơn") {
		t.Error("a town agrees with the commune of the same name")
	}
	if agrees("Xã", Rural, "Sóc Sơn") || agrees("", Rural, "Sóc Sơn") {
		t.Error("no name agrees with a name")
	}
}

func TestNormalizingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := NormalizeName(rapid.String().Draw(t, "name"))
		if again := NormalizeName(key); again != key {
			t.Fatalf("%q became %q", key, again)
		}
	})
}

func FuzzNormalizeName(f *testing.F) {
	for _, s := range []string{"", "Hoà", "Văn Miếu - Quốc Tử Giám", "\u0301", "\xff\xfe", "İstanbul", "ọ̣́"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		key := NormalizeName(name)
		if utf8.ValidString(name) && !utf8.ValidString(key) {
			t.Fatalf("%q gave invalid text %q", name, key)
		}
		if again := NormalizeName(key); again != key {
			t.Fatalf("%q gave %q, then %q", name, key, again)
		}
	})
}
