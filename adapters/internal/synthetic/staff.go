package synthetic

import (
	"fmt"
	"iter"
)

// Servant is what the file of a public servant says beside the person. All of it
// is derived from the person's index. Staff numbers begin with HN9 and numbers as
// a servant with 99, because nobody publishes how they are built.
type Servant struct {
	Person        int
	StaffNumber   string   // given by the city
	ServantNumber string   // as a public servant
	Unit          WorkUnit // where they work Today
	Kind          ServantKind
	Recruited     Date

	Postings []Posting    // oldest first
	Salaries []SalaryStep // oldest first

	Learning  Learning
	Courses   []Course        // oldest first
	Language  ForeignLanguage // the one they know
	Fluency   int             // in it, 1 to 6
	Computers bool            // more than the basics
	Professor bool            // associate professor
	Minority  bool            // speaks the language of their own ethnic minority
	Party     PartyOffice
	Ratings   []StaffRating // oldest first, for each whole year of the last three in service
}

// Now is where the servant works Today and what they are paid.
func (s Servant) Now() (Posting, SalaryStep) {
	return s.Postings[len(s.Postings)-1], s.Salaries[len(s.Salaries)-1]
}

// WorkUnit is an agency of the city, under the id that the catalogue of agencies gives it.
type WorkUnit struct{ ID, Name string }

// ServantKind is the law that a public servant is under.
type ServantKind uint8

// The kinds.
const (
	CivilServant   ServantKind = iota // công chức
	PublicEmployee                    // viên chức
)

// Office is a position in a unit.
type Office uint8

// The positions, from below.
const (
	Staff Office = iota
	DeputyHead
	Head
	DeputyDirector
	Director
)

// Posting is a time in one unit and position.
type Posting struct {
	From, To Date // To is zero for the present one
	Unit     WorkUnit
	Office   Office
}

// Rank is a rank of the civil service.
type Rank uint8

// The ranks, from below: cán sự, chuyên viên and so on.
const (
	Clerk Rank = iota
	Specialist
	PrincipalSpecialist
	SeniorSpecialist
)

// SalaryStep is a step in a rank and since when it is paid.
type SalaryStep struct {
	From Date
	Rank Rank
	Step int // from 1
}

// Learning is the highest education.
type Learning uint8

// The levels, from below.
const (
	College Learning = iota
	Bachelor
	Master
	Doctor
)

// Course is a completed course of study.
type Course struct {
	Level   Learning
	Subject int // one of Subjects, from 0
	Grade   int // 0 average, 1 good, 2 very good, 3 excellent
	Country Coded
}

// Subjects is how many subjects people have studied.
const Subjects = 8

// ForeignLanguage is a foreign language.
type ForeignLanguage uint8

// The languages, most frequent first.
const (
	English ForeignLanguage = iota
	French
	Russian
	Chinese
)

// PartyOffice is a position in the Party; most servants have none.
type PartyOffice uint8

// The positions.
const (
	NoPartyOffice PartyOffice = iota
	CellCommittee
	CellSecretary
)

// StaffRating is how the work of a year was judged.
type StaffRating struct {
	Year   int
	Result int // 0 excellent, 1 good, 2 done, 3 not done
}

const (
	entryAge    = 22 // nobody is recruited younger
	stepYears   = 3  // between two steps
	stepsToRise = 4  // steps in a rank before the next one
)

// Servants visits all public servants in the order of their indices.
func (w *World) Servants() iter.Seq[Servant] {
	return func(yield func(Servant) bool) {
		for i := range w.people {
			if s, ok := w.Servant(i); ok && !yield(s) {
				return
			}
		}
	}
}

// ServantByNumber returns the public servant with this staff number.
func (w *World) ServantByNumber(number string) (Servant, bool) {
	i, ok := w.owner(number)
	if !ok {
		return Servant{}, false
	}
	s, ok := w.Servant(i)
	return s, ok && s.StaffNumber == number
}

// Servant returns the file of a person; ok is false for all but public servants.
func (w *World) Servant(i int) (s Servant, ok bool) {
	if w.Work(i) != PublicServant {
		return Servant{}, false
	}
	p, r := w.people[i], w.derive(i, "staff")
	s = Servant{Person: i, StaffNumber: own("HN9", i), ServantNumber: own("990", i),
		Kind: ServantKind(r.weighted(70, 30)), Learning: Learning(r.weighted(9, 62, 25, 4))}
	entered := p.birth.Year() + r.between(entryAge, min(30, p.age()))
	months := 12
	if entered == Today.Year() {
		months = Today.Month() - 1
	}
	s.Recruited = newDate(entered, r.between(1, months), 1)
	s.Postings = careerOf(r, s.Recruited)
	s.Unit = s.Postings[len(s.Postings)-1].Unit
	s.Salaries = salariesOf(r, s.Recruited, s.Learning)
	s.Courses = coursesOf(r, s.Learning)
	s.Language, s.Fluency = ForeignLanguage(r.weighted(85, 5, 5, 5)), r.between(2, 5)
	s.Computers = r.percent(30)
	s.Professor = s.Learning == Doctor && r.percent(20)
	s.Minority = p.ethnicity != 0 && r.percent(50)
	s.Party = PartyOffice(r.weighted(80, 12, 8))
	for year := max(entered+1, Today.Year()-3); year < Today.Year(); year++ {
		s.Ratings = append(s.Ratings, StaffRating{Year: year, Result: r.weighted(20, 65, 14, 1)})
	}
	return s, true
}

// careerOf leads from recruitment to Today, upwards and sometimes through other units.
func careerOf(r *stream, recruited Date) []Posting {
	unit := func() WorkUnit {
		k := r.below(len(cityAgencies))
		return WorkUnit{ID: fmt.Sprintf("H26.%d", k+1), Name: cityAgencies[k]}
	}
	list := []Posting{{From: recruited, Unit: unit()}}
	for r.percent(55) {
		last := &list[len(list)-1]
		from := last.From.AddYears(r.between(4, 9))
		if from > Today {
			break
		}
		last.To = from.AddDays(-1)
		next := Posting{From: from, Unit: last.Unit, Office: min(last.Office+Office(r.below(2)), Director)}
		if r.percent(40) {
			next.Unit = unit()
		}
		list = append(list, next)
	}
	return list
}

// salariesOf rises by a step every three years, and some people to the next rank.
func salariesOf(r *stream, recruited Date, learning Learning) []SalaryStep {
	now := SalaryStep{From: recruited, Rank: Specialist, Step: 1}
	if learning == College {
		now.Rank = Clerk
	}
	var list []SalaryStep
	for now.From <= Today {
		list = append(list, now)
		now.From = now.From.AddYears(stepYears)
		if now.Step++; now.Step > stepsToRise && now.Rank < SeniorSpecialist && r.percent(30) {
			now.Rank, now.Step = now.Rank+1, 1
		}
	}
	return list
}

// coursesOf has one for each level from the first that people study at.
func coursesOf(r *stream, highest Learning) []Course {
	subject := r.below(Subjects)
	var list []Course
	for level := min(highest, Bachelor); level <= highest; level++ {
		c := Course{Level: level, Subject: subject, Grade: r.weighted(10, 50, 32, 8), Country: vietnam}
		if level > Bachelor && r.percent(35) {
			c.Country = countries[r.between(1, len(countries)-1)]
		}
		list = append(list, c)
	}
	return list
}
