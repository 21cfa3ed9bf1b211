package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/api"
)

// batch asks every lookup of every system in one call.
func (t *tour) batch() {
	var b api.Batch
	for _, entry := range catalog.Systems() {
		for op := range entry.System.Lookups() {
			b.Items = append(b.Items, api.BatchItem{ID: entry.System.ID + "/" + op.ID, System: entry.System.ID, Operation: op.ID, Input: t.samples[entry.System.ID][op.ID]["ok"]})
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		body = nil
	}
	t.ask(call{system: "all", operation: "batch", what: fmt.Sprintf("%d questions in one call", len(b.Items)), path: "/v1/batch", body: body, want: http.StatusOK,
		check: func(answer []byte) ([]string, string) { return wrongLines(answer, len(b.Items)) }})
}

// wrongLines says what is wrong with the lines of a batch of so many items that
// all have answers.
func wrongLines(answer []byte, items int) (systems []string, why string) {
	var wrong []string
	n := 0
	for line := range bytes.Lines(answer) {
		var item struct {
			ID     string
			Status int
		}
		if n++; json.Unmarshal(line, &item) != nil {
			return nil, notJSON
		}
		if item.Status != http.StatusOK {
			system, _, _ := strings.Cut(item.ID, "/")
			systems, wrong = append(systems, system), append(wrong, fmt.Sprintf("%s %d", item.ID, item.Status))
		}
	}
	if n != items {
		wrong = append(wrong, fmt.Sprintf("%d lines for %d items", n, items))
	}
	return slices.Compact(slices.Sorted(slices.Values(systems))), strings.Join(wrong, ", ")
}

// procedures carries out every procedure with the example of its description.
func (t *tour) procedures() {
	for _, code := range slices.Sorted(maps.Keys(t.examples)) {
		t.ask(call{system: "several", operation: code, what: "procedure", path: "/v1/procedures/" + code, body: t.examples[code], want: http.StatusOK, check: incomplete})
	}
}

// incomplete says which steps of a procedure have no answer.
func incomplete(answer []byte) (systems []string, why string) {
	var got struct {
		Complete bool
		Results  map[string]struct {
			System string
			Status int
			Body   struct{ Code string }
		}
	}
	if json.Unmarshal(answer, &got) != nil {
		return nil, notJSON
	}
	if got.Complete {
		return nil, ""
	}
	var failed []string
	for _, step := range slices.Sorted(maps.Keys(got.Results)) {
		r := got.Results[step]
		if r.Status == http.StatusOK {
			continue
		}
		failed = append(failed, step+": "+r.Body.Code)
		if r.Status != http.StatusFailedDependency && !slices.Contains(systems, r.System) {
			systems = append(systems, r.System)
		}
	}
	return systems, "incomplete: " + strings.Join(failed, ", ")
}

// readExamples learns from the description how each procedure is called.
func (t *tour) readExamples() error {
	resp, err := t.client.Get(t.server.Addresses.API + "/openapi.json")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var description struct {
		Paths map[string]struct {
			Post struct {
				RequestBody struct {
					Content map[string]struct {
						Examples map[string]struct{ Value json.RawMessage }
					}
				}
			}
		}
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<20)).Decode(&description); err != nil {
		return fmt.Errorf("read the description: %w", err)
	}
	t.examples = map[string]json.RawMessage{}
	for path, item := range description.Paths {
		if code, ok := strings.CutPrefix(path, "/v1/procedures/"); ok {
			t.examples[code] = item.Post.RequestBody.Content["application/json"].Examples["ok"].Value
		}
	}
	return nil
}
