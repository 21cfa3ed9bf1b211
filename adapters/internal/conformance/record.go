package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// decode reads one whole JSON text with its numbers as they are written.
func decode(text []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end")
	}
	return value, nil
}

// misfits names every place where a record is not what its schema says. Values
// are not quoted, not even here.
func misfits(path string, s *adapters.Schema, value any) []error {
	wrong := func(got string) []error { return []error{fmt.Errorf("%s is %s instead of %s", path, got, s.Type)} }
	switch v := value.(type) {
	case nil:
		return wrong("null")
	case map[string]any:
		if s.Type != "object" {
			return wrong("an object")
		}
		return objectMisfits(path, s, v)
	case []any:
		if s.Type != "array" {
			return wrong("an array")
		}
		var faults []error
		for i, item := range v {
			faults = append(faults, misfits(fmt.Sprintf("%s[%d]", path, i), s.Items, item)...)
		}
		return faults
	case string:
		if s.Type != "string" {
			return wrong("a string")
		}
		return textMisfits(path, s, v)
	case json.Number:
		if s.Type != "number" && (s.Type != "integer" || strings.ContainsAny(v.String(), ".eE")) {
			return wrong("a number")
		}
	case bool:
		if s.Type != "boolean" {
			return wrong("a boolean")
		}
	}
	return nil
}

func objectMisfits(path string, s *adapters.Schema, members map[string]any) []error {
	if open(s) {
		return nil
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(members)) {
		field, known := s.Field(name)
		if !known {
			faults = append(faults, fmt.Errorf("%s.%s is not in the schema", path, name))
			continue
		}
		faults = append(faults, misfits(path+"."+name, field.Schema, members[name])...)
	}
	for i := range s.Fields {
		if _, given := members[s.Fields[i].Name]; !given && s.Fields[i].Required {
			faults = append(faults, fmt.Errorf("%s.%s is missing", path, s.Fields[i].Name))
		}
	}
	return faults
}

// textMisfits checks dates only: the adapter makes those, all other text is
// passed on as the national system wrote it.
func textMisfits(path string, s *adapters.Schema, value string) []error {
	if s.Form.Name != (adapters.Date("")).Form().Name && s.Form.Name != (adapters.Day("")).Form().Name {
		return nil
	}
	if !regexp.MustCompile(s.Form.Pattern).MatchString(value) || !s.Form.Check(value) {
		return []error{fmt.Errorf("%s is no date", path)}
	}
	return nil
}

// open tells whether an object's members are named by its source.
func open(s *adapters.Schema) bool {
	return s.JSONSchema(false)["additionalProperties"] != false
}
