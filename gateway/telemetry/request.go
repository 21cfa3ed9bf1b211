package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// Request is what the one log line of a request says.
type Request struct {
	ID, Method, Route string
	Status            int
	Outcome           string
	Took              time.Duration
	Bytes             int
	System, Operation string // these and the following only where known
	Agency, Client    string
	Cache             string
	Correlation       string
	Error             string
}

// lineBuffers hold a line while it is put together.
var lineBuffers = sync.Pool{New: func() any { return new([]byte) }}

// Request writes the line of a request, in the form of the log's other lines. It
// is written for every request, so it does without the log library's
// attributes: they cost three times as much.
func (l *Log) Request(level slog.Level, at time.Time, r *Request) {
	if !l.Enabled(context.Background(), level) {
		return
	}
	buffer := lineBuffers.Get().(*[]byte)
	defer lineBuffers.Put(buffer)
	b := append((*buffer)[:0], `{"time":"`...)
	b = at.AppendFormat(b, time.RFC3339Nano)
	b = append(append(append(b, `","level":"`...), level.String()...), `","msg":"request"`...)
	b = member(member(member(b, "request", r.ID), "method", r.Method), "route", r.Route)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(r.Status), 10)
	b = member(b, "outcome", r.Outcome)
	b = strconv.AppendInt(append(b, `,"took":`...), int64(r.Took), 10)
	b = strconv.AppendInt(append(b, `,"bytes":`...), int64(r.Bytes), 10)
	for _, known := range [...][2]string{{"system", r.System}, {"operation", r.Operation}, {"agency", r.Agency}, {"client", r.Client},
		{"cache", r.Cache}, {"correlation", r.Correlation}, {"error", r.Error}} {
		if known[1] != "" {
			b = member(b, known[0], known[1])
		}
	}
	b = append(b, '}', '\n')
	// lines never fails: it drops what there is no room for, and counts it.
	_, _ = l.lines.Write(b)
	*buffer = b
}

// member appends a member with a text.
func member(b []byte, name, value string) []byte {
	b = append(append(append(b, ',', '"'), name...), '"', ':')
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(value) // a string always encodes
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), value...), '"')
}
