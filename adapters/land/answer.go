package land

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// errTokenRefused makes ask log in anew; it never leaves the package.
var errTokenRefused = errors.New("token refused")

// envelope is what stands around every answer. Time and message are left
// unread: the one says when it was sent, the other may name a person.
type envelope struct {
	Data   json.RawMessage `json:"data"`
	Status struct {
		Success *flag `json:"success"`
		Code    text  `json:"code"`
		Type    text  `json:"type"`
	} `json:"status"`
}

// failures say what the codes inside the envelope mean. They are assumed to
// follow HTTP's numbers.
var failures = map[text]error{
	"400": adapters.ErrRefusedInput,
	"401": errTokenRefused,
	"403": adapters.ErrRejected,
	"404": adapters.ErrNotFound,
	"408": adapters.ErrTimeout,
	"422": adapters.ErrRefusedInput,
	"429": adapters.ErrUnavailable,
	"500": adapters.ErrUnavailable,
	"502": adapters.ErrUnavailable,
	"503": adapters.ErrUnavailable,
	"504": adapters.ErrTimeout,
}

// open takes the data out of an answer, or says why there is none.
func open(answer *adapters.Answer) (json.RawMessage, error) {
	if answer.Status == http.StatusUnauthorized {
		return nil, errTokenRefused
	}
	if err := answer.Fault(); err != nil {
		return nil, err
	}
	var e envelope
	if err := answer.JSON(&e); err != nil {
		return nil, err
	}
	switch {
	case e.Status.Success == nil:
		return nil, adapters.Malformed("answer does not say whether it is a success")
	case !bool(*e.Status.Success):
		return nil, e.failure()
	case e.Data == nil:
		return nil, adapters.Malformed("success without data")
	case empty(e.Data):
		return nil, adapters.Fail(adapters.ErrNotFound, string(e.Status.Code), "success with empty data")
	}
	return e.Data, nil
}

// failure reads an answer that says of itself that it failed. A code that is not
// in the table is the bus's to look into: nothing shows that the caller or the
// register is at fault.
func (e *envelope) failure() error {
	kind, known := failures[e.Status.Code]
	switch {
	case errors.Is(kind, errTokenRefused):
		return errTokenRefused
	case !known:
		kind = adapters.ErrRejected
	}
	code := e.Status.Code
	if code == "" {
		code = e.Status.Type
	}
	return adapters.Fail(kind, string(code), "failure told in the envelope")
}

// empty tells whether data holds nothing: the documented answers use 0 where
// others use null or an empty object or list.
func empty(data json.RawMessage) bool {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return false
	}
	switch v := v.(type) {
	case nil:
		return true
	case float64:
		return v == 0
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// text is a national text, which may come as a number; null is the empty text.
type text string

// UnmarshalJSON reads a string, a number or null.
func (t *text) UnmarshalJSON(raw []byte) error {
	switch {
	case string(raw) == "null":
		*t = ""
		return nil
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		*t = text(strings.TrimSpace(s))
		return err
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		*t = text(raw)
		return nil
	}
	return wrongType[text]()
}

// number is a national number, which may come as a text; null and the empty
// text are 0.
type number float64

// UnmarshalJSON reads a number, a text that holds one, or null.
func (n *number) UnmarshalJSON(raw []byte) error {
	var t text
	if err := t.UnmarshalJSON(raw); err != nil {
		return wrongType[number]()
	}
	if t == "" {
		*n = 0
		return nil
	}
	// By JSON's own rules: no Inf, no hexadecimal, no decimal comma.
	var f *float64
	if err := json.Unmarshal([]byte(t), &f); err != nil || f == nil {
		return wrongType[number]()
	}
	*n = number(*f)
	return nil
}

// flag is a national truth value, which may come as 1 or 0 or as a text.
type flag bool

// UnmarshalJSON reads true, false, 1, 0 or a text of one of these.
func (f *flag) UnmarshalJSON(raw []byte) error {
	switch strings.ToLower(strings.Trim(string(raw), `"`)) {
	case "true", "1":
		*f = true
	case "false", "0":
		*f = false
	default:
		return wrongType[flag]()
	}
	return nil
}

// wrongType lets the decoder name the member and nothing of its value.
func wrongType[T any]() error {
	return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[T]()}
}

func isBearer(tokenType string) bool { return strings.EqualFold(tokenType, "bearer") }

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
