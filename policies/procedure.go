package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Procedure is what an administrative procedure needs to know, gathered by one
// call: questions to national systems, some of which take from the answers of
// others. It grants nothing; each question is decided as if it came alone.
type Procedure struct {
	Code     string
	Names    Names
	National []string // codes of the national register of procedures
	Inputs   []Input  // what the caller gives, in the order of the file
	Steps    []*Step  // a step refers to earlier ones only
}

// Input is a value that the caller of a procedure gives.
type Input struct {
	Name     string
	Names    Names
	Optional bool // a step that needs it is not asked without it
}

// Step is one question of a procedure.
type Step struct {
	ID        string
	System    string
	Operation string
	With      []Binding
	// AbsenceFine says that "no such record" is an answer like any other: somebody
	// without a marriage record, say.
	AbsenceFine bool
}

// Binding gives one member of a step's question its value.
type Binding struct {
	Member   string
	Text     string   // the value itself, where Ref is empty
	Ref      string   // the input or the step it comes from
	Path     []string // into the step's answer; a number counts through a list from 0
	Optional bool     // left out, where there is no value
}

// OfStep tells whether the value comes from the answer of a step, not from the caller.
func (b *Binding) OfStep() bool { return len(b.Path) > 0 }

// Bounds of the procedure files.
const (
	maxProcedures = 500
	maxSteps      = 20
	maxInputs     = 40
)

// Procedure looks a procedure up by its code.
func (s *Set) Procedure(code string) (*Procedure, bool) {
	i := slices.IndexFunc(s.procedures, func(p *Procedure) bool { return p.Code == code })
	if i < 0 {
		return nil, false
	}
	return s.procedures[i], true
}

// Procedures are all procedures in the order of the files. Callers must not change them.
func (s *Set) Procedures() []*Procedure { return s.procedures }

// readProcedures adds the procedures of one file.
func (l *loader) readProcedures(f *sourceFile) {
	for _, n := range f.top.Get("procedures").List("procedures", maxProcedures) {
		m, ok := n.Mapping("procedure", "code", "names", "national", "input", "steps")
		if !ok {
			continue
		}
		p := &Procedure{Names: readNames(m, "names", "procedure names")}
		if p.Code, ok = readID(m, "code", "procedure code"); !ok {
			continue
		}
		if _, dup := l.set.Procedure(p.Code); dup {
			m.Fault("procedure "+quote(p.Code)+" is defined twice", "")
			continue
		}
		if national := m.Get("national"); national.Present() {
			for _, w := range readWords(national, "national", 20) {
				p.National = append(p.National, w.text)
			}
		}
		r := procedureReader{loader: l, procedure: p, used: map[string]string{}}
		r.inputs(m)
		r.steps(m)
		l.set.procedures = append(l.set.procedures, p)
	}
}

// procedureReader reads one procedure.
type procedureReader struct {
	*loader
	procedure *Procedure
	used      map[string]string // input → the shape it is used in
}

func (r *procedureReader) inputs(m document.Mapping) {
	inputs, ok := m.Get("input").Mapping("input")
	if !ok {
		return
	}
	if len(inputs.Entries) > maxInputs {
		inputs.Fault(fmt.Sprintf("input has more than %d members", maxInputs), "")
	}
	for _, e := range inputs.Entries {
		if !validName(e.Key) {
			e.FaultAt(e.KeyAt, "input "+quote(e.Key)+" may hold only letters and digits and starts with a small letter", "")
		}
		m, ok := e.Mapping("input "+e.Key, "vi", "en", "optional")
		if !ok {
			continue
		}
		in := Input{Name: e.Key}
		in.Names.VI, _ = needText(m, "vi")
		in.Names.EN, _ = needText(m, "en")
		in.Optional, _ = m.Get("optional").Bool("optional")
		r.procedure.Inputs = append(r.procedure.Inputs, in)
	}
}

func needText(m document.Mapping, key string) (string, bool) {
	n, ok := m.Need(key)
	if !ok {
		return "", false
	}
	return n.Text(key, 500)
}

func (r *procedureReader) steps(m document.Mapping) {
	n, ok := m.Need("steps")
	if !ok {
		return
	}
	for _, n := range n.List("steps", maxSteps) {
		if m, ok := n.Mapping("step", "id", "ask", "with", "absence"); ok {
			r.step(m)
		}
	}
	for _, in := range r.procedure.Inputs {
		if _, used := r.used[in.Name]; !used {
			m.Fault("input "+quote(in.Name)+" is used by no step", "")
		}
	}
}

func (r *procedureReader) step(m document.Mapping) {
	step := &Step{}
	id, ok := m.Need("id")
	if !ok {
		return
	}
	if step.ID, ok = id.Text("step id", 60); !ok {
		return
	}
	if !validName(step.ID) || r.known(step.ID) {
		id.Fault("step id "+quote(step.ID)+" must be a name of letters and digits that no other step or input has", "")
	}
	ask, ok := m.Need("ask")
	if !ok {
		return
	}
	name, _ := ask.Text("ask", 120)
	step.System, step.Operation, _ = strings.Cut(name, "/")
	op := r.set.operation(step.System, step.Operation)
	if op == nil || op.submission {
		ask.Fault("ask must name a lookup as system/operation; "+quote(name)+" is none", "")
		return
	}
	if absence := m.Get("absence"); absence.Present() {
		word, ok := absence.Text("absence", 20)
		if step.AbsenceFine = word == "fine"; ok && !step.AbsenceFine {
			absence.Fault("absence can only be fine", "leave it out where a missing record is a fault")
		}
	}
	r.bindings(step, op, m)
	r.procedure.Steps = append(r.procedure.Steps, step)
}

func (r *procedureReader) bindings(step *Step, op *operation, m document.Mapping) {
	with, _ := m.Get("with").Mapping("with")
	given := map[string]bool{} // members that always have a value
	for _, e := range with.Entries {
		target := op.input(e.Key)
		if target == nil {
			e.FaultAt(e.KeyAt, step.System+"/"+step.Operation+" has no input "+quote(e.Key), document.DidYouMean(e.Key, op.inputNames()))
			continue
		}
		text, ok := e.Text("value", 200)
		if !ok {
			continue
		}
		b := bindingOf(e.Key, text)
		given[e.Key] = !b.Optional
		if fault := r.check(&b, target); fault != "" {
			e.Fault(fault, "")
		}
		step.With = append(step.With, b)
	}
	for _, in := range op.inputs {
		if in.Required && !given[in.Name] {
			m.Fault("step "+quote(step.ID)+" does not always give the input "+in.Name+", which "+step.System+"/"+step.Operation+" requires", "")
		}
	}
}

// bindingOf reads the value that a step gives to a member.
func bindingOf(member, text string) Binding {
	ref, isRef := strings.CutPrefix(text, "$")
	if !isRef {
		return Binding{Member: member, Text: text}
	}
	ref, optional := strings.CutSuffix(ref, "?")
	parts := strings.Split(ref, ".")
	return Binding{Member: member, Ref: parts[0], Path: parts[1:], Optional: optional}
}

// check says what is wrong with a value, or nothing.
func (r *procedureReader) check(b *Binding, target *InputTerms) string {
	switch {
	case b.Text != "" && target.Takes != nil && !target.Takes(b.Text):
		return b.Member + " does not take " + quote(b.Text)
	case b.Text != "":
		return ""
	case strings.HasSuffix(target.Shape, "object"):
		return b.Member + " is an object, which no reference can give"
	case !b.OfStep():
		if !slices.ContainsFunc(r.procedure.Inputs, func(in Input) bool { return in.Name == b.Ref }) {
			return "$" + b.Ref + " is no input of this procedure"
		}
		if as, used := r.used[b.Ref]; used && as != target.Shape {
			return "input " + quote(b.Ref) + " is used as " + as + " and as " + target.Shape
		}
		r.used[b.Ref] = target.Shape
		return ""
	}
	i := slices.IndexFunc(r.procedure.Steps, func(s *Step) bool { return s.ID == b.Ref })
	if i < 0 {
		return "$" + b.Ref + " is no earlier step of this procedure"
	}
	from := r.procedure.Steps[i]
	path := strings.Join(b.Path, ".")
	shape, uncounted := r.set.operation(from.System, from.Operation).shapeAt(b.Path)
	switch {
	case uncounted:
		return "$" + b.Ref + "." + path + " must say which of the list, as 0 for the first"
	case shape == "":
		return from.System + "/" + from.Operation + " answers no " + quote(path)
	case shape != target.Shape && (target.Shape != "string" || !strings.HasPrefix(shape, "string")):
		return "$" + b.Ref + "." + path + " is " + shape + ", but " + b.Member + " takes " + target.Shape
	}
	return ""
}

// shapeAt is how the value at a path of the answer is written, "" where there is
// none; uncounted says that the path leads through a list without saying where.
func (o *operation) shapeAt(path []string) (shape string, uncounted bool) {
	at := ""
	for _, part := range path {
		items, list := strings.CutPrefix(shape, "array of ")
		switch number := strings.Trim(part, "0123456789") == ""; {
		case list && number:
			shape = items
		case list:
			return "", true
		default:
			at = strings.TrimPrefix(at+"."+part, ".")
			if shape = o.shapes[at]; shape == "" {
				return "", false
			}
		}
	}
	return shape, false
}

func (r *procedureReader) known(name string) bool {
	return slices.ContainsFunc(r.procedure.Inputs, func(in Input) bool { return in.Name == name }) ||
		slices.ContainsFunc(r.procedure.Steps, func(s *Step) bool { return s.ID == name })
}

// validName is what a reference can name: camelCase, as members of JSON are.
func validName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if letter := 'a' <= c && c <= 'z' || i > 0 && 'A' <= c && c <= 'Z'; !letter && !(i > 0 && isDigit(c)) {
			return false
		}
	}
	return name != "" && len(name) <= 60
}
