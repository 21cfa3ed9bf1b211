package synthetic

import (
	"fmt"
	"slices"
	"time"
)

// DossierKind is what a dossier asks of the business register.
type DossierKind string

// The kinds, as the register names them.
const (
	Founding    DossierKind = "new"
	Change      DossierKind = "change"
	Suspension  DossierKind = "suspension"
	Dissolution DossierKind = "dissolution"
	Resumption  DossierKind = "resumption"
)

// Dossier is an application to the business register, received within about 400
// days before Today.
type Dossier struct {
	JournalNo    string
	Kind         DossierKind
	Enterprise   int    // index, or None while a founding is not approved
	Name         string // of the enterprise, also of one that is not founded yet
	Type         Coded  // legal form of the enterprise
	Site         string // the register office
	Status       Coded
	Submission   Coded     // how it was handed in
	Received     time.Time // local time
	Planned      Date      // when the answer is due
	Supplemented Date      // when missing papers were handed in; mostly zero
	Registered   Date      // zero unless approved
	Processed    time.Time // last step in the office; local time
	Contact      int       // the person to ask
}

// Dossiers returns all of them in the order in which they were received.
func (w *World) Dossiers() []Dossier { return w.dossiers }

// DossierByJournalNo returns the dossier with this number.
func (w *World) DossierByJournalNo(no string) (Dossier, bool) {
	return find(w.journal, no, w.dossiers)
}

// file makes the dossiers, oldest first, so that each finds the enterprise as
// the ones before it left it. They are spread evenly, with some more in the last
// days, so that any five days of the window have some.
func (c *incorporator) file(enterprises int) {
	n := max(enterprises*3/2, windowDays)
	filed := 0
	for day := range windowDays + 1 {
		arrivals := n*(day+1)/(windowDays+1) - filed
		filed += arrivals
		if day > windowDays-5 {
			arrivals += max(n/100, 3)
		}
		minutes := make([]int, arrivals)
		for i := range minutes {
			minutes[i] = c.r.officeMinute()
		}
		slices.Sort(minutes)
		for _, minute := range minutes {
			c.handIn(Today.AddDays(day-windowDays), minute, enterprises)
		}
	}
}

// handIn adds one dossier and, if it was approved, its effect.
func (c *incorporator) handIn(on Date, minute, enterprises int) {
	d := Dossier{
		JournalNo:  fmt.Sprintf("01%s%05d", on.Digits()[2:], len(c.w.dossiers)+1),
		Site:       "01",
		Submission: submissions[c.r.weighted(85, 15)],
		Received:   on.at(minute),
		Planned:    on.AddDays(3),
		Enterprise: None,
	}
	c.decide(&d, on)
	c.choose(&d, on, enterprises)
	if d.Status == approved {
		c.apply(d)
	}
	c.w.journal[d.JournalNo] = int32(len(c.w.dossiers))
	c.w.dossiers = append(c.w.dossiers, d)
}

// decide sets how far the office has come.
func (c *incorporator) decide(d *Dossier, on Date) {
	ready := on.AddDays(c.r.between(1, 4))
	outcome := c.r.weighted(84, 6, 6, 4)
	switch {
	case on == Today:
		d.Status, ready = received, on
	case ready > Today:
		d.Status, ready = processing, Today
	case outcome == 1:
		d.Status = refused
	case outcome == 2:
		d.Status = incomplete
	case outcome == 3 && ready < Today:
		d.Status, d.Supplemented = approved, ready
		ready = min(ready.AddDays(3), Today)
		d.Registered = ready
	default:
		d.Status, d.Registered = approved, ready
	}
	d.Processed = ready.at(c.r.officeMinute())
	if d.Processed.Before(d.Received) {
		d.Processed = d.Received
	}
}

// choose picks the kind and the enterprise, such that the one allows the other.
func (c *incorporator) choose(d *Dossier, on Date, enterprises int) {
	kinds := []DossierKind{Founding, Change, Suspension, Dissolution, Resumption}
	d.Kind = kinds[c.r.weighted(20, 62, 8, 5, 5)]
	if d.Kind == Founding {
		switch {
		case d.Status != approved:
			form := forms[c.r.weighted(45, 28, 17, 8, 2)]
			d.Name, _, _ = c.name(form, one(c.r, lines))
			d.Type, d.Contact = form.kind, c.adult(on)
			return
		case len(c.w.enterprises) < enterprises:
			c.describe(d, c.found(d.Registered))
			return
		}
		d.Kind = Change
	}
	i, ok := c.eligible(d.Kind, on)
	if !ok {
		d.Kind = Change
		i, _ = c.eligible(Change, on)
	}
	c.describe(d, i)
}

func (c *incorporator) describe(d *Dossier, enterprise int) {
	e := c.w.enterprises[enterprise]
	d.Enterprise, d.Name, d.Type, d.Contact = enterprise, e.Name, e.Type, e.Contact
}

// eligible returns an enterprise that can ask for this on that day. At least half
// of the enterprises stay in operation, and one with branches does not end.
func (c *incorporator) eligible(kind DossierKind, on Date) (int, bool) {
	ends := kind == Suspension || kind == Dissolution
	if ends && c.active <= len(c.w.enterprises)/2 {
		return None, false
	}
	status := operating
	if kind == Resumption {
		status = suspended
	}
	n := len(c.w.enterprises)
	start := c.r.below(n)
	for k := range n {
		i := (start + k) % n
		e := &c.w.enterprises[i]
		if e.Parent != None || e.Status != status || e.Founded >= on {
			continue
		}
		if kind != Change && (e.Amended >= on || c.hasBranch(i)) {
			continue // what it asked for last is not done yet
		}
		return i, true
	}
	return start, false
}

// hasBranch reports whether an enterprise has branches, which follow it at once.
func (c *incorporator) hasBranch(i int) bool {
	return i+1 < len(c.w.enterprises) && c.w.enterprises[i+1].Parent == i
}

// apply changes the enterprise as an approved dossier asked.
func (c *incorporator) apply(d Dossier) {
	e := &c.w.enterprises[d.Enterprise]
	switch d.Kind {
	case Change:
		c.amend(e, d.Registered)
	case Suspension:
		c.suspend(e, d.Registered)
	case Dissolution:
		c.end(e, dissolved, d.Registered)
	case Resumption:
		c.resume(e, d.Registered)
	}
}
