package policies

import "time"

// Question is everything that a decision may depend on, and no more than the
// audit records, so that every decision can be replayed.
type Question struct {
	Agency    AgencyID
	Client    string
	System    string
	Operation string
	Purpose   string
	Official  string
	Dossier   string
	Time      time.Time
}

// Reason says in one word why a question was allowed or not.
type Reason uint8

// The reasons of a decision. All but Granted refuse.
const (
	NoGrant          Reason = iota // no rule grants it; also for systems and operations that do not exist
	Granted                        // a rule grants it
	DeniedByRule                   // a rule denies it
	UnknownPurpose                 // the purpose is not in the catalogue
	DossierRequired                // the purpose demands a dossier and none is named
	DossierForbidden               // the purpose has no dossier and one is named
	DossierInvalid                 // the dossier code is malformed
	DossierForeign                 // the dossier belongs to another agency
	ConditionFailed                // a rule's condition could not be evaluated
)

// String is the reason as the audit writes it.
func (r Reason) String() string {
	return [...]string{"no-grant", "granted", "denied-by-rule", "unknown-purpose", "dossier-required",
		"dossier-forbidden", "dossier-invalid", "dossier-foreign", "condition-failed"}[r]
}

// Decision is the answer to a [Question]. The zero Decision refuses.
type Decision struct {
	Allowed bool
	Reason  Reason
	Rule    *Rule    // the rule that decided; nil where none did
	Fields  *Fields  // what may be answered; nil unless allowed
	Purpose *Purpose // nil where it is unknown
}

// Decide answers a question. The purpose and its dossier are looked at first,
// then denies, then grants by precedence; what nothing grants is refused.
// It has no effects, and allocates only where a condition is evaluated.
func (s *Set) Decide(q *Question) Decision {
	p := s.purposes[q.Purpose]
	if p == nil {
		return Decision{Reason: UnknownPurpose}
	}
	if reason := p.check(q.Agency, q.Dossier); reason != Granted {
		return Decision{Reason: reason, Purpose: p}
	}
	d := Decision{Reason: NoGrant, Purpose: p}
	op := s.operation(q.System, q.Operation)
	if op == nil || !validAgency(string(q.Agency)) { // an id that was never parsed could look like a pattern
		return d
	}
	if d.Rule, d.Reason = s.first(s.denies(op, string(q.Agency), p), q, DeniedByRule); d.Rule != nil {
		return d
	}
	d.Rule, d.Reason = s.first(s.grants(op, string(q.Agency), p), q, Granted)
	if d.Reason == Granted {
		d.Allowed, d.Fields = true, d.Rule.fields[op]
	}
	return d
}

// first finds the first rule in force whose condition holds, and answers with
// outcome for it. A condition that fails ends the search: skipping it could
// turn an unreadable deny into a grant.
func (s *Set) first(m *match, q *Question, outcome Reason) (rule *Rule, reason Reason) {
	now := q.Time.Unix()
	m.walk(func(r *Rule) bool {
		if !r.validAt(now) {
			return true
		}
		holds, err := r.when.holds(q)
		if err == nil && !holds {
			return true
		}
		rule, reason = r, outcome
		if err != nil {
			reason = ConditionFailed
		}
		return false
	})
	return rule, reason
}
