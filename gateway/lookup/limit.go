package lookup

import (
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// limit holds the question against the agency's rate, then against what the day
// holds. What is refused takes nothing from any quota and counts nobody.
func (s *Service) limit(i *inquiry, answer *Answer) error {
	answer.Rate = s.rate(i.decision.Rule)
	answer.Limit = s.Limits.Allow(i.Caller.Agency.ID, i.System, answer.Rate, i.Received)
	if !answer.Limit.Allowed {
		return &Limited{RetryAfter: answer.Limit.RetryAfter}
	}
	var call limits.Call
	if quota := i.Caller.Client.DailyQuota; quota > 0 {
		call = s.Daily.ClientCall(i.Caller.Agency.ID, i.Caller.Client.ID, quota, i.Received)
		if err := refused(&call, limits.CallsOfClient); err != nil {
			return err
		}
	}
	err := s.withinRule(i, answer)
	if err != nil {
		call.Undo()
	}
	return err
}

// withinRule holds the question against what the deciding rule allows in a day.
func (s *Service) withinRule(i *inquiry, answer *Answer) error {
	bounds := i.decision.Rule.Limits
	if bounds == nil {
		return nil
	}
	var call limits.Call
	if bounds.PerDay > 0 {
		call = s.Daily.Call(i.Caller.Agency.ID, i.System, i.decision.Rule.ID, int64(bounds.PerDay), i.Received)
		answer.PerDay, answer.Day = limits.PerDay(call.Limit), call.Result
		if err := refused(&call, limits.CallsOfAgency); err != nil {
			return err
		}
	}
	if bounds.People == (policies.People{}) || !i.personal() {
		return nil
	}
	if bound := s.person(i, bounds.People); bound != limits.Unbound {
		call.Undo()
		answer.Day = call.Result
		return &Exhausted{Bound: bound, RetryAfter: limits.UntilMidnight(i.Received)}
	}
	return nil
}

// refused is why a call may not be made, nil if it may.
func refused(call *limits.Call, bound limits.Bound) error {
	switch {
	case call.Unsure:
		return ErrUncounted
	case !call.Allowed:
		return &Exhausted{Bound: bound, RetryAfter: call.RetryAfter}
	}
	return nil
}

// person counts whom the question is about. Where it names nobody, each different
// question is about somebody else: a search by name and date of birth finds people too.
func (s *Service) person(i *inquiry, most policies.People) limits.Bound {
	subject := i.subject
	if subject == "" {
		subject = s.Subject(i.System+"/"+i.Operation, string(i.input.Canonical))
	}
	return s.Daily.Person(limits.Asked{Agency: i.Caller.Agency.ID, Client: i.Caller.Client.ID, Official: i.Official, Subject: subject},
		limits.People{Official: int64(most.Official), Client: int64(most.Client)}, i.Received)
}
