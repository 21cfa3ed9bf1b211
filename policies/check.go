package policies

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// index puts every rule in its tables and reports grants that no order decides between.
func (l *loader) index() {
	l.findSharing()
	for _, r := range l.set.rules {
		if l.entries += len(r.targets) * len(r.patterns) * len(r.purposes); l.entries > maxEntries {
			r.report(r.at, "the rules stand for more than "+strconv.Itoa(maxEntries)+" combinations",
				`use groups, system/* or "*" instead of long lists`)
			return
		}
		for _, t := range r.targets {
			for _, p := range r.patterns {
				for _, purpose := range r.purposes {
					l.insert(r, t, p, purpose)
				}
			}
		}
	}
}

func (l *loader) insert(r *Rule, t target, p pattern, purpose *Purpose) {
	grants, denies := t.tables()
	if r.Deny {
		denies.insert(p, purpose, r)
		return
	}
	l.reportClash(r, grants.insert(p, purpose, r), t, p, purpose)
	for _, g := range l.sharing[p.key] {
		l.reportClash(r, grants.wider[g], t, p, purpose)
	}
}

// findSharing finds, for every group, the others that have an agency in common
// with it: they are equal in rank for that agency.
func (l *loader) findSharing() {
	for agency, groups := range l.set.groups {
		if len(groups) < 2 {
			continue
		}
		slices.Sort(groups)
		for _, g := range l.set.groups[agency] {
			for _, other := range groups {
				if other != g && !slices.Contains(l.sharing[g], other) {
					l.sharing[g] = append(l.sharing[g], other)
				}
			}
		}
	}
	for _, others := range l.sharing {
		slices.Sort(others)
	}
}

// reportClash reports every earlier grant in the slot that is equal to r.
func (l *loader) reportClash(r *Rule, s *slot, t target, p pattern, purpose *Purpose) {
	if s == nil {
		return
	}
	if purpose == nil {
		for _, other := range s.any {
			l.clash(r, other, t, p, "any purpose")
		}
		return
	}
	for _, c := range s.named {
		if c.purpose == purpose {
			l.clash(r, c.rule, t, p, purpose.Code)
		}
	}
}

func (l *loader) clash(r, other *Rule, t target, p pattern, purpose string) {
	pair := [2]*Rule{other, r}
	if r == other || !r.overlaps(other) || l.clashes[pair] {
		return
	}
	l.clashes[pair] = true
	r.report(r.at, fmt.Sprintf("rule %q (%s) and rule %q (%s) are equal: both grant %s to %s for %s",
		other.ID, other.place(), r.ID, r.place(), t, p.text, purpose),
		"make one of them narrower, or end one before the other begins")
}

// warn adds what is lawful but probably not meant.
func (l *loader) warn() {
	for _, r := range l.set.rules {
		if r.Deny {
			continue
		}
		l.warnEverybody(r)
		l.warnNobody(r)
		l.warnShadowed(r)
	}
}

func (l *loader) warning(r *Rule, message, hint string) {
	l.faults.add(Fault{File: r.File, Line: r.at.Line, Column: r.at.Column, Warning: true, Message: message, Hint: hint})
}

func (l *loader) warnEverybody(r *Rule) {
	if !slices.Contains(r.Agencies, "*") {
		return
	}
	for _, op := range r.covered() {
		if op.personal {
			l.warning(r, fmt.Sprintf("rule %q grants the personal operation %s to every agency", r.ID, target{op.system, op}),
				"name the agencies, or a group")
			return
		}
	}
}

// warnNobody warns of a bound on people where no answer is about any.
func (l *loader) warnNobody(r *Rule) {
	if r.Limits == nil || r.Limits.People == (People{}) {
		return
	}
	for _, op := range r.covered() {
		if op.personal || r.fields[op].Personal() {
			return
		}
	}
	l.warning(r, fmt.Sprintf("rule %q bounds how many people are asked about, but grants nothing about people", r.ID), "remove people from its limits")
}

// warnShadowed warns of a grant that can never decide, because for all that it
// covers a deny or other grants come first whatever the request.
func (l *loader) warnShadowed(r *Rule) {
	var by []string
	for _, op := range r.covered() {
		for _, agency := range l.agenciesOf(r) {
			for _, p := range l.purposesOf(r) {
				other := l.shadow(r, op, agency, p)
				if other == nil {
					return
				}
				if !slices.Contains(by, other.ID) {
					by = append(by, other.ID)
				}
			}
		}
	}
	if len(by) > 0 {
		slices.Sort(by)
		l.warning(r, fmt.Sprintf("rule %q can never decide", r.ID), "all it covers is decided by "+strings.Join(by[:min(3, len(by))], ", "))
	}
}

// agenciesOf spells a rule's groups out; other patterns stand for themselves,
// and a match finds for them exactly the rules that cover all of them.
func (l *loader) agenciesOf(r *Rule) []string {
	var agencies []string
	for _, p := range r.patterns {
		name, isGroup := strings.CutPrefix(p.key, "@")
		if !isGroup {
			agencies = append(agencies, p.text)
			continue
		}
		for _, a := range l.members[name] {
			agencies = append(agencies, string(a))
		}
	}
	return agencies
}

func (l *loader) purposesOf(r *Rule) []*Purpose {
	if slices.Contains(r.purposes, nil) {
		return l.set.catalogue
	}
	return r.purposes
}

// shadow is the rule that always decides before r, or nil.
func (l *loader) shadow(r *Rule, op *operation, agency string, p *Purpose) (by *Rule) {
	always := func(x *Rule) bool { return x.when == nil && x.outlasts(r) }
	l.set.denies(op, agency, p).walk(func(x *Rule) bool {
		if always(x) {
			by = x
		}
		return by == nil
	})
	if by != nil {
		return by
	}
	l.set.grants(op, agency, p).walk(func(x *Rule) bool {
		if x != r && always(x) {
			by = x
		}
		return by == nil && x != r
	})
	return by
}
