package agencyfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNesting is several times what a document of ours needs. The parser's time
// and memory grow with the square of the depth.
const maxNesting = 64

// strictYAML reads a document node by node and collects every fault with its
// place, where a decoder into structs would stop at the first. Only maps,
// lists, text and booleans exist in it: anchors, aliases, merges and tags are
// faults, so what is read is what is written.
type strictYAML struct {
	file   string
	faults []fault
}

// fault is what is wrong at one place of the file.
type fault struct {
	line, column int
	what         string
}

// fields is a map's values by key, and the node to blame for what is missing.
type fields struct {
	node   ast.Node
	values map[string]ast.Node
}

func (y *strictYAML) fault(node ast.Node, format string, args ...any) {
	line, column := place(node)
	y.faults = append(y.faults, fault{line, column, fmt.Sprintf(format, args...)})
}

func place(node ast.Node) (line, column int) {
	if token := node.GetToken(); token != nil && token.Position != nil {
		return token.Position.Line, max(token.Position.Column, 1)
	}
	return 1, 1
}

// blamed says whether something is wrong at this place already.
func (y *strictYAML) blamed(node ast.Node) bool {
	line, column := place(node)
	return slices.ContainsFunc(y.faults, func(f fault) bool { return f.line == line && f.column == column })
}

// err joins the faults in the order of the file.
func (y *strictYAML) err() error {
	slices.SortStableFunc(y.faults, func(a, b fault) int { return cmp.Or(a.line-b.line, a.column-b.column) })
	faults := make([]error, len(y.faults))
	for i, f := range y.faults {
		faults[i] = fmt.Errorf("%s:%d:%d: %s", y.file, f.line, f.column, f.what)
	}
	return errors.Join(faults...)
}

// document parses the only document of the file.
func (y *strictYAML) document(data []byte) (body ast.Node, ok bool) {
	tokens := lexer.Tokenize(string(data))
	if at := tooDeep(tokens); at != nil {
		y.faults = append(y.faults, fault{at.Line, at.Column, "nested too deep"})
		return nil, false
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		y.faults = append(y.faults, y.syntaxFault(err))
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			y.fault(doc.Body, "a second document")
			return nil, false
		}
		body = doc.Body
	}
	if body == nil {
		y.faults = append(y.faults, fault{1, 1, "the file is empty"})
	}
	return body, body != nil
}

// tooDeep is where brackets, dashes on one line or indentation go beyond
// maxNesting, nil if nowhere.
func tooDeep(tokens token.Tokens) *token.Position {
	brackets, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType:
			dashes++
		}
		if max(brackets, dashes, t.Position.IndentNum) > maxNesting {
			return t.Position
		}
	}
	return nil
}

func (y *strictYAML) syntaxFault(err error) fault {
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil && syntax.GetToken().Position != nil {
		at := syntax.GetToken().Position
		return fault{at.Line, at.Column, syntax.GetMessage()}
	}
	return fault{1, 1, "not YAML"}
}

// object reads a map with no other keys than the allowed ones.
func (y *strictYAML) object(node ast.Node, what string, allowed ...string) fields {
	found := fields{node: node, values: make(map[string]ast.Node)}
	mapping, ok := node.(ast.MapNode)
	if !ok {
		y.fault(node, "%s: want a map", what)
		return found
	}
	for entries := mapping.MapRange(); entries.Next(); {
		name, ok := entries.Key().(*ast.StringNode)
		switch {
		case !ok:
			y.fault(entries.Key(), "%s: want a plain word as key", what)
		case !slices.Contains(allowed, name.Value):
			y.fault(name, "%s: unknown key %q (known: %s)", what, name.Value, strings.Join(allowed, ", "))
		case found.values[name.Value] != nil:
			y.fault(name, "%s: key %q twice", what, name.Value)
		default:
			if len(found.values) == 0 {
				found.node = name
			}
			found.values[name.Value] = entries.Value()
		}
	}
	return found
}

// required is the value of a key that must be there.
func (y *strictYAML) required(from fields, key string) (ast.Node, bool) {
	node, ok := from.values[key]
	if !ok {
		y.fault(from.node, "%s is missing", key)
	}
	return node, ok
}

func (y *strictYAML) list(node ast.Node, what string) []ast.Node {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		y.fault(node, "%s: want a list", what)
		return nil
	}
	return sequence.Values
}

func (y *strictYAML) text(node ast.Node, what string) string {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value
	case *ast.LiteralNode:
		if node.Value != nil {
			return node.Value.Value
		}
	}
	y.fault(node, "%s: want text (quote what looks like a number)", what)
	return ""
}

// flag is a boolean that is false when left out. One that restricts must not free
// anybody because it cannot be read.
func (y *strictYAML) flag(from fields, key string) bool {
	node, ok := from.values[key]
	if !ok {
		return false
	}
	boolean, ok := node.(*ast.BoolNode)
	if !ok {
		y.fault(node, "%s: want true or false", key)
		return true
	}
	return boolean.Value
}
