package policies

import "strings"

// Vocabulary is every system that policies can speak of.
type Vocabulary []SystemTerms

// SystemTerms are the words of one national system.
type SystemTerms struct {
	ID         string
	Protocols  []string // the first is usual; none where there is one only
	Operations []OperationTerms
}

// OperationTerms are the words of one operation. Fields are the dotted paths of
// its answer; granting a path grants everything below it. PersonalFields are
// those about a person, with everything below them.
type OperationTerms struct {
	ID             string
	Personal       bool   // every answer is about a person
	Protocol       string // the only one that knows it; "" for all
	Fields         []string
	PersonalFields []string
	// Procedures join answers to questions, so they need to know what a question
	// takes and how each value is written.
	Submission bool // changes something, so no procedure asks it
	Inputs     []InputTerms
	Shapes     map[string]string // of Fields
}

// InputTerms is one member of a question.
type InputTerms struct {
	Name     string
	Shape    string // how it is written; equal shapes fit each other, but for objects
	Required bool
	Takes    func(text string) bool // whether a text that a policy gives fits; nil: any does
}

// system and operation hold, for each place that a rule can name, the rules that name it.
type system struct {
	id         string
	protocols  []string
	operations map[string]*operation
	order      []*operation
	grants     table
	denies     table
	route      *SystemRoute
}

type operation struct {
	id         string
	system     *system
	protocol   string
	personal   bool
	submission bool
	inputs     []InputTerms
	shapes     map[string]string
	tree       *fieldTree
	grantable  *Fields
	grants     table
	denies     table
	route      *Route
}

// table finds rules by the agencies they name. Keys of wider are a prefix with
// its last dot ("H26.12."), a group with its mark ("@wards"), or "*"; they are
// apart from the exact ids so that no caller's id can pass for one of them.
type table struct {
	exact map[string]*slot
	wider map[string]*slot
}

// slot holds the rules of one place and one agency pattern.
type slot struct {
	named []candidate
	any   []*Rule
}

type candidate struct {
	purpose *Purpose
	rule    *Rule
}

func newSystem(terms SystemTerms) *system {
	s := &system{id: terms.ID, protocols: terms.Protocols, operations: make(map[string]*operation, len(terms.Operations))}
	for _, o := range terms.Operations {
		op := &operation{id: o.ID, system: s, protocol: o.Protocol, submission: o.Submission, inputs: o.Inputs, shapes: o.Shapes, personal: o.Personal, tree: newFieldTree(o.Fields, o.PersonalFields)}
		s.operations[o.ID] = op
		s.order = append(s.order, op)
	}
	return s
}

// input is what is known of one member of the question, nil for none of that name.
func (o *operation) input(name string) *InputTerms {
	for i := range o.inputs {
		if o.inputs[i].Name == name {
			return &o.inputs[i]
		}
	}
	return nil
}

func (o *operation) inputNames() []string {
	names := make([]string, len(o.inputs))
	for i := range o.inputs {
		names[i] = o.inputs[i].Name
	}
	return names
}

// insert adds a rule; purpose nil stands for every purpose. It returns the slot it came to.
func (t *table) insert(p pattern, purpose *Purpose, r *Rule) *slot {
	m := &t.wider
	if p.exact {
		m = &t.exact
	}
	if *m == nil {
		*m = make(map[string]*slot)
	}
	s := (*m)[p.key]
	if s == nil {
		s = &slot{}
		(*m)[p.key] = s
	}
	if purpose == nil {
		s.any = append(s.any, r)
	} else {
		s.named = append(s.named, candidate{purpose, r})
	}
	return s
}

// match is one question put to the tables of an operation and of its system.
type match struct {
	tables  [2]*table
	agency  string
	groups  []string
	purpose *Purpose
}

// walk visits the rules whose agency, operation and purpose fit, in the order
// of precedence, until visit returns false: agency by exact id, longest prefix,
// group, all; inside each the operation before the whole system; inside each
// the named purpose before any.
func (m *match) walk(visit func(*Rule) bool) {
	for _, t := range m.tables {
		if !m.visit(t.exact[m.agency], visit) {
			return
		}
	}
	for i := strings.LastIndexByte(m.agency, '.'); i >= 0; i = strings.LastIndexByte(m.agency[:i], '.') {
		for _, t := range m.tables {
			if !m.visit(t.wider[m.agency[:i+1]], visit) {
				return
			}
		}
	}
	if !m.visitGroups(visit) {
		return
	}
	for _, t := range m.tables {
		if !m.visit(t.wider["*"], visit) {
			return
		}
	}
}

func (m *match) visit(s *slot, visit func(*Rule) bool) bool {
	return s == nil || s.visitNamed(m.purpose, visit) && s.visitAny(visit)
}

// visitGroups treats all groups of the agency as one: the named purpose in any
// of them comes before any purpose in the first.
func (m *match) visitGroups(visit func(*Rule) bool) bool {
	for _, t := range m.tables {
		for _, g := range m.groups {
			if s := t.wider[g]; s != nil && !s.visitNamed(m.purpose, visit) {
				return false
			}
		}
		for _, g := range m.groups {
			if s := t.wider[g]; s != nil && !s.visitAny(visit) {
				return false
			}
		}
	}
	return true
}

func (s *slot) visitNamed(p *Purpose, visit func(*Rule) bool) bool {
	for i := range s.named {
		if s.named[i].purpose == p && !visit(s.named[i].rule) {
			return false
		}
	}
	return true
}

func (s *slot) visitAny(visit func(*Rule) bool) bool {
	for _, r := range s.any {
		if !visit(r) {
			return false
		}
	}
	return true
}
