// Package synthetic makes one fictional Hà Nội, from which every simulated
// national system draws its records, so that a citizen's identity, family,
// companies and land agree with each other wherever they are asked for.
//
// Nobody in it exists. Names are put together by chance from common parts,
// company names from words that do not go together, and identifiers lie where,
// to our knowledge, the authorities have given out none: citizen ids whose last
// six digits begin with 9, old cards under 019, tax codes under 019, telephone
// numbers under 0100, certificates under Z. Only the names and codes of communes,
// districts and provinces are real; they come from package places.
//
// # What it holds
//
// Stored are the facts from which all else follows: people with their cards,
// families, households and addresses (people, register, families, address);
// enterprises with members and representatives, and their dossiers (enterprises,
// owners, dossiers, trades); parcels and certificates of land (land).
//
// Derived at each question are what somebody lives by (work), insurance and health
// cards (insurance), driving licences (licences), allowances (assistance), accounts
// and consents (electronicidentity), applications for judicial records, convictions
// and bans (judicialrecords), files of public servants (staff), entries of the civil
// registers (vitalrecords) and orders of the post (post).
//
// No person is in the catalogues (catalogues, codes), the budget units
// (budgetunits) and the legal documents (legaldocuments).
//
// # How the facts agree
//
// A person is an index. What is derived comes from the index, the seed and the
// stored facts alone, so that nothing is remembered and every system that is asked
// about somebody says the same. Derived facts rest on each other in one direction:
// birth, death and family come first; then representing an enterprise; then Work;
// and on Work rest insurance, cards, allowances, convictions and staff files. Each
// kind of fact has a stream of chance of its own, so that a new one changes no other.
//
// Numbers of people end in six digits that lead back to the index (see own); others
// have a map. The world stands on Today: nothing in it is later, the dead have nothing
// that only the living have, and no record is older than whom it is about. What was
// written down before the reform of July 2025 may name a district and an old commune,
// what is younger never does. Dossier codes of the public service centre tell apart
// what they are about (see centreDossier).
//
// The package owns the people and things and how they hang together; it does
// not own how a system words them, which is each simulator's business. The
// simulators and the sandbox call it; production code never does. That the systems
// agree as they are asked is held by TestSystemsTellOneStory of adapters/sandbox.
package synthetic

import "github.com/lgsp-vn/lgsp/adapters/places"

// Today is the day on which the world stands: nothing in it is later.
const Today Date = 2026_11_01

// None stands where a person, household or enterprise could be named by its
// index but is not known or does not exist.
const None = -1

// The bounds of a world: fewer people than the lower would leave families and
// companies without members, more than the upper would exhaust the reserved ids.
const (
	MinPeople     = 100
	DefaultPeople = 20_000
	MaxPeople     = 1_000_000
)

// Coded is a value of some catalogue: its code and the Vietnamese name.
type Coded struct {
	Code string
	Name string
}

// World is the fictional city. It never changes after New and is safe for
// concurrent use. The slices that its methods return are shared and must not
// be changed.
type World struct {
	seed uint64

	communes  []places.Commune
	old       []places.OldCommune
	provinces []places.Province
	heirs     []heir // by index of old

	people     []person
	households []household
	children   index
	citizenIDs map[uint64]int32
	oldIDs     map[uint32]int32

	enterprises     []Enterprise
	representatives map[int32]bool // people who stand for an enterprise
	dossiers        []Dossier
	taxCodes        map[string]int32
	journal         map[string]int32

	parcels            []Parcel
	certificates       []Certificate
	parcelKeys         map[ParcelKey]int32
	certificateNumbers map[string]int32
	certificateBooks   map[string]int32
}

// New makes the world of a seed with so many people, kept within MinPeople and
// MaxPeople. The same seed and size give the same world on every machine and
// with every version of Go.
func New(seed uint64, people int) *World {
	people = min(max(people, MinPeople), MaxPeople)
	w := &World{
		seed:               seed,
		communes:           places.Communes(),
		old:                places.OldCommunes(),
		provinces:          places.Provinces(),
		citizenIDs:         make(map[uint64]int32, people),
		oldIDs:             make(map[uint32]int32, people),
		representatives:    map[int32]bool{},
		taxCodes:           map[string]int32{},
		journal:            map[string]int32{},
		parcelKeys:         map[ParcelKey]int32{},
		certificateNumbers: map[string]int32{},
		certificateBooks:   map[string]int32{},
	}
	w.linkCommunes()
	// Each domain has its own stream of chance, so that a domain added later
	// leaves the others as they are.
	w.settle(newStream(seed, "people"), people)
	w.incorporate(newStream(seed, "enterprises"), people/20)
	w.survey(newStream(seed, "land"))
	return w
}

// index lists, for each person, some other indices.
type index struct {
	start []int32 // one more than there are people
	items []int32
}

// newIndex turns pairs (owner, item) into an index over n owners. Items keep
// the order in which they are visited.
func newIndex(n int, pairs func(visit func(owner, item int32))) index {
	x := index{start: make([]int32, n+1)}
	pairs(func(owner, _ int32) { x.start[owner+1]++ })
	for i := range n {
		x.start[i+1] += x.start[i]
	}
	x.items = make([]int32, x.start[n])
	next := append([]int32(nil), x.start[:n]...)
	pairs(func(owner, item int32) {
		x.items[next[owner]] = item
		next[owner]++
	})
	return x
}

// of returns the items of one owner.
func (x index) of(owner int) []int {
	items := x.items[x.start[owner]:x.start[owner+1]]
	list := make([]int, len(items))
	for i, item := range items {
		list[i] = int(item)
	}
	return list
}
