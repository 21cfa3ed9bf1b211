package wire

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Text is a national text, which may come as a number; null is the empty text.
type Text string

// UnmarshalJSON reads a string, a number or null.
func (t *Text) UnmarshalJSON(raw []byte) error {
	switch {
	case string(raw) == "null":
		*t = ""
		return nil
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = Text(strings.TrimSpace(s))
		return err
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		*t = Text(raw)
		return nil
	}
	return wrongType[Text]()
}

// Number is a national number, which may come as a text; null and the empty text
// are 0.
type Number float64

// UnmarshalJSON reads a number, a text that holds one, or null.
func (n *Number) UnmarshalJSON(raw []byte) error {
	var t Text
	if err := t.UnmarshalJSON(raw); err != nil {
		return wrongType[Number]()
	}
	if t == "" {
		*n = 0
		return nil
	}
	// By JSON's own rules: no Inf, no hexadecimal, no decimal comma.
	var f *float64
	if err := json.Unmarshal([]byte(t), &f); err != nil || f == nil {
		return wrongType[Number]()
	}
	*n = Number(*f)
	return nil
}

// Flag is a national truth value, which may come as 1 or 0 or as a text.
type Flag bool

// UnmarshalJSON reads true, false, 1, 0 or a text of one of these.
func (f *Flag) UnmarshalJSON(raw []byte) error {
	switch strings.ToLower(strings.Trim(string(raw), `"`)) {
	case "true", "1":
		*f = true
	case "false", "0":
		*f = false
	default:
		return wrongType[Flag]()
	}
	return nil
}

// List is an array, or an object where there is only one; null is none.
type List[T any] []T

// UnmarshalJSON reads an array, a single object or null.
func (l *List[T]) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(raw, &(*l)[0])
}

// wrongType lets the decoder name the member and nothing of its value.
func wrongType[T any]() error {
	return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[T]()}
}
