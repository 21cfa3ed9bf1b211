package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Bounds of a scope list: a token which carries it stays well under maxToken,
// and looking through it stays short.
const (
	maxScopeText = 3 << 10
	maxScopes    = 100
)

// Scope is one thing a token may be used for: an operation of a system, all
// operations of one ("*"), or all operations of all systems ("*", "*").
type Scope struct{ System, Operation string }

// Scopes is a list of scopes without repetition.
type Scopes []Scope

// String is the scope as tokens write it.
func (s Scope) String() string { return s.System + ":" + s.Operation }

// String is the list as tokens write it (RFC 6749, section 3.3).
func (s Scopes) String() string {
	texts := make([]string, len(s))
	for i, scope := range s {
		texts[i] = scope.String()
	}
	return strings.Join(texts, " ")
}

// Allow says whether any scope of the list covers the operation. It allocates nothing.
func (s Scopes) Allow(system, operation string) bool {
	for i := range s {
		if s[i].covers(Scope{system, operation}) {
			return true
		}
	}
	return false
}

// ParseScopes reads a list as tokens and token requests write it.
func ParseScopes(text string) (Scopes, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > maxScopeText {
		return nil, fmt.Errorf("parse scopes: longer than %d bytes", maxScopeText)
	}
	var scopes Scopes
	for word := range strings.SplitSeq(text, " ") {
		scope, err := parseScope(word)
		if err != nil {
			return nil, fmt.Errorf("parse scopes: %w", err)
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(scopes) > maxScopes {
		return nil, fmt.Errorf("parse scopes: more than %d", maxScopes)
	}
	return scopes, nil
}

// reservedOperations are the scopes of the bus itself. No system bears these
// names and no wildcard reaches them: they are granted by name only.
func reservedOperations(system string) []string {
	switch system {
	case "documents":
		return []string{"send", "receive"}
	case "usage":
		return []string{"read"}
	}
	return nil
}

func parseScope(text string) (Scope, error) {
	system, operation, ok := strings.Cut(text, ":")
	scope := Scope{system, operation}
	if own := reservedOperations(system); own != nil {
		if !slices.Contains(own, operation) {
			return Scope{}, fmt.Errorf("%s has only %s", system, strings.Join(own, " and "))
		}
		return scope, nil
	}
	if ok && operation == "*" && (system == "*" || isName(system)) {
		return scope, nil
	}
	if !ok || !isName(system) || !isName(operation) {
		return Scope{}, errors.New("want <system>:<operation>, <system>:* or *:*")
	}
	return scope, nil
}

// isName is the form of system and operation ids.
func isName(text string) bool {
	if text == "" || len(text) > 64 || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func (s Scope) covers(other Scope) bool {
	if s == other {
		return true
	}
	if s.Operation != "*" {
		return false
	}
	return s.System == other.System || s.System == "*" && other.System != "documents" && other.System != "usage"
}

func (s Scopes) coverAll(asked Scopes) bool {
	for _, scope := range asked {
		if !s.Allow(scope.System, scope.Operation) {
			return false
		}
	}
	return true
}

// intersect is what both lists allow: of two that overlap, the narrower.
func (s Scopes) intersect(other Scopes) Scopes {
	var both Scopes
	for _, a := range s {
		for _, b := range other {
			narrower := a
			if a.covers(b) {
				narrower = b
			} else if !b.covers(a) {
				continue
			}
			if !slices.Contains(both, narrower) {
				both = append(both, narrower)
			}
		}
	}
	return both
}
