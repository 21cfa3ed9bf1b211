package lookup

import (
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
				Fields: op.Output.Paths(), PersonalFields: personalFields(op.Output)})
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
