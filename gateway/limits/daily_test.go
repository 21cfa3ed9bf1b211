package limits

import (
	"bytes"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

func newLog() (*slog.Logger, *bytes.Buffer) {
	text := new(bytes.Buffer)
	return slog.New(slog.NewTextHandler(text, nil)), text
}

func TestQuotaOfOneProcessIsExact(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	var admitted atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if d.Call("H26.12", "population", "r", 1000, noon).Allowed {
					admitted.Add(1)
				}
			}
		})
	}
	all.Wait()
	if admitted.Load() != 1000 || d.Stats().Calls != 600 {
		t.Errorf("%d admitted, %d refused", admitted.Load(), d.Stats().Calls)
	}
}

func TestQuotasAreOfAgencySystemAndRule(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	for _, q := range [][3]string{{"H26.11", "land", "r"}, {"H26.12", "land", "r"}, {"H26.11", "population", "r"}, {"H26.11", "land", "other"}} {
		for i := range 2 {
			if got := d.Call(q[0], q[1], q[2], 1, noon); got.Allowed != (i == 0) {
				t.Errorf("%v: call %d: %+v", q, i, got)
			}
		}
	}
}

func TestChangedQuotaCountsAtOnceLessWhatWasTaken(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	take := func(perDay int64) (n int64) {
		for d.Call("a", "s", "r", perDay, noon).Allowed {
			n++
		}
		return n
	}
	for _, step := range [][2]int64{{10, 10}, {15, 5}, {12, 0}, {16, 1}} {
		if got := take(step[0]); got != step[1] {
			t.Errorf("of %d: %d more admitted, want %d", step[0], got, step[1])
		}
	}
}

func TestUndoneCallCanBeMadeAgain(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	call := d.Call("a", "s", "r", 1, noon)
	call.Undo()
	if again := d.Call("a", "s", "r", 1, noon); !again.Allowed || call.Remaining != 1 {
		t.Errorf("%+v, then %+v", call, again)
	}
	refused := d.Call("a", "s", "r", 1, noon)
	refused.Undo()
	new(Call).Undo()
	if d.Call("a", "s", "r", 1, noon).Allowed {
		t.Error("a refused call was put back")
	}
}

func TestDayEndsAtMidnightInVietnam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewDaily(DailyOptions{})
		defer d.Close()
		day := func() Call { return d.Call("a", "s", "r", 1, time.Now()) }
		person := func(who string) Bound {
			return d.Person(Asked{"a", "c", "official", who}, People{Official: 1}, time.Now())
		}
		time.Sleep(17*time.Hour - time.Second) // the bubble's clock begins at midnight UTC, 07:00 in Vietnam; this is one second before
		if first, second := day(), day(); !first.Allowed || second.Allowed || second.RetryAfter != time.Second || second.Reset != time.Second {
			t.Errorf("before midnight: %+v, %+v", first, second)
		}
		if person("x") != Unbound || person("y") != PeopleOfOfficial || d.Stats().BusiestOfficial != 1 || UntilMidnight(time.Now()) != time.Second {
			t.Error("before midnight an official's bound does not hold")
		}
		late := time.Now()
		time.Sleep(time.Second)
		if d.Stats().BusiestOfficial != 0 {
			t.Error("yesterday's busiest official is shown today")
		}
		if got := day(); !got.Allowed || got.Reset != 24*time.Hour {
			t.Errorf("at midnight: %+v", got)
		}
		if person("y") != Unbound || person("x") != PeopleOfOfficial {
			t.Error("the people of yesterday count today")
		}
		if got := d.Call("a", "s", "r", 1, late); got.Allowed {
			t.Error("a request that came before midnight and is late brought yesterday back")
		}
	})
}

func TestClockThatWasSetWrongLocksNobodyOutAfterwards(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	d.Call("a", "s", "r", 1, noon.AddDate(1, 0, 0))
	if got := d.Call("a", "s", "r", 1, noon); !got.Allowed || got.Reset != 5*time.Hour {
		t.Errorf("%+v", got)
	}
}

func TestQuotaHeaders(t *testing.T) {
	for perDay, want := range map[int64]string{1: `"s";q=1;w=86400`, 7: `"s";q=7;w=86400`, 10_000: `"s";q=10000;w=86400`, 99_999_999: `"s";q=99999999;w=86400`} {
		if got := string(AppendPolicy(nil, "s", PerDay(perDay))); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// peopleModel is the naive count: who asked about whom.
type peopleModel map[string]map[string]bool

func (m peopleModel) admits(q Asked, most People) Bound {
	official, client := q.Client+"/"+q.Official, q.Client
	for _, who := range []string{official, client} {
		if m[who] == nil {
			m[who] = map[string]bool{}
		}
	}
	switch {
	case !m[official][q.Subject] && most.Official > 0 && int64(len(m[official])) >= most.Official:
		return PeopleOfOfficial
	case !m[client][q.Subject] && most.Client > 0 && int64(len(m[client])) >= most.Client:
		return PeopleOfClient
	}
	m[official][q.Subject], m[client][q.Subject] = true, true
	return Unbound
}

func checkPeople(t *rapid.T, replicas []*Daily) {
	model, most := peopleModel{}, People{rapid.Int64Range(0, 6).Draw(t, "official"), rapid.Int64Range(0, 12).Draw(t, "client")}
	for range rapid.IntRange(1, 80).Draw(t, "questions") {
		q := Asked{"H26.12", rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "client"), rapid.SampledFrom([]string{"o1", "o2", "o3"}).Draw(t, "official"),
			strconv.Itoa(rapid.IntRange(0, 15).Draw(t, "person"))}
		want := model.admits(q, most)
		if got := replicas[rapid.IntRange(0, len(replicas)-1).Draw(t, "replica")].Person(q, most, noon); got != want {
			t.Fatalf("%+v within %+v: %d, want %d", q, most, got, want)
		}
	}
}

func TestPeopleAreCountedExactlyInOneProcess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkPeople(t, []*Daily{newDaily(DailyOptions{})}) })
}

func TestPeopleAreCountedExactlyOverReplicas(t *testing.T) {
	url, _ := testredis.Start(t)
	w := newWire(t, url)
	defer w.Close()
	salt, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		o := DailyOptions{Redis: w.Client, Name: hashed(salt + strconv.Itoa(runs))}
		checkPeople(t, []*Daily{newDaily(o), newDaily(o), newDaily(o)})
	})
}

func TestOfficialOfThousandsOfPeopleIsCountedExactly(t *testing.T) {
	d := NewDaily(DailyOptions{Now: func() time.Time { return noon }})
	defer d.Close()
	const bound = 20_000
	for i := range bound + 100 {
		want := Unbound
		if i >= bound {
			want = PeopleOfOfficial
		}
		if got := d.Person(Asked{"a", "c", "o", strconv.Itoa(i)}, People{Official: bound, Client: 1_000_000}, noon); got != want {
			t.Fatalf("person %d: %d", i, got)
		}
	}
	if s := d.Stats(); s.Officials != 100 || s.BusiestOfficial != 1 || s.BusiestClient != 0.02 {
		t.Errorf("%+v", s)
	}
}

func TestLowerBoundOfAnotherRuleLooksAtTheSameCount(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	for i := range 5 {
		d.Person(Asked{"a", "c", "o", strconv.Itoa(i)}, People{}, noon)
	}
	if d.Person(Asked{"a", "c", "o", "new"}, People{Official: 5}, noon) != PeopleOfOfficial || d.Person(Asked{"a", "c", "o", "3"}, People{Official: 5}, noon) != Unbound {
		t.Error("people asked about under another rule do not count")
	}
}

func TestMadeUpOfficialsShareOneCount(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	bound := People{Official: 3}
	for i := range maxOfficials {
		if d.Person(Asked{"a", "c", fmt.Sprint("official-", i), "x"}, bound, noon) != Unbound {
			t.Fatalf("official %d is refused", i)
		}
	}
	for i := range 10 {
		want := Unbound
		if i >= 3 {
			want = PeopleOfOfficial
		}
		if got := d.Person(Asked{"a", "c", fmt.Sprint("another-", i), strconv.Itoa(i)}, bound, noon); got != want {
			t.Errorf("made-up official %d: %d", i, got)
		}
	}
	if d.Person(Asked{"a", "c", "another-100", "1"}, bound, noon) != Unbound {
		t.Error("asking again is not free for those who share a count")
	}
	if d.Person(Asked{"a", "other client", "official", "x"}, bound, noon) != Unbound || d.Person(Asked{"a", "c", "official-7", "y"}, bound, noon) != Unbound {
		t.Error("one client's made-up officials are held against others")
	}
}

// Redis that went away and came back empty must not give everybody a second bound.
func TestPeopleOutliveARedisThatForgets(t *testing.T) {
	server := testredis.Own(t)
	w := newWire(t, server.URL)
	defer w.Close()
	d, other := newDaily(DailyOptions{Redis: w.Client, Name: hashed("")}), newDaily(DailyOptions{Redis: w.Client, Name: hashed("")})
	ask := func(d *Daily, person int) Bound {
		return d.Person(Asked{"a", "c", "o", strconv.Itoa(person)}, People{Official: 100}, noon)
	}
	for i := range 90 {
		ask(d, i)
	}
	if ask(other, 0) != Unbound { // known in Redis, and now here
		t.Error("refused")
	}
	server.Kill()
	for i := range 5 {
		if ask(d, 100+i) != Unbound {
			t.Error("refused while Redis is away")
		}
	}
	server.Restart()
	d.heal()
	admitted := 0
	for i := range 50 {
		if ask(d, 200+i) == Unbound {
			admitted++
		}
	}
	if admitted != 5 || ask(d, 3) != Unbound {
		t.Errorf("%d more admitted, want 5", admitted)
	}
	other.heal()
	admitted = 0
	for i := range 50 {
		if ask(other, 300+i) == Unbound {
			admitted++
		}
	}
	if admitted > 11 {
		t.Errorf("another replica admitted %d more", admitted)
	}
}

func TestNothingInRedisCanBeReadAndAllOfItEnds(t *testing.T) {
	server := testredis.Own(t)
	w := newWire(t, server.URL)
	defer w.Close()
	d := NewDaily(DailyOptions{Redis: w.Client, Name: hashed("secret"), Retry: time.Hour})
	const subject = "hash-of-a-person"
	at := time.Now()
	d.Call("H26.12", "population", "rule-1", 1000, at)
	d.Person(Asked{"H26.12", "client-1", "official-7", subject}, People{Official: 10}, at)
	d.Close()
	keys := w.Keys(t.Context(), "*").Val()
	if len(keys) != 4 { // the probe's as well
		t.Errorf("%d keys: %q", len(keys), keys)
	}
	for _, key := range keys {
		text := key + " " + dump(t, w.Client, key)
		for _, word := range []string{"H26", "population", "rule-1", "client-1", "official-7", subject, "2026", "202"} {
			if strings.Contains(text, word) {
				t.Errorf("%q shows %q", text, word)
			}
		}
		if life := w.PTTL(t.Context(), key).Val(); life <= 0 || life > 25*time.Hour {
			t.Errorf("%s ends in %v", key, life)
		}
	}
}

func dump(t testing.TB, client *redis.Client, key string) string {
	t.Helper()
	if members, err := client.SMembers(t.Context(), key).Result(); err == nil {
		return fmt.Sprintf("%q", members)
	}
	fields, err := client.HGetAll(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	return fmt.Sprint(names)
}

func TestNothingIsAllocatedForWhatIsKnown(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	q, most := Asked{"H26.12", "client-1", "official-7", "hash"}, People{200, 20_000}
	d.Person(q, most, noon)
	if n := testing.AllocsPerRun(1000, func() {
		d.Call("H26.12", "population", "r", 1<<20, noon)
		d.Person(q, most, noon)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStatsBeforeAnythingWasAsked(t *testing.T) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	if diff := cmp.Diff(DailyStats{}, d.Stats()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkDailyCall(b *testing.B) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	agencies := [8]string{"H26.10", "H26.11", "H26.12", "H26.13", "H26.14", "H26.15", "H26.16", "H26.17"}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		now := time.Now()
		for i := 0; pb.Next(); i++ {
			d.Call(agencies[i%8], "population", "one-stop-identity", 1<<40, now)
		}
	})
}

// BenchmarkDailyCallShared takes shares from a real Redis.
func BenchmarkDailyCallShared(b *testing.B) {
	url, _ := testredis.Start(b)
	w := newWire(b, url)
	defer w.Close()
	d := NewDaily(DailyOptions{Redis: w.Client, Name: hashed(b.TempDir())})
	defer d.Close()
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		d.Call("H26.12", "population", "one-stop-identity", 1<<30, now)
	}
}

func BenchmarkKnownPerson(b *testing.B) {
	d := NewDaily(DailyOptions{})
	defer d.Close()
	now, most := time.Now(), People{200, 20_000}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			d.Person(Asked{"H26.12", "client-1", "official-7", "aaaaaaaaaaaaaaaaaaaaaa"}, most, now)
		}
	})
}

// BenchmarkNewPerson is one question to Redis.
func BenchmarkNewPerson(b *testing.B) {
	url, _ := testredis.Start(b)
	w := newWire(b, url)
	defer w.Close()
	d := NewDaily(DailyOptions{Redis: w.Client, Name: hashed(b.TempDir())})
	defer d.Close()
	now := time.Now()
	for i := 0; b.Loop(); i++ {
		d.Person(Asked{"H26.12", "client-1", "official-7", strconv.Itoa(i)}, People{1 << 30, 1 << 30}, now)
	}
}
