package places

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	lastDay  = time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)
	firstDay = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
)

// row is a line of the published table, read here a second time so that the
// tests do not lean on the parser they test.
type row struct{ code, name, district, newCode, newName, extent string }

func publishedRows(t testing.TB) []row {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(oldCommunesCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, r := range records[1:] {
		rows = append(rows, row{r[0], r[1], r[2], r[4], r[5], r[6]})
	}
	if len(rows) != 795 {
		t.Fatalf("rows = %d, want 795", len(rows))
	}
	return rows
}

func TestCodeAloneNeverResolves(t *testing.T) {
	for _, r := range publishedRows(t) {
		for _, resident := range []bool{false, true} {
			if got, ok := Resolve(Source{CommuneCode: r.code, Resident: resident}); ok {
				t.Errorf("%s alone resolved to %s", r.code, got.FullName())
			}
		}
	}
}

func TestOldAddressResolvesOnlyWhereNothingWasSplit(t *testing.T) {
	for _, r := range publishedRows(t) {
		for _, s := range []Source{
			{CommuneCode: r.code, DistrictCode: r.district},
			{CommuneCode: r.code, AsOf: lastDay},
			{CommuneCode: r.code, CommuneName: r.name, DistrictCode: r.district},
			{CommuneCode: r.code, DistrictCode: r.district, AsOf: firstDay}, // copied late, still an old address
		} {
			got, ok := Resolve(s)
			if want := r.extent == "no"; ok != want {
				t.Errorf("%+v (%s): resolved = %v", s, r.extent, ok)
			} else if ok && got.Code != r.newCode {
				t.Errorf("%+v = %s, want %s", s, got.Code, r.newCode)
			}
		}
	}
}

func TestResidentResolvesWhereAllPeopleWent(t *testing.T) {
	resolved := map[string]bool{}
	for _, r := range publishedRows(t) {
		got, ok := Resolve(Source{CommuneCode: r.code, DistrictCode: r.district, Resident: true})
		switch r.extent {
		case "no", "part-all-people":
			if !ok || got.Code != r.newCode {
				t.Errorf("%s = %s, %v, want %s", r.code, got.Code, ok, r.newCode)
			}
			resolved[r.code] = true
		case "part":
			if ok {
				t.Errorf("%s was split among people but resolved to %s", r.code, got.Code)
			}
		}
	}
	if len(resolved) != 327+40 {
		t.Errorf("resolved units = %d, want 367", len(resolved))
	}
}

func TestRecentAddressWithoutDistrictIsOfToday(t *testing.T) {
	for _, r := range publishedRows(t) {
		today, exists := ByCode(r.code)
		got, ok := Resolve(Source{CommuneCode: r.code, AsOf: firstDay})
		if ok != exists || got != today {
			t.Errorf("%s = %v, %v, want %v, %v", r.code, got, ok, today, exists)
		}
	}
}

func TestContradictionLeavesDoubt(t *testing.T) {
	for name, s := range map[string]Source{
		"old name in a recent record":       {CommuneCode: "00008", CommuneName: "Liễu Giai", AsOf: firstDay},
		"name of today in an old record":    {CommuneCode: "00008", CommuneName: "Ngọc Hà", AsOf: lastDay},
		"name of today with a district":     {CommuneCode: "00008", CommuneName: "Ngọc Hà", DistrictCode: "001"},
		"name of another unit":              {CommuneCode: "00008", CommuneName: "Ba Đình"},
		"code lies in another district":     {CommuneCode: "00008", DistrictCode: "002"},
		"no such district":                  {CommuneCode: "00008", DistrictCode: "999"},
		"no such code":                      {CommuneCode: "99999", AsOf: firstDay},
		"no code":                           {CommuneName: "Ba Đình", AsOf: firstDay},
		"another kind in a recent record":   {CommuneCode: "00376", CommuneName: "Thị trấn Sóc Sơn", AsOf: firstDay},
		"same name then and now, but split": {CommuneCode: "00190", CommuneName: "Phường Ô Chợ Dừa"},
	} {
		if got, ok := Resolve(s); ok {
			t.Errorf("%s: resolved to %s %s", name, got.Code, got.FullName())
		}
	}
}

func TestNameTellsOldFromNew(t *testing.T) {
	for name, c := range map[string]struct {
		from Source
		want string
	}{
		"name of today":               {Source{CommuneCode: "00008", CommuneName: "Phường Ngọc Hà"}, "00008"},
		"name of then":                {Source{CommuneCode: "00008", CommuneName: "liễu giai"}, "00008"},
		"name of then, other code":    {Source{CommuneCode: "00001", CommuneName: "PHÚC XÁ"}, "00097"},
		"same name then and now":      {Source{CommuneCode: "00229", CommuneName: "Kim Liên"}, "00229"},
		"kind of then":                {Source{CommuneCode: "00376", CommuneName: "TT. Sóc Sơn"}, "00376"},
		"tone placed the modern way":  {Source{CommuneCode: "00175", CommuneName: "Phường Yên Hoà", AsOf: firstDay}, "00175"},
		"everything agrees, old form": {Source{"00001", "P. Phúc Xá", "001", lastDay, true}, "00097"},
	} {
		if got, ok := Resolve(c.from); !ok || got.Code != c.want {
			t.Errorf("%s: %+v = %s, %v, want %s", name, c.from, got.Code, ok, c.want)
		}
	}
}

func TestOnlyTheCalendarDateCounts(t *testing.T) {
	hanoi := time.FixedZone("", 7*60*60)
	old := Source{CommuneCode: "00001", AsOf: time.Date(2025, 6, 30, 23, 59, 59, 0, hanoi)}
	if got, ok := Resolve(old); !ok || got.Code != "00097" {
		t.Errorf("last second before the reform = %s, %v", got.Code, ok)
	}
	old.AsOf = old.AsOf.Add(time.Second)
	if got, ok := Resolve(old); ok {
		t.Errorf("first second of the reform: an old code resolved to %s", got.Code)
	}
}

// TestResolveAgreesWithEveryReading compares with a model that lists each unit
// the record could mean, straight from the table, and demands one target.
func TestResolveAgreesWithEveryReading(t *testing.T) {
	rows := publishedRows(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(rows).Draw(t, "row")
		other := rapid.SampledFrom(rows).Draw(t, "other row")
		s := Source{
			CommuneCode:  r.code,
			CommuneName:  rapid.SampledFrom([]string{"", r.name, r.newName, other.name}).Draw(t, "name"),
			DistrictCode: rapid.SampledFrom([]string{"", r.district, other.district}).Draw(t, "district"),
			AsOf:         rapid.SampledFrom([]time.Time{{}, lastDay, firstDay}).Draw(t, "date"),
			Resident:     rapid.Bool().Draw(t, "resident"),
		}
		want, sure := modelResolve(rows, s)
		got, ok := Resolve(s)
		if ok != sure || got.Code != want {
			t.Fatalf("%+v = %q, %v, want %q, %v", s, got.Code, ok, want, sure)
		}
	})
}

func modelResolve(rows []row, s Source) (string, bool) {
	if s.CommuneName == "" && s.DistrictCode == "" && s.AsOf.IsZero() {
		return "", false
	}
	targets := map[string]bool{}
	for _, r := range rows {
		dateFits := s.DistrictCode == r.district || (s.DistrictCode == "" && s.AsOf != firstDay)
		if r.code == s.CommuneCode && dateFits && (s.CommuneName == "" || s.CommuneName == r.name) {
			switch {
			case r.extent == "no", r.extent == "part-all-people" && s.Resident:
				targets[r.newCode] = true
			case r.extent == "part", r.extent == "part-all-people":
				targets["split"] = true
			}
		}
		if r.newCode == s.CommuneCode && s.DistrictCode == "" && s.AsOf != lastDay &&
			(s.CommuneName == "" || s.CommuneName == r.newName) {
			targets[r.newCode] = true
		}
	}
	if len(targets) != 1 || targets["split"] {
		return "", false
	}
	for code := range targets {
		return code, true
	}
	return "", false
}

func BenchmarkResolve(b *testing.B) {
	for name, s := range map[string]Source{
		"district": {CommuneCode: "00001", DistrictCode: "001"},
		"name":     {CommuneCode: "00001", CommuneName: "Phường Phúc Xá", DistrictCode: "001"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := Resolve(s); !ok {
					b.Fatal("not resolved")
				}
			}
		})
	}
}
