package auth

import (
	"testing"

	"pgregory.net/rapid"
)

func drawScope(t *rapid.T) Scope {
	texts := []string{"*:*", "a:*", "b:*", "a:x", "a:y", "b:x", "documents:send", "documents:receive", "usage:read"}
	scope, err := parseScope(rapid.SampledFrom(texts).Draw(t, "scope"))
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// naiveAllow is the rule of scopes in one sentence each.
func naiveAllow(scopes Scopes, system, operation string) bool {
	own := system == "documents" || system == "usage"
	for _, s := range scopes {
		named := s.System == system && s.Operation == operation
		wholeSystem := s.System == system && s.Operation == "*"
		everything := s.System == "*" && !own
		if named || wholeSystem || everything {
			return true
		}
	}
	return false
}

func TestScopesAgreeWithTheNaiveRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := rapid.Custom(drawScope)
		left := Scopes(rapid.SliceOfN(scope, 0, 4).Draw(t, "left"))
		right := Scopes(rapid.SliceOfN(scope, 0, 4).Draw(t, "right"))
		both := left.intersect(right)
		for _, question := range []Scope{{"a", "x"}, {"a", "y"}, {"a", "z"}, {"b", "x"}, {"c", "x"}, {"documents", "send"}, {"documents", "other"}, {"usage", "read"}} {
			system, operation := question.System, question.Operation
			if got, want := left.Allow(system, operation), naiveAllow(left, system, operation); got != want {
				t.Fatalf("%v allow %v: %v", left, question, got)
			}
			want := naiveAllow(left, system, operation) && naiveAllow(right, system, operation)
			if got := both.Allow(system, operation); got != want {
				t.Fatalf("%v and %v give %v, which allow %v: %v", left, right, both, question, got)
			}
		}
		again, err := ParseScopes(both.String())
		if err != nil || again.String() != both.String() {
			t.Fatalf("%q reads as %q, %v", both, again, err)
		}
	})
}
