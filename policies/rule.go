package policies

import (
	"fmt"
	"time"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Rule is one access rule as it was written. Callers must not change it.
type Rule struct {
	ID         string
	Reference  string // id@version of the set: what callers and the audit are told
	Basis      string // the law or decision it rests on
	Deny       bool
	Agencies   []string
	Operations []string
	Purposes   []string
	When       string
	From       time.Time // first moment of validity, zero without one
	Until      time.Time // first moment after it, zero without one
	Limits     *Limits   // nil: the general rate applies, and no other bound
	Fresh      bool      // the caller may demand a fresh answer
	Stale      bool      // stale data may be served while the system is down, if its route agrees
	File       string
	Line       int

	at       document.Position
	report   document.Report
	from     int64 // the validity in Unix seconds
	until    int64
	patterns []pattern
	targets  []target
	purposes []*Purpose // one nil stands for all
	when     *condition
	fields   map[*operation]*Fields
}

// Limits bound one agency's calls to one system, and whom they may be about.
type Limits struct {
	Rate   Rate // the zero Rate: the general one applies
	Burst  int
	PerDay int // calls in a day of Vietnam, 0 for no bound
	People People
}

// People bound how many different people may be asked about in a day; 0 is no bound.
type People struct {
	Official int // by one official of a client
	Client   int
}

// Rate is a number of events for a length of time.
type Rate struct {
	Events int
	Per    time.Duration
}

// PerSecond is the rate in events for a second.
func (r Rate) PerSecond() float64 { return float64(r.Events) / r.Per.Seconds() }

// pattern is one entry of a rule's agencies.
type pattern struct {
	exact bool
	key   string // as tables know it
	text  string // as it is written; stands for all that it covers when put to a match
}

// target is one entry of a rule's operations; without an operation it is the whole system.
type target struct {
	system    *system
	operation *operation
}

func (t target) String() string {
	if t.operation == nil {
		return t.system.id + "/*"
	}
	return t.system.id + "/" + t.operation.id
}

func (t target) covered() []*operation {
	if t.operation != nil {
		return []*operation{t.operation}
	}
	return t.system.order
}

func (t target) tables() (grants, denies *table) {
	if t.operation != nil {
		return &t.operation.grants, &t.operation.denies
	}
	return &t.system.grants, &t.system.denies
}

func (r *Rule) validAt(unix int64) bool { return r.from <= unix && unix < r.until }

func (r *Rule) overlaps(o *Rule) bool { return r.from < o.until && o.from < r.until }

// outlasts says whether r is in force all the time that o is.
func (r *Rule) outlasts(o *Rule) bool { return r.from <= o.from && r.until >= o.until }

func (r *Rule) place() string { return fmt.Sprintf("%s:%d:%d", r.File, r.at.Line, r.at.Column) }
