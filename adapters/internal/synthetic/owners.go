package synthetic

// members divides the capital among the people and companies behind an
// enterprise, to the last đồng and the last hundredth of a percent.
func (c *incorporator) members(form legalForm, capital int64, founded Date) []Member {
	n := c.r.between(form.minMembers, form.maxMembers)
	list := make([]Member, 0, n)
	taken := map[int]bool{}
	left := 10_000
	for i := range n {
		m := Member{Person: None, Enterprise: None, Country: vietnam, Ratio: left}
		if i < n-1 {
			m.Ratio = c.r.between(1, left/(n-i)/100) * 100
		}
		left -= m.Ratio
		m.Amount = capital / 10_000 * int64(m.Ratio)
		if owner, ok := c.company(founded); ok && form.companies && !taken[-1-owner] && c.r.percent(10) {
			taken[-1-owner] = true // below zero, apart from the people
			m.Enterprise, m.Name = owner, c.w.enterprises[owner].Name
		} else {
			m.Person = c.adult(founded)
			for taken[m.Person] {
				m.Person = c.adult(founded)
			}
			taken[m.Person] = true
			p := c.w.people[m.Person]
			m.Name = p.name.full(p.sex)
		}
		list = append(list, m)
	}
	return list
}

// company returns some enterprise that was already there and can own another.
func (c *incorporator) company(founded Date) (int, bool) {
	if len(c.w.enterprises) == 0 {
		return None, false
	}
	e := c.w.enterprises[c.r.below(len(c.w.enterprises))]
	if e.Parent != None || e.Founded >= founded || e.Status != operating {
		return None, false
	}
	return e.Index, true
}

// representatives are one to three people, the first of them a member if any
// member is a person.
func (c *incorporator) representatives(form legalForm, members []Member, founded Date) []int {
	n := 1
	if form.severalHeads {
		n += c.r.weighted(80, 15, 5)
	}
	var list []int
	taken := map[int]bool{}
	for _, m := range members {
		if m.Person != None && len(list) < n {
			list = append(list, m.Person)
			taken[m.Person] = true
		}
	}
	for len(list) < n {
		if p := c.adult(founded); !taken[p] {
			list = append(list, p)
			taken[p] = true
		}
	}
	return list
}

// adult returns somebody alive who was of age on that day. Every world has a few
// hundredths of such people even for the earliest day, so looking on ends.
func (c *incorporator) adult(on Date) int {
	n := len(c.w.people)
	start := c.r.below(n)
	for i := range n {
		k := (start + i) % n
		p := c.w.people[k]
		if p.alive() && p.birth.Year()+18 < on.Year() {
			return k
		}
	}
	return start
}
