// Package places holds the administrative units of Hà Nội, before and after
// 1 July 2025, and the provinces that a citizen id can name.
//
// It owns three tables and the one question that is hard about them: which
// commune of today an address from a national record lies in. It knows nothing
// of streets, of other provinces' communes or of any national system. Adapters
// call it to validate and to map codes; the synthetic population takes its
// addresses from it.
package places

import (
	"slices"
	"strings"
)

// Kind is the legal kind of a unit at commune level.
type Kind string

// The kinds. Towns exist only among the units of before July 2025.
const (
	Ward  Kind = "phuong"
	Rural Kind = "xa"
	Town  Kind = "thi-tran"
)

// Prefix returns the word that precedes a unit's name in official writing.
func (k Kind) Prefix() string {
	switch k {
	case Ward:
		return "Phường"
	case Rural:
		return "Xã"
	case Town:
		return "Thị trấn"
	}
	return ""
}

// Commune is one of the 126 wards and communes in being since 1 July 2025.
type Commune struct {
	Code string // five digits; also the code of another unit before that day
	Kind Kind
	Name string // without the prefix
}

// FullName returns the name with its prefix, such as "Phường Ba Đình".
func (c Commune) FullName() string { return c.Kind.Prefix() + " " + c.Name }

// OldCommune is one of the 526 wards, communes and towns that ended on 1 July 2025.
type OldCommune struct {
	Code         string
	Kind         Kind
	Name         string // without the prefix
	DistrictCode string // three digits
	DistrictName string // with its prefix, such as "Quận Ba Đình"
	Parts        []Part // where it went; never empty
}

// FullName returns the name with its prefix, such as "Thị trấn Sóc Sơn".
func (o OldCommune) FullName() string { return o.Kind.Prefix() + " " + o.Name }

// Part says how much of an old unit went into one new commune.
type Part struct {
	Into   Commune
	Extent Extent
}

// Extent is how much of an old unit moved.
type Extent string

// The extents, spelt as in the table.
const (
	Whole     Extent = "no"              // the whole unit, undivided
	Some      Extent = "part"            // some of the land and of the people
	LandOnly  Extent = "part-area"       // land on which nobody lives
	AllPeople Extent = "part-all-people" // some of the land, but every resident
)

// Province is a province as the first three digits of a citizen id name it.
type Province struct {
	Code   string // three digits
	Before string // its name when the code was given out
	After  string // the province of today that holds its land
}

// Communes returns the communes of today in the order of their codes.
func Communes() []Commune { return slices.Clone(tables().communes) }

// OldCommunes returns the units of before July 2025 in the order of their
// codes. The Parts are shared and must not be changed.
func OldCommunes() []OldCommune { return slices.Clone(tables().old) }

// Provinces returns the 63 provinces of the citizen id in the order of their codes.
func Provinces() []Province { return slices.Clone(tables().provinces) }

// ByCode returns the commune of today with this code.
func ByCode(code string) (Commune, bool) {
	return find(tables().communes, code, func(c Commune) string { return c.Code })
}

// OldByCode returns the unit of before July 2025 with this code.
func OldByCode(code string) (OldCommune, bool) {
	return find(tables().old, code, func(o OldCommune) string { return o.Code })
}

// BirthProvince names the province of birth registration behind the first three
// digits of a citizen id: as it was called then, and the one it belongs to now.
func BirthProvince(code string) (before, after string, ok bool) {
	p, ok := find(tables().provinces, code, func(p Province) string { return p.Code })
	return p.Before, p.After, ok
}

// find looks a code up in rows sorted by code.
func find[T any](rows []T, code string, of func(T) string) (T, bool) {
	i, ok := slices.BinarySearchFunc(rows, code, func(row T, code string) int {
		return strings.Compare(of(row), code)
	})
	if !ok {
		var none T
		return none, false
	}
	return rows[i], true
}
