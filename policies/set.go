package policies

import "time"

// Set is a complete, faultless set of policies. It never changes after [Load]
// and may be used by any number of goroutines.
type Set struct {
	version      string
	routeVersion string
	purposes     map[string]*Purpose
	catalogue    []*Purpose
	groups       map[string][]string // agency → its groups, each with its mark
	systems      map[string]*system
	rules        []*Rule
	procedures   []*Procedure
}

// Version is a short digest of the access, purpose and procedure files: the part after
// the @ in a rule's reference.
func (s *Set) Version() string { return s.version }

// RouteVersion is the same for the route files, whose changes are a stream of their own.
func (s *Set) RouteVersion() string { return s.routeVersion }

// Purpose looks a purpose up by its code.
func (s *Set) Purpose(code string) (*Purpose, bool) {
	p, ok := s.purposes[code]
	return p, ok
}

// Purposes is the purpose catalogue in the order of the files. Callers must not change it.
func (s *Set) Purposes() []*Purpose { return s.catalogue }

// Rules are all access rules in the order of the files. Callers must not change them.
func (s *Set) Rules() []*Rule { return s.rules }

// Route is how an operation is called, or nil for one that does not exist.
func (s *Set) Route(system, operation string) *Route {
	if op := s.operation(system, operation); op != nil {
		return op.route
	}
	return nil
}

// System is how a national system is reached, or nil for one that does not exist.
func (s *Set) System(system string) *SystemRoute {
	if sys := s.systems[system]; sys != nil {
		return sys.route
	}
	return nil
}

// Grantable is the union of the fields that any rule grants of an operation, at
// whatever time and to whomever: nothing else need ever be kept in a cache.
// It is nil for an operation that does not exist.
func (s *Set) Grantable(system, operation string) *Fields {
	if op := s.operation(system, operation); op != nil {
		return op.grantable
	}
	return nil
}

// Sees says whether an agency may use anything of a system at a time, for
// whatever purpose and if its conditions hold. Who may not must not learn
// whether the system exists.
func (s *Set) Sees(agency AgencyID, system string, t time.Time) bool {
	sys := s.systems[system]
	if sys == nil {
		return false
	}
	for _, op := range sys.order {
		for _, p := range s.catalogue {
			if s.mayGet(op, agency, p, t, func(*Rule) {}) {
				return true
			}
		}
	}
	return false
}

// Granted is the union of the fields that an agency may get of an operation at
// a time over all purposes, taking conditions as fulfilled. It serves the
// catalogue; [Set.Decide] decides.
func (s *Set) Granted(agency AgencyID, system, operation string, t time.Time) (fields *Fields, ok bool) {
	op := s.operation(system, operation)
	if op == nil {
		return nil, false
	}
	leaves := op.tree.none()
	for _, p := range s.catalogue {
		if s.mayGet(op, agency, p, t, func(r *Rule) { r.fields[op].addTo(leaves) }) {
			ok = true
		}
	}
	if !ok {
		return nil, false
	}
	return op.tree.find(leaves), true
}

// mayGet visits the grants that could decide for a purpose: those with a
// condition up to the first without. It returns false if there are none or an
// unconditional deny stands before them.
func (s *Set) mayGet(op *operation, agency AgencyID, p *Purpose, t time.Time, visit func(*Rule)) (granted bool) {
	if !validAgency(string(agency)) {
		return false
	}
	now, denied := t.Unix(), false
	s.denies(op, string(agency), p).walk(func(r *Rule) bool {
		denied = r.when == nil && r.validAt(now)
		return !denied
	})
	if denied {
		return false
	}
	s.grants(op, string(agency), p).walk(func(r *Rule) bool {
		if !r.validAt(now) {
			return true
		}
		granted = true
		visit(r)
		return r.when != nil
	})
	return granted
}

func (s *Set) operation(system, operation string) *operation {
	if sys := s.systems[system]; sys != nil {
		return sys.operations[operation]
	}
	return nil
}

func (s *Set) grants(op *operation, agency string, p *Purpose) *match {
	return &match{tables: [2]*table{&op.grants, &op.system.grants}, agency: agency, groups: s.groups[agency], purpose: p}
}

func (s *Set) denies(op *operation, agency string, p *Purpose) *match {
	return &match{tables: [2]*table{&op.denies, &op.system.denies}, agency: agency, groups: s.groups[agency], purpose: p}
}
