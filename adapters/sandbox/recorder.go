package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"maps"
	"net"
	"net/http"
	"strings"
)

// maxKept bounds what is kept of one answer.
const maxKept = 1 << 20

// recorder keeps an answer, so that it can be held back or spoilt. With before
// set, an answer that outgrows it or is flushed goes on to its client after
// before has returned; without, what exceeds the bound is only counted.
type recorder struct {
	to     http.ResponseWriter // nil where the answer is thrown away
	before func()
	passed bool // the answer now goes to its client directly

	header http.Header
	status int
	kept   []byte
	size   int64 // of the whole body, kept or not
}

func newRecorder(to http.ResponseWriter, before func()) *recorder {
	return &recorder{to: to, before: before, header: http.Header{}}
}

// Header is sent with the first of the body that is let through.
func (rec *recorder) Header() http.Header { return rec.header }

// WriteHeader keeps the first final status.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
	}
}

// Write keeps the body up to the bound.
func (rec *recorder) Write(p []byte) (int, error) {
	rec.WriteHeader(http.StatusOK)
	rec.size += int64(len(p))
	if rec.before != nil && rec.size > maxKept {
		rec.release()
	}
	if rec.passed {
		return rec.to.Write(p)
	}
	rec.kept = append(rec.kept, p[:min(len(p), maxKept-len(rec.kept))]...)
	return len(p), nil
}

// Flush lets the answer through, where it may be.
func (rec *recorder) Flush() {
	if rec.before == nil {
		return
	}
	rec.release()
	// A writer that cannot be flushed sends at its end.
	_ = http.NewResponseController(rec.to).Flush()
}

// Hijack hands the connection to a fault further inside that tears it down.
func (rec *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if rec.to == nil {
		return nil, nil, errors.New("hijack: no connection")
	}
	return http.NewResponseController(rec.to).Hijack()
}

// release sends what is kept, once, and lets the rest through.
func (rec *recorder) release() {
	if rec.passed {
		return
	}
	rec.passed = true
	rec.before()
	maps.Copy(rec.to.Header(), rec.header)
	rec.WriteHeader(http.StatusOK)
	rec.to.WriteHeader(rec.status)
	// A client that left is the only way to fail.
	_, _ = rec.to.Write(rec.kept)
	rec.kept = nil
}

// xml tells whether the answer is XML rather than JSON or text.
func (rec *recorder) xml() bool {
	return strings.Contains(rec.header.Get("Content-Type"), "xml") || bytes.HasPrefix(bytes.TrimSpace(rec.kept), []byte("<"))
}
