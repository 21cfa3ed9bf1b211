package lookup

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/policies"
)

// memberNames are prefixes of each other or need escapes; with control
// characters no policy could name them.
var memberNames = []string{"a", "ab", "name", "tên", "q\"uote", "back\\slash", "<tag>", "a/b", "€"}

// shape is a random answer's description: its members, by name.
type shape map[string]shape

func drawShape(t *rapid.T, depth int) shape {
	s := shape{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames), 0, 4, rapid.ID[string]).Draw(t, "members") {
		s[name] = nil
		if depth > 0 && rapid.Bool().Draw(t, "has members") {
			s[name] = drawShape(t, depth-1)
		}
	}
	return s
}

func (s shape) paths(prefix string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		all = append(append(all, prefix+name), s[name].paths(prefix+name+".")...)
	}
	return all
}

// document draws a value of a shape: objects with some of their members, lists
// of them, and sometimes a plain value where members were expected.
func (s shape) document(t *rapid.T, depth int) any {
	if len(s) == 0 || rapid.IntRange(0, 9).Draw(t, "plain") == 0 {
		return rapid.OneOf(rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any](json.Number("12.50")),
			rapid.Map(rapid.String(), func(v string) any { return v })).Draw(t, "value")
	}
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "list") == 0 {
		list := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
		for i := range list {
			list[i] = s.document(t, depth-1)
		}
		return list
	}
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if rapid.IntRange(0, 4).Draw(t, "absent") > 0 {
			object[name] = s[name].document(t, depth)
		}
	}
	return object
}

// naive is the same promise in its simplest words.
func naive(value any, path string, granted func(string) bool, below func(string) bool) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = naive(v[i], path, granted, below)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, member := range v {
			at := name
			if path != "" {
				at = path + "." + name
			}
			if granted(at) {
				out[name] = member
			} else if below(at) {
				out[name] = naive(member, at, granted, below)
			}
		}
		return out
	}
	return nil
}

// fieldsOf compiles a grant of some paths of an answer.
func fieldsOf(t interface{ Fatalf(string, ...any) }, all, granted []string) *policies.Fields {
	quoted := "["
	for i, path := range granted {
		if i > 0 {
			quoted += ", "
		}
		text, _ := json.Marshal(path)
		quoted += string(text)
	}
	quoted += "]"
	set, faults := policies.Load([]policies.File{
		{Name: "access.yaml", Data: fmt.Appendf(nil, "kind: access\nrules:\n  - {id: r, basis: test, agencies: H26.1, operations: s/o, purposes: p, fields: %s}\n", quoted)},
		{Name: "purposes.yaml", Data: []byte("kind: purposes\npurposes:\n  - {code: p, names: {vi: a, en: b}, dossier: optional}\n")},
		{Name: "route.yaml", Data: []byte("kind: route\nsystems:\n  s: {endpoints: [{name: e, url: \"https://s.example\"}]}\n")},
	}, policies.Vocabulary{{ID: "s", Operations: []policies.OperationTerms{{ID: "o", Fields: all}}}})
	if set == nil {
		t.Fatalf("%v", faults)
	}
	return set.Grantable("s", "o")
}

func TestMinimiseLeavesExactlyWhatIsGranted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShape(t, 3)
		all := s.paths("")
		if len(all) == 0 {
			t.Skip("an answer without members")
		}
		granted := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, len(all), rapid.ID[string]).Draw(t, "granted")
		fields := fieldsOf(t, all, granted)
		document := s.document(t, 2)
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		before := string(text)
		got, err := minimise(text, fields)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if string(text) != before {
			t.Fatal("the record itself was changed")
		}
		want := document
		if !fields.All() {
			want = naive(document, "", fields.Has, fields.Under)
		}
		wantText, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(canonical(t, wantText), canonical(t, got)); diff != "" {
			t.Fatalf("%v of %s (-want +got):\n%s", granted, text, diff)
		}
	})
}

// canonical reads a JSON text so that two can be compared.
func canonical(t interface{ Fatalf(string, ...any) }, text []byte) any {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%q is not JSON: %v", text, err)
	}
	return v
}

func TestMinimiseKeepsBytesAndOrder(t *testing.T) {
	all := []string{"b", "a", "n", "o", "o.x", "o.y"}
	record := `{"b":1.50e3,"hidden":{"a":1},"a":"\u00e9\/","n":null,"o":{"y":[],"x":{}}}`
	for want, granted := range map[string][]string{
		`{"b":1.50e3,"a":"\u00e9\/","n":null}`: {"a", "b", "n"},
		`{"o":{"x":{}}}`:                       {"o.x"},
		`{"n":null,"o":{"y":[],"x":{}}}`:       {"n", "o"},
	} {
		got, err := minimise([]byte(record), fieldsOf(t, append(all, "hidden"), granted))
		if err != nil || string(got) != want {
			t.Errorf("%v: got %s, %v; want %s", granted, got, err, want)
		}
	}
}

func TestBrokenRecordIsAnErrorThatQuotesNothing(t *testing.T) {
	fields := fieldsOf(t, []string{"a", "b", "b.c", "d"}, []string{"a", "b.c"})
	for _, record := range []string{``, `{"a":"0010`, `{"a":1`, `{"b":[`, `{"b":[{"c":1}`, `{"b":{"c"`, `{"b":[1,,]}`, `{"a" 1}`, `{"x":"0010`} {
		if out, err := minimise([]byte(record), fields); err == nil {
			t.Errorf("%q: got %q and no error", record, out)
		}
	}
}

func FuzzMinimiseNeverGrantsMore(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":{"c":2,"d":3}}`, `[{"b":[{"c":1,"d":2}]}]`, `{"\u0061":1,"d":2}`, `{"b.c":1}`, `{"b":null}`, `"x"`} {
		f.Add([]byte(seed))
	}
	fields := fieldsOf(f, []string{"a", "b", "b.c", "b.d", "d"}, []string{"a", "b.c"})
	f.Fuzz(func(t *testing.T, record []byte) {
		out, err := minimise(record, fields)
		if err != nil {
			return
		}
		var document any
		if json.Unmarshal(record, &document) != nil {
			return // text after the end is not looked at: records are ours
		}
		want, _ := json.Marshal(naive(document, "", fields.Has, fields.Under))
		if diff := cmp.Diff(canonical(t, want), canonical(t, out)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", record, diff)
		}
	})
}

func TestRememberedProjectionEqualsTheFirst(t *testing.T) {
	record := &cache.Record{Body: []byte(`{"a":1,"b":{"c":2,"d":3}}`)}
	fields := fieldsOf(t, []string{"a", "b", "b.c", "b.d"}, []string{"b.c"})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if got, err := projection(record, fields); err != nil || string(got) != `{"b":{"c":2}}` {
					t.Errorf("got %s, %v", got, err)
				}
			}
		})
	}
	all.Wait()
	if _, ok := record.Projection(fields); !ok {
		t.Error("the projection is not remembered")
	}
	whole := fieldsOf(t, []string{"a"}, []string{"a"})
	if got, err := projection(record, whole); err != nil || &got[0] != &record.Body[0] {
		t.Errorf("a grant of everything copies the record: %s, %v", got, err)
	}
}
