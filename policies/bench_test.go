package policies

import (
	"fmt"
	"strings"
	"testing"
)

// largeSet is n rules for a thousand agencies, a file for each system; one rule
// in twenty has a condition when conditions is set.
func largeSet(n int, when string) []File {
	operations := []string{"population/citizen-lookup", "land/parcel-lookup", "business-registration/enterprise-lookup", "shared-catalogues/*"}
	purposes := []string{"one-stop", "land-transfer", "staff-records"}
	texts := make([]strings.Builder, len(operations))
	for i := range texts {
		texts[i].WriteString("kind: access\nrules:\n")
	}
	for i := range n {
		combination := i / 1000
		op := combination % len(operations)
		b := &texts[op]
		fmt.Fprintf(b, "  - id: rule-%d\n    basis: \"Decree %d, article 5\"\n    agencies: [H26.%d]\n", i, i, i%1000)
		fmt.Fprintf(b, "    operations: [%s]\n    purposes: [%s]\n    fields: \"*\"\n", operations[op], purposes[combination/len(operations)%3])
		if when != "" && i%20 == 7 {
			fmt.Fprintf(b, "    when: %s\n", when)
		}
	}
	files := setOf("kind: access\n")
	for i := range min(len(texts), (n+999)/1000) {
		files = append(files, File{fmt.Sprintf("access-%d.yaml", i), []byte(texts[i].String())})
	}
	return files
}

func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{50, 5000} {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			set := mustLoad(b, largeSet(n, ""))
			q := ask("H26.42", "population/citizen-lookup", "one-stop")
			q.Dossier = "H26.42-261120-0001"
			b.ReportAllocs()
			for b.Loop() {
				if !set.Decide(q).Allowed {
					b.Fatal("not allowed")
				}
			}
		})
	}
}

func BenchmarkDecideRefused(b *testing.B) {
	set := mustLoad(b, largeSet(5000, ""))
	q := ask("H26.42.7.7", "population/citizen-verify", "one-stop")
	b.ReportAllocs()
	for b.Loop() {
		if set.Decide(q).Allowed {
			b.Fatal("allowed")
		}
	}
}

func BenchmarkDecideWithCondition(b *testing.B) {
	set := mustLoad(b, largeSet(5000, "request.hour >= 7 && request.hour < 18"))
	q := ask("H26.7", "population/citizen-lookup", "one-stop")
	b.ReportAllocs()
	for b.Loop() {
		if !set.Decide(q).Allowed {
			b.Fatal("not allowed")
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	files := largeSet(5000, "request.hour >= 7 && request.hour < 18")
	v := testVocabulary()
	b.ReportAllocs()
	for b.Loop() {
		if set, faults := Load(files, v); set == nil {
			b.Fatal(faults)
		}
	}
}
