package policies

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Bounds of the access files.
const (
	maxRules   = 50_000
	maxGroups  = 1000
	maxMembers = 5000
	maxEntries = 2_000_000 // index entries: agencies × operations × purposes of all rules
	maxPerDay  = 100_000_000
	maxPeople  = 1_000_000
)

// readGroups adds the groups of one file.
func (l *loader) readGroups(f *sourceFile) {
	groups, ok := f.top.Get("groups").Mapping("groups")
	if !ok {
		return
	}
	for _, e := range groups.Entries {
		if !validID(e.Key) {
			e.FaultAt(e.KeyAt, "group name "+quote(e.Key)+" may hold only a-z, 0-9 and -", "")
			continue
		}
		if first, dup := l.groupAt[e.Key]; dup {
			e.FaultAt(e.KeyAt, "group "+quote(e.Key)+" is defined twice", "first at "+first)
			continue
		}
		l.groupAt[e.Key] = f.place(e.KeyAt)
		l.members[e.Key] = nil
		for _, w := range readWords(e.Node, "group "+e.Key, maxMembers) {
			agency, err := ParseAgencyID(w.text)
			if err != nil {
				w.Fault(quote(w.text)+" is not an agency id", "a group lists single agencies, for example H26.12")
				continue
			}
			l.members[e.Key] = append(l.members[e.Key], agency)
			l.set.groups[string(agency)] = append(l.set.groups[string(agency)], "@"+e.Key)
		}
	}
	if len(l.members) > maxGroups {
		groups.Fault("there are more than "+strconv.Itoa(maxGroups)+" groups", "")
	}
}

// readRules adds the rules of one file.
func (l *loader) readRules(f *sourceFile) {
	for _, n := range f.top.Get("rules").List("rules", maxRules) {
		l.readRule(f, n)
	}
	if len(l.set.rules) > maxRules {
		f.top.Fault("there are more than "+strconv.Itoa(maxRules)+" rules", "")
	}
}

// readRule reads one rule completely, or reports why it cannot be used.
func (l *loader) readRule(f *sourceFile, n document.Node) {
	m, ok := n.Mapping("rule", "id", "basis", "effect", "agencies", "operations", "purposes", "fields", "when",
		"from", "until", "limits", "fresh", "stale")
	if !ok {
		return
	}
	r := &Rule{File: f.Name, Line: m.At.Line, at: m.At, report: f.report, fields: make(map[*operation]*Fields)}
	r.ID, _ = readID(m, "id", "rule id")
	if basis, ok := m.Need("basis"); ok {
		r.Basis, _ = basis.Text("basis", 1000)
	}
	l.readEffect(m, r)
	l.readAgencies(m, r)
	l.readTargets(m, r)
	l.readRulePurposes(m, r)
	if !r.Deny {
		l.readFields(m, r)
		readGrantOptions(m, r)
	}
	l.readValidity(m, r)
	if when := m.Get("when"); when.Present() {
		if text, ok := when.Text("when", maxCondition); ok {
			r.When = text
			r.when, _ = l.conditions.compile(text, when)
		}
	}
	if first, dup := l.ruleAt[r.ID]; dup {
		m.Fault("rule "+quote(r.ID)+" is defined twice", "first at "+first)
	} else if r.ID != "" {
		l.ruleAt[r.ID] = r.place()
	}
	l.set.rules = append(l.set.rules, r)
}

func (l *loader) readEffect(m document.Mapping, r *Rule) {
	n := m.Get("effect")
	if !n.Present() {
		return
	}
	effect, ok := n.Text("effect", 20)
	switch {
	case !ok || effect == "allow":
		return
	case effect != "deny":
		n.Fault("effect must be allow or deny", document.DidYouMean(effect, []string{"allow", "deny"}))
		return
	}
	r.Deny = true
	for _, key := range []string{"fields", "limits", "fresh", "stale"} {
		if n := m.Get(key); n.Present() {
			n.Fault("a rule that denies has no "+key, "remove it, or write another rule that allows")
		}
	}
}

func (l *loader) readAgencies(m document.Mapping, r *Rule) {
	for _, w := range needWords(m, "agencies", maxMembers) {
		p, ok := l.readPattern(w)
		if ok {
			r.patterns = append(r.patterns, p)
			r.Agencies = append(r.Agencies, p.text)
		}
	}
}

func (l *loader) readPattern(w word) (pattern, bool) {
	if w.text == "*" {
		return pattern{key: "*", text: "*"}, true
	}
	if name, ok := strings.CutPrefix(w.text, "@"); ok {
		if _, known := l.members[name]; !known {
			w.Fault("unknown group "+quote(name), document.DidYouMean(name, sortedKeys(l.members)))
			return pattern{}, false
		}
		return pattern{key: w.text, text: w.text}, true
	}
	id, below := strings.CutSuffix(w.text, ".*")
	agency, err := ParseAgencyID(id)
	if err != nil {
		w.Fault(quote(w.text)+" is not an agency", `write an id (H26.12), all below one ("H26.12.*"), a group ("@name") or "*"`)
		return pattern{}, false
	}
	if below {
		return pattern{key: string(agency) + ".", text: string(agency) + ".*"}, true
	}
	return pattern{exact: true, key: string(agency), text: string(agency)}, true
}

func (l *loader) readTargets(m document.Mapping, r *Rule) {
	for _, w := range needWords(m, "operations", 1000) {
		if t, ok := l.readTarget(w); ok {
			r.targets = append(r.targets, t)
			r.Operations = append(r.Operations, t.String())
		}
	}
}

func (l *loader) readTarget(w word) (target, bool) {
	sysID, opID, found := strings.Cut(w.text, "/")
	if !found {
		w.Fault(quote(w.text)+" is not an operation", "write system/operation, or system/* for all of a system")
		return target{}, false
	}
	sys := l.set.systems[sysID]
	if sys == nil {
		w.Fault("unknown system "+quote(sysID), document.DidYouMean(sysID, sortedKeys(l.set.systems)))
		return target{}, false
	}
	if opID == "*" {
		return target{system: sys}, true
	}
	op := sys.operations[opID]
	if op == nil {
		w.Fault("system "+sysID+" has no operation "+quote(opID), document.DidYouMean(opID, sortedKeys(sys.operations)))
		return target{}, false
	}
	return target{system: sys, operation: op}, true
}

func (l *loader) readRulePurposes(m document.Mapping, r *Rule) {
	words := needWords(m, "purposes", maxPurposes)
	for _, w := range words {
		if w.text == "*" {
			if len(words) > 1 {
				w.Fault(`purpose "*" already covers the others`, "")
			}
			r.purposes, r.Purposes = append(r.purposes, nil), append(r.Purposes, "*")
			continue
		}
		p, known := l.set.purposes[w.text]
		if !known {
			w.Fault("unknown purpose "+quote(w.text), document.DidYouMean(w.text, sortedKeys(l.set.purposes)))
			continue
		}
		r.purposes, r.Purposes = append(r.purposes, p), append(r.Purposes, p.Code)
	}
}

func (l *loader) readValidity(m document.Mapping, r *Rule) {
	r.from, r.until = math.MinInt64, math.MaxInt64
	if day, ok := m.Get("from").Day("from"); ok {
		r.From, r.from = day, day.Unix()
	}
	if day, ok := m.Get("until").Day("until"); ok {
		r.Until, r.until = day, day.Unix()
	}
	if r.from >= r.until {
		m.Get("until").Fault("until must be a later day than from", "until is the first day on which the rule no longer holds")
	}
}

func readGrantOptions(m document.Mapping, r *Rule) {
	r.Fresh, r.Stale = true, true
	if v, ok := m.Get("fresh").Bool("fresh"); ok {
		r.Fresh = v
	}
	if v, ok := m.Get("stale").Bool("stale"); ok {
		r.Stale = v
	}
	r.Limits = readLimits(m.Get("limits"))
}

func readLimits(n document.Node) *Limits {
	m, ok := n.Mapping("limits", "rate", "burst", "perDay", "people")
	if !ok {
		return nil
	}
	l := &Limits{}
	if l.Rate, ok = readRate(m.Get("rate"), "rate"); ok {
		l.Burst = max(1, int(math.Ceil(l.Rate.PerSecond())))
	}
	if burst, ok := m.Get("burst").Int("burst", 1, maxRate); ok {
		l.Burst = burst
	}
	l.PerDay, _ = m.Get("perDay").Int("perDay", 1, maxPerDay)
	l.People = readPeople(m.Get("people"))
	switch {
	case len(m.Entries) == 0:
		m.Fault("limits is empty", "give a rate, perDay or people")
	case m.Get("burst").Present() && !m.Get("rate").Present():
		m.Get("burst").Fault("burst needs a rate that it is a burst of", "give rate as well")
	}
	return l
}

func readPeople(n document.Node) (p People) {
	m, ok := n.Mapping("people", "official", "client")
	if !ok {
		return p
	}
	p.Official, _ = m.Get("official").Int("official", 1, maxPeople)
	p.Client, _ = m.Get("client").Int("client", 1, maxPeople)
	switch {
	case len(m.Entries) == 0:
		m.Fault("people is empty", "give official, client or both")
	case p.Client > 0 && p.Official > p.Client:
		m.Get("official").Fault("one official may ask about more people than the whole client", "official counts within client")
	}
	return p
}

// readFields resolves the fields of every operation that the rule covers.
func (l *loader) readFields(m document.Mapping, r *Rule) {
	n, ok := m.Need("fields")
	if !ok || len(r.targets) == 0 {
		return
	}
	if n.IsMapping() {
		l.readFieldMap(n, r)
		return
	}
	words := readWords(n, "fields", 1000)
	everything := slices.ContainsFunc(words, func(w word) bool { return w.text == "*" })
	if operations := r.covered(); len(operations) > 1 && !everything {
		each := target{operations[0].system, operations[0]}.String()
		n.Fault("a list of fields fits only one operation", `write "*", or a list for each: `+each+": [...]")
		return
	}
	for _, op := range r.covered() {
		r.fields[op] = resolveFields(op, words)
	}
}

func (r *Rule) covered() []*operation {
	var all []*operation
	for _, t := range r.targets {
		for _, op := range t.covered() {
			if !slices.Contains(all, op) {
				all = append(all, op)
			}
		}
	}
	return all
}

func (l *loader) readFieldMap(n document.Node, r *Rule) {
	m, _ := n.Mapping("fields")
	for _, e := range m.Entries {
		operations := r.named(e.Key)
		if len(operations) == 0 {
			n.FaultAt(e.KeyAt, quote(e.Key)+" is not among the operations of the rule", document.DidYouMean(e.Key, r.Operations))
			continue
		}
		words := readWords(e.Node, "fields of "+e.Key, 1000)
		for _, op := range operations {
			// An operation that is named also by itself keeps its own list.
			if own := (target{op.system, op}).String(); own == e.Key || !m.Get(own).Present() {
				r.fields[op] = resolveFields(op, words)
			}
		}
	}
	for _, op := range r.covered() {
		if r.fields[op] == nil {
			n.Fault("fields says nothing about "+target{op.system, op}.String(), `name its fields, or write "*"`)
			r.fields[op] = op.tree.intern(op.tree.none())
		}
	}
}

// named are the operations of the rule that a key of its fields means: those of
// an entry of operations, or one that such an entry covers.
func (r *Rule) named(key string) []*operation {
	for _, t := range r.targets {
		if t.String() == key {
			return t.covered()
		}
	}
	for _, op := range r.covered() {
		if (target{op.system, op}).String() == key {
			return []*operation{op}
		}
	}
	return nil
}

func resolveFields(op *operation, words []word) *Fields {
	leaves := op.tree.none()
	for _, w := range words {
		switch {
		case w.text == "*" && len(words) > 1:
			w.Fault(`field "*" already covers the others`, "")
		case w.text == "*":
			return op.tree.everything()
		case !op.tree.mark(leaves, w.text):
			w.Fault(target{op.system, op}.String()+" answers no field "+quote(w.text), document.DidYouMean(w.text, op.tree.paths))
		}
	}
	return op.tree.intern(leaves)
}
