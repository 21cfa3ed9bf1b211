package synthetic

import "fmt"

// roadLaw is the day on which the classes of driving licences got other names and
// licences their twelve points a year.
const roadLaw Date = 2025_01_01

// firstCards is the year from which licences are cards with a number of 12 digits;
// before, they were papers with a number of another form.
const firstCards = 2013

// LicenceState is whether a class of a licence may be driven by.
type LicenceState uint8

// The states. A paper that a card has replaced is kept on record.
const (
	LicenceValid LicenceState = iota + 1
	LicenceExpired
	LicenceRevoked
	LicenceReplaced
)

// Licence is a driving licence: one number for one or two classes. Its number has
// 12 digits: the issuing province, a 9 where real ones tell century and sex, the
// year of the first test, and seven digits. Papers have ZX and six digits.
type Licence struct {
	Number  string
	Former  string // the paper it replaced; mostly empty
	Holder  int
	Issuer  Coded // the province whose office issued it
	Classes []LicenceClass
}

// LicenceClass is what a licence allows to drive.
type LicenceClass struct {
	Class   string // by the law of the day of issue
	Dossier string // of the test: 18 digits
	Serial  string // printed on the card
	Passed  Date
	Issued  Date
	Expires Date // zero for motorcycles: never
	State   LicenceState
	Points  int // left this year, of a class that is valid
	kind    int // index of licenceKinds
}

// licenceKind is a class by both laws and how long it holds, 0 for ever.
type licenceKind struct {
	before, since string
	years         int
}

// expiry is the last day of a class issued on a day, none for one that holds for ever.
func (k licenceKind) expiry(issued Date) Date {
	if k.years == 0 {
		return 0
	}
	return issued.AddYears(k.years)
}

// licenceKinds are the classes. The law of 2025 gives the names B1 and D another meaning.
var licenceKinds = [...]licenceKind{{"A1", "A1", 0}, {"A2", "A", 0}, {"B1", "B", 10}, {"B2", "B", 10}, {"C", "C", 5}, {"D", "D2", 5}, {"E", "D", 5}, {"FC", "CE", 5}}

// Licence returns the driving licence of a person, without those it has replaced.
// Nobody passes a test before 18, and the dead have none.
func (w *World) Licence(i int) (Licence, bool) {
	p, r := w.people[i], w.derive(i, "licence")
	first := max(p.birth.Year()+19, 1998)
	if !p.alive() || first > Today.Year() || !r.percent(80) {
		return Licence{}, false
	}
	last := max(first, min(p.birth.Year()+45, Today.Year()))
	passed := r.within(first, last)
	l := Licence{Holder: i, Issuer: Coded{"01", w.provinces[homeProvince].Before}}
	if elsewhere := w.address(p.registered); r.percent(15) {
		l.Issuer = Coded{elsewhere.ProvinceCode, elsewhere.ProvinceName}
	}
	l.Number = own(fmt.Sprintf("%s9%02d9", l.Issuer.Code, passed.Year()%100), i)
	until, exchanged := Today, Date(0)
	if passed.Year() < firstCards {
		l.Former = own("ZX", i)
		exchanged, until = r.within(firstCards, 2020), newDate(firstCards-1, 12, 31)
	}
	const motorcycle, car = 0, 1 // 2 is both
	kinds := r.weighted(55, 15, 30)
	if kinds != car {
		l.Classes = append(l.Classes, r.licenceClass(l, r.weighted(88, 12), passed, exchanged))
	}
	if kinds != motorcycle {
		l.Classes = append(l.Classes, r.licenceClass(l, 2+r.weighted(15, 60, 14, 6, 3, 2), r.day(passed, until), exchanged))
	}
	return l, true
}

// licenceClass adds a class to a licence, on a card given out on the day exchanged,
// or after the test where there was no paper before. Most are renewed in time.
func (s *stream) licenceClass(l Licence, kind int, passed, exchanged Date) LicenceClass {
	k := licenceKinds[kind]
	c := LicenceClass{kind: kind, Passed: passed, Issued: max(min(passed.AddDays(14), Today), exchanged), State: LicenceValid, Points: 12,
		Dossier: fmt.Sprintf("%s999%s%05d", l.Issuer.Code, passed.Digits(), s.below(100_000)),
		Serial:  fmt.Sprintf("ZG%07d", s.below(10_000_000))}
	c.Expires = k.expiry(c.Issued)
	for k.years > 0 && c.Expires < Today && s.percent(88) {
		c.Issued = c.Expires.AddDays(-s.between(1, 60))
		c.Expires = k.expiry(c.Issued)
	}
	c.Class = k.before
	if c.Issued >= roadLaw {
		c.Class = k.since
	}
	if s.percent(8) {
		c.Points -= one(s, []int{2, 2, 3, 4, 6, 10, 12})
	}
	if revoked := s.percent(3); revoked {
		c.State = LicenceRevoked
	} else if k.years > 0 && c.Expires < Today {
		c.State = LicenceExpired
	}
	if c.State != LicenceValid {
		c.Points = 0
	}
	return c
}

// LicenceByNumber returns the licence with this number, a replaced paper too.
func (w *World) LicenceByNumber(number string) (Licence, bool) {
	i, ok := w.owner(number)
	if !ok {
		return Licence{}, false
	}
	l, ok := w.Licence(i)
	switch {
	case ok && number == l.Number:
		return l, true
	case ok && number == l.Former:
		return l.paper(), true
	}
	return Licence{}, false
}

// paper is what the register keeps of the paper that a card has replaced.
func (l Licence) paper() Licence {
	old := Licence{Number: l.Former, Holder: l.Holder, Issuer: l.Issuer}
	for _, c := range l.Classes {
		k := licenceKinds[c.kind]
		issued := c.Passed.AddDays(14)
		old.Classes = append(old.Classes, LicenceClass{Class: k.before, Dossier: c.Dossier, Serial: "ZP" + c.Serial[2:],
			Passed: c.Passed, Issued: issued, Expires: k.expiry(issued), State: LicenceReplaced})
	}
	return old
}
