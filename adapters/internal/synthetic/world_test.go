package synthetic

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"runtime"
	"sync"
	"testing"
)

// theWorld is made once for all tests, none of which can change it.
var theWorld = sync.OnceValue(func() *World { return New(1, DefaultPeople) })

// fingerprint hashes everything that a caller can see of a world.
func fingerprint(t testing.TB, w *World) string {
	t.Helper()
	sum := sha256.New()
	for p := range w.People() {
		write(t, sum, p, w.Children(p.Index))
	}
	for i := range w.Households() {
		write(t, sum, w.Household(i))
	}
	write(t, sum, w.Enterprises(), w.Dossiers(), w.Parcels(), w.Certificates())
	for i := range w.Len() {
		write(t, sum, derived(w, i)...)
	}
	for r := range w.VitalRecords().All() {
		write(t, sum, r)
	}
	for _, d := range w.LegalDocuments() {
		write(t, sum, d, w.Provisions(d))
	}
	write(t, sum, w.BudgetUnits(), w.AssistanceDossiers(), w.PostOrders(), w.PostEvents(), Catalogues())
	return hex.EncodeToString(sum.Sum(nil))
}

// derived is what is not stored of a person.
func derived(w *World, i int) []any {
	licence, _ := w.Licence(i)
	assistance, _ := w.Assistance(i)
	account, _ := w.ElectronicIdentity(i)
	application, _ := w.RecordApplication(i)
	conviction, _ := w.Conviction(i)
	ban, _ := w.Ban(i)
	servant, _ := w.Servant(i)
	return []any{w.Work(i), w.InsuranceNumber(i), w.InsuranceBook(i), w.Participation(i), w.HealthCards(i),
		licence, assistance, account, w.Consents(i), application, conviction, ban, servant}
}

func write(t testing.TB, sum hash.Hash, values ...any) {
	t.Helper()
	for _, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(text)
	}
}

func TestSameSeedAndSizeGiveTheSameWorld(t *testing.T) {
	first := fingerprint(t, New(42, 2000))
	if again := fingerprint(t, New(42, 2000)); again != first {
		t.Errorf("second world differs: %s, %s", first, again)
	}
	if other := fingerprint(t, New(43, 2000)); other == first {
		t.Error("another seed gave the same world")
	}
}

// TestWorldIsTheSameEverywhere pins one world, so that neither another machine
// nor another version of Go can change it unnoticed. A deliberate change of the
// world changes the value here too.
func TestWorldIsTheSameEverywhere(t *testing.T) {
	const want = "8da941bfcd71b14db5d084668758d27a764136e50adfc707f537f00ec07e44b4"
	if got := fingerprint(t, New(7, 500)); got != want {
		t.Errorf("fingerprint = %s, want %s", got, want)
	}
}

func TestWorldHasExactlyThePeopleAskedFor(t *testing.T) {
	for _, c := range []struct{ ask, want int }{
		{-1, MinPeople}, {0, MinPeople}, {MinPeople, MinPeople}, {101, 101}, {1003, 1003}, {DefaultPeople, DefaultPeople},
	} {
		if got := New(3, c.ask).Len(); got != c.want {
			t.Errorf("New(%d) has %d people, want %d", c.ask, got, c.want)
		}
	}
}

func TestSmallWorldsOfManySeedsAreMade(t *testing.T) {
	for seed := range uint64(25) {
		w := New(seed, MinPeople)
		if len(w.Enterprises()) == 0 || len(w.Dossiers()) == 0 || len(w.Parcels()) == 0 {
			t.Errorf("seed %d: %d enterprises, %d dossiers, %d parcels",
				seed, len(w.Enterprises()), len(w.Dossiers()), len(w.Parcels()))
		}
		checkPeople(t, w)
		checkEnterprises(t, w)
		checkLand(t, w)
	}
}

func TestRetainedMemoryIsModest(t *testing.T) {
	const limit = 15 << 20
	if got := retained(func() any { return New(1, DefaultPeople) }); got > limit {
		t.Errorf("retained %.1f MiB, want at most 15", float64(got)/(1<<20))
	}
}

// retained measures the heap that stays in use with what f makes.
func retained(f func() any) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(1, DefaultPeople)
	}
	b.ReportMetric(float64(retained(func() any { return New(1, DefaultPeople) })), "retained-B")
}

func BenchmarkPerson(b *testing.B) {
	w := theWorld()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		w.Person(i % w.Len())
		i++
	}
}
