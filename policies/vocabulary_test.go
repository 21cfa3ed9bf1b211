package policies

import (
	"strings"
	"testing"
	"time"
)

// testVocabulary has the systems that the shipped policies speak of, with fields of our own.
func testVocabulary() Vocabulary {
	person := []string{"fullName", "citizenId", "address", "address.communeCode", "address.communeName", "address.detail"}
	return Vocabulary{
		{ID: "population", Operations: []OperationTerms{
			{ID: "citizen-lookup", Personal: true, Fields: person},
			{ID: "citizen-verify", Personal: true, Fields: []string{"matched", "checkedOn"}},
			{ID: "relatives-verify", Personal: true, Fields: []string{"matched", "relation"}},
		}},
		{ID: "business-registration", Operations: []OperationTerms{
			{ID: "enterprise-lookup", Fields: []string{"taxCode", "name", "status.code", "status.name"}},
			{ID: "dossiers-by-date", Personal: true, Fields: []string{"dossiers.code", "dossiers.contactName", "dossiers.contactPhone"}},
			{ID: "dossier-status", Fields: []string{"status", "contactName"}},
		}},
		{ID: "shared-catalogues", Operations: []OperationTerms{
			{ID: "catalogues", Fields: []string{"catalogues"}}, {ID: "structure", Fields: []string{"columns"}}, {ID: "entries", Fields: []string{"entries"}},
		}},
		{ID: "land", Operations: []OperationTerms{
			{ID: "parcel-lookup", Fields: []string{"parcel", "area"}},
			{ID: "certificate-lookup", Personal: true, Fields: []string{"owner", "number"}},
		}},
	}
}

const testPurposes = `kind: purposes
purposes:
  - {code: one-stop, names: {vi: Một cửa, en: One-stop}, dossier: optional}
  - {code: land-transfer, names: {vi: Đất đai, en: Land}, dossier: required}
  - {code: staff-records, names: {vi: Cán bộ, en: Staff}, dossier: forbidden}
`

const testRoutes = `kind: route
systems:
  population: {endpoints: [{name: primary, url: "sandbox:"}]}
  business-registration: {endpoints: [{name: primary, url: "sandbox:"}]}
  shared-catalogues: {endpoints: [{name: primary, url: "sandbox:"}]}
  land: {endpoints: [{name: primary, url: "sandbox:"}]}
`

func setOf(access string) []File {
	return []File{{"access.yaml", []byte(access)}, {"purposes.yaml", []byte(testPurposes)}, {"route.yaml", []byte(testRoutes)}}
}

// rules builds an access file from rules in flow form, one a line, adding a
// basis, and an id in the order of the file: r1, r2, …
func rules(groups string, lines ...string) string {
	var b strings.Builder
	b.WriteString("kind: access\n")
	if groups != "" {
		b.WriteString("groups: " + groups + "\n")
	}
	b.WriteString("rules:\n")
	for i, line := range lines {
		b.WriteString("  - {id: r" + string(rune('1'+i)) + ", basis: test, " + line + "}\n")
	}
	return b.String()
}

func mustLoad(t testing.TB, files []File) *Set {
	t.Helper()
	set, faults := Load(files, testVocabulary())
	if set == nil {
		t.Fatalf("load:\n%v", faults)
	}
	return set
}

// noon is a Friday, 12:00 in Vietnam.
func noon() time.Time { return time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC) }

func ask(agency, operation, purpose string) *Question {
	system, op, _ := strings.Cut(operation, "/")
	return &Question{Agency: AgencyID(agency), Client: "client-1", System: system, Operation: op, Purpose: purpose, Time: noon()}
}

func decidedBy(d Decision) string {
	if d.Rule == nil {
		return d.Reason.String()
	}
	return d.Reason.String() + " " + d.Rule.ID
}
