package adapters

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"
)

// Answer is what came back, complete and within its bound.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	File   *Spool // what Request.File named; nil where it did not come
}

// Fault is the verdict on an answer by its status and form alone: nil where the
// body has to tell. Systems that put faults of their own into error statuses
// look at the body first.
func (a *Answer) Fault() error {
	status := "http-" + strconv.Itoa(a.Status)
	switch {
	case a.Status == http.StatusTooManyRequests, a.Status >= 500:
		e := Fail(ErrUnavailable, status, "status of the national system")
		e.RetryAfter = retryAfter(a.Header.Get("Retry-After"))
		return e
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden, a.Status == http.StatusProxyAuthRequired:
		return Fail(ErrRejected, status, "credentials or address refused")
	case a.Status >= 400:
		return Fail(ErrRejected, status, "message refused")
	case a.Status >= 300 || a.Status < 200:
		return Fail(ErrMalformed, status, "unexpected status")
	case a.HTML():
		return Malformed("HTML page instead of an answer")
	}
	return nil
}

// HTML tells whether the body is a web page, whatever its content type says.
func (a *Answer) HTML() bool {
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	start := bytes.ToLower(bytes.TrimSpace(a.Body[:min(len(a.Body), 256)]))
	return media == "text/html" || bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

// JSON decodes the whole body into v. The error never quotes the body.
func (a *Answer) JSON(v any) error {
	if a.HTML() {
		return Malformed("HTML page instead of an answer")
	}
	return DecodeJSON(a.Body, v)
}

// DecodeJSON decodes one whole JSON text; anything else is ErrMalformed, told
// without quoting the text.
func DecodeJSON(text []byte, v any) error {
	if !utf8.Valid(text) { // the decoder would put other characters into names
		return Malformed("not UTF-8")
	}
	err := json.Unmarshal(text, v)
	if err == nil {
		return nil
	}
	if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return Malformed("member %q has the wrong type", typed.Field)
	}
	return Malformed("not JSON")
}

// retryAfter reads the delay-seconds form, at most an hour; dates are rare
// upstream and ignored.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 3600)) * time.Second
}
