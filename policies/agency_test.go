package policies

import (
	"errors"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestAgencyIDsAreReadInBothForms(t *testing.T) {
	for in, want := range map[string]AgencyID{
		"H26": "H26", "H26.12": "H26.12", "H37.DN.001": "H37.DN.001", "G12.ABCDEFGH.1.2": "G12.ABCDEFGH.1.2",
		"000.00.12.H26": "H26.12", "000.00.00.G22": "G22", "000.00.99.G09": "G09.99",
	} {
		if got, err := ParseAgencyID(in); got != want || err != nil {
			t.Errorf("ParseAgencyID(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "H2", "h26", "H26.", ".H26", "H26..1", "H26.123456789", "H26.1.2.3.4", "H26.a", "H26 ", "H26.*", "*", "@g",
		"001.00.12.H26", "000.01.12.H26", "000.00.1a.H26", "000.00.12.h26", "000.00.12.H2", "00.00.12.H26", "Ｈ26"} {
		if got, err := ParseAgencyID(in); !errors.Is(err, ErrAgencyID) {
			t.Errorf("ParseAgencyID(%q) = %q, %v, want ErrAgencyID", in, got, err)
		}
	}
}

func TestAgencyIDFollowsThePublishedPattern(t *testing.T) {
	pattern := regexp.MustCompile(`^[A-Z][0-9]{2}(\.[A-Z0-9]{1,8}){0,3}$`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[A-Z][0-9]{2}(\.[A-Z0-9]{1,9}){0,4}`), rapid.StringMatching(`[GH0-2.a]{0,16}`)).Draw(t, "id")
		if want := pattern.MatchString(s) && len(s) <= 35; validAgency(s) != want {
			t.Fatalf("validAgency(%q) = %v", s, !want)
		}
	})
}

func TestPrefixEndsAtADot(t *testing.T) {
	for _, c := range []struct {
		parent, child string
		want          bool
	}{
		{"H26.1", "H26.1", true}, {"H26.1", "H26.1.7", true}, {"H26", "H26.12", true},
		{"H26.1", "H26.12", false}, {"H26.12", "H26.1", false}, {"H26.12", "H26", false},
	} {
		if got := contains(c.parent, c.child); got != c.want {
			t.Errorf("contains(%s, %s) = %v", c.parent, c.child, got)
		}
	}
}
