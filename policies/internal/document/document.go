// Package document reads one YAML file strictly: what it does not
// understand it reports with line and column, and it goes on reading so that
// one pass finds every fault.
//
// It knows nothing of policies; package policies says which keys and values a
// file may hold. The accepted YAML is a subset without anchors, aliases, tags,
// merge keys and several documents, because none of them can be read aloud and
// each is a way to make a small file mean something large.
package document

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFlowDepth bounds [ and { inside each other: the parser needs time that
// grows with the square of the depth.
const maxFlowDepth = 8

// Position is a place in a file; both numbers start at 1, columns count characters.
type Position struct{ Line, Column int }

// Report takes one fault; hint may be empty.
type Report func(at Position, message, hint string)

// Node is one value of a file. The zero Node stands for an absent value; every
// reading method of it returns false without a report, so that optional keys
// need no test of their own.
type Node struct {
	ast ast.Node
	src *source
}

type source struct {
	text   string
	report Report
}

// line is one line of the file, without its end.
func (s *source) line(number int) string {
	for line := range strings.Lines(s.text) {
		if number--; number == 0 {
			return strings.TrimRight(line, "\r\n")
		}
	}
	return ""
}

// Parse reads data, reports what is not acceptable YAML, and returns the top
// value. It returns false if there is no value worth reading on.
func Parse(data []byte, report Report) (top Node, ok bool) {
	defer func() {
		if recover() != nil { // a defect of the parser is a fault of this file, not the end of the process
			report(Position{1, 1}, "the text cannot be read as YAML", "")
			top, ok = Node{}, false
		}
	}()
	text := string(data)
	src := &source{text: text, report: report}
	if !utf8.Valid(data) {
		report(Position{1, 1}, "the file is not UTF-8 text", "")
		return Node{}, false
	}
	tokens := lexer.Tokenize(text)
	if !src.plain(tokens) {
		return Node{}, false
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		src.syntax(err)
		return Node{}, false
	}
	if len(file.Docs) > 1 {
		report(position(file.Docs[1].GetToken()), "a file holds one document, not several", "remove the line ---")
		return Node{}, false
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.CommentType {
		report(Position{1, 1}, "the file is empty", "")
		return Node{}, false
	}
	return Node{ast: file.Docs[0].Body, src: src}, true
}

// plain refuses the parts of YAML that the language leaves out, before the parser sees them.
func (s *source) plain(tokens token.Tokens) bool {
	ok, depth := true, 0
	refuse := func(t *token.Token, message, hint string) {
		s.report(position(t), message, hint)
		ok = false
	}
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType:
			refuse(t, "anchors and aliases are not part of the language", "put a text that starts with & or * in quotes")
		case token.TagType:
			refuse(t, "tags are not part of the language", "put a text that starts with ! in quotes")
		case token.MergeKeyType, token.MappingKeyType, token.DirectiveType:
			refuse(t, fmt.Sprintf("%q is not part of the language", t.Value), "")
		case token.InvalidType:
			refuse(t, cmp.Or(t.Error, "the text is not YAML"), quoteHint(strings.TrimSpace(t.Origin)))
		case token.SequenceEntryType:
			if t.Prev != nil && t.Prev.Type == token.SequenceEntryType && t.Prev.Position.Line == t.Position.Line {
				refuse(t, "a list directly inside a list is not part of the language", "")
			}
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > maxFlowDepth {
				refuse(t, "brackets are nested too deep", "")
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		if !ok && depth > maxFlowDepth {
			return false // one report is enough for a thousand brackets
		}
	}
	return ok
}

func (s *source) syntax(err error) {
	var yerr yaml.Error
	if !errors.As(err, &yerr) || yerr.GetToken() == nil {
		s.report(Position{1, 1}, "the text is not YAML", "")
		return
	}
	s.report(position(yerr.GetToken()), yerr.GetMessage(), quoteHint(yerr.GetToken().Value))
}

// quoteHint helps with the characters that YAML keeps for itself.
func quoteHint(text string) string {
	if strings.HasPrefix(text, "@") || strings.HasPrefix(text, "`") {
		return "put a text that starts with " + text[:1] + " in quotes"
	}
	return ""
}

func position(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{1, 1}
	}
	return Position{t.Position.Line, max(1, t.Position.Column)}
}

// firstText is the first line from number on that is not blank, and its indentation.
func (s *source) firstText(number int) (line, indent int) {
	at := 0
	for text := range strings.Lines(s.text) {
		at++
		if trimmed := strings.TrimLeft(text, " "); at >= number && strings.TrimSpace(trimmed) != "" {
			return at, len(text) - len(trimmed)
		}
	}
	return number, 0
}

// Present says whether there is a value at all.
func (n Node) Present() bool { return n.ast != nil }

// At is the place where the value starts.
func (n Node) At() Position {
	switch x := n.ast.(type) {
	case nil:
		return Position{1, 1}
	case *ast.MappingNode:
		if x.IsFlowStyle {
			return position(x.Start)
		}
		if len(x.Values) > 0 {
			return position(x.Values[0].Key.GetToken())
		}
	}
	return position(n.ast.GetToken())
}

// Fault reports a fault at the start of the value.
func (n Node) Fault(message, hint string) { n.src.report(n.At(), message, hint) }

// Entry is one key of a mapping and its value.
type Entry struct {
	Key   string
	KeyAt Position
	Node
}

// Mapping reads a mapping in the order of the file. Repeated keys are reported
// and left out; where keys are listed, others are reported.
func (n Node) Mapping(what string, keys ...string) (Mapping, bool) {
	if n.ast == nil {
		return Mapping{}, false
	}
	mapping, ok := n.ast.(*ast.MappingNode)
	if !ok {
		n.wrongType(what, "key: value pairs")
		return Mapping{}, false
	}
	m := Mapping{At: n.At(), what: what, node: n, Entries: make([]Entry, 0, len(mapping.Values))}
	for _, v := range mapping.Values {
		m.add(v)
	}
	if len(keys) > 0 {
		m.Only(keys...)
	}
	return m, true
}

// Only reports every key that is not one of these.
func (m Mapping) Only(keys ...string) {
	for i := range m.Entries {
		if e := &m.Entries[i]; !slices.Contains(keys, e.Key) {
			m.node.src.report(e.KeyAt, fmt.Sprintf("unknown key %q in %s", e.Key, m.what), DidYouMean(e.Key, keys))
		}
	}
}

// Mapping is a mapping whose keys are unique.
type Mapping struct {
	At      Position
	Entries []Entry
	what    string
	node    Node
	seen    map[string]Position // only for mappings too long to search
}

// longMapping is the number of entries from which a search costs more than an index.
const longMapping = 16

func (m *Mapping) add(v *ast.MappingValueNode) {
	at := position(v.Key.GetToken())
	key := v.Key.GetToken().Value
	if first, dup := m.place(key); dup {
		m.node.src.report(at, fmt.Sprintf("key %q is written twice in %s", key, m.what), fmt.Sprintf("first on line %d", first.Line))
		return
	}
	m.Entries = append(m.Entries, Entry{Key: key, KeyAt: at, Node: Node{ast: v.Value, src: m.node.src}})
	if m.seen != nil {
		m.seen[key] = at
	} else if len(m.Entries) > longMapping {
		m.seen = make(map[string]Position, 2*longMapping)
		for _, e := range m.Entries {
			m.seen[e.Key] = e.KeyAt
		}
	}
}

func (m *Mapping) place(key string) (Position, bool) {
	if m.seen != nil {
		at, ok := m.seen[key]
		return at, ok
	}
	for i := range m.Entries {
		if m.Entries[i].Key == key {
			return m.Entries[i].KeyAt, true
		}
	}
	return Position{}, false
}

// Get is the value of a key, or the zero Node.
func (m Mapping) Get(key string) Node {
	for i := range m.Entries {
		if m.Entries[i].Key == key {
			return m.Entries[i].Node
		}
	}
	return Node{}
}

// Need is the value of a key that must be there; its absence is reported.
func (m Mapping) Need(key string) (Node, bool) {
	n := m.Get(key)
	if !n.Present() {
		m.Fault(fmt.Sprintf("%s needs the key %q", m.what, key), "")
	}
	return n, n.Present()
}

// Fault reports a fault at the start of the mapping.
func (m Mapping) Fault(message, hint string) { m.node.src.report(m.At, message, hint) }

// List reads a list of 1 to limit values.
func (n Node) List(what string, limit int) []Node {
	if n.ast == nil {
		return nil
	}
	seq, ok := n.ast.(*ast.SequenceNode)
	if !ok {
		n.wrongType(what, "a list")
		return nil
	}
	if len(seq.Values) == 0 {
		n.Fault(what+" is an empty list", "")
		return nil
	}
	if len(seq.Values) > limit {
		n.Fault(fmt.Sprintf("%s has %d values, more than %d", what, len(seq.Values), limit), "")
		return nil
	}
	nodes := make([]Node, len(seq.Values))
	for i, v := range seq.Values {
		nodes[i] = Node{ast: v, src: n.src}
	}
	return nodes
}

// IsList says whether the value is a list.
func (n Node) IsList() bool { _, ok := n.ast.(*ast.SequenceNode); return ok }

// IsMapping says whether the value is made of key: value pairs.
func (n Node) IsMapping() bool { _, ok := n.ast.(*ast.MappingNode); return ok }

func (n Node) wrongType(what, want string) {
	n.Fault(fmt.Sprintf("%s must be %s, not %s", what, want, n.kind()), "")
}

func (n Node) kind() string {
	switch n.ast.(type) {
	case *ast.MappingNode:
		return "key: value pairs"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "empty"
	case *ast.BoolNode:
		return "true or false"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	}
	return "this"
}

// FaultAt reports a fault at a place inside the value.
func (n Node) FaultAt(at Position, message, hint string) { n.src.report(at, message, hint) }
