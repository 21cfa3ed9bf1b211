package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// part is the answer to one of several questions in one request: what the question
// would have been answered alone, headers and all.
type part struct {
	System    string            `json:"system,omitempty"`
	Operation string            `json:"operation,omitempty"`
	Status    int               `json:"status"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
}

// within is the question of one of several parts of a request: it has an id of its
// own, under which the audit and the national systems see it, and the request's
// id as correlation where the caller gave none.
func (a *API) within(x *Exchange, q lookup.Question) lookup.Question {
	q.Request, q.Received = a.NewID(), a.Now()
	if q.Correlation == "" {
		q.Correlation = x.ID
	}
	return q
}

// part renders an answer and counts it as if it had come alone.
func (a *API) part(x *Exchange, language string, q *lookup.Question, answer *lookup.Answer, err error) part {
	own := &Exchange{ID: q.Request, Correlation: q.Correlation, Started: q.Received, Caller: x.Caller, Cache: answer.Freshness.Source, Outcome: "ok"}
	a.label(own, q.System, q.Operation)
	h := http.Header{"X-Request-Id": {own.ID}}
	describe(h, q, answer, err)
	out := part{Status: http.StatusOK, Body: answer.Body}
	if len(answer.Files) > 0 && err == nil {
		// A part is one value among others, so here the files do stand in memory.
		var whole bytes.Buffer
		err = adapters.WriteRecord(&whole, answer.Body, answer.Files)
		out.Body = whole.Bytes()
	}
	if err != nil {
		p := problem.Of(err, own.System)
		own.Outcome, own.Err, own.Cache = p.Code, err, ""
		out.Status, out.Body = p.Status, a.Problems.Render(p, language, own.ID)
		p.Describe(h)
	}
	a.Counted(own, a.Now().Sub(q.Received))
	out.Headers = make(map[string]string, len(h))
	for name, values := range h {
		out.Headers[name] = strings.Join(values, ", ")
	}
	return out
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
