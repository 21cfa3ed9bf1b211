package adapters

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// Input is a request that fits its schema, in canonical form: members in the
// schema's order, no insignificant space, strings trimmed and in Unicode NFC, so
// that equal questions are equal bytes.
type Input struct {
	Canonical   []byte
	Subject     string // the value that identifies the person, "" where none does
	SubjectName string // the member it stood in
}

// Fault is one thing wrong with a request. It names the member and the rule and
// never quotes the value.
type Fault struct {
	Field   string
	Message Text
}

// maxFaults bounds the list for hostile bodies.
const maxFaults = 50

var (
	msgRequired = Text{VI: "bắt buộc phải có", EN: "is required"}
	msgUnknown  = Text{VI: "không có trong thao tác này", EN: "is not a member of this operation"}
	msgTwice    = Text{VI: "xuất hiện hai lần", EN: "is given twice"}
	msgNoText   = Text{VI: "không phải văn bản UTF-8", EN: "is not UTF-8 text"}
	msgEmpty    = Text{VI: "không được để trống", EN: "must not be empty"}
)

type parser struct {
	dec         *jsontext.Decoder
	faults      []Fault
	subject     string
	subjectName string
}

// decoders are kept for the next request; between requests they hold no body.
var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// Parse reads a body against the schema and reports every fault, not only the first.
func (s *Schema) Parse(body []byte) (Input, []Fault) {
	p := parser{dec: decoders.Get().(*jsontext.Decoder)}
	// Reset reads a Buffer's bytes where they are.
	p.dec.Reset(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))
	defer func() {
		p.dec.Reset(new(bytes.Buffer))
		decoders.Put(p.dec)
	}()
	out, err := p.value(s, "", make([]byte, 0, len(body)+16))
	if err == nil {
		if _, tail := p.dec.ReadToken(); !errors.Is(tail, io.EOF) {
			err = errors.New("text after the end")
		}
	}
	if err != nil {
		at := strconv.FormatInt(p.dec.InputOffset(), 10)
		p.fault("", Text{VI: "không phải JSON hợp lệ, lỗi gần byte " + at, EN: "is not valid JSON, near byte " + at})
	}
	if len(p.faults) > 0 {
		return Input{}, p.faults
	}
	return Input{Canonical: out, Subject: p.subject, SubjectName: p.subjectName}, nil
}

func (p *parser) fault(path string, m Text) {
	if len(p.faults) < maxFaults {
		p.faults = append(p.faults, Fault{Field: path, Message: m})
	}
}

// value appends the canonical form of the next value. The error is one of
// syntax; what does not fit the schema becomes a fault and is skipped.
func (p *parser) value(s *Schema, path string, out []byte) ([]byte, error) {
	kind := p.dec.PeekKind()
	switch {
	case s.Type == "object" && kind == '{':
		return p.object(s, path, out)
	case s.Type == "array" && kind == '[':
		return p.array(s, path, out)
	case s.Type == "string" && kind == '"', (s.Type == "integer" || s.Type == "number") && kind == '0':
		token, err := p.dec.ReadToken()
		if err != nil {
			return out, err
		}
		if kind == '"' {
			return p.text(s, path, token.String(), out), nil
		}
		return p.number(s, path, token.String(), out), nil
	case s.Type == "boolean" && (kind == 't' || kind == 'f'):
		token, err := p.dec.ReadToken()
		return append(out, token.String()...), err
	case s.Type == "any":
		value, err := p.dec.ReadValue()
		return append(out, value...), err
	}
	if err := p.dec.SkipValue(); err != nil {
		return out, err
	}
	p.fault(path, typeMessage(s.Type))
	return out, nil
}

// typeMessages say what was expected.
func typeMessage(want string) Text {
	vi := map[string]string{"object": "một đối tượng", "array": "một danh sách", "string": "chuỗi ký tự",
		"integer": "số nguyên", "number": "số", "boolean": "true hoặc false"}[want]
	return Text{VI: "phải là " + vi, EN: "must be of type " + want}
}

func (p *parser) object(s *Schema, path string, out []byte) ([]byte, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return out, err
	}
	given := make([][]byte, len(s.Fields))
	prefix := path
	if prefix != "" {
		prefix += "."
	}
	for p.dec.PeekKind() == '"' {
		token, err := p.dec.ReadToken()
		if err != nil {
			return out, err
		}
		name := token.String()
		i, known := s.fieldByName[name]
		if !known || given[i] != nil {
			message := msgUnknown
			if known {
				message = msgTwice
			}
			p.fault(prefix+printable(name), message)
			if err := p.dec.SkipValue(); err != nil {
				return out, err
			}
			continue
		}
		f := &s.Fields[i]
		if given[i], err = p.value(f.Schema, prefix+name, []byte{}); err != nil {
			return out, err
		}
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return out, err
	}
	p.presence(s, prefix, given)
	return join(s, given, out), nil
}

// presence checks what must be there, and notes who is asked about.
func (p *parser) presence(s *Schema, prefix string, given [][]byte) {
	for i := range s.Fields {
		f := &s.Fields[i]
		if given[i] == nil && f.Required {
			p.fault(prefix+f.Name, msgRequired)
		}
		if f.Subject && len(given[i]) > 0 && p.subject == "" {
			p.subject, p.subjectName = plain(given[i]), f.Name
		}
	}
	for _, group := range s.ExactlyOne {
		n := 0
		for _, name := range group {
			if given[s.fieldByName[name]] != nil {
				n++
			}
		}
		if n != 1 {
			names := strings.Join(group, ", ")
			p.fault(prefix+group[0], Text{VI: "phải có đúng một trong: " + names, EN: "exactly one of these must be given: " + names})
		}
	}
}

// plain is a canonical value as people write it: texts without their quotes.
func plain(value []byte) string {
	if text, err := jsontext.AppendUnquote(nil, value); err == nil {
		return string(text)
	}
	return string(value)
}

func join(s *Schema, given [][]byte, out []byte) []byte {
	out = append(out, '{')
	for i := range s.Fields {
		if len(given[i]) == 0 {
			continue
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, s.Fields[i].Name...)
		out = append(out, '"', ':')
		out = append(out, given[i]...)
	}
	return append(out, '}')
}

func (p *parser) array(s *Schema, path string, out []byte) ([]byte, error) {
	if _, err := p.dec.ReadToken(); err != nil {
		return out, err
	}
	out = append(out, '[')
	n := 0
	for ; p.dec.PeekKind() != ']'; n++ {
		if n >= s.MaxItems {
			if err := p.dec.SkipValue(); err != nil {
				return out, err
			}
			continue
		}
		if n > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = p.value(s.Items, fmt.Sprintf("%s[%d]", path, n), out); err != nil {
			return out, err
		}
	}
	if n > s.MaxItems {
		p.fault(path, Text{VI: fmt.Sprintf("tối đa %d phần tử", s.MaxItems), EN: fmt.Sprintf("must have at most %d items", s.MaxItems)})
	}
	_, err := p.dec.ReadToken()
	return append(out, ']'), err
}

func (p *parser) text(s *Schema, path, value string, out []byte) []byte {
	value = strings.TrimSpace(value)
	if !norm.NFC.IsNormalString(value) {
		value = norm.NFC.String(value)
	}
	if rule, ok := s.unfit(value); !ok {
		p.fault(path, rule)
		return out
	}
	quoted, err := jsontext.AppendQuote(out, value)
	if err != nil { // the decoder has refused invalid UTF-8 already
		p.fault(path, typeMessage("string"))
		return out
	}
	return quoted
}

// unfit says why a text does not fit, ok if it does.
func (s *Schema) unfit(value string) (rule Text, ok bool) {
	switch {
	case value == "":
		return msgEmpty, false
	case s.pattern != nil && !s.pattern.MatchString(value), s.Form.Check != nil && !s.Form.Check(value):
		return s.Form.Rule, false
	case utf8.RuneCountInString(value) > s.MaxLength:
		return Text{VI: fmt.Sprintf("dài quá %d ký tự", s.MaxLength), EN: fmt.Sprintf("is longer than %d characters", s.MaxLength)}, false
	case strings.IndexFunc(value, unicode.IsControl) >= 0:
		return Text{VI: "không được chứa ký tự điều khiển", EN: "must not hold control characters"}, false
	}
	if len(s.Enum) == 0 {
		return Text{}, true
	}
	for _, allowed := range s.Enum {
		if value == allowed {
			return Text{}, true
		}
	}
	values := strings.Join(s.Enum, ", ")
	return Text{VI: "phải là một trong: " + values, EN: "must be one of: " + values}, false
}

func (p *parser) number(s *Schema, path, value string, out []byte) []byte {
	if s.Type == "number" {
		f, err := strconv.ParseFloat(value, 64)
		if err != nil { // too large
			p.fault(path, typeMessage("number"))
			return out
		}
		return append(out, jsontext.Float(f+0).String()...) // −0 + 0 is 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil:
		p.fault(path, typeMessage("integer"))
	case s.Min != nil && n < *s.Min:
		p.fault(path, Text{VI: fmt.Sprintf("nhỏ nhất là %d", *s.Min), EN: fmt.Sprintf("must be at least %d", *s.Min)})
	case s.Max != nil && n > *s.Max:
		p.fault(path, Text{VI: fmt.Sprintf("lớn nhất là %d", *s.Max), EN: fmt.Sprintf("must be at most %d", *s.Max)})
	default:
		return strconv.AppendInt(out, n, 10)
	}
	return out
}

// printable makes a foreign member name fit to be named in a fault.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:64], "") + "…"
	}
	return name
}
