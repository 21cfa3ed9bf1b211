package lookup

import (
	"encoding/json"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/policies"
)

// Vocabulary gives the policies the words of the systems.
func Vocabulary(systems []*adapters.System) policies.Vocabulary {
	var v policies.Vocabulary
	for _, s := range systems {
		terms := policies.SystemTerms{ID: s.ID, Protocols: s.Protocols}
		for _, op := range s.Operations {
			terms.Operations = append(terms.Operations, policies.OperationTerms{ID: op.ID, Personal: op.Personal, Protocol: op.Protocol,
				Fields: op.Output.Paths(), PersonalFields: personalFields(op.Output),
				Submission: op.Kind == adapters.KindSubmission, Inputs: inputs(op.Input), Shapes: shapes(op.Output)})
		}
		v = append(v, terms)
	}
	return v
}

// personalFields are the topmost members about a person, as the operation
// describes them: what lies below them is about that person, too.
func personalFields(s *adapters.Schema) []string {
	var paths []string
	s.Walk(func(path string, f *adapters.Field) {
		if f.Sensitivity != adapters.Public {
			paths = append(paths, path)
		}
	})
	return paths
}

func inputs(s *adapters.Schema) []policies.InputTerms {
	all := make([]policies.InputTerms, len(s.Fields))
	for i, f := range s.Fields {
		all[i] = policies.InputTerms{Name: f.Name, Shape: f.Schema.Shape(), Required: f.Required, Takes: takes(f.Schema)}
	}
	return all
}

// takes tells whether a text fits a member.
func takes(s *adapters.Schema) func(string) bool {
	return func(text string) bool {
		value, err := json.Marshal(text)
		_, faults := s.Parse(value)
		return err == nil && len(faults) == 0
	}
}

func shapes(s *adapters.Schema) map[string]string {
	all := map[string]string{}
	s.Walk(func(path string, f *adapters.Field) { all[path] = f.Schema.Shape() })
	return all
}
