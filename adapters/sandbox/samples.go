package sandbox

import (
	"encoding/json"
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// withInvalid completes the samples of a system with inputs that fail.
func withInvalid(system adapters.System, given map[string]simulator.Samples) map[string]simulator.Samples {
	complete := make(map[string]simulator.Samples, len(system.Operations))
	for i := range system.Operations {
		op := &system.Operations[i]
		samples := given[op.ID]
		if samples.Invalid == nil {
			samples.Invalid = invalidSample(op, samples.OK)
		}
		complete[op.ID] = samples
	}
	return complete
}

// invalidSample spoils one member of a good input so that the operation's own
// check refuses it; the subject first, because that is what people mistype.
func invalidSample(op *adapters.Operation, ok any) any {
	for _, field := range subjectFirst(op.Input.Fields) {
		for _, value := range unfitValues(field.Schema) {
			input := members(op, ok)
			if _, present := input[field.Name]; !present && len(input) > 0 && !field.Required {
				continue // one of a group whose other member is given
			}
			input[field.Name] = value
			if refused(op, input) {
				return input
			}
		}
	}
	// Without a member to spoil, one too many does it.
	input := members(op, ok)
	input["unknownMember"] = "#invalid#"
	return input
}

func subjectFirst(fields []adapters.Field) []adapters.Field {
	var sorted []adapters.Field
	for _, subject := range []bool{true, false} {
		for _, field := range fields {
			if field.Subject == subject {
				sorted = append(sorted, field)
			}
		}
	}
	return sorted
}

// unfitValues are tried in this order: the right type with a wrong value is the
// more telling sample.
func unfitValues(s *adapters.Schema) []any {
	switch s.Type {
	case "string":
		return []any{"#invalid#", "", 0}
	case "integer":
		if s.Min != nil {
			return []any{*s.Min - 1}
		}
		if s.Max != nil {
			return []any{*s.Max + 1}
		}
	}
	return []any{"#invalid#"}
}

// members is a good input as an open object; empty where there is none.
func members(op *adapters.Operation, ok any) map[string]any {
	input := map[string]any{}
	if ok == nil {
		return input
	}
	text, err := json.Marshal(ok)
	if err == nil {
		err = json.Unmarshal(text, &input)
	}
	if err != nil {
		panic(fmt.Sprintf("sandbox: ok sample of %s: %v", op.ID, err))
	}
	return input
}

func refused(op *adapters.Operation, input map[string]any) bool {
	text, err := json.Marshal(input)
	if err != nil {
		return false
	}
	_, faults := op.Parse(text)
	return len(faults) > 0
}
