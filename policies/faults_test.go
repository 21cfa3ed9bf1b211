package policies

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryFaultIsReportedAtItsPlace reads testdata/faults.txt: cases parted by
// lines "=== name", each an access or route file (the other files of the set
// are the test's own) and, below "=>", all faults that it must produce.
func TestEveryFaultIsReportedAtItsPlace(t *testing.T) {
	const path = "testdata/faults.txt"
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rewritten strings.Builder
	for _, section := range strings.Split(string(golden), "=== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		input, want, _ := strings.Cut(rest, "\n=>\n")
		input += "\n"
		set, faults := Load(goldenSet(input), testVocabulary())
		got := faults.Error()
		rewritten.WriteString("=== " + name + "\n" + input + "=>\n" + got + "\n\n")
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimSpace(want), got); diff != "" && !*update {
				t.Error(diff)
			}
			if faults.HasErrors() == (set != nil) {
				t.Errorf("set %v with faults\n%s", set, got)
			}
		})
	}
	if *update {
		if err := os.WriteFile(path, []byte(rewritten.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// goldenSet completes one file to a set.
func goldenSet(input string) []File {
	files := setOf("kind: access\n")
	for i, kind := range []string{"access", "purposes", "route"} {
		if strings.HasPrefix(input, "kind: "+kind) {
			files[i].Data = []byte(input)
			return files
		}
	}
	return append(files, File{"other.yaml", []byte(input)})
}
