package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func benchBoth(b *testing.B, bench func(b *testing.B, s *Store)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, opened(b, inFile(b))) })
	b.Run("postgres", func(b *testing.B) { bench(b, opened(b, onServer(b))) })
}

// BenchmarkUseAssertion has 64 callers, each with clients of its own.
func BenchmarkUseAssertion(b *testing.B) {
	benchBoth(b, func(b *testing.B, s *Store) {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
				var next atomic.Int64
				until := time.Now().Add(5 * time.Minute)
				round := rand.Text() // no other round's assertions
				work := func() {
					n := next.Add(1)
					fresh, err := s.UseAssertion(context.Background(), "client-"+strconv.FormatInt(n%10_000, 10), round+strconv.FormatInt(n, 10), until)
					if err != nil || !fresh {
						b.Error(fresh, err)
					}
				}
				b.ResetTimer()
				if callers == 1 {
					for b.Loop() {
						work()
					}
				} else {
					b.SetParallelism(callers / 2) // of each of two cores
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							work()
						}
					})
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "uses/s")
			})
		}
	})
}

// many is a registry of 1,000 agencies with 10 clients each.
func many() []Agency {
	const key = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9l4mbV2w7dyRIpnJYLqKN2Yh0cIo\nPuuv6Oyr0FG7mBDJmFHyhEXA1TIXH0dIyiF8bCYVuVrKhQnlQwCVQlqDkg==\n-----END PUBLIC KEY-----\n"
	all := make([]Agency, 1000)
	for i := range all {
		id := fmt.Sprintf("H26.%d", i)
		all[i] = Agency{ID: id, NameVI: "Ủy ban nhân dân phường " + id, NameEN: "Ward " + id, Fictional: true}
		for n := range 10 {
			all[i].Clients = append(all[i].Clients, Client{
				ID: fmt.Sprintf("%s-client-%d", id, n), Agency: id, Name: "Một cửa",
				Scopes: []string{"population:citizen-verify", "civil-status:*", "shared-catalogues:*"},
				Keys:   []string{key},
			})
		}
	}
	return all
}

func BenchmarkRegistry(b *testing.B) {
	benchBoth(b, func(b *testing.B, s *Store) {
		began := time.Now()
		_, _, err := s.Import(b.Context(), many())
		must(b, err)
		imported := time.Since(began)
		b.Run("load", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if all, _, err := s.Registry(b.Context()); err != nil || len(all) != 1000 {
					b.Fatal(len(all), err)
				}
			}
			b.ReportMetric(float64(imported.Milliseconds()), "import-ms")
		})
		b.Run("version", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.RegistryVersion(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
