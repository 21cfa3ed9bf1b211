package synthetic

import (
	"fmt"
	"iter"
	"strconv"
)

// Sex is a person's sex as the civil register numbers it.
type Sex uint8

// The sexes.
const (
	Male   Sex = 1
	Female Sex = 2
)

// Coded returns the sex with its name.
func (s Sex) Coded() Coded { return sexes[s-1] }

// Person is one inhabitant, written out from the world's compact record.
type Person struct {
	Index        int
	CitizenID    string // 12 digits; empty for the few who have only an old card
	OldCitizenID string // 9 digits; empty for the young

	Surname, Middle, Given string
	Sex                    Sex
	Birth                  Date // for some of the old only the year, or the year and month
	Died                   Date // zero for the living

	Ethnicity, Religion, MaritalStatus, BloodGroup, Nationality Coded

	BirthRegistered Address // where the birth was registered, which the citizen id names
	Origin          Address // quê quán
	Permanent       Address // the same for the whole household
	Current         Address

	Father, Mother, Spouse int    // indices, or None
	FatherName, MotherName string // known even where the parent is nobody of this world
	Household              int
	Relation               Coded // to the head of the household

	Phone, Email string // empty for children and the dead
}

// FullName returns surname, middle and given name.
func (p Person) FullName() string { return p.Surname + " " + p.Middle + " " + p.Given }

// Alive reports whether the person lives Today.
func (p Person) Alive() bool { return p.Died.IsZero() }

// Age is in years, that of this year's birthday included; of the dead, what it would be.
func (p Person) Age() int { return Today.Year() - p.Birth.Year() }

// marital is a marital status, an index into its catalogue plus one.
type marital uint8

const (
	single marital = iota + 1
	married
	widowed
	divorced
)

// relation is a place in a household, an index into its catalogue plus one.
type relation uint8

const (
	head relation = iota + 1
	wife
	husband
	child
	father
	mother
	sibling
)

// person is what cannot be derived about an inhabitant.
type person struct {
	citizenID  uint64 // 0: none
	oldID      uint32 // 0: none
	birth      Date
	died       Date
	father     int32
	mother     int32
	spouse     int32
	household  int32
	registered spot
	origin     spot
	current    spot
	name       name
	sex        Sex
	ethnicity  uint8
	religion   uint8
	blood      uint8
	marital    marital
	relation   relation
}

func (p person) alive() bool { return p.died.IsZero() }

// age is in years, that of this year's birthday included; of the dead, what it would be.
func (p person) age() int { return Today.Year() - p.birth.Year() }

// household is a family under one roof; its members have consecutive indices.
type household struct {
	first int32
	count int32
	head  int32
	place spot
}

// Household is a family under one roof.
type Household struct {
	Index   int
	Book    string // number of the household book, nine digits
	Head    int    // a living member
	Members []int
	Address Address
}

// Len returns how many people there are, living and dead. Their indices run from 0.
func (w *World) Len() int { return len(w.people) }

// Households returns how many households there are. Their indices run from 0.
func (w *World) Households() int { return len(w.households) }

// People visits everybody in the order of their indices.
func (w *World) People() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		for i := range w.people {
			if !yield(w.Person(i)) {
				return
			}
		}
	}
}

// Person returns the inhabitant of this index; it panics if there is none.
func (w *World) Person(i int) Person {
	p := w.people[i]
	out := Person{
		Index:           i,
		CitizenID:       digits(p.citizenID, 12),
		OldCitizenID:    digits(uint64(p.oldID), 9),
		Surname:         surnames[p.name.surname],
		Middle:          middleNames[p.sex][p.name.middle],
		Given:           givenNames[p.sex][p.name.given],
		Sex:             p.sex,
		Birth:           p.birth,
		Died:            p.died,
		Ethnicity:       ethnicities[p.ethnicity],
		Religion:        religions[p.religion],
		MaritalStatus:   maritalStatuses[p.marital-1],
		BloodGroup:      bloodGroups[p.blood],
		Nationality:     vietnam,
		BirthRegistered: w.address(p.registered),
		Origin:          w.address(p.origin),
		Permanent:       w.address(w.home(p)),
		Current:         w.address(p.current),
		Father:          int(p.father),
		Mother:          int(p.mother),
		Spouse:          int(p.spouse),
		Household:       int(p.household),
		Relation:        relations[p.relation-1],
	}
	out.FatherName, out.MotherName = w.parentNames(i)
	out.Phone, out.Email = w.contact(i)
	return out
}

// contact returns the telephone number and e-mail address of a living person of
// fifteen or more.
func (w *World) contact(i int) (phone, email string) {
	if p := w.people[i]; !p.alive() || p.age() < 15 {
		return "", ""
	}
	return own("0100", i), fmt.Sprintf("nguoidan%06d@example.com", i)
}

// parentNames returns the names of both parents, inventing those of parents who
// are nobody of this world. A father shares his surname with the child.
func (w *World) parentNames(i int) (father, mother string) {
	p, r := w.people[i], w.derive(i, "parents")
	invented := r.newName(Male)
	invented.surname = p.name.surname
	father, mother = invented.full(Male), r.fullName(Female)
	if p.father != None {
		father = w.people[p.father].name.full(Male)
	}
	if p.mother != None {
		mother = w.people[p.mother].name.full(Female)
	}
	return father, mother
}

// home is where a person is registered to live.
func (w *World) home(p person) spot { return w.households[p.household].place }

// Children returns the children of a person in the order of their indices.
func (w *World) Children(i int) []int { return w.children.of(i) }

// Household returns the household of this index; it panics if there is none.
func (w *World) Household(i int) Household {
	h := w.households[i]
	members := make([]int, h.count)
	for m := range members {
		members[m] = int(h.first) + m
	}
	return Household{
		Index:   i,
		Book:    own("019", i),
		Head:    int(h.head),
		Members: members,
		Address: w.address(h.place),
	}
}

// PersonByCitizenID returns the inhabitant with this citizen id of 12 digits.
func (w *World) PersonByCitizenID(id string) (Person, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil || len(id) != 12 {
		return Person{}, false
	}
	i, ok := w.citizenIDs[n]
	if !ok {
		return Person{}, false
	}
	return w.Person(int(i)), true
}

// PersonByOldID returns the inhabitant with this old card of 9 digits.
func (w *World) PersonByOldID(id string) (Person, bool) {
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil || len(id) != 9 {
		return Person{}, false
	}
	i, ok := w.oldIDs[uint32(n)]
	if !ok {
		return Person{}, false
	}
	return w.Person(int(i)), true
}

// digits writes a number with leading zeros, and zero as nothing.
func digits(n uint64, width int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%0*d", width, n)
}
