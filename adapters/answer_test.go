package adapters

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFaultTellsWhoseFaultAStatusIs(t *testing.T) {
	const page = "<html><body>busy</body></html>"
	tests := []struct {
		status      int
		contentType string
		body, after string
		kind        error
		code        string
		wait        time.Duration
	}{
		{200, "application/json", "{}", "", nil, "", 0},
		{201, "", "{}", "", nil, "", 0},
		{200, "", "", "", nil, "", 0}, // the body has to tell
		{200, "text/html; charset=utf-8", "{}", "", ErrMalformed, "", 0},
		{200, "application/json", page, "", ErrMalformed, "", 0},
		{200, "", "\r\n <!DOCTYPE HTML><p>", "", ErrMalformed, "", 0},
		{101, "", "", "", ErrMalformed, "http-101", 0},
		{302, "", "", "", ErrMalformed, "http-302", 0},
		{400, "", "", "", ErrRejected, "http-400", 0},
		{401, "text/html", page, "", ErrRejected, "http-401", 0},
		{403, "", "", "", ErrRejected, "http-403", 0},
		{404, "", "", "", ErrRejected, "http-404", 0},
		{407, "", "", "", ErrRejected, "http-407", 0},
		{429, "", "", "17", ErrUnavailable, "http-429", 17 * time.Second},
		{500, "", "", "", ErrUnavailable, "http-500", 0},
		{502, "text/html", page, "", ErrUnavailable, "http-502", 0},
		{503, "", "", "7200", ErrUnavailable, "http-503", time.Hour},
		{503, "", "", "99999999999999999", ErrUnavailable, "http-503", time.Hour},
		{503, "", "", "999999999999999999999999", ErrUnavailable, "http-503", 0},
		{503, "", "", "-5", ErrUnavailable, "http-503", 0},
		{503, "", "", "Fri, 31 Dec 2027 23:59:59 GMT", ErrUnavailable, "http-503", 0},
	}
	for _, test := range tests {
		answer := Answer{Status: test.status, Body: []byte(test.body), Header: http.Header{"Content-Type": {test.contentType}, "Retry-After": {test.after}}}
		err := answer.Fault()
		if !errors.Is(err, test.kind) {
			t.Errorf("%d %q: %v, want %v", test.status, test.body, err, test.kind)
			continue
		}
		if e, ok := errors.AsType[*Error](err); ok && (e.Code != test.code || e.RetryAfter != test.wait) {
			t.Errorf("%d: code %q after %v, want %q after %v", test.status, e.Code, e.RetryAfter, test.code, test.wait)
		}
	}
}

func TestUndecodableAnswerIsMalformedWithoutAValue(t *testing.T) {
	type record struct {
		Name   string
		Inner  struct{ Number int }
		ByCode map[string]struct{ Number int }
	}
	tests := map[string]string{
		"truncated":               `{"Name":"QX7731`,
		"text after the end":      `{"Name":"a"} QX7731`,
		"two values":              `{"Name":"a"}{"Name":"QX7731"}`,
		"wrong type":              `{"Name":{"QX7731":1}}`,
		"wrong type inside":       `{"Inner":{"Number":"QX7731"}}`,
		"wrong type under a name": `{"ByCode":{"QX7731":{"Number":"QX7731"}}}`,
		"HTML":                    `<html>QX7731`,
		"empty":                   ``,
		"not UTF-8":               "{\"Name\":\"QX7731 Nguy\xe3n\"}",
		"depth":                   `{"x":` + strings.Repeat("[", 20_000),
	}
	for name, body := range tests {
		answer := Answer{Status: 200, Body: []byte(body)}
		var into record
		err := answer.JSON(&into)
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		} else if strings.Contains(err.Error(), "QX7731") {
			t.Errorf("%s: value in the error: %v", name, err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(200, "application/json", "5", []byte(`{"a":1}`))
	f.Add(503, "text/html", "99999999999", []byte(" <HTML>"))
	f.Add(-1, "a/b; c", "-1", []byte("\xff"))
	f.Fuzz(func(t *testing.T, status int, contentType, after string, body []byte) {
		answer := Answer{Status: status, Body: body, Header: http.Header{"Content-Type": {contentType}, "Retry-After": {after}}}
		if e, ok := errors.AsType[*Error](answer.Fault()); ok && (e.RetryAfter < 0 || e.RetryAfter > time.Hour) {
			t.Errorf("wait of %v", e.RetryAfter)
		}
		var into map[string]any
		if err := answer.JSON(&into); err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("unclassified: %v", err)
		}
	})
}
