package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/policies"
)

// DependencyError is why a step of a procedure was not asked: the answer it
// depends on did not come, or lacks what it needs.
type DependencyError struct {
	Step string // the step depended on
	Path string // of which its answer holds nothing that can be used; "" where there is no answer
	Err  error  // why there is none; nil where Path says it
	Fine bool   // it is fine that there is none, see Outcome.Fine
}

// Error names the step.
func (e *DependencyError) Error() string { return "depends on step " + e.Step }

// Outcome is what came of one step of a procedure.
type Outcome struct {
	Step     *policies.Step
	Question *Question // nil where it was not asked
	Answer   Answer
	Err      error
	// Missing are the optional inputs without which the step was not asked.
	Missing []string
}

// Fine tells whether nothing is amiss: there is an answer, or the step was left out
// for want of an optional input, or the absence of a record is an answer, too, with
// all that would have followed from the record.
func (o *Outcome) Fine() bool {
	dependency, depends := errors.AsType[*DependencyError](o.Err)
	return o.Err == nil || o.Step.AbsenceFine && errors.Is(o.Err, adapters.ErrNotFound) || depends && dependency.Fine
}

// ProcedureInput is the schema of what the caller of a procedure gives. A value is
// written as the step that takes it wants it.
func ProcedureInput(p *policies.Procedure, system func(id string) (*adapters.System, bool)) *adapters.Schema {
	fields := make([]adapters.Field, 0, len(p.Inputs))
	for _, in := range p.Inputs {
		field := adapters.Field{Name: in.Name, Title: adapters.Text(in.Names), Required: !in.Optional}
		if target := takenBy(p, in.Name, system); target != nil {
			field.Schema, field.Sensitivity = target.Schema, target.Sensitivity
			fields = append(fields, field)
		}
	}
	return adapters.ObjectOf(fields)
}

// takenBy is the member of the first question that takes an input; the policies
// have made sure that there is one.
func takenBy(p *policies.Procedure, input string, system func(id string) (*adapters.System, bool)) *adapters.Field {
	for _, step := range p.Steps {
		for _, b := range step.With {
			if b.Ref != input || b.OfStep() {
				continue
			}
			if s, ok := system(step.System); ok {
				if op, ok := s.Operation(step.Operation); ok {
					field, _ := op.Input.Field(b.Member)
					return field
				}
			}
		}
	}
	return nil
}

// Gather carries a procedure out. Each step is asked as soon as the steps it takes
// from have answered, and sees of their answers what the caller may see. input is
// what fits ProcedureInput; ask makes the question of a step, but for what to ask.
// Outcomes stand in the order of the steps.
func (s *Service) Gather(ctx context.Context, p *policies.Procedure, input []byte, ask func() *Question) ([]Outcome, error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(input, &given); err != nil {
		return nil, fmt.Errorf("read input of procedure %s: %w", p.Code, err)
	}
	g := gathering{given: given, outcomes: make([]Outcome, len(p.Steps)), done: make([]chan struct{}, len(p.Steps)), place: map[string]int{}}
	for i, step := range p.Steps {
		g.outcomes[i].Step, g.done[i], g.place[step.ID] = step, make(chan struct{}), i
	}
	var all sync.WaitGroup
	for i := range p.Steps {
		all.Go(func() {
			defer close(g.done[i])
			g.step(ctx, s, &g.outcomes[i], ask)
		})
	}
	all.Wait()
	return g.outcomes, nil
}

// gathering is a procedure that is being carried out. An outcome is written by its
// own step alone and read once that is done.
type gathering struct {
	given    map[string]json.RawMessage
	outcomes []Outcome
	done     []chan struct{}
	place    map[string]int
}

func (g *gathering) step(ctx context.Context, s *Service, out *Outcome, ask func() *Question) {
	defer contain(&out.Err)
	body, err := g.question(ctx, out)
	if err != nil || len(out.Missing) > 0 {
		out.Err = err
		return
	}
	q := ask()
	q.System, q.Operation = out.Step.System, out.Step.Operation
	q.Read = func(op *adapters.Operation, _ bool) (adapters.Input, error) {
		in, faults := op.Parse(body)
		if len(faults) > 0 {
			return in, blame(out.Step, faults)
		}
		return in, nil
	}
	out.Question = q
	out.Answer, out.Err = s.askPart(ctx, q)
}

// blame says where a value comes from that does not fit: the caller can correct its
// own, but not what a national system answered.
func blame(step *policies.Step, faults []adapters.Fault) error {
	for _, f := range faults {
		member, _, _ := strings.Cut(f.Field, "[")
		i := slices.IndexFunc(step.With, func(b policies.Binding) bool { return b.Member == member && b.OfStep() })
		if i >= 0 {
			return &DependencyError{Step: step.With[i].Ref, Path: strings.Join(step.With[i].Path, ".")}
		}
	}
	return &Invalid{Faults: faults}
}

// question puts the members of a step's question together, waiting for the steps
// that it takes from.
func (g *gathering) question(ctx context.Context, out *Outcome) ([]byte, error) {
	members := map[string]json.RawMessage{}
	for i := range out.Step.With {
		b := &out.Step.With[i]
		value, err := g.value(ctx, b, out)
		switch {
		case err != nil:
			return nil, err
		case value != nil:
			members[b.Member] = value
		}
	}
	return json.Marshal(members)
}

// value is that of one member; nil where there is none.
func (g *gathering) value(ctx context.Context, b *policies.Binding, out *Outcome) (json.RawMessage, error) {
	if b.Ref == "" {
		return json.Marshal(b.Text)
	}
	if b.OfStep() {
		return g.answered(ctx, b, out)
	}
	value := g.given[b.Ref]
	if value == nil && !b.Optional {
		out.misses(b.Ref)
	}
	return value, nil
}

// answered is a value from the answer of another step, once that is done.
func (g *gathering) answered(ctx context.Context, b *policies.Binding, out *Outcome) (json.RawMessage, error) {
	from := g.place[b.Ref]
	select {
	case <-g.done[from]:
	case <-ctx.Done():
		return nil, notAsked(ctx)
	}
	source := &g.outcomes[from]
	absent := len(source.Missing) > 0 || source.Err != nil && source.Fine()
	switch {
	case absent && b.Optional:
		return nil, nil
	case len(source.Missing) > 0:
		out.misses(source.Missing...)
		return nil, nil
	case source.Err != nil:
		return nil, &DependencyError{Step: b.Ref, Err: source.Err, Fine: absent}
	}
	value := pick(source.Answer.Body, b.Path)
	if value == nil && !b.Optional {
		return nil, &DependencyError{Step: b.Ref, Path: strings.Join(b.Path, ".")}
	}
	return value, nil
}

// misses notes inputs that the caller has not given, each once.
func (o *Outcome) misses(inputs ...string) {
	for _, name := range inputs {
		if !slices.Contains(o.Missing, name) {
			o.Missing = append(o.Missing, name)
		}
	}
}

// pick finds a value in a record by its path, nil where there is none.
func pick(record json.RawMessage, path []string) json.RawMessage {
	for _, part := range path {
		if n, err := strconv.Atoi(part); err == nil {
			var list []json.RawMessage
			if json.Unmarshal(record, &list) != nil || n >= len(list) {
				return nil
			}
			record = list[n]
			continue
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(record, &members) != nil {
			return nil
		}
		if record = members[part]; record == nil {
			return nil
		}
	}
	if string(record) == "null" || string(record) == `""` {
		return nil
	}
	return record
}
