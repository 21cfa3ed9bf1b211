package land

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// envelope is what stands around every answer. Time is left unread, and so is the
// message, which may name a person, but for the one thing that only it tells.
type envelope struct {
	Data   json.RawMessage `json:"data"`
	Status struct {
		Success *wire.Flag      `json:"success"`
		Code    wire.Text       `json:"code"`
		Type    wire.Text       `json:"type"`
		Message json.RawMessage `json:"message"`
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

// readEnvelope takes an answer that says whether it is a success.
func readEnvelope(answer *adapters.Answer) (e envelope, err error) {
	if answer.Status == http.StatusUnauthorized {
		return e, adapters.ErrTokenRefused
	}
	if err := answer.Fault(); err != nil {
		return e, err
	}
	if err := answer.JSON(&e); err != nil {
		return e, err
	}
	if e.Status.Success == nil {
		return e, adapters.Malformed("answer does not say whether it is a success")
	}
	return e, nil
}

// open takes the data out of an answer, or says why there is none.
func open(answer *adapters.Answer) (json.RawMessage, error) {
	e, err := readEnvelope(answer)
	switch {
	case err != nil:
		return nil, err
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
	return adapters.Fail(kind, string(cmp.Or(e.Status.Code, e.Status.Type)), "failure told in the envelope")
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
