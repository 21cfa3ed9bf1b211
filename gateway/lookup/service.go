package lookup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// Question is one question of an authenticated caller.
type Question struct {
	Caller            *auth.Caller
	System, Operation string
	Purpose, Official string
	Dossier           string
	Fresh             bool // the caller wants a fresh answer (Cache-Control: no-cache)
	// Read parses the request against the operation, once the policies have let
	// it through; a stranger's body is not looked at.
	// personal is true where the answer is going to be about a person.
	Read func(op *adapters.Operation, personal bool) (adapters.Input, error)

	// Still tells of one of several questions, when it has its turn, why its caller may
	// ask no more: minutes may have passed since the token was looked at. nil: it may.
	Still func() error

	Request     string // our request id
	Correlation string // the caller's
	Traceparent string
	Source      string // network address
	Received    time.Time
}

// Answer is a record narrowed to the caller's rights, and what stands around it.
type Answer struct {
	Body      []byte            // as JSON, but for the contents of Files
	Files     []*adapters.Spool // put into Body by adapters.WriteRecord
	Personal  bool
	AsOf      time.Time
	Freshness Freshness
	Policy    string // rule@version
	Receipt   audit.Receipt
	Rate      limits.Rate   // the caller's, with what is left of it in Limit;
	Limit     limits.Result // both zero where the limits were not reached
	PerDay    limits.Rate   // the same of the day's quota, zero without one
	Day       limits.Result
	Took      time.Duration // of one of several questions: from its turn on
}

// Journal is the audit as this package needs it.
type Journal interface {
	Append(context.Context, *audit.Entry) (audit.Receipt, error) // on disk when it returns
	AppendSoon(*audit.Entry) (audit.Receipt, error)              // on disk within 50 ms
}

// Service answers questions.
type Service struct {
	Catalog  *catalog.Catalog
	Policies interface{ Current() *policies.Set }
	Cache    *cache.Cache
	Limits   *limits.Limiter
	Daily    *limits.Daily
	Journal  Journal
	// Subject turns a value that identifies a person into its keyed hash; name
	// says what the value is.
	Subject func(name, value string) string
	// Outcome names an error as the caller will see it: problem code and status.
	Outcome func(error) (code string, status int)
	// DefaultRate applies where the deciding rule names none.
	DefaultRate limits.Rate
	// Places are those of the process: a request comes with one, and each question of
	// several in a request needs one of its own.
	Places *limits.Concurrency
	// Waiting bounds, for each system, the questions that wait for its answers: a
	// system that hangs must not take every place of this process.
	Waiting map[string]*limits.Concurrency
	Now     func() time.Time
}

// inquiry is a question on its way, with what each step has found so far.
type inquiry struct {
	*Question
	set      *policies.Set
	system   *adapters.System
	op       *adapters.Operation
	decision policies.Decision
	input    adapters.Input
	subject  string // the keyed hash of who is asked about, "" where the question names nobody
}

// personal tells whether the answer is about a person: always, for some
// operations; for others when the deciding rule grants fields that are.
func (i *inquiry) personal() bool {
	return i.op != nil && (i.op.Personal || i.decision.Allowed && i.decision.Fields.Personal())
}

// Ask answers a question. Whatever the outcome, it is in the audit before Ask
// returns: on disk for personal operations, within 50 ms otherwise.
func (s *Service) Ask(ctx context.Context, q *Question) (Answer, error) {
	i := &inquiry{Question: q, set: s.Policies.Current()}
	answer, err := s.answer(ctx, i)
	receipt, auditErr := s.record(ctx, i, &answer, err)
	if auditErr != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrAudit, auditErr)
	}
	answer.Receipt = receipt
	return answer, err
}

// askPart is Ask for one of several questions of a request, once it has its turn. As
// it would have alone, it needs a place in this process; and since it runs on a
// goroutine of ours, a panic must end here.
func (s *Service) askPart(ctx context.Context, q *Question) (answer Answer, err error) {
	defer contain(&err)
	if ctx.Err() != nil {
		return answer, notAsked(ctx)
	}
	if q.Still != nil {
		if err := q.Still(); err != nil {
			return answer, err
		}
	}
	if !s.Places.Enter() {
		return answer, catalog.ErrBusy
	}
	defer s.Places.Leave()
	q.Received = s.Now()
	answer, err = s.Ask(ctx, q)
	answer.Took = s.Now().Sub(q.Received)
	return answer, err
}

// notAsked tells why: the caller left, or the request's time was up.
func notAsked(ctx context.Context) error {
	return fmt.Errorf("%w: %w", ErrNotAsked, context.Cause(ctx))
}

// Refuse puts into the audit that a caller was refused, who asked for something that
// it may not know of and that is no single question.
func (s *Service) Refuse(ctx context.Context, q *Question) (Answer, error) {
	refusal := &Refusal{Reason: policies.NoGrant}
	receipt, err := s.record(ctx, &inquiry{Question: q}, &Answer{}, refusal)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrAudit, err)
	}
	return Answer{Receipt: receipt}, refusal
}

// answer walks the steps in the order of the contract: policy, existence, form,
// limits, then the work. A fault of ours that panics is an outcome like any other:
// it must not leave without its audit entry.
func (s *Service) answer(ctx context.Context, i *inquiry) (answer Answer, err error) {
	defer contain(&err)
	if err := s.decide(i); err != nil {
		return answer, err
	}
	answer.Policy, answer.Personal = i.decision.Rule.Reference, i.personal()
	if i.input, err = s.read(i); err != nil {
		return answer, err
	}
	if i.input.Subject != "" {
		i.subject = s.Subject(i.input.SubjectName, i.input.Subject)
	}
	if err := s.limit(i, &answer); err != nil {
		return answer, err
	}
	record, freshness, err := s.fetch(ctx, i)
	if err != nil {
		return answer, err
	}
	answer.Body, err = projection(record, i.decision.Fields)
	answer.AsOf, answer.Freshness = record.AsOf, freshness
	answer.Files, _ = record.Attached.([]*adapters.Spool)
	return answer, err
}

// decide asks the policies and the token's scope. A caller without any grant on
// a system learns nothing about it, not even that it exists.
func (s *Service) decide(i *inquiry) error {
	if i.system, _ = s.Catalog.System(i.System); i.system != nil {
		i.op, _ = i.system.Operation(i.Operation)
	}
	agency := policies.AgencyID(i.Caller.Agency.ID)
	if i.op != nil {
		i.decision = i.set.Decide(&policies.Question{Agency: agency, Client: i.Caller.Client.ID, System: i.System, Operation: i.Operation,
			Purpose: i.Purpose, Official: i.Official, Dossier: i.Dossier, Time: i.Received})
	}
	mayUse := i.Caller.MayUse(i.System, i.Operation)
	switch {
	case i.decision.Allowed && mayUse && i.op.Kind == adapters.KindLookup:
		return nil
	case !i.set.Sees(agency, i.System, i.Received):
		return &Refusal{Reason: policies.NoGrant}
	case i.op == nil, i.op.Kind != adapters.KindLookup:
		return ErrUnknownOperation
	case !mayUse:
		return ErrScope
	}
	return &Refusal{Reason: i.decision.Reason}
}

// read parses the request and adds the faults of what stands around it.
func (s *Service) read(i *inquiry) (adapters.Input, error) {
	input, err := i.Read(i.op, i.personal())
	var faults []adapters.Fault
	if invalid, ok := errors.AsType[*Invalid](err); ok {
		faults = invalid.Faults
	} else if err != nil {
		return input, err
	}
	if fault, ok := officialFault(i.Official, i.personal()); ok {
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return input, &Invalid{Faults: faults}
	}
	return input, nil
}

// rate is the deciding rule's, or the default.
func (s *Service) rate(rule *policies.Rule) limits.Rate {
	if l := rule.Limits; l != nil && l.Rate.Events > 0 {
		return limits.Rate{Count: int64(l.Rate.Events), Per: l.Rate.Per, Burst: int64(l.Burst)}
	}
	return s.DefaultRate
}

// record puts the outcome into the audit.
func (s *Service) record(ctx context.Context, i *inquiry, answer *Answer, err error) (audit.Receipt, error) {
	e := &audit.Entry{
		Time: i.Received, Request: i.Request, Correlation: i.Correlation, Agency: i.Caller.Agency.ID, Client: i.Caller.Client.ID,
		Source: i.Source, Outcome: "ok", Status: 200, Cache: string(answer.Freshness.Source),
		Duration: s.Now().Sub(i.Received),
	}
	i.name(e)
	e.Subject = i.subject
	if err == nil {
		e.Fields = i.decision.Fields.Names()
	} else {
		e.Outcome, e.Status = s.Outcome(err)
		if national, ok := errors.AsType[*adapters.Error](err); ok {
			e.NationalCode = national.Code
		}
	}
	// A stranger waits for the disk whether the operation exists or not, so that
	// the time of a refusal tells nothing.
	refusal, refused := errors.AsType[*Refusal](err)
	if i.personal() || refused && refusal.Reason == policies.NoGrant {
		// The caller may leave, the entry may not: what was decided is recorded.
		return s.Journal.Append(context.WithoutCancel(ctx), e)
	}
	return s.Journal.AppendSoon(e)
}

// name puts into an entry what the question names, as far as it is known or
// well-formed: anything else is the caller's text, which may hold what must not
// be in the audit.
func (i *inquiry) name(e *audit.Entry) {
	if i.system != nil {
		e.System = i.system.ID
	}
	if i.op != nil {
		e.Operation = i.op.ID
	}
	if i.decision.Purpose != nil {
		e.Purpose = i.decision.Purpose.Code
		if i.decision.Reason != policies.DossierInvalid && i.decision.Reason != policies.DossierForbidden {
			e.Dossier = i.Dossier // its form was checked
		}
	}
	if i.decision.Rule != nil {
		e.Rule = i.decision.Rule.Reference
	}
	if _, faulty := officialFault(i.Official, false); !faulty {
		e.Official = i.Official
	}
}
