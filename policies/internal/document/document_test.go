package document

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// read parses text and collects what is reported.
func read(text string) (Node, *[]string) {
	faults := &[]string{}
	n, _ := Parse([]byte(text), func(at Position, message, hint string) {
		*faults = append(*faults, fmt.Sprintf("%d:%d %s", at.Line, at.Column, message))
	})
	return n, faults
}

func TestOnlyThePlainPartOfYAMLIsRead(t *testing.T) {
	for text, want := range map[string]string{
		"a: &x 1":                          "1:4 anchors and aliases are not part of the language",
		"a: *x":                            "1:4 anchors and aliases are not part of the language",
		"a: !!str x":                       "1:4 tags are not part of the language",
		"<<: {a: 1}":                       `1:1 "<<" is not part of the language`,
		"? a\n: b":                         `1:1 "?" is not part of the language`,
		"- - a":                            "1:3 a list directly inside a list is not part of the language",
		"a: \xff":                          "1:1 the file is not UTF-8 text",
		"":                                 "1:1 the file is empty",
		"a: 1\n---\nb: 2":                  "3:2 a file holds one document, not several",
		"a: " + strings.Repeat("[", 1<<15): "1:12 brackets are nested too deep",
	} {
		n, faults := read(text)
		if diff := cmp.Diff([]string{want}, *faults); diff != "" || n.Present() {
			t.Errorf("%.20q: %s", text, diff)
		}
	}
}

func TestLongMappingsFindRepeatedKeysToo(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "k%d: x\n", i)
	}
	n, faults := read(b.String() + "k3: y\nk99: y\n")
	m, ok := n.Mapping("the file")
	want := []string{`101:1 key "k3" is written twice in the file`, `102:1 key "k99" is written twice in the file`}
	if diff := cmp.Diff(want, *faults); diff != "" || !ok || len(m.Entries) != 100 {
		t.Error(diff)
	}
}

func TestScalarsAreReadStrictly(t *testing.T) {
	for _, c := range []struct {
		text string
		read func(Node) any
		want any
	}{
		{"7d", func(n Node) any { d, _ := n.Duration("x", 0, 1000*time.Hour); return d }, 168 * time.Hour},
		{"1h30m", func(n Node) any { d, _ := n.Duration("x", 0, 1000*time.Hour); return d }, 90 * time.Minute},
		{"1.5d", func(n Node) any { _, ok := n.Duration("x", 0, 1000*time.Hour); return ok }, false},
		{"-5s", func(n Node) any { _, ok := n.Duration("x", 0, time.Hour); return ok }, false},
		{"60000d", func(n Node) any { _, ok := n.Duration("x", 0, time.Hour); return ok }, false},
		{"50/s", func(n Node) any { events, per, ok := n.Rate("x", 100); return fmt.Sprint(events, per, ok) }, "50 1s true"},
		{"101/s", func(n Node) any { _, _, ok := n.Rate("x", 100); return ok }, false},
		{"50/d", func(n Node) any { _, _, ok := n.Rate("x", 100); return ok }, false},
		{"-1/s", func(n Node) any { _, _, ok := n.Rate("x", 100); return ok }, false},
		{".nan", func(n Node) any { _, ok := n.Share("x", 0); return ok }, false},
		{"1.01", func(n Node) any { _, ok := n.Share("x", 0); return ok }, false},
		{"1", func(n Node) any { v, _ := n.Share("x", 0); return v }, 1.0},
		{"0.25", func(n Node) any { v, _ := n.Share("x", 0); return v }, 0.25},
		{"0x10", func(n Node) any { _, ok := n.Int("x", 0, 100); return ok }, false},
		{"99999999999999999999", func(n Node) any { _, ok := n.Int("x", 0, 100); return ok }, false},
		{"12", func(n Node) any { v, _ := n.Int("x", 0, 100); return v }, 12},
		{"yes", func(n Node) any { _, ok := n.Bool("x"); return ok }, false},
		{"2026-02-30", func(n Node) any { _, ok := n.Day("x"); return ok }, false},
		{"2026-02-28", func(n Node) any { d, _ := n.Day("x"); return d.UTC().Format(time.RFC3339) }, "2026-02-27T17:00:00Z"},
		{"2026-02-28T10:00:00", func(n Node) any { _, ok := n.Moment("x"); return ok }, false},
		{"\"a\\u0007\"", func(n Node) any { _, ok := n.Text("x", 10); return ok }, false},
		{"ấấấ", func(n Node) any { s, _ := n.Text("x", 3); return s }, "ấấấ"},
		{"abcd", func(n Node) any { _, ok := n.Text("x", 3); return ok }, false},
		{"", func(n Node) any { _, ok := n.Text("x", 3); return ok }, false},
	} {
		n, faults := read("k: " + c.text + "\n")
		m, _ := n.Mapping("the file")
		got := c.read(m.Get("k"))
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
		if refused := got == false; refused != (len(*faults) == 1) {
			t.Errorf("%s: reported %v", c.text, *faults)
		}
	}
}

func TestAbsentValuesAreNoFault(t *testing.T) {
	n, faults := read("a: 1\n")
	m, _ := n.Mapping("the file")
	absent := m.Get("b")
	_, text := absent.Text("b", 1)
	_, number := absent.Int("b", 1, 2)
	_, day := absent.Day("b")
	if absent.Present() || text || number || day || absent.List("b", 1) != nil || len(*faults) > 0 {
		t.Errorf("reported %v", *faults)
	}
}

func TestPlacesInsideATextAreFound(t *testing.T) {
	for text, want := range map[string]Position{ // the place of X
		"k: abX":              {1, 6},
		"k: 'abX'":            {1, 7},
		"k: 'a''X'":           {1, 8},
		`k: "a\"X"`:           {1, 8},
		"k: ấếX":              {1, 6},
		"k: |\n    a\n     X": {3, 6},
		"k: |\n\n  a\n  X":    {4, 3},
		"k: >\n    a\n    X":  {1, 4}, // folding loses the place
		"k: a\n  X":           {1, 4},
	} {
		n, _ := read(text + "\n")
		m, _ := n.Mapping("the file")
		value, _ := m.Get("k").Text("k", 100)
		before, _, _ := strings.Cut(value, "X")
		line := strings.Count(before, "\n") + 1
		column := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
		if got := m.Get("k").Inside(line, column); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestHintsNameOnlyWhatIsNear(t *testing.T) {
	known := []string{"operations", "agencies", "purposes", "id"}
	for name, want := range map[string]string{
		"agencys": `did you mean "agencies"?`, "operatoins": `did you mean "operations"?`, "purpose": `did you mean "purposes"?`,
		"fields": "", "xy": "", "": "", "operation-s": `did you mean "operations"?`,
	} {
		if got := DidYouMean(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: [1, {b: 'x'}]\nc: |\n  text\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		reports := 0
		n, ok := Parse(data, func(Position, string, string) { reports++ })
		if ok != n.Present() || ok != (reports == 0) {
			t.Fatalf("ok %v, %d reports", ok, reports)
		}
	})
}
