package adapters

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// fits tells whether a text passes as a value of a vocabulary type.
func fits[T ~string](t *testing.T, text string) bool {
	t.Helper()
	s, err := derive(reflect.TypeFor[T](), tagOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, ok := s.unfit(text)
	return ok
}

func TestFormsAcceptTheRightAndRefuseTheRest(t *testing.T) {
	tests := []struct {
		name        string
		fits        func(*testing.T, string) bool
		right, rest []string
	}{
		{"citizen id", fits[CitizenID],
			[]string{"001099000001", "001399999999", "096000000001", "999100000001"},
			[]string{"00109900001", "0010990000011", "001499000001", "000099000001", "003099000001", "00109900000a", "００１０９９０００００１"}},
		{"old citizen id", fits[OldCitizenID],
			[]string{"019900001"},
			[]string{"01990000", "0199000011", "01990000x"}},
		{"tax code", fits[TaxCode],
			[]string{"0100233488", "0100233488-001", "0100233488-999"},
			[]string{"0100233487", "0100233488-000", "0100233488-1", "0100233488-0001", "0100233488001", "010023348", "0100000006", "0100233488-"}},
		{"date", fits[Date],
			[]string{"1990", "1990-05", "1990-05-17", "2024-02-29", "1850"},
			[]string{"990", "1990-5", "1990-13", "1990-00", "2023-02-29", "1990-05-00", "1849", "0001-01-01", "1990-05-17T00:00", "17/05/1990", "1990-"}},
		{"day", fits[Day],
			[]string{"1990-05-17"},
			[]string{"1990", "1990-05", "2023-02-29", "0001-01-01"}},
		{"agency id", fits[AgencyID],
			[]string{"H26", "H26.12", "H26.12.03", "G09.01", "H37.DN.001"},
			[]string{"h26", "H2", "H26.", "H26..1", "H26.1.2.3.4", "H26.123456789", "000.00.12.H26", "H26.é"}},
		{"commune code", fits[CommuneCode],
			[]string{"00004", "00008"},
			[]string{"00001", "99999", "0004", "000004"}},
		{"person name", fits[PersonName],
			[]string{"Nguyễn Văn Thử", norm.NFD.String("Nguyễn Ước Ỷ"), "Y H'Thử", "Ngô-Lý", "Trần T. Thử", "Ng’Ô", "Ộ"},
			[]string{".", "-", "'", "Nguyễn1", "A@b", "A\tB", "A<b>", " A", "\u0301A", strings.Repeat("A", 121)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, text := range test.right {
				if !test.fits(t, text) {
					t.Errorf("%q is refused", text)
				}
			}
			for _, text := range append(test.rest, "", "x\n", text0) {
				if test.fits(t, text) {
					t.Errorf("%q passes", text)
				}
			}
		})
	}
}

// text0 is what no form may let through.
const text0 = "a\x00b"

func TestFormExamplesFit(t *testing.T) {
	for _, formed := range []Formed{CitizenID(""), OldCitizenID(""), TaxCode(""), Date(""), Day(""), AgencyID(""), CommuneCode(""), PersonName("")} {
		f := formed.Form()
		if !regexp.MustCompile(f.Pattern).MatchString(f.Example) || f.Check != nil && !f.Check(f.Example) || len([]rune(f.Example)) > f.Max {
			t.Errorf("%s: example %q does not fit", f.Name, f.Example)
		}
		if f.Rule.VI == "" || f.Rule.EN == "" {
			t.Errorf("%s: rule lacks a language", f.Name)
		}
		if !strings.HasPrefix(f.Pattern, "^") || !strings.HasSuffix(f.Pattern, "$") {
			t.Errorf("%s: pattern is not anchored", f.Name)
		}
	}
}

// TestTaxCodeCheckDigit states the sum by hand: 0100233488 gives 167, which is 2
// modulo 11, so the digit is 8.
func TestTaxCodeCheckDigit(t *testing.T) {
	for last := range 10 {
		code := fmt.Sprintf("010023348%d", last)
		if got := ValidTaxCode(code); got != (last == 8) {
			t.Errorf("%s: valid = %v", code, got)
		}
	}
}

// TestSumOfElevenHasNoTaxCode: where the difference is ten no digit stands for it.
func TestSumOfElevenHasNoTaxCode(t *testing.T) {
	found := 0
	for n := range 2000 {
		head := fmt.Sprintf("01%07d", n)
		sum := 0
		for i, w := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += w * int(head[i]-'0')
		}
		valid := 0
		for last := range 10 {
			if ValidTaxCode(fmt.Sprintf("%s%d", head, last)) {
				valid++
			}
		}
		want := 1
		if sum%11 == 0 || n == 0 {
			want = 0
		}
		if valid != want {
			t.Fatalf("%s: %d valid digits, want %d", head, valid, want)
		}
		found += 1 - want
	}
	if found < 100 {
		t.Errorf("only %d heads without a code were met", found)
	}
}

func TestTaxCodeOfAnyTextIsAnswered(t *testing.T) {
	for _, code := range []string{"", "-", "-001", "0100233488-", "ABCDEFGHIJ", "01002334８８", "0100233488-0a1", "0100233488-001-001"} {
		if ValidTaxCode(code) {
			t.Errorf("%q is valid", code)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringOf(rapid.SampledFrom([]rune("0123456789-aé"))).Draw(t, "code")
		if ValidTaxCode(code) && !regexp.MustCompile(TaxCode("").Form().Pattern).MatchString(code) {
			t.Fatalf("%q is valid without being a tax code", code)
		}
	})
}

func TestSexIsNamedByItsCode(t *testing.T) {
	for code, want := range map[string]string{"1": "Nam", "01": "Nam", "2": "Nữ", "3": "Chưa xác định", "0": "Chưa xác định", "4": "", "": "", "M": ""} {
		if got := SexName(code); got != want {
			t.Errorf("%q is %q, want %q", code, got, want)
		}
	}
}
