package lookup

import (
	"context"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/policies"
)

// BenchmarkDecideAndHit is a whole Ask for a kept public record.
func BenchmarkDecideAndHit(b *testing.B) {
	f := newFixture(b, time.Now)
	q := prepared(b, f.question("H26.2", "shop", "A1"))
	benchmarkAsk(b, f, q)
}

// BenchmarkDecideAndHitInQuota is the same within a quota of the day.
func BenchmarkDecideAndHitInQuota(b *testing.B) {
	f := newFixture(b, time.Now)
	q := prepared(b, f.question("H26.6", "shop", "A1"))
	benchmarkAsk(b, f, q)
}

// BenchmarkDecideAndHitInQuotaOfClient is the same within a quota of the client over all systems.
func BenchmarkDecideAndHitInQuotaOfClient(b *testing.B) {
	f := newFixture(b, time.Now)
	q := prepared(b, f.question("H26.2", "shop", "A1"))
	q.Caller.Client.DailyQuota = 1 << 40
	benchmarkAsk(b, f, q)
}

// BenchmarkAskPersonal is the same for a kept personal record; what the disk
// costs is not in it.
func BenchmarkAskPersonal(b *testing.B) {
	f := newFixture(b, time.Now)
	q := prepared(b, f.question("H26.5", "person", "001099000001"))
	benchmarkAsk(b, f, q)
}

// BenchmarkAskPersonalInBounds is the same within a quota and bounds on people.
func BenchmarkAskPersonalInBounds(b *testing.B) {
	f := newFixture(b, time.Now)
	q := prepared(b, f.question("H26.6", "person", "001099000001"))
	benchmarkAsk(b, f, q)
}

// prepared parses the question's body beforehand: that is the operation's cost.
func prepared(b *testing.B, q *Question) *Question {
	read, op := q.Read, q.Operation
	f := newFixture(b, time.Now)
	system := f.system()
	described, _ := system.Operation(op)
	in, err := read(described, false)
	if err != nil {
		b.Fatal(err)
	}
	q.Read = func(*adapters.Operation, bool) (adapters.Input, error) { return in, nil }
	return q
}

func benchmarkAsk(b *testing.B, f *fixture, q *Question) {
	f.Journal = noJournal{}
	f.mustAsk(q)
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := f.Ask(b.Context(), q); err != nil || answer.Freshness.Source != Hit {
			b.Fatal(answer.Freshness, err)
		}
	}
}

func BenchmarkProjection(b *testing.B) {
	f := newFixture(b, time.Now)
	f.mustAsk(f.question("H26.1", "shop", "A1"))
	body := f.mustAsk(f.question("H26.1", "shop", "A1")).Body
	decision := decisionOf(b, f, f.question("H26.2", "shop", "A1"))
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if _, err := minimise(body, decision.Fields); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("remembered", func(b *testing.B) {
		record := &cache.Record{Body: body}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := projection(record, decision.Fields); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// noJournal takes entries and forgets them.
type noJournal struct{}

func (noJournal) Append(context.Context, *audit.Entry) (audit.Receipt, error) {
	return audit.Receipt{Journal: "none"}, nil
}

func (noJournal) AppendSoon(*audit.Entry) (audit.Receipt, error) {
	return audit.Receipt{Journal: "none"}, nil
}

func decisionOf(t testing.TB, f *fixture, q *Question) policies.Decision {
	t.Helper()
	i := &inquiry{Question: q, set: f.set}
	if err := f.decide(i); err != nil {
		t.Fatal(err)
	}
	return i.decision
}
