package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

const (
	maxQuestion = 64 << 10 // of a lookup's body
	maxHeader   = 128      // of one header of a question
)

// questionReader reads a question out of an HTTP request. What is wrong with its
// headers is told together with what is wrong with its body, once the policies
// have let it through.
type questionReader struct {
	r      *http.Request
	w      http.ResponseWriter
	faults []adapters.Fault
}

var msgOnce = adapters.Text{VI: "chỉ được có một lần và dài tối đa 128 ký tự", EN: "must be given once, in at most 128 characters"}

// header reads a header that must not be repeated: two purposes are none. key is
// its name as net/http spells it.
func (q *questionReader) header(name, key string) string {
	values := q.r.Header[key]
	switch {
	case len(values) == 0:
		return ""
	case len(values[0]) > maxHeader:
		q.faults = append(q.faults, adapters.Fault{Field: name, Message: msgOnce})
		return ""
	case len(values) > 1:
		// The policies decide on the first; no answer comes of it.
		q.faults = append(q.faults, adapters.Fault{Field: name, Message: msgOnce})
	}
	return strings.TrimSpace(values[0])
}

// question is what the headers ask, for whatever the address or the body names.
func (q *questionReader) question(x *Exchange) lookup.Question {
	return lookup.Question{Caller: x.Caller,
		Purpose: q.header("LGSP-Purpose", "Lgsp-Purpose"), Official: q.header("LGSP-Official", "Lgsp-Official"),
		Dossier: q.header("LGSP-Dossier", "Lgsp-Dossier"), Fresh: wantsFresh(q.r.Header),
		Request: x.ID, Correlation: x.Correlation, Traceparent: traceparent(q.r.Header), Source: peer(q.r), Received: x.Started}
}

// read parses the question from the body, or from the address with GET.
func (q *questionReader) read(op *adapters.Operation, personal bool) (adapters.Input, error) {
	if err := allowed(q.r.Method, personal); err != nil {
		return adapters.Input{}, err
	}
	var input adapters.Input
	var faults []adapters.Fault
	if q.r.Method == http.MethodGet {
		query, err := url.ParseQuery(q.r.URL.RawQuery)
		if err != nil {
			return adapters.Input{}, problem.InvalidRequest.With("Tham số trên địa chỉ không đọc được.", "The query cannot be read.")
		}
		input, faults = op.ParseQuery(query)
	} else {
		body, err := q.body(maxQuestion)
		if err != nil {
			return adapters.Input{}, err
		}
		input, faults = op.Parse(body)
	}
	if faults = append(q.faults, faults...); len(faults) > 0 {
		return adapters.Input{}, &lookup.Invalid{Faults: faults}
	}
	return input, nil
}

// allowed refuses methods that the question does not take. Identifiers of people
// never travel in an address.
func allowed(method string, personal bool) error {
	if method == http.MethodPost || method == http.MethodGet && !personal {
		return nil
	}
	p := problem.MethodNotAllowed.With("Hãy dùng một phương thức nêu trong header Allow.", "Use a method that the Allow header names.")
	if p.Allow = "GET, POST"; personal {
		p.Allow = http.MethodPost
	}
	return p
}

func (q *questionReader) body(most int64) ([]byte, error) {
	if q.r.URL.RawQuery != "" {
		return nil, problem.InvalidRequest.With("POST không nhận tham số trên địa chỉ.", "POST takes no query parameters.")
	}
	if !isJSON(q.r.Header["Content-Type"]) {
		return nil, &problem.Problem{Kind: problem.UnsupportedMediaType}
	}
	if q.r.ContentLength > most {
		return nil, &problem.Problem{Kind: problem.PayloadTooLarge}
	}
	var body []byte
	var err error
	if n := q.r.ContentLength; 0 < n && n <= maxQuestion { // net/http delivers no more than was announced
		body = make([]byte, q.r.ContentLength)
		_, err = io.ReadFull(q.r.Body, body)
	} else {
		body, err = io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, most))
	}
	if err == nil {
		return body, nil
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, &problem.Problem{Kind: problem.PayloadTooLarge}
	}
	return nil, problem.InvalidRequest.With("Nội dung không nhận được trọn vẹn.", "The body did not arrive whole.")
}

// isJSON accepts application/json in UTF-8, the usual spelling without parsing.
func isJSON(types []string) bool {
	if len(types) != 1 {
		return false
	}
	if types[0] == "application/json" {
		return true
	}
	media, parameters, err := mime.ParseMediaType(types[0])
	charset := parameters["charset"]
	return err == nil && media == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// wantsFresh reads Cache-Control: no-cache.
func wantsFresh(h http.Header) bool {
	for _, value := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-cache") {
				return true
			}
		}
	}
	return false
}
