package policies

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Bounds of one condition. The language has no loops (macros are off), so the
// cost grows only with the text of the condition and of the question.
const (
	maxConditions    = 2000 // different ones in a set; compiling one takes about 0.2 ms
	maxCondition     = 1000 // characters
	maxConditionCost = 1000 // in CEL's own units; comparing two numbers is 1
	maxFact          = 256  // characters of a fact, for the estimate at load time
)

// condition is a compiled `when:`; nil always holds.
type condition struct{ program cel.Program }

// errCondition never tells why evaluation failed: the reason would quote the question.
var errCondition = errors.New("evaluate condition")

func (c *condition) holds(q *Question) (bool, error) {
	if c == nil {
		return true, nil
	}
	out, _, err := c.program.Eval(&facts{question: q, local: q.Time.In(document.Vietnam())})
	if err != nil {
		return false, errCondition
	}
	holds, ok := out.(types.Bool)
	if !ok {
		return false, errCondition
	}
	return bool(holds), nil
}

// facts hands a condition the parts of a question that it names.
type facts struct {
	question *Question
	local    time.Time
}

// factTypes are the names that a condition may use: only what the audit records.
func factTypes() map[string]*cel.Type {
	return map[string]*cel.Type{
		"request.agency": cel.StringType, "request.client": cel.StringType, "request.system": cel.StringType,
		"request.operation": cel.StringType, "request.purpose": cel.StringType, "request.official": cel.StringType,
		"request.dossier": cel.StringType, "request.hour": cel.IntType, "request.weekday": cel.IntType,
		"request.time": cel.TimestampType,
	}
}

// ResolveName gives the value of one name of factTypes.
func (f *facts) ResolveName(name string) (any, bool) {
	switch name {
	case "request.agency":
		return types.String(f.question.Agency), true
	case "request.client":
		return types.String(f.question.Client), true
	case "request.system":
		return types.String(f.question.System), true
	case "request.operation":
		return types.String(f.question.Operation), true
	case "request.purpose":
		return types.String(f.question.Purpose), true
	case "request.official":
		return types.String(f.question.Official), true
	case "request.dossier":
		return types.String(f.question.Dossier), true
	case "request.hour":
		return types.Int(f.local.Hour()), true
	case "request.weekday":
		return types.Int((int(f.local.Weekday())+6)%7 + 1), true // ISO 8601: Monday is 1, Sunday 7
	case "request.time":
		return types.Timestamp{Time: f.local}, true
	}
	return nil, false
}

// Parent is nil: there are no names but these.
func (f *facts) Parent() cel.Activation { return nil }

// conditions compiles the conditions of one set, equal ones once.
type conditions struct {
	env      *cel.Env
	tried    int
	compiled map[string]*condition
}

// compile returns the condition, or reports at its place in the file why there is none.
func (c *conditions) compile(text string, n document.Node) (*condition, bool) {
	if done, ok := c.compiled[text]; ok {
		return done, true
	}
	if c.tried++; c.tried > maxConditions {
		n.Fault("the set has more than "+strconv.Itoa(maxConditions)+" different conditions", "")
		return nil, false
	}
	if err := c.prepare(); err != nil {
		n.Fault("the condition language is not available", err.Error())
		return nil, false
	}
	ast, issues := c.env.Compile(text)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			at := n.Inside(e.Location.Line(), e.Location.Column()+1)
			message, hint := explain(e.Message)
			n.FaultAt(at, "condition: "+message, hint)
		}
		return nil, false
	}
	if ast.OutputType() != cel.BoolType {
		n.Fault("condition: must be true or false, not "+ast.OutputType().String(), "for example request.hour >= 7")
		return nil, false
	}
	estimate, err := c.env.EstimateCost(ast, sizes{})
	if err != nil || estimate.Max > maxConditionCost {
		n.Fault("condition: is too costly to evaluate for every request", "split the rule, or compare instead of searching")
		return nil, false
	}
	program, err := c.env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxConditionCost))
	if err != nil {
		n.Fault("condition: cannot be prepared: "+err.Error(), "")
		return nil, false
	}
	done := &condition{program: program}
	c.compiled[text] = done
	return done, true
}

// prepare makes the environment at the first condition; most sets have none.
func (c *conditions) prepare() error {
	if c.env != nil {
		return nil
	}
	options := []cel.EnvOption{
		cel.ClearMacros(), cel.ExtendedValidations(),
		cel.ParserExpressionSizeLimit(maxCondition), cel.ParserRecursionLimit(50),
	}
	for name, kind := range factTypes() {
		options = append(options, cel.Variable(name, kind))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return fmt.Errorf("prepare condition language: %w", err)
	}
	c.env, c.compiled = env, make(map[string]*condition)
	return nil
}

// explain parts a message of the library from its own guess at a name, which
// it makes among its functions too, and adds a hint about unknown names.
func explain(message string) (text, hint string) {
	text, _, _ = strings.Cut(message, " (did you mean")
	name, ok := strings.CutPrefix(text, "undeclared reference to '")
	if !ok {
		return text, ""
	}
	if hint := document.DidYouMean(strings.TrimRight(name, "'"), sortedKeys(factTypes())); hint != "" {
		return text, hint
	}
	return text, "known are request.agency, client, system, operation, purpose, official, dossier, hour, weekday and time; there are no loops"
}

// sizes bounds every text whose length only a request will tell.
type sizes struct{}

// EstimateSize is part of the estimate of a condition's cost.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if n.ComputedSize() != nil {
		return n.ComputedSize()
	}
	return &cost.SizeEstimate{Min: 0, Max: maxFact}
}

// EstimateCallCost leaves the cost of functions to the library.
func (sizes) EstimateCallCost(_, _ string, _ *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	return nil
}
