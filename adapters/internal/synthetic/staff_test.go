package synthetic

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyPublicServantsHaveAStaffFile(t *testing.T) {
	w := New(1, 2000)
	n := 0
	for i := range w.Len() {
		s, ok := w.Servant(i)
		if ok != (w.Work(i) == PublicServant) {
			t.Errorf("person %d lives by %d and has a file: %v", i, w.Work(i), ok)
		}
		if !ok {
			continue
		}
		n++
		if found, ok := w.ServantByNumber(s.StaffNumber); !ok || !cmp.Equal(found, s) {
			t.Errorf("number of person %d leads to %d, %v", i, found.Person, ok)
		}
	}
	visited := 0
	for range w.Servants() {
		visited++
	}
	if n == 0 || visited != n {
		t.Errorf("%d of %d servants visited", visited, n)
	}
	for _, unknown := range []string{"", "HN9", "HN9abcdef", "HN9-00001", "HN0000001", "HN90000001"} {
		if s, ok := w.ServantByNumber(unknown); ok {
			t.Errorf("%q leads to person %d", unknown, s.Person)
		}
	}
}

func TestStaffFileAgreesWithItselfAndThePerson(t *testing.T) {
	w := New(1, 5000)
	offices, ranks, learned := map[Office]int{}, map[Rank]int{}, map[Learning]int{}
	for s := range w.Servants() {
		p := w.Person(s.Person)
		posting, salary := s.Now()
		course := s.Courses[len(s.Courses)-1]
		offices[posting.Office]++
		ranks[salary.Rank]++
		learned[s.Learning]++
		switch age := s.Recruited.Year() - p.Birth.Year(); {
		case !p.Alive() || age < entryAge || s.Recruited > Today:
			t.Errorf("person %d recruited %s at the age of %d", s.Person, s.Recruited, age)
		case posting.Unit != s.Unit || !posting.To.IsZero() || s.Postings[0].From != s.Recruited || s.Salaries[0].From != s.Recruited:
			t.Errorf("person %d: career does not lead from recruitment to today: %+v", s.Person, s.Postings)
		case course.Level != s.Learning:
			t.Errorf("person %d learned %d, last course %d", s.Person, s.Learning, course.Level)
		case s.Minority && p.Ethnicity.Code == "01":
			t.Errorf("person %d speaks a minority's language and is Kinh", s.Person)
		}
		for i := 1; i < len(s.Postings); i++ {
			if before := s.Postings[i-1]; before.To.AddDays(1) != s.Postings[i].From || before.To <= before.From {
				t.Errorf("person %d: postings do not follow each other: %+v", s.Person, s.Postings)
			}
		}
		for i := 1; i < len(s.Salaries); i++ {
			if a, b := s.Salaries[i-1], s.Salaries[i]; b.From <= a.From || b.Rank < a.Rank || b.Rank == a.Rank && b.Step != a.Step+1 || b.From > Today {
				t.Errorf("person %d: salary does not rise: %+v", s.Person, s.Salaries)
			}
		}
		for _, rating := range s.Ratings {
			if rating.Year <= s.Recruited.Year() || rating.Year >= Today.Year() {
				t.Errorf("person %d, recruited %s, is rated for %d", s.Person, s.Recruited, rating.Year)
			}
		}
	}
	if len(offices) < 4 || len(ranks) < 3 || len(learned) < 4 {
		t.Errorf("too much alike: offices %v, ranks %v, learning %v", offices, ranks, learned)
	}
}

func TestEvenTheSmallestWorldHasAServant(t *testing.T) {
	for seed := range uint64(5) {
		n := 0
		for range New(seed, MinPeople).Servants() {
			n++
		}
		if n == 0 {
			t.Errorf("seed %d: nobody", seed)
		}
	}
}
