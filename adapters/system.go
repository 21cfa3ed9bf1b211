package adapters

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Vietnam is the zone of every local time in national answers (UTC+7, no
// daylight saving).
var Vietnam = time.FixedZone("+07", 7*60*60)

// Text is a human text in the two languages of the bus.
type Text struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// A System describes one national system and what can be asked of it.
type System struct {
	ID      string // lower case, dashes: the first part of its address
	Names   Text
	Owner   Text // who must act when it fails
	Assumed bool // its national contract is not public
	Secrets []string
	// Protocols are the languages that its endpoints may speak, where there is more
	// than one; the first is usual. A Route says which one an endpoint speaks, and
	// the adapter asks Conn.Protocol.
	Protocols  []string
	Operations []Operation
}

// Usual is the protocol of an endpoint that names none, "" where there is one only.
func (s *System) Usual() string {
	if len(s.Protocols) == 0 {
		return ""
	}
	return s.Protocols[0]
}

// Operation finds one of the system's operations by its id.
func (s *System) Operation(id string) (*Operation, bool) {
	for i := range s.Operations {
		if s.Operations[i].ID == id {
			return &s.Operations[i], true
		}
	}
	return nil, false
}

// Lookups visits the operations that only read. Submissions are described, but not
// to be had by asking: they need an exchange that keeps and delivers them.
func (s *System) Lookups() iter.Seq[*Operation] {
	return func(yield func(*Operation) bool) {
		for i := range s.Operations {
			if op := &s.Operations[i]; op.Kind == KindLookup && !yield(op) {
				return
			}
		}
	}
}

// Kind tells whether an operation only reads or changes something upstream.
type Kind string

// The two kinds of operation.
const (
	KindLookup     Kind = "lookup"
	KindSubmission Kind = "submission"
)

// Call is what a national system may demand to know about the asker. It
// carries nothing of HTTP.
type Call struct {
	Request     string // our request id, a ULID; goes upstream as X-Request-Id
	Traceparent string // W3C trace context to continue, may be empty
	Agency      string
	Official    string // opaque name of the asking official, may be empty on non-personal operations
	Purpose     string
	Dossier     string
	Time        time.Time
}

// An Operation is one question (or submission) a system understands. Make it
// with Lookup or Submission.
type Operation struct {
	ID       string
	Version  string
	Kind     Kind
	Personal bool   // asks about a person: POST only, official required, cached per agency, audited on disk first
	Assumed  bool   // its national contract is not public
	Protocol string // the only one of the system's protocols that knows it; "" for all
	// Repeatable says of a submission that the system knows a repeat for what it is,
	// so that it may be sent again when nobody knows whether it arrived. Every lookup is.
	Repeatable bool
	Summary    Text
	Input      *Schema
	Output     *Schema

	check  func(canonical []byte) []Fault
	invoke func(ctx context.Context, c *Conn, call Call, canonical []byte) (Record, error)
}

// Lookup completes the description of a reading operation with its typed
// function. In and Out are structs of the vocabulary; their schemas are derived
// here, once, and a shape that cannot be described panics at start. An In with a
// method Check() []Fault is asked for faults across its fields.
func Lookup[In, Out any](op Operation, ask func(ctx context.Context, c *Conn, call Call, in In) (Out, error)) Operation {
	op.Kind, op.Repeatable = KindLookup, true
	return complete(op, ask)
}

// Submission is Lookup for an operation that changes something upstream. Its
// function sends once; a system's word that it has received the same before is a
// success, because that is how a repeat is answered.
func Submission[In, Out any](op Operation, send func(ctx context.Context, c *Conn, call Call, in In) (Out, error)) Operation {
	op.Kind = KindSubmission
	return complete(op, send)
}

func complete[In, Out any](op Operation, ask func(ctx context.Context, c *Conn, call Call, in In) (Out, error)) Operation {
	if op.Version == "" {
		op.Version = "1"
	}
	op.Input, op.Output = SchemaOf[In](), SchemaOf[Out]()
	for _, f := range op.Input.Fields {
		// Forgetting Personal would put the person's number into addresses and the
		// record into a cache that agencies share.
		if f.Subject && !op.Personal {
			panic(fmt.Sprintf("adapters: operation %s has a subject (%s), so it must be Personal", op.ID, f.Name))
		}
	}
	if _, checks := any(new(In)).(checker); checks {
		op.check = func(canonical []byte) []Fault {
			var in In
			if err := json.Unmarshal(canonical, &in); err != nil {
				return []Fault{{Message: Text{VI: "không đọc được", EN: "cannot be read"}}}
			}
			return any(&in).(checker).Check()
		}
	}
	op.invoke = func(ctx context.Context, c *Conn, call Call, canonical []byte) (Record, error) {
		var in In
		if err := json.Unmarshal(canonical, &in); err != nil {
			return Record{}, fmt.Errorf("decode input of %s: %w", op.ID, err)
		}
		out, err := ask(ctx, c, call, in)
		if err != nil {
			return Record{}, err
		}
		text, err := json.Marshal(out)
		if err != nil {
			return Record{}, fmt.Errorf("encode record of %s: %w", op.ID, err)
		}
		record := Record{JSON: text}
		if verdict, tells := any(&out).(interface{ Negative() bool }); tells {
			record.Negative = verdict.Negative()
		}
		if holder, holds := any(&out).(interface{ Files() []*Spool }); holds {
			record.Files = holder.Files()
		}
		return record, nil
	}
	return op
}

// checker is an input that looks for faults across its fields.
type checker interface{ Check() []Fault }

// Record is a national answer in the vocabulary of the bus: the whole of it, as
// JSON, before any policy has narrowed it.
type Record struct {
	JSON []byte
	// Negative is true where the answer says no of somebody ("does not exist").
	// Such an answer about a person is never kept: it may be corrected any minute.
	Negative bool
	// Files are those whose contents are not in JSON yet; WriteRecord puts them in.
	Files []*Spool
}

// Invoke asks the national system once through c. Errors are those of this
// package (see Error) or the context's. An Out with a method Negative() bool
// tells negative answers from others; one with files that are not held in memory
// names them by a method Files() []*Spool.
func (o *Operation) Invoke(ctx context.Context, c *Conn, call Call, in Input) (Record, error) {
	return o.invoke(ctx, c, call, in.Canonical)
}

// Parse reads a request body against the operation's input schema and reports
// every fault, not only the first. Faults across fields are looked for once
// each field fits for itself.
func (o *Operation) Parse(body []byte) (Input, []Fault) {
	in, faults := o.Input.Parse(body)
	if len(faults) == 0 && o.check != nil {
		faults = o.check(in.Canonical)
	}
	if len(faults) > 0 {
		return Input{}, faults
	}
	return in, nil
}
