package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// patience bounds a request of several questions as a whole; it lies below the
// server's bound on writing an answer.
const patience = 5 * time.Minute

// part is the answer to one of several questions in one request: what the question
// would have been answered alone, headers and all.
type part struct {
	System    string            `json:"system,omitempty"`
	Operation string            `json:"operation,omitempty"`
	Status    int               `json:"status"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	files     []*adapters.Spool // put into Body by write
}

// within is the question of one of several parts of a request: it has an id of its
// own, under which the audit and the national systems see it, and the request's
// id as correlation where the caller gave none.
func (a *API) within(x *Exchange, r *http.Request, q lookup.Question) *lookup.Question {
	q.Request = a.NewID()
	if q.Correlation == "" {
		q.Correlation = x.ID
	}
	q.Still = func() error {
		_, err := a.caller(r)
		return err
	}
	return &q
}

// part renders an answer and counts it as if it had come alone; what was not asked
// does not count.
func (a *API) part(x *Exchange, language string, q *lookup.Question, answer *lookup.Answer, err error) part {
	own := &Exchange{ID: q.Request, Correlation: q.Correlation, Started: q.Received, Caller: x.Caller, Cache: answer.Freshness.Source, Outcome: "ok"}
	a.label(own, q.System, q.Operation)
	h := http.Header{"X-Request-Id": {own.ID}}
	describe(h, q, answer, err)
	out := part{Status: http.StatusOK, Body: answer.Body, files: answer.Files}
	if err != nil {
		p := problem.Of(err, own.System)
		own.Outcome, own.Err, own.Cache = p.Code, err, ""
		challenge(h, err)
		out = part{Status: p.Status, Body: a.Problems.Render(h, p, language, own.ID)}
	}
	if !errors.Is(err, lookup.ErrNotAsked) {
		a.Counted(own, answer.Took)
	}
	out.Headers = make(map[string]string, len(h))
	for name, values := range h {
		out.Headers[name] = strings.Join(values, ", ")
	}
	return out
}

// write writes what holds parts as a line of JSON, with the parts' files in their
// places.
func write(w io.Writer, value any, files []*adapters.Spool) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	return adapters.WriteRecord(w, text.Bytes(), files)
}

// readWhole reads a body that does not depend on an operation against its schema;
// what is wrong with the headers is told with it.
func (q *questionReader) readWhole(most int64, schema *adapters.Schema, into any) error {
	body, err := q.body(most)
	if err != nil {
		return err
	}
	in, faults := schema.Parse(body)
	if faults = append(q.faults, faults...); len(faults) > 0 {
		return &lookup.Invalid{Faults: faults}
	}
	return json.Unmarshal(in.Canonical, into)
}
