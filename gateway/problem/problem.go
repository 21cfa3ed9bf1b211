// Package problem is the one place where an error becomes an HTTP answer: the
// table of RFC 9457 problems, the mapping from the domain's sentinels to it and
// the one writer. What is not listed here is an internal fault and says nothing
// but its request id; the detail goes to the log.
package problem

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// Owner is who must act.
type Owner string

// The owners.
const (
	Caller   Owner = "caller"
	Bus      Owner = "bus"
	National Owner = "national-system"
)

// Kind is one row of the table: a problem as it is published under /problems/.
type Kind struct {
	Code   string
	Status int
	Owner  Owner
	Title  adapters.Text
	Help   adapters.Text // what it means and what the owner should do
}

// FieldError is one fault of a request.
type FieldError struct {
	Field   string
	Message adapters.Text
}

// Problem is one occurrence. It is an error, for handlers that refuse by
// themselves.
type Problem struct {
	*Kind
	Detail       adapters.Text
	System       string
	NationalCode string
	Errors       []FieldError
	RetryAfter   time.Duration // 0: not said
	Until        time.Time     // announced end of a maintenance
	Allow        string        // methods, with 405
}

// Error names the code.
func (p *Problem) Error() string { return p.Code }

// With makes an occurrence of a kind with a detail.
func (k *Kind) With(vi, en string) *Problem {
	return &Problem{Kind: k, Detail: adapters.Text{VI: vi, EN: en}}
}

// Writer writes problems with addresses under the bus's public address.
type Writer struct{ PublicURL string }

type body struct {
	Type         string       `json:"type"`
	Title        string       `json:"title"`
	Status       int          `json:"status"`
	Detail       string       `json:"detail,omitempty"`
	Instance     string       `json:"instance"`
	Code         string       `json:"code"`
	System       string       `json:"system,omitempty"`
	Owner        Owner        `json:"owner"`
	NationalCode string       `json:"nationalCode,omitempty"`
	Until        string       `json:"until,omitempty"`
	Errors       []fieldError `json:"errors,omitempty"`
}

type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Render gives the problem as JSON, in the language asked for, for the request
// with this id, and sets the headers that belong to it.
func (w Writer) Render(h http.Header, p *Problem, acceptLanguage, requestID string) []byte {
	language, say := "vi", func(t adapters.Text) string { return t.VI }
	if English(acceptLanguage) {
		language, say = "en", func(t adapters.Text) string { return t.EN }
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", language)
	h.Set("Cache-Control", "no-store")
	p.describe(h)
	b := body{Type: w.PublicURL + "/problems/" + p.Code, Title: say(p.Title), Status: p.Status, Detail: say(p.Detail),
		Instance: requestID, Code: p.Code, System: p.System, Owner: p.Owner, NationalCode: p.NationalCode}
	if !p.Until.IsZero() {
		b.Until = p.Until.Format(time.RFC3339)
	}
	for _, e := range p.Errors {
		b.Errors = append(b.Errors, fieldError{Field: e.Field, Message: say(e.Message)})
	}
	text, err := json.Marshal(b)
	if err != nil {
		panic(err) // a struct of strings always encodes
	}
	return text
}

// Write sends the problem.
func (w Writer) Write(rw http.ResponseWriter, r *http.Request, requestID string, p *Problem) {
	text := w.Render(rw.Header(), p, r.Header.Get("Accept-Language"), requestID)
	rw.Header().Set("Content-Length", strconv.Itoa(len(text)))
	rw.WriteHeader(p.Status)
	// A caller that left is the only way to fail here.
	_, _ = rw.Write(text)
}

// describe sets the headers that a status calls for.
func (p *Problem) describe(h http.Header) {
	switch p.Status {
	case http.StatusUnauthorized:
		if h.Get("WWW-Authenticate") == "" {
			h.Set("WWW-Authenticate", "Bearer")
		}
	case http.StatusMethodNotAllowed:
		h.Set("Allow", p.Allow)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		after := max(int(math.Ceil(p.RetryAfter.Seconds())), 1)
		h.Set("Retry-After", strconv.Itoa(after))
	}
}
