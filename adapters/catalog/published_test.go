package catalog

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

var publish = flag.Bool("publish", false, "take over what operations look like now, unless that breaks callers")

// publishedFile is what callers have been told of every operation. It changes by
// go test ./adapters/catalog -run Published -publish, which refuses what would break
// them; such a change needs a new version of the operation.
const publishedFile = "testdata/published.json"

// published is what callers program against; texts are not part of it.
type published struct {
	Version  string         `json:"version"`
	Kind     adapters.Kind  `json:"kind"`
	Personal bool           `json:"personal"`
	Input    map[string]any `json:"input"`
	Output   map[string]any `json:"output"`
}

// now is what the operations look like.
func now(t *testing.T) map[string]published {
	t.Helper()
	all := map[string]published{}
	for _, s := range Descriptions(Systems()) {
		for _, op := range s.Operations {
			all[s.ID+"/"+op.ID] = published{op.Version, op.Kind, op.Personal, plain(t, op.Input.JSONSchema(true)), plain(t, op.Output.JSONSchema(false))}
		}
	}
	return all
}

// plain is a schema as JSON has it, without what is only said to people.
func plain(t *testing.T, schema map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(schema)
	var out map[string]any
	if err = errors.Join(err, json.Unmarshal(text, &out)); err != nil {
		t.Fatal(err)
	}
	strip(out)
	return out
}

// strip removes the words of a schema; below properties every key is a member's name.
func strip(schema map[string]any) {
	for _, word := range []string{"title", "description", "examples", "x-sensitivity", "x-assumed"} {
		delete(schema, word)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		strip(items)
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, p := range properties {
		strip(p.(map[string]any))
	}
}

func TestPublishedOperationsDoNotBreakTheirCallers(t *testing.T) {
	before, after := map[string]published{}, now(t)
	text, err := os.ReadFile(publishedFile)
	if err == nil {
		err = json.Unmarshal(text, &before)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		for _, fault := range breaks(before[id], after[id]) {
			t.Errorf("%s: %s", id, fault)
		}
	}
	if *publish && !t.Failed() {
		text, err := json.MarshalIndent(after, "", " ")
		if err = errors.Join(err, os.WriteFile(publishedFile, append(text, '\n'), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	// What has not been published yet is a draft, and free to change.
	maps.DeleteFunc(after, func(id string, _ published) bool { _, known := before[id]; return !known })
	if diff := cmp.Diff(before, after); diff != "" && !t.Failed() {
		t.Errorf("operations have changed without breaking anybody; publish them with -publish:\n%s", diff)
	}
}

// breaks says what a caller of the one would stumble over in the other.
func breaks(before, after published) (faults []string) {
	switch {
	case after.Version == "":
		return []string{"the operation is gone"}
	case after.Version != before.Version:
		return nil // another contract
	case after.Kind != before.Kind:
		faults = append(faults, "is a "+string(after.Kind)+" now")
	case after.Personal && !before.Personal:
		faults = append(faults, "is personal now, so GET is refused")
	}
	narrower("input", before.Input, after.Input, &faults)
	poorer("output", before.Output, after.Output, &faults)
	return faults
}

// narrower finds inputs that were good and are refused now.
func narrower(path string, before, after map[string]any, faults *[]string) {
	note := func(format string, args ...any) { *faults = append(*faults, path+" "+fmt.Sprintf(format, args...)) }
	for _, key := range []string{"type", "pattern", "allOf", "additionalProperties"} {
		if !cmp.Equal(before[key], after[key]) {
			note("has another %s", key)
		}
	}
	for _, bound := range []struct {
		key  string
		sign float64
	}{{"maxLength", 1}, {"maxItems", 1}, {"maximum", 1}, {"minimum", -1}, {"minLength", -1}} {
		was, bounded := before[bound.key].(float64)
		if is, still := after[bound.key].(float64); still && (!bounded || is*bound.sign < was*bound.sign) {
			note("has a narrower %s", bound.key)
		}
	}
	if allowed, limited := after["enum"].([]any); limited {
		was, _ := before["enum"].([]any)
		for _, value := range was {
			if !slices.Contains(allowed, value) {
				note("takes %v no more", value)
			}
		}
		if was == nil {
			note("takes only some values now")
		}
	}
	for _, name := range texts(after["required"]) {
		if !slices.Contains(texts(before["required"]), name) {
			note("requires %s now", name)
		}
	}
	below(path, before, after, note, func(path string, b, a map[string]any) { narrower(path, b, a, faults) })
}

// poorer finds members of answers that are gone or are written otherwise.
func poorer(path string, before, after map[string]any, faults *[]string) {
	note := func(format string, args ...any) { *faults = append(*faults, path+" "+fmt.Sprintf(format, args...)) }
	for _, key := range []string{"type", "format"} {
		if !cmp.Equal(before[key], after[key]) {
			note("has another %s", key)
		}
	}
	below(path, before, after, note, func(path string, b, a map[string]any) { poorer(path, b, a, faults) })
}

// below compares members and items.
func below(path string, before, after map[string]any, note func(string, ...any), compare func(string, map[string]any, map[string]any)) {
	were, _ := before["properties"].(map[string]any)
	are, _ := after["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(were)) {
		if is, still := are[name].(map[string]any); still {
			compare(path+"."+name, were[name].(map[string]any), is)
		} else {
			note("has no %s any more", name)
		}
	}
	was, _ := before["items"].(map[string]any)
	if is, ok := after["items"].(map[string]any); ok && was != nil {
		compare(path+"[]", was, is)
	}
}

func texts(list any) (all []string) {
	values, _ := list.([]any)
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

func TestBreaksOfACallerAreSeen(t *testing.T) {
	schema := func(text string) (out map[string]any) {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	const in = `{"type":"object","required":["a"],"properties":{"a":{"type":"string","maxLength":5,"pattern":"^x"},"b":{"type":"integer","minimum":1},"c":{"type":"string","enum":["p","q"]},"d":{"type":"array","maxItems":3,"items":{"type":"string"}}}}`
	const out = `{"type":"object","properties":{"r":{"type":"string","format":"date"},"s":{"type":"array","items":{"type":"object","properties":{"t":{"type":"string"}}}}}}`
	base := published{"1", adapters.KindLookup, false, schema(in), schema(out)}
	for want, change := range map[string]func(*published){
		"the operation is gone":              func(p *published) { *p = published{} },
		"is personal now, so GET is refused": func(p *published) { p.Personal = true },
		"is a submission now":                func(p *published) { p.Kind = adapters.KindSubmission },
		"input requires b now":               func(p *published) { p.Input["required"] = []any{"a", "b"} },
		"input has no c any more":            func(p *published) { delete(p.Input["properties"].(map[string]any), "c") },
		"input.a has a narrower maxLength":   func(p *published) { member(p.Input, "a")["maxLength"] = 4.0 },
		"input.a has another pattern":        func(p *published) { member(p.Input, "a")["pattern"] = "^y" },
		"input.b has a narrower minimum":     func(p *published) { member(p.Input, "b")["minimum"] = 2.0 },
		"input.b has a narrower maximum":     func(p *published) { member(p.Input, "b")["maximum"] = 9.0 },
		"input.c takes q no more":            func(p *published) { member(p.Input, "c")["enum"] = []any{"p"} },
		"input.b takes only some values now": func(p *published) { member(p.Input, "b")["enum"] = []any{1.0} },
		"input.d[] has another type":         func(p *published) { member(p.Input, "d")["items"] = map[string]any{"type": "integer"} },
		"output has no r any more":           func(p *published) { delete(p.Output["properties"].(map[string]any), "r") },
		"output.r has another format":        func(p *published) { member(p.Output, "r")["format"] = "date-time" },
		"output.s[] has no t any more":       func(p *published) { member(p.Output, "s")["items"] = map[string]any{"type": "object"} },
	} {
		changed := published{"1", adapters.KindLookup, false, schema(in), schema(out)}
		change(&changed)
		if got := breaks(base, changed); !slices.Contains(got, want) {
			t.Errorf("%s: found %q", want, got)
		}
	}
	wider := published{"1", adapters.KindLookup, false, schema(in), schema(out)}
	member(wider.Input, "a")["maxLength"], member(wider.Input, "c")["enum"] = 9.0, []any{"p", "q", "r"}
	wider.Input["properties"].(map[string]any)["e"] = map[string]any{"type": "string"}
	wider.Output["properties"].(map[string]any)["u"] = map[string]any{"type": "string"}
	if got := breaks(base, wider); len(got) > 0 {
		t.Errorf("an addition is taken for a break: %q", got)
	}
	next := published{Version: "2", Input: schema(`{"type":"object"}`), Output: schema(`{"type":"object"}`)}
	if got := breaks(base, next); len(got) > 0 {
		t.Errorf("a new version is taken for a break: %q", got)
	}
}

func member(schema map[string]any, name string) map[string]any {
	return schema["properties"].(map[string]any)[name].(map[string]any)
}
