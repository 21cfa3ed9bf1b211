package adapters

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Schema describes a value of an operation's input or output. It is derived
// from a Go type once, at start.
type Schema struct {
	Type        string // object, array, string, integer, number, boolean, or any: a value that is checked later
	Form        Form   // of a string of the vocabulary
	MaxLength   int    // characters of a string
	MaxItems    int    // of an array
	Min, Max    *int64 // of an integer
	Enum        []string
	Fields      []Field    // of an object, in the order of the type
	Items       *Schema    // of an array
	ExactlyOne  [][]string // groups of fields of which exactly one is given
	pattern     *regexp.Regexp
	fieldByName map[string]int
}

// Field is a member of an object.
type Field struct {
	Name        string
	Title       Text
	Schema      *Schema
	Required    bool
	Subject     bool // identifies the person asked about
	Assumed     bool // its national counterpart is not documented
	Sensitivity Sensitivity
}

const (
	defaultMaxLength = 500
	defaultMaxItems  = 100
)

// SchemaOf derives the schema of a struct type. A shape that cannot be
// described is a programming error and panics.
//
// Members are the json names. The tag lgsp holds, separated by commas: required,
// subject, assumed, personal, sensitive, max=N (characters, items or value),
// min=N, one=GROUP (exactly one field of the group is given), enum=a|b. The tags
// vi and en say what the vocabulary does not.
func SchemaOf[T any]() *Schema {
	s, err := derive(reflect.TypeFor[T](), tagOptions{})
	if err != nil {
		panic(fmt.Sprintf("adapters: schema of %s: %v", reflect.TypeFor[T](), err))
	}
	return s
}

// ObjectOf makes the schema of an object from its members, for a shape that no Go
// type has; their names must differ.
func ObjectOf(fields []Field) *Schema {
	s := &Schema{Type: "object", Fields: fields, fieldByName: map[string]int{}}
	for i, f := range fields {
		s.fieldByName[f.Name] = i
	}
	return s
}

var (
	bytesType = reflect.TypeFor[[]byte]()
	rawType   = reflect.TypeFor[json.RawMessage]()
	spoolType = reflect.TypeFor[*Spool]()
)

// bytesForm is how bytes are written in JSON.
var bytesForm = Form{Name: "byte", Rule: Text{VI: "phải là base64", EN: "must be base64"},
	Check: func(s string) bool { _, err := base64.StdEncoding.Strict().DecodeString(s); return err == nil }}

func derive(t reflect.Type, tag tagOptions) (*Schema, error) {
	if t == rawType {
		return &Schema{Type: "any"}, nil
	}
	switch t {
	case bytesType:
		return &Schema{Type: "string", Form: bytesForm, MaxLength: maxAnswer}, nil
	case spoolType:
		return &Schema{Type: "string", Form: bytesForm, MaxLength: maxFile / 3 * 4}, nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return derive(t.Elem(), tag)
	case reflect.String:
		return deriveString(t, tag)
	case reflect.Bool:
		return &Schema{Type: "boolean"}, nil
	case reflect.Int, reflect.Int64:
		return &Schema{Type: "integer", Min: tag.min, Max: tag.max}, nil
	case reflect.Float64:
		return &Schema{Type: "number"}, nil
	case reflect.Slice:
		items, err := derive(t.Elem(), tagOptions{})
		return &Schema{Type: "array", Items: items, MaxItems: tag.limit(defaultMaxItems)}, err
	case reflect.Map:
		if t == reflect.TypeFor[map[string]string]() || t == reflect.TypeFor[map[string]*string]() {
			return &Schema{Type: "object"}, nil // members named by the source, such as a catalogue's row
		}
	case reflect.Struct:
		return deriveStruct(t)
	}
	return nil, fmt.Errorf("type %s has no description", t)
}

func deriveString(t reflect.Type, tag tagOptions) (*Schema, error) {
	s := &Schema{Type: "string", MaxLength: tag.limit(defaultMaxLength), Enum: tag.enum}
	if formed, ok := reflect.Zero(t).Interface().(Formed); ok {
		s.Form = formed.Form()
		s.MaxLength = min(s.Form.Max, tag.limit(s.Form.Max))
	}
	var err error
	s.pattern, err = s.Form.compile()
	return s, err
}

func deriveStruct(t reflect.Type) (*Schema, error) {
	s := &Schema{Type: "object", fieldByName: map[string]int{}}
	groups := map[string][]string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, omit, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			return nil, fmt.Errorf("field %s has no json name", f.Name)
		}
		if _, taken := s.fieldByName[name]; taken {
			return nil, fmt.Errorf("field %s: another is called %q", f.Name, name)
		}
		tag, err := parseTag(f.Tag.Get("lgsp"))
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		field, err := deriveField(f, name, tag)
		if err != nil {
			return nil, err
		}
		if !field.Required && omit == "" && f.Type.Kind() == reflect.Struct {
			field.Required = true // a struct without omitempty is always present
		}
		if tag.one != "" {
			groups[tag.one] = append(groups[tag.one], name)
		}
		s.fieldByName[name] = len(s.Fields)
		s.Fields = append(s.Fields, field)
	}
	for _, members := range groups {
		s.ExactlyOne = append(s.ExactlyOne, members)
	}
	slices.SortFunc(s.ExactlyOne, slices.Compare)
	return s, nil
}

func deriveField(f reflect.StructField, name string, tag tagOptions) (Field, error) {
	sub, err := derive(f.Type, tag)
	if err == nil {
		err = tag.fits(sub)
	}
	if err != nil {
		return Field{}, fmt.Errorf("field %s: %w", f.Name, err)
	}
	term, known := vocabulary[name]
	field := Field{Name: name, Title: term.Title, Schema: sub, Required: tag.required, Subject: tag.subject,
		Assumed: tag.assumed, Sensitivity: term.Sensitivity}
	if vi := f.Tag.Get("vi"); vi != "" {
		field.Title = Text{VI: vi, EN: f.Tag.Get("en")}
	} else if !known {
		return Field{}, fmt.Errorf("field %s: %q is not in the vocabulary: add the tags vi:\"…\" en:\"…\"", f.Name, name)
	}
	if tag.sensitivity != "" {
		field.Sensitivity = tag.sensitivity
	}
	if field.Sensitivity == "" {
		field.Sensitivity = Public
	}
	return field, nil
}

type tagOptions struct {
	required, subject, assumed bool
	sensitivity                Sensitivity
	min, max                   *int64
	one                        string
	enum                       []string
}

// limit is the tag's max as a bound on length or items.
func (t tagOptions) limit(otherwise int) int {
	if t.max == nil {
		return otherwise
	}
	return int(*t.max)
}

// fits finds an option that says nothing of this shape and would be passed over.
func (t tagOptions) fits(s *Schema) error {
	switch {
	case len(t.enum) > 0 && s.Type != "string":
		return fmt.Errorf("enum of %s", s.Type)
	case t.min != nil && s.Type != "integer":
		return fmt.Errorf("min of %s", s.Type)
	case t.max != nil && s.Type != "integer" && s.Type != "string" && s.Type != "array":
		return fmt.Errorf("max of %s", s.Type)
	}
	return nil
}

func parseTag(text string) (t tagOptions, err error) {
	for _, option := range strings.Split(text, ",") {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "":
		case "required":
			t.required = true
		case "subject":
			t.subject = true
		case "assumed":
			t.assumed = true
		case "personal", "sensitive", "public":
			t.sensitivity = Sensitivity(key)
		case "one":
			t.one = value
		case "enum":
			t.enum = strings.Split(value, "|")
		case "min", "max":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return t, fmt.Errorf("%s needs a number", key)
			}
			if key == "min" {
				t.min = &n
			} else {
				t.max = &n
			}
		default:
			return t, fmt.Errorf("unknown option %q", key)
		}
	}
	return t, nil
}

// Shape is how a value is written, without the bounds of one place: "string",
// "string (tax-code)", "array of object". Values of equal shapes fit each other.
func (s *Schema) Shape() string {
	switch {
	case s.Type == "array":
		return "array of " + s.Items.Shape()
	case s.Form.Name != "":
		return s.Type + " (" + s.Form.Name + ")"
	}
	return s.Type
}

// Field finds a member by name.
func (s *Schema) Field(name string) (*Field, bool) {
	i, ok := s.fieldByName[name]
	if !ok {
		return nil, false
	}
	return &s.Fields[i], true
}

// Paths lists every member as a dotted path, arrays looked through; parents come
// before what they hold. These are the terms in which policies grant fields.
func (s *Schema) Paths() []string {
	var paths []string
	s.Walk(func(path string, _ *Field) { paths = append(paths, path) })
	return paths
}

// Walk visits every member with its dotted path, parents first.
func (s *Schema) Walk(visit func(path string, f *Field)) {
	s.walk("", visit)
}

func (s *Schema) walk(prefix string, visit func(string, *Field)) {
	for s.Type == "array" {
		s = s.Items
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		path := prefix + f.Name
		visit(path, f)
		f.Schema.walk(path+".", visit)
	}
}
