package synthetic

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// VitalKind is one of the civil registers.
type VitalKind int

// The registers.
const (
	BirthEntry VitalKind = iota + 1
	MarriageEntry
	DeathEntry
	RecognitionEntry
	ConfirmationEntry // of somebody's marital status
)

// Manner is how an entry came about.
type Manner int

// The manners.
const (
	InTime Manner = iota + 1
	Again         // the first entry was lost
	Late
)

// VitalRecord is an entry of a civil register of Hà Nội.
type VitalRecord struct {
	ID        int
	Kind      VitalKind
	Subject   int // who was born, died, is recognised or confirmed; the husband of a marriage
	Partner   int // the wife of a marriage, the parent who recognises; else None
	Requester int // None where it is nobody of this world

	Office     Address // without Detail; in the form in which the entry is filed
	Registered Date
	Manner     Manner
	Dossier    string // empty for entries of before there were electronic dossiers

	Number, Book, Page         string // in the register of the office
	Signer, SignerTitle, Clerk string

	// Of a death only.
	Hour, Minute int
	InHospital   bool
	Cause        string
}

// vital is what is derived first about an entry.
type vital struct {
	on      Date
	at      spot
	partner int32
	manner  Manner
}

// vitalKey places an entry in the order of its day.
type vitalKey struct {
	on     Date
	kind   VitalKind
	person int32
}

func (k vitalKey) compare(other vitalKey) int {
	return cmp.Or(cmp.Compare(k.on, other.on), cmp.Compare(k.kind, other.kind), cmp.Compare(k.person, other.person))
}

// VitalRecords are the registers of all offices of Hà Nội. Safe for concurrent use.
type VitalRecords struct {
	w    *World
	keys []vitalKey // sorted
}

// VitalRecords opens the registers. It goes through the whole world, so keep them.
func (w *World) VitalRecords() *VitalRecords {
	v := &VitalRecords{w: w}
	for i := range w.people {
		for kind := BirthEntry; kind <= ConfirmationEntry; kind++ {
			if event, ok := w.vital(kind, i); ok {
				v.keys = append(v.keys, vitalKey{event.on, kind, int32(i)})
			}
		}
	}
	slices.SortFunc(v.keys, vitalKey.compare)
	return v
}

// All visits every entry, oldest first.
func (v *VitalRecords) All() iter.Seq[VitalRecord] {
	return func(yield func(VitalRecord) bool) {
		for _, key := range v.keys {
			if r, _ := v.entry(key.kind, int(key.person)); !yield(r) {
				return
			}
		}
	}
}

// ByID returns the entry with this id.
func (v *VitalRecords) ByID(id int) (VitalRecord, bool) {
	i, ok := v.w.owner(strconv.Itoa(id))
	if !ok {
		return VitalRecord{}, false
	}
	r, ok := v.entry(VitalKind(id/vitalIDs), i)
	return r, ok && r.ID == id
}

// vitalIDs is how many ids each register has.
const vitalIDs = 10_000_000

// On returns the entries of one register made on a day.
func (v *VitalRecords) On(kind VitalKind, day Date) []VitalRecord {
	var list []VitalRecord
	for _, key := range v.day(day) {
		if key.kind == kind {
			r, _ := v.entry(kind, int(key.person))
			list = append(list, r)
		}
	}
	return list
}

// ByDossier returns the entry that an office (a commune by its code) made on a dossier.
func (v *VitalRecords) ByDossier(office, dossier string) (VitalRecord, bool) {
	var day Date
	var number int
	if _, err := fmt.Sscanf(dossier, dossierForm, &day, &number); err != nil {
		return VitalRecord{}, false
	}
	keys := v.day(day + 2000_00_00)
	if number < 1 || number > len(keys) {
		return VitalRecord{}, false
	}
	r, _ := v.entry(keys[number-1].kind, int(keys[number-1].person))
	return r, r.Dossier == dossier && r.Office.CommuneCode == office
}

// dossierForm is that of the national portal: the day, and a number within it.
const dossierForm = "G22.99-%06d-%04d"

// firstElectronic is the first day with electronic dossiers.
const firstElectronic Date = 2016_01_01

// day returns the keys of a day; a dossier's number is its place among them.
func (v *VitalRecords) day(day Date) []vitalKey {
	first, _ := slices.BinarySearchFunc(v.keys, vitalKey{on: day}, vitalKey.compare)
	last, _ := slices.BinarySearchFunc(v.keys, vitalKey{on: day + 1}, vitalKey.compare)
	return v.keys[first:last]
}

// entry writes an entry out.
func (v *VitalRecords) entry(kind VitalKind, i int) (VitalRecord, bool) {
	w := v.w
	event, ok := w.vital(kind, i)
	if !ok {
		return VitalRecord{}, false
	}
	registrar := w.derive(int(event.at.area), "registrar")
	r := VitalRecord{
		ID: int(kind)*vitalIDs + scatter(i, MaxPeople), Kind: kind, Subject: i, Partner: int(event.partner),
		Office: w.area(event.at), Registered: event.on, Manner: event.manner,
		Number: strconv.Itoa(i + 1), Book: fmt.Sprintf("01/%d", event.on.Year()), Page: strconv.Itoa(i%200 + 1),
		Signer:      registrar.fullName(Male),
		SignerTitle: one(registrar, []string{"Chủ tịch", "Phó Chủ tịch"}),
		Clerk:       registrar.fullName(Female),
	}
	r.Requester = w.requester(r)
	if event.on >= firstElectronic {
		place, _ := slices.BinarySearchFunc(v.day(event.on), vitalKey{event.on, kind, int32(i)}, vitalKey.compare)
		r.Dossier = fmt.Sprintf(dossierForm, event.on-2000_00_00, place+1)
	}
	if kind == DeathEntry {
		d := w.derive(i, "death")
		r.Hour, r.Minute, r.InHospital = d.below(24), d.below(60), d.percent(40)
		r.Cause = one(d, []string{"Tuổi già", "Bệnh tim mạch", "Bệnh hô hấp"})
		if p := w.people[i]; p.died.Year()-p.birth.Year() < 60 {
			r.Cause = "Tai nạn giao thông"
		}
	}
	return r, true
}

// requester is the first person of those close to the event who may ask for it.
func (w *World) requester(r VitalRecord) int {
	p := w.people[r.Subject]
	var near []int
	switch {
	case r.Kind == RecognitionEntry:
		near = []int{r.Partner}
	case r.Kind == DeathEntry:
		near = append([]int{int(p.spouse)}, w.Children(r.Subject)...)
	case r.Kind == BirthEntry && r.Registered.Year()-p.birth.Year() <= 18:
		near = []int{int(p.father), int(p.mother)}
	default:
		near = []int{r.Subject}
	}
	for _, i := range near {
		if i != None && w.people[i].alive() && r.Registered.Year()-w.people[i].birth.Year() >= 18 {
			return i
		}
	}
	return None
}

// vital tells when and where somebody was entered in a register; ok is false for
// whoever was not, or not in Hà Nội.
func (w *World) vital(kind VitalKind, i int) (event vital, ok bool) {
	r := w.derive(i, "vital record "+strconv.Itoa(int(kind)))
	p := w.people[i]
	switch kind {
	case BirthEntry:
		return w.enteredBirth(r, p)
	case MarriageEntry:
		return w.enteredMarriage(r, i)
	case DeathEntry:
		return w.enteredDeath(r, p)
	case RecognitionEntry:
		return w.enteredRecognition(r, p)
	case ConfirmationEntry:
		return w.enteredConfirmation(r, p)
	}
	return vital{}, false
}

// lastDay is the last on which an entry can be filed under a spot as it is.
func (w *World) lastDay(at spot) Date {
	if w.isOld(at) {
		return reform.AddDays(-1)
	}
	return Today
}

// enteredBirth is within 60 days, for some later. Whose day of birth nobody knows
// was entered again when the papers were gone.
func (w *World) enteredBirth(r *stream, p person) (vital, bool) {
	inTown := int(p.registered.area) < len(w.communes)+len(w.old)
	limit := w.lastDay(p.registered)
	v := vital{at: p.registered, partner: None, manner: InTime}
	late := p.birth.AddDays(61)
	switch {
	case p.birth.Day() == 0:
		v.manner, v.on = Again, r.within(1990, 2010)
	case r.percent(6) && late <= limit:
		v.manner, v.on = Late, r.day(late, min(late.AddDays(4*365), limit))
	default:
		v.on = r.day(p.birth, min(p.birth.AddDays(60), limit))
	}
	return v, inTown
}

// enteredMarriage is when both were of age, and before their first child where
// that can be. It is the husband's entry.
func (w *World) enteredMarriage(r *stream, i int) (vital, bool) {
	man := w.people[i]
	if man.sex != Male || man.spouse == None {
		return vital{}, false
	}
	first := newDate(max(man.birth.Year()+21, w.people[man.spouse].birth.Year()+19), 1, 1)
	last := first.AddDays(6 * 365)
	for _, c := range w.Children(i) {
		if born := w.people[c].birth; w.people[c].mother == man.spouse && born.Day() != 0 {
			last = min(last, max(born, first.AddDays(300)))
		}
	}
	at := w.home(man)
	return vital{r.day(first, min(last, w.lastDay(at))), at, man.spouse, InTime}, true
}

// enteredDeath is within 15 days.
func (w *World) enteredDeath(r *stream, p person) (vital, bool) {
	if p.alive() {
		return vital{}, false
	}
	on := r.day(p.died, p.died.AddDays(15))
	return vital{on, w.officeAt(w.home(p), on), None, InTime}, true
}

// enteredRecognition is that of a child by a father who never married.
func (w *World) enteredRecognition(r *stream, p person) (vital, bool) {
	if p.father == None || p.mother != None || w.people[p.father].marital != single || p.birth.Day() == 0 {
		return vital{}, false
	}
	first := p.birth.AddDays(90)
	on := r.day(first, first.AddDays(300))
	return vital{on, w.officeAt(w.home(p), on), p.father, InTime}, on <= Today
}

// enteredConfirmation is of some who are not married, within the last two years.
func (w *World) enteredConfirmation(r *stream, p person) (vital, bool) {
	if !p.alive() || p.marital == married || p.age() < 22 || !r.percent(15) {
		return vital{}, false
	}
	first := Today.AddDays(-730)
	if p.spouse != None {
		first = max(first, w.people[p.spouse].died.AddDays(16))
	}
	on := r.day(first, Today)
	return vital{on, w.officeAt(w.home(p), on), None, InTime}, on <= Today
}
