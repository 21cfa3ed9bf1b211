package adapters

import (
	"errors"
	"fmt"
	"time"
)

// What an adapter may answer instead of a record. Each is a fact about the
// national side; the edge turns it into the problem of the same name.
var (
	// ErrNotFound: the system answered that it has no such record. Not a failure.
	ErrNotFound = errors.New("record not found")
	// ErrNoMatch: the system itself says that the record exists but the details differ. Not a failure.
	ErrNoMatch = errors.New("details do not match")
	// ErrRefusedInput: the system refused the caller's input as such. The caller must correct it.
	ErrRefusedInput = errors.New("input refused")
	// ErrRejected: the system refused our credentials, address or message. The bus must act.
	ErrRejected = errors.New("rejected")
	// ErrMalformed: an answer that cannot be trusted: HTML, truncated, wrong shape, oversized. The system must act.
	ErrMalformed = errors.New("malformed answer")
	// ErrUnavailable: connection failed, 5xx, throttled. Safe to ask again later.
	ErrUnavailable = errors.New("unavailable")
	// ErrTimeout: no answer in time.
	ErrTimeout = errors.New("timeout")
)

// Error is a failed call: one of the sentinels, what the national system called
// it, and a cause for the log. Detail is written by the adapter and never holds
// a value of the question or of the answer.
type Error struct {
	Kind       error         // one of the sentinels above
	Code       string        // the national code, as given; "" where there is none
	Detail     string        // for the log and the operator
	RetryAfter time.Duration // what the system asked for, or until its breaker tries again; 0 if nobody said
	Err        error         // cause, may be nil; for errors.Is, never shown to callers
}

// Fail makes an Error. The national code is kept only if it looks like a code,
// so that free text of a national answer (which may name a person) cannot pass.
func Fail(kind error, code, detail string) *Error {
	return &Error{Kind: kind, Code: safeCode(code), Detail: detail}
}

// Error names the kind, the national code and the detail.
func (e *Error) Error() string {
	text := e.Kind.Error()
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Unwrap lets errors.Is find both the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Malformed is Fail(ErrMalformed, "", …) with a format, the most common verdict.
func Malformed(format string, args ...any) *Error {
	return Fail(ErrMalformed, "", fmt.Sprintf(format, args...))
}

// safeCode keeps short codes such as "201", "soapenv:Client" or "AUTHEN_ERROR".
// A run of nine or more digits is dropped: it may be an identifier of a person.
func safeCode(code string) string {
	if len(code) > 40 {
		return ""
	}
	digits := 0
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			if digits++; digits >= 9 {
				return ""
			}
			continue
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r == '-', r == '.', r == ':':
		default:
			return ""
		}
		digits = 0
	}
	return code
}
