package lookup

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/policies"
)

// Outcomes that are not a record, besides those of packages adapters and catalog.
var (
	// ErrUnknownOperation: the caller may use the system but it has no such operation.
	ErrUnknownOperation = errors.New("unknown operation")
	// ErrScope: the caller's token does not cover the operation.
	ErrScope = errors.New("scope does not cover the operation")
	// ErrUncounted: what the caller has used of its quota is not known here, so there is no answer.
	ErrUncounted = errors.New("quota cannot be counted")
	// ErrAudit: the outcome could not be put into the audit, so there is no answer.
	ErrAudit = errors.New("audit cannot be written")
	// ErrNotAsked: the request that the question came in ended before its turn.
	ErrNotAsked = errors.New("not asked")
)

// Refusal is a decision of the policies not to answer.
type Refusal struct{ Reason policies.Reason }

// Error names the reason.
func (r *Refusal) Error() string { return "not permitted: " + r.Reason.String() }

// Invalid is a request that does not fit the operation's schema.
type Invalid struct{ Faults []adapters.Fault }

// Error counts the faults; their text is for the caller.
func (*Invalid) Error() string { return "invalid request" }

// Limited is a caller faster than its limit.
type Limited struct{ RetryAfter time.Duration }

// Error says so.
func (*Limited) Error() string { return "rate limited" }

// Exhausted is a caller that has used up what a day holds.
type Exhausted struct {
	Bound      limits.Bound
	RetryAfter time.Duration // until midnight in Vietnam
}

// Error says so.
func (*Exhausted) Error() string { return "quota exhausted" }

// Panicked describes a panic for the log. Only the runtime's own words are
// repeated: any other value may quote data of a person.
func Panicked(fault any) error {
	text := fmt.Sprintf("%T", fault)
	if err, ok := fault.(runtime.Error); ok {
		text += ": " + err.Error()
	}
	return fmt.Errorf("panic: %s\n%s", text, debug.Stack())
}

// contain, when deferred, turns a panic into an error.
func contain(err *error) {
	if fault := recover(); fault != nil {
		*err = Panicked(fault)
	}
}
