package server

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/api"
)

// batchOf asks every lookup of every system, over and over, up to n questions.
func (w *world) batchOf(n int) []byte {
	w.t.Helper()
	var b api.Batch
	for len(b.Items) < n {
		for _, s := range catalog.Descriptions(catalog.Systems()) {
			for op := range s.Lookups() {
				if len(b.Items) < n {
					b.Items = append(b.Items, api.BatchItem{ID: strconv.Itoa(len(b.Items)) + "/" + s.ID, System: s.ID, Operation: op.ID,
						Input: json.RawMessage(w.sample(s.ID, op.ID, "ok"))})
				}
			}
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		w.t.Fatal(err)
	}
	return body
}

// A system that hangs holds up its own items of a batch and no others.
func TestBatchStreamsWhileItsSlowestSystemHangs(t *testing.T) {
	w := startServer(t)
	body := w.batchOf(100)
	var sent api.Batch
	if err := json.Unmarshal(body, &sent); err != nil {
		t.Fatal(err)
	}
	hanging := 0
	for _, item := range sent.Items {
		if item.System == "land" {
			hanging++
		}
	}
	w.fault("land", `{"mode":"hang"}`)
	resp, err := w.client.Do(w.request(question{path: "/v1/batch", body: string(body)}))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 8<<20)
	next := func() (system string, status int) {
		t.Helper()
		if !lines.Scan() {
			t.Fatalf("the answer ends: %v", lines.Err())
		}
		var line struct {
			ID     string
			Status int
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		_, id, _ := bytes.Cut([]byte(line.ID), []byte("/"))
		return string(id), line.Status
	}
	for range len(sent.Items) - hanging { // all others are answered while land hangs
		if system, status := next(); system == "land" || status != http.StatusOK {
			t.Fatalf("%s answered %d", system, status)
		}
	}
	// The rest would come when the calls to land time out; this caller leaves.
}

func TestCertificateReachesTheCallerWhole(t *testing.T) {
	w := startServer(t)
	got := w.must(question{system: "criminal-record", operation: "result"})
	var record struct {
		Certificate struct {
			File struct {
				MediaType, Content string
				Size               int
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &record); err != nil {
		t.Fatal(err)
	}
	file := record.Certificate.File
	paper, err := base64.StdEncoding.DecodeString(file.Content)
	if err != nil || len(paper) != file.Size || file.MediaType != "application/pdf" || !bytes.HasPrefix(paper, []byte("%PDF-")) || !bytes.Contains(paper, []byte("%%EOF")) {
		t.Errorf("%v, %d bytes of %d, %s", err, len(paper), file.Size, file.MediaType)
	}
	if got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v for %d bytes", got.header, len(got.body))
	}
	if narrow := w.must(question{path: "/v1/batch", body: `{"items":[{"id":"a","system":"criminal-record","operation":"result","input":` +
		w.sample("criminal-record", "result", "ok") + `}]}`}); !bytes.Contains([]byte(narrow.body), []byte(file.Content)) {
		t.Error("the same certificate is not in a batch")
	}
}

func TestSubmissionsAreNeitherListedNorReachable(t *testing.T) {
	w := startServer(t)
	listed := w.must(question{path: "/v1/systems", method: http.MethodGet})
	for _, s := range catalog.Descriptions(catalog.Systems()) {
		for _, op := range s.Operations {
			if op.Kind == "lookup" {
				continue
			}
			w.wantProblem(question{system: s.ID, operation: op.ID}, http.StatusNotFound, "unknown-operation")
			if bytes.Contains([]byte(listed.body), []byte(`"`+op.ID+`"`)) {
				t.Errorf("%s/%s is listed", s.ID, op.ID)
			}
			if w.calls(s.ID, op.ID) != 0 {
				t.Errorf("%s/%s was sent", s.ID, op.ID)
			}
		}
	}
}
