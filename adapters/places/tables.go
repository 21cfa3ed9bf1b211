package places

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed hanoi-communes.csv
var communesCSV string

//go:embed hanoi-old-to-new-communes.csv
var oldCommunesCSV string

//go:embed citizen-id-provinces.csv
var provincesCSV string

// parsed is the content of the three files, each sorted by code.
type parsed struct {
	communes  []Commune
	old       []OldCommune
	provinces []Province
}

// tables parses the files at first use, so that a program which never asks pays
// nothing. They are part of the program: a fault in them is a fault in the build.
var tables = sync.OnceValue(func() parsed {
	t, err := parse(communesCSV, oldCommunesCSV, provincesCSV)
	if err != nil {
		panic(err)
	}
	return t
})

func parse(communes, old, provinces string) (parsed, error) {
	var t parsed
	var err error
	if t.communes, err = parseCommunes(communes); err != nil {
		return t, fmt.Errorf("parse communes: %w", err)
	}
	if t.old, err = parseOld(old, t.communes); err != nil {
		return t, fmt.Errorf("parse old communes: %w", err)
	}
	if t.provinces, err = parseProvinces(provinces); err != nil {
		return t, fmt.Errorf("parse provinces: %w", err)
	}
	return t, nil
}

func parseCommunes(text string) ([]Commune, error) {
	rows, err := readRows(text, 3)
	if err != nil {
		return nil, err
	}
	communes := make([]Commune, 0, len(rows))
	for _, row := range rows {
		c := Commune{Code: row[0], Kind: Kind(row[1]), Name: row[2]}
		if c.Kind.Prefix() == "" {
			return nil, fmt.Errorf("read commune %s: unknown kind %q", c.Code, row[1])
		}
		communes = append(communes, c)
	}
	slices.SortFunc(communes, func(a, b Commune) int { return strings.Compare(a.Code, b.Code) })
	return communes, nil
}

// parseOld gathers the rows of one old unit, which stand together, into one value.
func parseOld(text string, communes []Commune) ([]OldCommune, error) {
	rows, err := readRows(text, 7)
	if err != nil {
		return nil, err
	}
	var old []OldCommune
	for _, row := range rows {
		if len(old) == 0 || old[len(old)-1].Code != row[0] {
			kind, name, ok := splitFullName(row[1])
			if !ok {
				return nil, fmt.Errorf("read old commune %s: no kind in %q", row[0], row[1])
			}
			old = append(old, OldCommune{
				Code: row[0], Kind: kind, Name: name,
				DistrictCode: row[2], DistrictName: row[3],
			})
		}
		into, ok := find(communes, row[4], func(c Commune) string { return c.Code })
		if !ok || into.FullName() != row[5] {
			return nil, fmt.Errorf("read old commune %s: no commune %s %s", row[0], row[4], row[5])
		}
		extent := Extent(row[6])
		switch extent {
		case Whole, Some, LandOnly, AllPeople:
		default:
			return nil, fmt.Errorf("read old commune %s: unknown extent %q", row[0], row[6])
		}
		last := &old[len(old)-1]
		last.Parts = append(last.Parts, Part{Into: into, Extent: extent})
	}
	slices.SortStableFunc(old, func(a, b OldCommune) int { return strings.Compare(a.Code, b.Code) })
	return old, nil
}

func parseProvinces(text string) ([]Province, error) {
	rows, err := readRows(text, 3)
	if err != nil {
		return nil, err
	}
	provinces := make([]Province, 0, len(rows))
	for _, row := range rows {
		provinces = append(provinces, Province{Code: row[0], Before: row[1], After: row[2]})
	}
	slices.SortFunc(provinces, func(a, b Province) int { return strings.Compare(a.Code, b.Code) })
	return provinces, nil
}

// readRows returns the records below the heading, each of the given width.
func readRows(text string, width int) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = width
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("read table: no rows")
	}
	return rows[1:], nil
}

// splitFullName takes the official prefix off a name as the tables spell it.
func splitFullName(full string) (Kind, string, bool) {
	for _, kind := range []Kind{Ward, Rural, Town} {
		if name, ok := strings.CutPrefix(full, kind.Prefix()+" "); ok {
			return kind, name, true
		}
	}
	return "", "", false
}
