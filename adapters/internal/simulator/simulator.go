// Package simulator is the contract between the sandbox and the simulated
// national systems. A simulator is a real HTTP handler that speaks its system's
// protocol over the one synthetic Hà Nội; it lives beside the adapter it tests.
// Faults, latency and counting are the sandbox's, put around all of them.
package simulator

import (
	"context"
	"encoding/json"
	"net/http"
)

// Simulator is one simulated national system.
type Simulator struct {
	// Handler serves paths below the system's address (the prefix is stripped).
	// It verifies what the real system verifies: credentials, signatures, headers.
	Handler http.Handler
	// NDXP is true where the system stands behind the shared national gateway,
	// which then checks the caller's token before Handler sees the request.
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
func JSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	// A client that left is the only way to fail here.
	_ = json.NewEncoder(w).Encode(v)
}
