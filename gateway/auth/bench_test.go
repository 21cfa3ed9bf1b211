package auth

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkVerifyRemembered(b *testing.B) {
	w := newWorld(b)
	token := w.token("H26.12")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.verifier.Verify(token, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyRememberedParallel(b *testing.B) {
	w := newWorld(b)
	tokens := make([]string, 100)
	for i := range tokens {
		tokens[i] = w.token("H26.12")
		_, err := w.verifier.Verify(tokens[i], nil)
		w.must(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := w.verifier.Verify(tokens[i%len(tokens)], nil); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkVerifyCold(b *testing.B) {
	w := newWorld(b)
	token := w.token("H26.12")
	digest := digestOf(token)
	b.ReportAllocs()
	for b.Loop() {
		w.verifier.remembered.Invalidate(digest)
		if _, err := w.verifier.Verify(token, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIssue(b *testing.B) {
	w := newWorld(b)
	client, _ := w.registry.Client("H26.12-demo")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := w.issuer.Issue(client, client.Scopes, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMayUse(b *testing.B) {
	w := newWorld(b)
	caller, err := w.verifier.Verify(w.token("H26.12"), nil)
	w.must(err)
	b.ReportAllocs()
	for b.Loop() {
		if !caller.MayUse("documents", "receive") {
			b.Fatal("refused")
		}
	}
}

// BenchmarkRegistryUnchanged is what every poll costs, BenchmarkRegistryRead
// what a change costs, both for 1,000 agencies with one client each.
func BenchmarkRegistryUnchanged(b *testing.B) { benchmarkRegistry(b, false) }
func BenchmarkRegistryRead(b *testing.B)      { benchmarkRegistry(b, true) }

func benchmarkRegistry(b *testing.B, changed bool) {
	key := inlineJWK(b, &newP256(b).PublicKey)
	var text strings.Builder
	text.WriteString("agencies:\n")
	for n := range 1000 {
		fmt.Fprintf(&text, "  - id: H26.%d\n    name: {vi: Hư cấu, en: Fictional}\n", n)
		fmt.Fprintf(&text, "    clients:\n      - {id: c%d, name: n, scopes: [\"*:*\"], keys: [%s]}\n", n, key)
	}
	registry, err := OpenRegistry(agenciesFile(b, text.String()))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if changed {
			registry.last = nil
		}
		if err := registry.Reload(); err != nil {
			b.Fatal(err)
		}
	}
}
