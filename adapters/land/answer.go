package land

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// envelope is what stands around every answer. Time and message are left
// unread: the one says when it was sent, the other may name a person.
type envelope struct {
	Data   json.RawMessage `json:"data"`
	Status struct {
		Success *wire.Flag `json:"success"`
		Code    wire.Text  `json:"code"`
		Type    wire.Text  `json:"type"`
	} `json:"status"`
}

// failures say what the codes inside the envelope mean. They are assumed to
// follow HTTP's numbers.
var failures = map[wire.Text]error{
	"400": adapters.ErrRefusedInput,
	"401": adapters.ErrTokenRefused,
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
		return nil, adapters.ErrTokenRefused
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
	case errors.Is(kind, adapters.ErrTokenRefused):
		return adapters.ErrTokenRefused
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

func isBearer(tokenType string) bool { return strings.EqualFold(tokenType, "bearer") }
