package policies

import (
	"os"
	"strings"
	"testing"
)

func FuzzLoad(f *testing.F) {
	golden, err := os.ReadFile("testdata/faults.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, section := range strings.Split(string(golden), "=== ")[1:] {
		_, input, _ := strings.Cut(section, "\n")
		f.Add([]byte(input))
	}
	for _, file := range Defaults() {
		f.Add(file.Data)
	}
	for _, deep := range []string{"[", "{", "- ", "? ", "a: ", "&a ", "!a ", "'", "\"", "|\n", "\r", "\t", "---\n", "{a: "} {
		f.Add([]byte("kind: access\nrules: " + strings.Repeat(deep, 1000)))
	}
	v := testVocabulary()
	f.Fuzz(func(t *testing.T, data []byte) {
		set, faults := Load(goldenSet(string(data)), v)
		if (set == nil) != faults.HasErrors() {
			t.Fatalf("set %v with faults %v", set, faults)
		}
		for _, fault := range faults {
			if fault.Message == "" || fault.File == "" || fault.Line < 0 || fault.Line > 0 && fault.Column < 1 {
				t.Fatalf("fault without a place: %+v", fault)
			}
		}
		if set != nil {
			set.Decide(ask("H26.12", "land/parcel-lookup", "one-stop"))
		}
	})
}

func FuzzParseAgencyID(f *testing.F) {
	for _, s := range []string{"H26.12", "000.00.12.H26", "H26.", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseAgencyID(s)
		if err != nil {
			return
		}
		if again, err := ParseAgencyID(string(id)); err != nil || again != id {
			t.Fatalf("%q gives %q, which gives %q, %v", s, id, again, err)
		}
		checkDossier(id, s+"-261120-0001")
	})
}
