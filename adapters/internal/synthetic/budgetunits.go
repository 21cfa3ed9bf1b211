package synthetic

import (
	"fmt"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// BudgetUnit is a unit that the state budget pays through. Its code begins with 9,
// where to our knowledge none has been given out; its chapter and category are
// assumed.
type BudgetUnit struct {
	Code     string // seven digits
	Name     string
	Parent   string // code of the unit above, which may have been closed; empty for the city
	Receiver string // code of the unit that took a closed one over

	Type     string // 1 uses money, 4 sums up those below
	Category string // two digits
	Level    string // 2 city, 3 district, 4 commune
	Chapter  string // three digits; empty for the city

	DistrictCode string // three digits; empty since the reform
	CommuneCode  string // five digits; empty for units of the city and of districts

	Basis     string // the act that the record rests on
	Created   Date
	Effective Date
	Changed   Date
	Closed    Date // zero while in use
}

// The acts behind the records.
const (
	reformAct = "Nghị quyết 1656/NQ-UBTVQH15"
	otherAct  = "Quyết định thành lập (giả định)"
)

// departmentChapters are those of the agencies of the city, in their order; the
// ward among them has its unit with the communes.
var departmentChapters = []string{"405", "435", "414", "418", "416", "412", "417", "425", "428", "422", "411", "", "423", "419", "420", "483", "437"}

// financeDepartment is the place in cityAgencies of who took the districts over (assumed).
const financeDepartment = 3

// treasury numbers the units of a world.
type treasury struct {
	w         *World
	r         *stream
	units     []BudgetUnit
	communes  map[string]string // code of a present commune to that of its unit
	districts map[string]string // the same of districts
}

// BudgetUnits returns all units, made afresh at each call: the city, its
// departments, the districts closed by the reform, the communes of before and
// after it, and schools. Of the communes merged into one, that whose code it bears
// has kept its unit under the new name; the others have been closed.
func (w *World) BudgetUnits() []BudgetUnit {
	t := &treasury{w: w, r: newStream(w.seed, "budget units"), communes: map[string]string{}, districts: map[string]string{}}
	city := t.open(BudgetUnit{Name: "Thành phố Hà Nội", Type: "4", Category: "00", Level: "2"}, 2003)
	receiver := ""
	for i, chapter := range departmentChapters {
		if chapter == "" {
			continue
		}
		code := t.open(BudgetUnit{Name: cityAgencies[i], Parent: city, Type: "1", Category: "01", Level: "2", Chapter: chapter}, 2003)
		if i == financeDepartment {
			receiver = code
		}
	}
	for _, o := range w.old {
		if t.districts[o.DistrictCode] == "" {
			t.districts[o.DistrictCode] = t.open(BudgetUnit{Name: "Ủy ban nhân dân " + lowered(o.DistrictName), Parent: city, Receiver: receiver,
				Type: "1", Category: "01", Level: "3", Chapter: "605", DistrictCode: o.DistrictCode, Closed: reform}, 2004)
		}
	}
	t.presentCommunes(city)
	t.oldCommunes()
	t.schools()
	return t.units
}

// open adds a unit created in a year or one of the four after it, and returns its code.
func (t *treasury) open(u BudgetUnit, year int) string {
	u.Code = fmt.Sprintf("9%06d", scatter(len(t.units), MaxPeople))
	u.Created = t.r.within(year, year+4)
	if u.Basis == "" {
		u.Basis = otherAct
	}
	if u.Effective.IsZero() {
		u.Effective = u.Created.AddDays(t.r.between(0, 30))
	}
	u.Changed = max(u.Changed, u.Effective, u.Closed)
	t.units = append(t.units, u)
	return u.Code
}

func (t *treasury) presentCommunes(city string) {
	for _, c := range t.w.communes {
		t.communes[c.Code] = t.open(BudgetUnit{Name: committee(c.Kind, c.Name), Parent: city, Type: "1", Category: "01", Level: "4", Chapter: "805",
			CommuneCode: c.Code, Basis: reformAct, Effective: reform}, 2005)
	}
}

// oldCommunes adds the units of those that did not live on.
func (t *treasury) oldCommunes() {
	for i, o := range t.w.old {
		if _, kept := t.communes[o.Code]; !kept {
			t.open(BudgetUnit{Name: committee(o.Kind, o.Name), Parent: t.districts[o.DistrictCode], Receiver: t.communes[t.w.heirOf(i)],
				Type: "1", Category: "01", Level: "4", Chapter: "805", DistrictCode: o.DistrictCode, CommuneCode: o.Code, Closed: reform}, 2005)
		}
	}
}

// schools adds two for each commune. Some of their records nobody has rewritten
// since the reform: they are still under the district.
func (t *treasury) schools() {
	kinds := []string{"Mầm non", "Tiểu học", "Trung học cơ sở"}
	whole := map[string][]places.OldCommune{}
	for i, o := range t.w.old {
		if code := t.w.heirOf(i); o.Parts[0].Extent == places.Whole {
			whole[code] = append(whole[code], o)
		}
	}
	for _, c := range t.w.communes {
		for range 2 {
			u := BudgetUnit{Name: "Trường " + one(t.r, kinds) + " " + one(t.r, streets), Type: "1", Category: "02"}
			if old := whole[c.Code]; len(old) > 0 && t.r.percent(30) {
				o := one(t.r, old)
				u.Parent, u.Level, u.Chapter = t.districts[o.DistrictCode], "3", "622"
				u.DistrictCode, u.CommuneCode = o.DistrictCode, o.Code
			} else {
				u.Parent, u.Level, u.Chapter, u.CommuneCode, u.Changed = t.communes[c.Code], "4", "822", c.Code, reform.AddDays(t.r.between(0, 90))
			}
			t.open(u, 2009)
		}
	}
}

// committee names the people's committee of a commune.
func committee(kind places.Kind, name string) string {
	return "Ủy ban nhân dân " + lowered(kind.Prefix()) + " " + name
}

// lowered writes the first word small, as within a name.
func lowered(name string) string {
	kind, rest, _ := strings.Cut(name, " ")
	return strings.TrimSpace(strings.ToLower(kind) + " " + rest)
}
