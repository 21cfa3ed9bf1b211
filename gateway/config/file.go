package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// settings are the fields that file and environment may set, by the name of
// their key.
func (c *Config) settings() map[string]reflect.Value { return fieldsOf(c) }

// fieldsOf are the fields of a struct that have keys, by the name of the key.
func fieldsOf(pointer any) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for field, value := range reflect.ValueOf(pointer).Elem().Fields() {
		if key := field.Tag.Get("yaml"); key != "-" {
			all[key] = value
		}
	}
	return all
}

// read applies the file's keys, one by one, so that each fault is told with its
// place and none hides another.
func (c *Config) read(file string) error {
	body, faults := document(file)
	if body != nil {
		faults = append(faults, apply(file, body, c.settings())...)
	}
	return errors.Join(faults...)
}

// document is the one document of a file, nil if it says nothing.
func document(file string) (body ast.Node, faults []error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, []error{fmt.Errorf("read configuration: %w", err)}
	}
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, []error{placed(file, err)}
	}
	for _, doc := range parsed.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType: // comments alone say nothing
		case body != nil:
			faults = append(faults, faultAt(file, doc.Body.GetToken(), "a second document"))
		default:
			body = doc.Body
		}
	}
	return body, faults
}

// apply sets what the keys of a map say.
func apply(file string, body ast.Node, settings map[string]reflect.Value) (faults []error) {
	keys, ok := body.(ast.MapNode)
	if !ok {
		return []error{faultAt(file, body.GetToken(), "must be keys and values")}
	}
	for pair := keys.MapRange(); pair.Next(); {
		key, value := pair.Key().GetToken(), pair.Value()
		setting, known := settings[key.Value]
		switch {
		case !known:
			faults = append(faults, faultAt(file, key, fmt.Sprintf("unknown key %q", key.Value)))
		case value.Type() == ast.NullType:
			faults = append(faults, faultAt(file, key, fmt.Sprintf("key %q has no value", key.Value)))
		default:
			if err := yaml.NodeToValue(value, setting.Addr().Interface()); err != nil {
				faults = append(faults, placed(file, err))
			}
		}
	}
	return faults
}

// placed tells an error of the library in the form that editors link to.
func placed(file string, err error) error {
	if fault, ok := errors.AsType[yaml.Error](err); ok {
		return faultAt(file, fault.GetToken(), fault.GetMessage())
	}
	return fmt.Errorf("%s: %w", file, err)
}

func faultAt(file string, at *token.Token, message string) error {
	return fmt.Errorf("%s: %s", placeOf(file, at), message)
}

// placeOf is a place in a file in the form that editors link to.
func placeOf(file string, at *token.Token) string {
	line, column := 1, 1
	if at != nil && at.Position != nil {
		line, column = at.Position.Line, max(at.Position.Column, 1)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, column)
}
