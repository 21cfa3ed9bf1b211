package synthetic

import (
	"fmt"
	"strings"
)

// Enterprise is a company or one of its branches.
type Enterprise struct {
	Index          int
	InternalID     int64  // the register's own number
	TaxCode        string // ten digits; a branch has its parent's with -001, -002, …
	OldCertificate string // number of the certificate before codes were unified; mostly empty
	Parent         int    // the enterprise whose branch it is, or None

	Type, Status                 Coded
	Name, ForeignName, ShortName string

	Founded Date
	Amended Date // zero if never
	Changes int  // how many changes have been registered

	Capital    int64 // đồng; 0 for a branch
	Seat       Address
	Activities []Activity
	Members    []Member // who put up the capital; none for a branch

	Representatives []int // one to three people, in the order of the certificate
	Contact         int   // the person to ask
}

// Activity is a registered line of business.
type Activity struct {
	Code string // four digits of the national classification
	Name string
	Main bool
}

// Member is a person or an enterprise with a share in the capital.
type Member struct {
	Person     int // index, or None
	Enterprise int // index, or None
	Name       string
	Amount     int64 // đồng
	Ratio      int   // hundredths of a percent
	Country    Coded
}

// Enterprises returns all of them; an enterprise's Index is its place here.
func (w *World) Enterprises() []Enterprise { return w.enterprises }

// EnterpriseByTaxCode returns the enterprise or branch with this code.
func (w *World) EnterpriseByTaxCode(code string) (Enterprise, bool) {
	return find(w.taxCodes, code, w.enterprises)
}

// incorporator fills a world with enterprises.
type incorporator struct {
	w       *World
	r       *stream
	serials int // tax codes tried so far, some of which have no check digit
	names   int // names given so far
	active  int // enterprises in operation, branches excepted
}

// windowDays is how far back the register's dossiers go.
const windowDays = 400

// incorporate makes about n enterprises and their dossiers. Nine in ten were
// there before the dossiers begin; the others are founded by a dossier.
func (w *World) incorporate(r *stream, n int) {
	c := &incorporator{w: w, r: r}
	opening := Today.AddDays(-windowDays)
	for len(w.enterprises) < n*9/10 {
		c.seasoned(opening)
	}
	c.file(n)
	for _, e := range w.enterprises {
		for _, i := range e.Representatives {
			w.representatives[int32(i)] = true
		}
	}
}

// seasoned adds an enterprise that is older than the first dossier, and now and
// then branches of it.
func (c *incorporator) seasoned(opening Date) {
	year := c.r.between(2005, opening.Year())
	founded := c.r.day(newDate(year, 1, 1), min(newDate(year, 12, 31), opening.AddDays(-30)))
	i := c.found(founded)
	e := &c.w.enterprises[i]
	if e.Founded < 2012_01_01 && c.r.percent(60) {
		e.OldCertificate = fmt.Sprintf("0199%06d", i)
	}
	if c.r.percent(65) {
		e.Changes = c.r.between(1, 9)
		e.Amended = c.r.day(founded.AddDays(10), opening.AddDays(-1))
	}
	lately := c.r.day(max(founded, opening.AddDays(-200)), opening.AddDays(-1))
	switch c.r.weighted(92, 4, 3, 1) {
	case 1:
		c.suspend(e, lately)
	case 2:
		c.end(e, dissolved, lately)
	case 3:
		c.end(e, revoked, lately)
	}
	if c.r.percent(8) {
		for n := range c.r.between(1, 2) {
			c.branch(i, n+1)
		}
	}
}

func (c *incorporator) suspend(e *Enterprise, on Date) {
	e.Status = suspended
	c.active--
	c.amend(e, on)
}

func (c *incorporator) resume(e *Enterprise, on Date) {
	e.Status = operating
	c.active++
	c.amend(e, on)
}

func (c *incorporator) end(e *Enterprise, how Coded, on Date) {
	if e.Status == operating {
		c.active--
	}
	e.Status = how
	c.amend(e, on)
}

// amend registers a change.
func (c *incorporator) amend(e *Enterprise, on Date) {
	e.Changes++
	e.Amended = max(e.Amended, on)
}

// found adds an enterprise with owners, capital and name.
func (c *incorporator) found(founded Date) int {
	form := forms[c.r.weighted(45, 28, 17, 8, 2)]
	i := len(c.w.enterprises)
	e := Enterprise{
		Index: i, InternalID: 9_000_000_000 + int64(i), TaxCode: c.taxCode(), Parent: None,
		Type: form.kind, Status: operating, Founded: founded,
		Capital: int64(c.r.between(3, 400)) * 100_000_000,
		Seat:    c.seat(founded),
	}
	line := one(c.r, lines)
	e.Name, e.ForeignName, e.ShortName = c.name(form, line)
	e.Activities = c.activities(line)
	e.Members = c.members(form, e.Capital, founded)
	e.Representatives = c.representatives(form, e.Members, founded)
	e.Contact = e.Representatives[0]
	if c.r.percent(40) {
		e.Contact = c.adult(founded)
	}
	c.enter(e)
	c.active++
	return i
}

// branch adds the n-th branch of an enterprise.
func (c *incorporator) branch(parent, n int) {
	of := c.w.enterprises[parent]
	founded := c.r.day(of.Founded.AddDays(20), Today.AddDays(-windowDays-1))
	e := Enterprise{
		Index: len(c.w.enterprises), TaxCode: fmt.Sprintf("%s-%03d", of.TaxCode, n), Parent: parent,
		Type: branchForm, Status: of.Status, Founded: founded,
		Name:        fmt.Sprintf("CHI NHÁNH %d - %s", n, of.Name),
		ForeignName: fmt.Sprintf("BRANCH %d OF %s", n, of.ForeignName),
		Seat:        c.seat(founded),
		Activities:  of.Activities,
	}
	e.InternalID = 9_000_000_000 + int64(e.Index)
	e.Representatives = []int{c.adult(founded)}
	e.Contact = e.Representatives[0]
	c.enter(e)
}

func (c *incorporator) enter(e Enterprise) {
	c.w.taxCodes[e.TaxCode] = int32(e.Index)
	c.w.enterprises = append(c.w.enterprises, e)
}

// seat is an address in Hà Nội, in the form of its time.
func (c *incorporator) seat(founded Date) Address {
	oldPercent := 55
	if founded >= reform {
		oldPercent = 0
	}
	return c.w.address(c.w.spotInTown(c.r, oldPercent))
}

// name puts a name together so that no two enterprises share one.
func (c *incorporator) name(form legalForm, line business) (vi, foreign, short string) {
	k := scatter(c.names, len(brands)*len(brandTraits))
	round := c.names / (len(brands) * len(brandTraits))
	c.names++
	brand, trait := brands[k%len(brands)], brandTraits[k/len(brands)]
	mark, sign := brand.vi+" "+trait.vi, trait.en+" "+brand.en
	if round > 0 {
		mark, sign = fmt.Sprintf("%s %d", mark, round+1), fmt.Sprintf("%s %d", sign, round+1)
	}
	vi = strings.ToUpper(fmt.Sprintf("%s %s %s", form.prefix, line.vi, mark))
	foreign = strings.ToUpper(fmt.Sprintf("%s %s %s", sign, line.en, form.suffix))
	return vi, foreign, strings.ToUpper(mark) + " " + form.short
}

// activities are the main line and up to five others, in the order of their codes.
func (c *incorporator) activities(line business) []Activity {
	others := c.r.between(0, 5)
	list := make([]Activity, 0, others+1)
	for _, a := range activities {
		switch {
		case a.Code == line.activity:
			list = append(list, Activity{Code: a.Code, Name: a.Name, Main: true})
		case others > 0 && c.r.percent(20):
			list = append(list, Activity{Code: a.Code, Name: a.Name})
			others--
		}
	}
	return list
}

// taxCode returns the next code with a check digit, of the range 019…, which
// the tax authority has not reached.
func (c *incorporator) taxCode() string {
	for {
		body := fmt.Sprintf("019%06d", scatter(c.serials, 1_000_000))
		c.serials++
		if check, ok := taxCheckDigit(body); ok {
			return body + check
		}
	}
}

// taxCheckDigit returns the tenth digit of a tax code; some bodies have none.
func taxCheckDigit(body string) (string, bool) {
	sum := 0
	for i, weight := range [...]int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
		sum += weight * int(body[i]-'0')
	}
	check := 10 - sum%11
	if check == 10 {
		return "", false
	}
	return fmt.Sprint(check), true
}
