package synthetic

import (
	"testing"
	"time"
)

func TestCataloguesHaveTheRowsThatAreKnown(t *testing.T) {
	rows := map[string]int{}
	for _, c := range Catalogues() {
		rows[c.Code] = len(c.Rows)
	}
	want := map[string]int{
		"donvihanhchinhcap1": 34, "donvihanhchinhcap2": 30, "donvihanhchinhcap3": 126,
		"madantoc": 54, "matongiao": 13, "magioitinh": 2, "manhommau": 4, "matinhtranghonnhan": 4,
		"maquocgia": 36, "qlvanbandieuhanhcap1": 32, "qlvanbandieuhanhcap2": 17,
		"dokhanvanban": 5, "maloaivanbantheoqdpl": 12, "mabuuchinhcap1": 8,
	}
	for code, n := range want {
		if rows[code] != n {
			t.Errorf("%s has %d rows, want %d", code, rows[code], n)
		}
	}
	if len(rows) != len(want) {
		t.Errorf("%d catalogues, want %d", len(rows), len(want))
	}
}

func TestEveryRowFitsItsProperties(t *testing.T) {
	for _, c := range Catalogues() {
		keyColumn := 0
		if c.Code == "qlvanbandieuhanhcap2" {
			keyColumn = 1 // below the code of the level above
		}
		seen := map[string]bool{}
		for i, row := range c.Rows {
			if len(row) != len(c.Properties) {
				t.Fatalf("%s row %d has %d values for %d properties", c.Code, i, len(row), len(c.Properties))
			}
			if row[keyColumn] == "" || seen[row[keyColumn]] {
				t.Errorf("%s row %d: the code %q is empty or taken", c.Code, i, row[keyColumn])
			}
			seen[row[keyColumn]] = true
			for k, p := range c.Properties {
				if _, err := time.Parse("02/01/2006", row[k]); p.Type == DateTime && row[k] != "" && err != nil {
					t.Errorf("%s row %d: %s is no date: %q", c.Code, i, p.Code, row[k])
				}
			}
		}
	}
}

func TestRecordNamesEveryPropertyAndGivesNullForNothing(t *testing.T) {
	c := Catalogue{
		Properties: []Property{{"Ma", "Mã", Text}, {"Ten", "Tên", Text}},
		Rows:       [][]string{{"01", ""}},
	}
	record := c.Record(0)
	if value, ok := record["Ma"]; !ok || value == nil || *value != "01" {
		t.Errorf("Ma = %v, %v", value, ok)
	}
	if value, ok := record["Ten"]; !ok || value != nil {
		t.Errorf("Ten = %v, %v, want null", value, ok)
	}
}

func TestPeopleUseTheCodesOfTheCatalogues(t *testing.T) {
	known := map[string]map[string]string{}
	for _, c := range Catalogues() {
		known[c.Code] = map[string]string{}
		for _, row := range c.Rows {
			known[c.Code][row[0]] = row[1]
		}
	}
	w := theWorld()
	for i := range w.Len() {
		p := w.Person(i)
		for catalogue, value := range map[string]Coded{
			"madantoc": p.Ethnicity, "matongiao": p.Religion, "magioitinh": p.Sex.Coded(),
			"manhommau": p.BloodGroup, "matinhtranghonnhan": p.MaritalStatus, "maquocgia": p.Nationality,
		} {
			if known[catalogue][value.Code] != value.Name {
				t.Fatalf("person %d: %+v is not in %s", i, value, catalogue)
			}
		}
	}
}
