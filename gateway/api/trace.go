package api

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
)

// traceparent continues the caller's trace (W3C Trace Context, version 00) with
// a span of our own. Anything malformed is dropped, not repaired.
func traceparent(h http.Header) string {
	values := h["Traceparent"]
	if len(values) != 1 || !validTraceparent(values[0]) {
		return ""
	}
	var span [8]byte
	// Read of crypto/rand never fails.
	_, _ = rand.Read(span[:])
	return values[0][:36] + hex.EncodeToString(span[:]) + values[0][52:]
}

// validTraceparent checks "00-<32 hex>-<16 hex>-<2 hex>" with non-zero ids.
func validTraceparent(v string) bool {
	if len(v) != 55 || v[:3] != "00-" || v[35] != '-' || v[52] != '-' {
		return false
	}
	zeroTrace, zeroSpan := true, true
	for i := 3; i < 55; i++ {
		c := v[i]
		if i == 35 || i == 52 {
			continue
		}
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
		zeroTrace = zeroTrace && (i >= 35 || c == '0')
		zeroSpan = zeroSpan && (i <= 35 || i >= 52 || c == '0')
	}
	return !zeroTrace && !zeroSpan
}
