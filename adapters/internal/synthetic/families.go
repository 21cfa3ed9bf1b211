package synthetic

import "slices"

// Parents are older than their children by so many years.
const (
	youngestParent = 18
	oldestParent   = 45
)

// settler fills a world with families.
type settler struct {
	w        *World
	r        *stream
	couples  []couple
	oldCards int // old cards given out so far
}

// couple is two people who may still turn out to have grown-up children elsewhere.
type couple struct {
	man, woman int32
	births     []int // years in which they had children
}

// settle makes the people, household by household.
func (w *World) settle(r *stream, people int) {
	w.people = make([]person, 0, people)
	s := &settler{w: w, r: r}
	for len(w.people) < people {
		s.household(people - len(w.people))
	}
	w.children = newIndex(people, func(visit func(owner, item int32)) {
		for i, p := range w.people {
			for _, parent := range []int32{p.father, p.mother} {
				if parent != None {
					visit(parent, int32(i))
				}
			}
		}
	})
}

// household adds one household of at most room people.
func (s *settler) household(room int) {
	h := household{first: int32(len(s.w.people)), place: s.w.spotInTown(s.r, 50)}
	s.w.households = append(s.w.households, h)
	kind := s.r.weighted(14, 8, 78)
	switch {
	case kind == 0 || room == 1:
		s.livesAlone()
	case kind == 1:
		s.singleParent(room)
	default:
		s.family(room)
	}
	last := &s.w.households[len(s.w.households)-1]
	last.count = int32(len(s.w.people)) - last.first
	s.bereave(last)
}

// bereave lets both parents of a few families die while a child is small and the
// eldest is grown up, who is the head from then on.
func (s *settler) bereave(h *household) {
	members := s.w.people[h.first : h.first+h.count]
	if h.count < 4 || members[1].spouse != h.first || members[len(members)-1].relation != child {
		return
	}
	eldest, youngest := &members[2], members[len(members)-1]
	r := s.w.derive(int(h.first), "bereavement")
	if eldest.age() < 22 || youngest.age() < 4 || youngest.age() > 20 || !r.percent(10) {
		return
	}
	last := min(youngest.birth.AddYears(15), Today.AddDays(-60))
	for i := range members {
		members[i].relation = sibling
	}
	man, woman := &members[0], &members[1]
	man.relation, man.died = father, r.day(max(youngest.birth.AddYears(1), 2015_01_01), last)
	woman.relation, woman.died, woman.marital = mother, r.day(man.died, last), widowed
	eldest.relation, h.head = head, h.first+2
}

// livesAlone adds a household of one.
func (s *settler) livesAlone() {
	year := s.adultYear()
	i := s.grownUp(year, s.sex(), None)
	p := &s.w.people[i]
	p.marital = single
	if year < 1990 {
		p.marital = []marital{single, divorced, widowed}[s.r.weighted(50, 30, 20)]
	}
	s.makeHead(i)
}

// singleParent adds a parent with children whose other parent is not recorded.
func (s *settler) singleParent(room int) {
	year := min(s.adultYear(), 1998)
	parent := s.grownUp(year, s.sex(), None)
	p := &s.w.people[parent]
	p.marital = []marital{single, divorced, widowed}[s.r.weighted(25, 50, 25)]
	s.makeHead(parent)
	c := couple{man: None, woman: None}
	if p.sex == Male {
		c.man = parent
	} else {
		c.woman = parent
	}
	s.bringUp(&c, min(s.r.between(1, 2), room-1))
}

// family adds a couple, their children at home and sometimes a grandparent.
func (s *settler) family(room int) {
	manYear := s.adultYear()
	womanYear := min(max(manYear+s.r.between(-3, 6), 1940), 2005)
	man := s.grownUp(manYear, Male, None)
	woman := s.grownUp(womanYear, Female, s.w.people[man].father)
	s.marry(man, woman)

	c := couple{man: man, woman: woman}
	s.bringUp(&c, min(s.r.weighted(18, 25, 38, 14, 5), room-2))
	if room > 2+len(c.births) && s.r.percent(18) {
		s.takeIn(s.w.households[len(s.w.households)-1].head)
	}
	if womanYear <= 1988 {
		s.couples = append(s.couples, c)
	}
}

// marry joins two people, decides whether both still live and who is the head.
func (s *settler) marry(man, woman int32) {
	a, b := &s.w.people[man], &s.w.people[woman]
	a.spouse, b.spouse = woman, man
	a.marital, b.marital = married, married
	if s.r.percent(85) {
		b.ethnicity = a.ethnicity
	}
	if max(a.birth.Year(), b.birth.Year()) <= 1960 && s.r.percent(15) {
		dead, left := a, b
		if s.r.percent(35) {
			dead, left = b, a
		}
		first := max(2015, dead.birth.Year()+60)
		dead.died = s.r.within(first, Today.Year())
		left.marital = widowed
	}
	switch {
	case !a.alive() || (b.alive() && s.r.percent(30)):
		s.makeHead(woman)
		a.relation = husband
	default:
		s.makeHead(man)
		b.relation = wife
	}
}

func (s *settler) makeHead(i int32) {
	s.w.people[i].relation = head
	s.w.households[len(s.w.households)-1].head = i
}

// bringUp adds up to n children of a couple who still live at home, two years
// or more apart.
func (s *settler) bringUp(c *couple, n int) {
	first, last := Today.Year()-28, Today.Year()
	for _, parent := range []int32{c.man, c.woman} {
		if parent != None {
			born := s.w.people[parent].birth.Year()
			first = max(first, born+youngestParent+2)
			last = min(last, born+oldestParent-2)
		}
	}
	for year := first + s.r.below(8); n > 0 && year <= last; year += s.r.between(2, 6) {
		i := s.newborn(c, year)
		s.w.people[i].relation = child
		c.births = append(c.births, year)
		n--
	}
}

// takeIn adds a widowed parent of the head, unless the head's parents live elsewhere.
func (s *settler) takeIn(of int32) {
	son := s.w.people[of]
	if son.father != None || son.mother != None {
		return
	}
	sex := Female
	if s.r.percent(25) {
		sex = Male
	}
	year := son.birth.Year() - s.r.between(youngestParent+2, oldestParent-5)
	if year < 1926 {
		return
	}
	i := s.add(s.draft(year, sex))
	p := &s.w.people[i]
	p.marital = widowed
	p.ethnicity = son.ethnicity
	if sex == Male {
		p.relation = father
		p.name.surname = son.name.surname
		s.w.people[of].father = i
	} else {
		p.relation = mother
		s.w.people[of].mother = i
	}
}

// grownUp adds an adult, many of them as the child of a couple that is already
// there, but never of this father, whose child the adult is about to marry.
func (s *settler) grownUp(year int, sex Sex, notOf int32) int32 {
	p := s.draft(year, sex)
	for range 4 {
		if len(s.couples) == 0 || s.r.percent(30) {
			break
		}
		c := &s.couples[s.r.below(len(s.couples))]
		if c.man != notOf && s.mayHave(c, year) {
			c.births = append(c.births, year)
			s.inherit(&p, c)
			break
		}
	}
	return s.add(p)
}

// mayHave reports whether a couple can have had one more child in a year: at the
// right age, and with two years between births.
func (s *settler) mayHave(c *couple, year int) bool {
	for _, parent := range []int32{c.man, c.woman} {
		gap := year - s.w.people[parent].birth.Year()
		if gap < youngestParent || gap > oldestParent {
			return false
		}
	}
	near := func(born int) bool { return born >= year-1 && born <= year+1 }
	return len(c.births) < 6 && !slices.ContainsFunc(c.births, near)
}

// inherit gives a person what comes from the parents.
func (s *settler) inherit(p *person, c *couple) {
	p.father, p.mother = c.man, c.woman
	from := c.man
	if from == None {
		from = c.woman
	}
	p.name.surname = s.w.people[from].name.surname
	p.ethnicity = s.w.people[from].ethnicity
	p.religion = s.w.people[from].religion
	p.origin = s.w.people[from].origin
}

// adultYear returns a year of birth, the middle ages more often.
func (s *settler) adultYear() int { return 1942 + (s.r.below(62)+s.r.below(62)+1)/2 }

func (s *settler) sex() Sex { return Male + Sex(s.r.below(2)) }
