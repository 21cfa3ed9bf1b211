package synthetic

// homeProvince is the index of Hà Nội among the provinces of the citizen id.
const homeProvince = 0

// draft returns a person of that year with everything that does not depend on
// the family.
func (s *settler) draft(year int, sex Sex) person {
	p := person{
		father: None, mother: None, spouse: None,
		household: int32(len(s.w.households) - 1),
		name:      s.r.newName(sex),
		sex:       sex,
		birth:     s.r.within(year, year),
		ethnicity: uint8(s.r.weighted(985, 3, 2, 1, 0, 5, 2, 0, 2)),
		religion:  uint8(s.r.weighted(860, 90, 40, 1, 0, 1, 0, 0, 8)),
		blood:     uint8(s.r.weighted(21, 31, 6, 42)),
	}
	if year <= 1975 {
		switch s.r.weighted(96, 3, 1) {
		case 1:
			p.birth = newDate(year, 0, 0)
		case 2:
			p.birth = newDate(year, p.birth.Month(), 0)
		}
	}
	p.registered, p.origin = s.somewhere(82), s.somewhere(65)
	p.current = s.livesAt()
	return p
}

// newborn adds a child of a couple, registered where the family lives.
func (s *settler) newborn(c *couple, year int) int32 {
	p := s.draft(year, s.sex())
	p.marital = single
	s.inherit(&p, c)
	if s.r.percent(97) {
		p.registered = s.home()
	} else {
		p.registered = s.w.spotElsewhere(s.r, s.province())
	}
	// No office registers births under an old code since the reform.
	if s.w.isOld(p.registered) && p.birth >= reform {
		var sure bool
		if p.registered, sure = s.w.modern(p.registered); !sure {
			p.registered = s.w.spotInTown(s.r, 0)
		}
	}
	return s.add(p)
}

// home is the permanent address of the household being made.
func (s *settler) home() spot { return s.w.households[len(s.w.households)-1].place }

// somewhere is in Hà Nội so many times in a hundred, else in another province.
func (s *settler) somewhere(homePercent int) spot {
	if s.r.percent(homePercent) {
		return s.w.spotInTown(s.r, 55)
	}
	return s.w.spotElsewhere(s.r, s.province())
}

// province is any but Hà Nội.
func (s *settler) province() int { return s.r.between(homeProvince+1, len(s.w.provinces)-1) }

// livesAt is a current address: mostly the permanent one, in some records
// already rewritten in the form of today, sometimes another.
func (s *settler) livesAt() spot {
	switch s.r.weighted(80, 8, 12) {
	case 1:
		at, _ := s.w.modern(s.home())
		return at
	case 2:
		return s.w.spotInTown(s.r, 50)
	}
	return s.home()
}

// add enters a person and gives out the cards.
func (s *settler) add(p person) int32 {
	i := int32(len(s.w.people))
	year := p.birth.Year()
	if year <= 2001 && s.r.percent(85) {
		p.oldID = 19_000_000 + uint32(scatter(s.oldCards, MaxPeople))
		s.oldCards++
		s.w.oldIDs[p.oldID] = i
	}
	if p.oldID == 0 || year > 1985 || !s.r.percent(2) {
		p.citizenID = s.citizenID(p)
		s.w.citizenIDs[p.citizenID] = i
	}
	s.w.people = append(s.w.people, p)
	return i
}

// citizenID returns a free number of the form in Decree 137/2015, Article 13:
// province of birth registration, century and sex, year, six digits. The six
// begin with 9, beyond what the births of a year should ever need.
func (s *settler) citizenID(p person) uint64 {
	province := homeProvince
	if elsewhere := int(p.registered.area) - len(s.w.communes) - len(s.w.old); elsewhere >= 0 {
		province = elsewhere
	}
	year := p.birth.Year()
	century := (year/100-19)*2 + int(p.sex-Male)
	prefix := uint64(atoi(s.w.provinces[province].Code)*1000 + century*100 + year%100)
	for {
		id := prefix*1_000_000 + uint64(900_000+s.r.below(100_000))
		if _, taken := s.w.citizenIDs[id]; !taken {
			return id
		}
	}
}

// atoi reads the digits of a code from our own tables.
func atoi(code string) int {
	n := 0
	for _, digit := range code {
		n = n*10 + int(digit-'0')
	}
	return n
}
