package synthetic

import (
	"fmt"
	"slices"
	"time"
)

// AssistanceGround is why somebody is supported by the month.
type AssistanceGround uint8

// The grounds.
const (
	OldAge           AssistanceGround = iota + 1 // without a pension
	SevereDisability                             // of the kind and degree told beside it
	PoorParent                                   // alone and poor, with children below 16
	Orphan                                       // below 16
)

// DisabilityKind is what a disability concerns; zero is none.
type DisabilityKind uint8

// The kinds.
const (
	Motor DisabilityKind = iota + 1
	Nervous
	Sight
	Mind
	Hearing
)

// Assistance is what somebody receives by the month, or did.
type Assistance struct {
	Person     int
	Ground     AssistanceGround
	Disability DisabilityKind
	Extreme    bool    // the higher of the two degrees of disability that are supported
	Allowance  int     // đồng a month, when it was last paid
	Since      Date    // never later than Today
	Ended      Date    // zero while it is paid
	Commune    Address // which pays it: one of today, without a Detail
}

// firstFile is from when there are files of who is supported.
const firstFile Date = 2012_01_01

// Assistance returns what a person receives, on the ground that comes first. It
// ends with the person, or when no child is below 16 any more.
func (w *World) Assistance(i int) (Assistance, bool) {
	p, r := w.people[i], w.derive(i, "assistance")
	work, age := w.Work(i), p.age()
	a := Assistance{Person: i, Ended: p.died}
	share := 2
	if age >= 60 {
		share = 8
	}
	last := Today
	if !p.alive() {
		last = p.died.AddDays(-365)
	}
	switch first := max(p.birth.AddDays(365), firstFile); {
	case w.orphan(p, r, &a):
	case work != Employee && work != PublicServant && first < last && r.percent(share):
		a.Ground, a.Disability, a.Extreme = SevereDisability, DisabilityKind(r.between(int(Motor), int(Hearing))), r.percent(30)
		a.Since = r.day(first, last)
	case w.poorParent(i, work, r, &a):
	case p.alive() && work == NoWork && pensionAge(p.birth) <= Today:
		a.Ground, a.Since = OldAge, pensionAge(p.birth)
	default:
		return Assistance{}, false
	}
	a.Allowance = w.allowance(a)
	a.Commune = w.area(w.officeAt(w.home(p), Today))
	return a, true
}

// poorParent fills in what a poor single parent receives, and tells whether this
// is one: the head of a household, of whose children no other parent is recorded.
func (w *World) poorParent(i int, work Work, r *stream, a *Assistance) bool {
	p, children := w.people[i], w.Children(i)
	if p.relation != head || p.spouse != None || len(children) == 0 || w.representatives[int32(i)] || work != NoWork && work != OwnAccount || !r.percent(70) {
		return false
	}
	var youngest Date
	for _, c := range children {
		if w.people[c].father != None && w.people[c].mother != None {
			return false
		}
		youngest = max(youngest, w.people[c].birth)
	}
	grown, first := youngest.AddYears(16), max(youngest.AddDays(30), firstFile)
	if first >= min(grown, Today) {
		return false
	}
	a.Ground, a.Since = PoorParent, r.day(first, grown.AddDays(-1))
	if grown <= Today {
		a.Ended = grown
	}
	return true
}

// orphan fills in what an orphan receives, and tells whether this is one.
func (w *World) orphan(p person, r *stream, a *Assistance) bool {
	if p.father == None || p.mother == None || w.people[p.father].alive() || w.people[p.mother].alive() {
		return false
	}
	since, grown := max(w.people[p.father].died, w.people[p.mother].died).AddDays(r.between(20, 50)), p.birth.AddYears(16)
	if since >= grown {
		return false
	}
	a.Ground, a.Since = Orphan, since
	if grown <= Today {
		a.Ended = grown
	}
	return true
}

// allowance is the standard amount of its time, once or more often: for each
// child, by the age of orphans, and by degree and age of the disabled (Decree
// 20/2021, Article 6).
func (w *World) allowance(a Assistance) int {
	on := Today
	if !a.Ended.IsZero() {
		on = a.Ended.AddDays(-1)
	}
	standard := 500_000
	switch {
	case on < 2021_07_01:
		standard = 270_000
	case on < 2024_07_01:
		standard = 360_000
	}
	halves := 2
	switch age := on.Year() - w.people[a.Person].birth.Year(); {
	case a.Ground == SevereDisability:
		halves = 3
		if a.Extreme {
			halves++
		}
		if age < 16 || age >= 60 {
			halves++
		}
	case a.Ground == Orphan:
		halves = 3
		if age < 4 {
			halves = 5
		}
	case a.Ground == PoorParent:
		halves = 0
		for _, c := range w.Children(a.Person) {
			if w.people[c].birth.AddYears(16) > on {
				halves += 2
			}
		}
	}
	return standard * halves / 2
}

// pensionAge is the day from which the old are supported: at 80 once, and at 75
// since 1 July 2025 (Law on Social Insurance of 2024).
func pensionAge(birth Date) Date {
	const law Date = 2025_07_01
	if at80 := birth.AddYears(80); at80 < law {
		return max(at80, firstFile)
	}
	return max(birth.AddYears(75), law)
}

// AssistanceDossier is an application for assistance or for a change of it,
// received within the last weeks.
type AssistanceDossier struct {
	Code       string
	Change     bool // of what is paid already
	Assistance Assistance
	Applicant  int // who receives it or, for a minor, the head of the household
	Received   time.Time
	Due        Date
	Decided    Date   // zero while undecided
	Decision   string // its number
}

// assistanceWindow is how many days of dossiers there are, some applications
// that were decided lately aside.
const assistanceWindow = 35

// AssistanceDossiers makes the dossiers in the order in which they were received.
func (w *World) AssistanceDossiers() []AssistanceDossier {
	var all []AssistanceDossier
	for i := range w.people {
		a, ok := w.Assistance(i)
		if !ok || !a.Ended.IsZero() {
			continue
		}
		r := w.derive(i, "assistance dossier")
		on := Today.AddDays(-r.below(assistanceWindow))
		d := AssistanceDossier{Assistance: a, Applicant: i, Change: true, Decided: on.AddDays(r.between(4, 10))}
		if a.Since > Today.AddDays(-assistanceWindow) {
			on = a.Since.AddDays(-r.between(5, 10))
			d.Change, d.Decided = false, a.Since
		} else if r.percent(60) {
			continue
		}
		if d.Decided > Today {
			d.Decided = 0
		}
		if w.people[i].age() < 18 {
			d.Applicant = int(w.households[w.people[i].household].head)
		}
		d.Received = on.at(r.officeMinute())
		d.Due = on.AddDays(10)
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b AssistanceDossier) int { return a.Received.Compare(b.Received) })
	numbers := map[Date]int{}
	for i := range all {
		on := dateOf(all[i].Received)
		numbers[on]++
		all[i].Code = centreDossier(on, firstAssistance+numbers[on])
		if !all[i].Decided.IsZero() {
			all[i].Decision = fmt.Sprintf("%d/QĐ-UBND", 9000+i)
		}
	}
	return all
}
