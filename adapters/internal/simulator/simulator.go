// Package simulator is the contract between the sandbox and the simulated
// national systems. A simulator is a real HTTP handler that speaks its system's
// protocol over the one synthetic Hà Nội; it lives beside the adapter it tests.
// Faults, latency and counting are the sandbox's, put around all of them.
package simulator

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"iter"
	"mime"
	"net/http"
)

// Simulator is one simulated national system.
type Simulator struct {
	// Handler serves paths below the system's address (the prefix is stripped).
	// It verifies what the real system verifies: credentials, signatures, headers.
	// Protocols other than the usual one are spoken below a segment of their name.
	Handler http.Handler
	// NDXP is true where the system stands behind the shared national gateway,
	// which then checks the caller's token before Handler sees the request; that
	// holds for the usual protocol, any other is reached directly.
	NDXP bool
	// Samples are inputs to try, by operation.
	Samples map[string]Samples
}

// Samples are inputs of one operation with a known outcome. They are values of
// the operation's input type; nil where the outcome cannot occur. An invalid
// sample need not be given: it is derived from the schema.
type Samples struct {
	OK       any `json:"ok,omitempty"`
	NotFound any `json:"notFound,omitempty"`
	NoMatch  any `json:"noMatch,omitempty"`
	Invalid  any `json:"invalid,omitempty"`
}

// Secret is the sandbox's value of a system's secret. It says what it is, so
// that a production configuration can refuse it.
func Secret(system, name string) string { return SecretPrefix + system + "-" + name }

// SecretPrefix starts every sandbox secret.
const SecretPrefix = "sandbox-"

type counterKey struct{}

// WithCounter lets Received reach the sandbox's counter.
func WithCounter(ctx context.Context, count func(operation string)) context.Context {
	return context.WithValue(ctx, counterKey{}, count)
}

// Received notes that a call of this operation has arrived; a handler calls it
// as soon as it knows which operation is meant, before it checks anything.
func Received(r *http.Request, operation string) {
	if count, ok := r.Context().Value(counterKey{}).(func(string)); ok {
		count(operation)
	}
}

// JSON answers v with HTTP 200, as national systems do also for their errors.
func JSON(w http.ResponseWriter, v any) { Status(w, http.StatusOK, v) }

// Status answers v with another status.
func Status(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A client that left is the only way to fail here.
	_ = json.NewEncoder(w).Encode(v)
}

// OrNull is a text, or JSON's null where there is none.
func OrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// maxBody bounds what a simulator reads of one request.
const maxBody = 4 << 20

// ReadJSON reads a body of JSON into v; false where it is none, has another
// content type or is too large.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/json" && json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(v) == nil
}

// ReadForm reads a body of form fields into r.PostForm; false where it is none.
func ReadForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/x-www-form-urlencoded" && r.ParseForm() == nil
}

// IsSecret compares what a caller sent with a system's secret, in constant time.
func IsSecret(given, system, name string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(Secret(system, name))) == 1
}

// First returns the first item that fits, or in a world too small for one the
// first of all; it panics where there are no items.
func First[T any](items iter.Seq[T], fits func(T) bool) T {
	var first *T
	for item := range items {
		if fits(item) {
			return item
		}
		if first == nil {
			first = &item
		}
	}
	return *first
}
