package telemetry

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLineOfARequestHasTheFormOfTheOthers(t *testing.T) {
	at := time.Date(2026, 11, 22, 5, 0, 0, 123, time.UTC)
	r := Request{ID: "01JD8", Method: "POST", Route: "/v1/:system/:operation", Status: 502, Outcome: "upstream-malformed", Took: 1500, Bytes: 12,
		System: "land", Operation: "parcel-lookup", Agency: "H26.11", Client: "H26.11-demo", Cache: "fwd=miss", Error: "panic: \"x\"\nở đây"}
	var out bytes.Buffer
	log := NewLog(&out, slog.LevelInfo)
	log.Request(slog.LevelWarn, at, &r)
	log.Request(slog.LevelDebug, at, &r) // below the level
	log.Close()

	var usual bytes.Buffer
	record := slog.NewRecord(at, slog.LevelWarn, "request", 0)
	record.Add("request", r.ID, "method", r.Method, "route", r.Route, "status", r.Status, "outcome", r.Outcome, "took", r.Took, "bytes", r.Bytes,
		"system", r.System, "operation", r.Operation, "agency", r.Agency, "client", r.Client, "cache", r.Cache, "error", r.Error)
	if err := slog.NewJSONHandler(&usual, nil).Handle(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	decoded := func(line []byte) (m map[string]any) {
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		return m
	}
	if diff := cmp.Diff(decoded(usual.Bytes()), decoded(out.Bytes())); diff != "" {
		t.Errorf("(-the library +ours):\n%s", diff)
	}
}

func BenchmarkRequestLine(b *testing.B) {
	log := NewLog(io.Discard, slog.LevelInfo)
	defer log.Close()
	r := Request{ID: "01JD8TEST01JD8TEST01JD8TES", Method: "POST", Route: "/v1/:system/:operation", Status: 200, Outcome: "ok", Took: 1500, Bytes: 1200,
		System: "land", Operation: "parcel-lookup", Agency: "H26.11", Client: "H26.11-demo", Cache: "hit"}
	b.ReportAllocs()
	for b.Loop() {
		log.Request(slog.LevelInfo, time.Time{}, &r)
	}
}
