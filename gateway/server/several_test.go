package server

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/api"
	"github.com/lgsp-vn/lgsp/policies"
)

// batchOf asks the lookups' samples in turn, so many in all.
func (w *world) batchOf(n int, asked []question) string {
	w.t.Helper()
	var b api.Batch
	for i := range n {
		q := asked[i%len(asked)]
		b.Items = append(b.Items, api.BatchItem{ID: fmt.Sprint(i), System: q.system, Operation: q.operation, Input: w.samples[q.system][q.operation]["ok"]})
	}
	text, err := json.Marshal(b)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// inputOf gives a procedure every input, also the optional ones, from the samples
// of the steps that take it.
func (w *world) inputOf(p *policies.Procedure) string {
	w.t.Helper()
	given := map[string]json.RawMessage{}
	for _, step := range p.Steps {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(w.samples[step.System][step.Operation]["ok"], &members); err != nil {
			w.t.Fatal(err)
		}
		for _, b := range step.With {
			if b.Ref != "" && !b.OfStep() && given[b.Ref] == nil && members[b.Member] != nil {
				given[b.Ref] = members[b.Member]
			}
		}
	}
	text, err := json.Marshal(map[string]any{"input": given})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// gathered is the answer of a procedure.
type gathered struct {
	Complete bool
	Results  map[string]struct {
		Status int
		Body   struct{ Code, Owner string }
	}
	NotAsked []struct{ Step, Input string }
}

func (w *world) gather(code, body string) (g gathered) {
	w.t.Helper()
	got := w.must(question{path: "/v1/procedures/" + code, body: body, header: http.Header{"Cache-Control": {"no-cache"}}})
	if err := json.Unmarshal([]byte(got.body), &g); err != nil {
		w.t.Fatal(err)
	}
	return g
}

func TestShippedProceduresAskEveryStepWithEveryInput(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for _, p := range shipped(t).Procedures() {
		got := w.gather(p.Code, w.inputOf(p))
		if !got.Complete || len(got.NotAsked) > 0 || len(got.Results) != len(p.Steps) {
			t.Errorf("%s: %+v", p.Code, got)
		}
	}
}

func TestProcedureSaysOfEachStepWhoMustAct(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	w.fault("population", `{"mode":"unavailable"}`)
	p, _ := shipped(t).Procedure("birth-registration")
	got := w.gather(p.Code, w.inputOf(p))
	if got.Complete {
		t.Error("it is called complete")
	}
	for step, want := range map[string]string{"mother": "503 upstream-unavailable national-system", "motherInsurance": "424 dependency-failed national-system", "marriage": "200  "} {
		if r := got.Results[step]; fmt.Sprint(r.Status, " ", r.Body.Code, " ", r.Body.Owner) != want {
			t.Errorf("step %s: %+v, want %s", step, r, want)
		}
	}
}

func TestCallerWhoLeavesABatchLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	asked := []question{{system: "population", operation: "citizen-lookup"}}
	w.fault("population", `{"mode":"none","latency":{"p50":"200ms","p95":"200ms"}}`)
	req := w.request(question{path: "/v1/batch", body: w.batchOf(100, asked), header: http.Header{"Cache-Control": {"no-cache"}}})
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := resp.Body.Read(make([]byte, 100)); err != nil || w.s.shed.InFlight() < 2 {
		t.Errorf("%v; %d places taken: the items have none", err, w.s.shed.InFlight())
	}
	resp.Body.Close()
	eventually(t, "every place is given back", func() bool { return w.s.shed.InFlight() == 0 })
	if called := w.calls("population", "citizen-lookup"); called > 20 {
		t.Errorf("%d calls for a caller who left at the first line", called)
	}
	w.close()
	if text := w.logged.String(); !strings.Contains(text, `"route":"/v1/batch","status":200,"outcome":"caller-left"`) {
		t.Errorf("the log does not say that the caller left: %s", text)
	}
}

func TestAddressesOfTheBusAreNoOperations(t *testing.T) {
	t.Parallel()
	w := startServer(t)
	for path, allow := range map[string]string{"/v1/procedures/birth-registration": "GET, POST", "/v1/procedures/none": "GET, POST", "/v1/systems/population": "GET", "/v1/batch": "POST"} {
		if _, got := w.wantProblem(question{method: http.MethodPut, path: path, body: "{}"}, http.StatusMethodNotAllowed, "method-not-allowed"); got.header.Get("Allow") != allow {
			t.Errorf("%s: Allow %q, want %q", path, got.header.Get("Allow"), allow)
		}
	}
}

// A system that hangs holds up its own items of a batch and no others.
func TestBatchStreamsWhileItsSlowestSystemHangs(t *testing.T) {
	w := startServer(t)
	body := w.batchOf(100, lookups())
	var sent api.Batch
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		t.Fatal(err)
	}
	hanging := 0
	for _, item := range sent.Items {
		if item.System == "land" {
			hanging++
		}
	}
	w.fault("land", `{"mode":"hang"}`)
	resp, err := w.client.Do(w.request(question{path: "/v1/batch", body: body}))
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
		i := slices.IndexFunc(sent.Items, func(item api.BatchItem) bool { return item.ID == line.ID })
		if i < 0 {
			t.Fatalf("a line for %q", line.ID)
		}
		return sent.Items[i].System, line.Status
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
