package policies

import "testing"

func TestDossierBelongsToTheCallerAndIsWellFormed(t *testing.T) {
	for code, want := range map[string]Reason{
		"H26.12-261120-0001":        Granted,
		"H26.12.3-261120-0001":      Granted,
		"000.00.12.H26-261120-0001": Granted,
		"H26.12-240229-9999":        Granted, // leap day
		"H26-261120-0001":           DossierForeign,
		"H26.1-261120-0001":         DossierForeign,
		"H26.123-261120-0001":       DossierForeign,
		"000.00.13.H26-261120-0001": DossierForeign,
		"000.00.00.H26-261120-0001": DossierForeign,
		"001.00.12.H26-261120-0001": DossierInvalid,
		"H26.12-250229-0001":        DossierInvalid, // not a leap year
		"H26.12-261301-0001":        DossierInvalid,
		"H26.12-260001-0001":        DossierInvalid,
		"H26.12-260100-0001":        DossierInvalid,
		"H26.12-261120-001":         DossierInvalid,
		"H26.12-261120-00001":       DossierInvalid,
		"H26.12-26112０-0001":        DossierInvalid,
		"H26.12 261120-0001":        DossierInvalid,
		"h26.12-261120-0001":        DossierInvalid,
		"-261120-0001":              DossierInvalid,
		"-":                         DossierInvalid,
	} {
		if got := checkDossier("H26.12", code); got != want {
			t.Errorf("checkDossier(%q) = %v, want %v", code, got, want)
		}
	}
}

func TestPurposeDecidesWhetherADossierIsNamed(t *testing.T) {
	set := mustLoad(t, setOf(rules("", `agencies: H26.12, operations: land/*, purposes: "*", fields: "*"`)))
	const own, foreign = "H26.12-261120-0001", "H26.13-261120-0001"
	for _, c := range []struct {
		purpose, dossier string
		want             Reason
	}{
		{"one-stop", "", Granted}, {"one-stop", own, Granted}, {"one-stop", foreign, DossierForeign},
		{"land-transfer", "", DossierRequired}, {"land-transfer", own, Granted}, {"land-transfer", "x", DossierInvalid},
		{"staff-records", "", Granted}, {"staff-records", own, DossierForbidden},
		{"curiosity", "", UnknownPurpose}, {"", "", UnknownPurpose}, {"*", "", UnknownPurpose},
	} {
		q := ask("H26.12", "land/parcel-lookup", c.purpose)
		q.Dossier = c.dossier
		if d := set.Decide(q); d.Reason != c.want || d.Allowed != (c.want == Granted) {
			t.Errorf("purpose %q, dossier %q: %v, want %v", c.purpose, c.dossier, d.Reason, c.want)
		}
	}
}
