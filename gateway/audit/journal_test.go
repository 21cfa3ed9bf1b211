package audit

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestEntryIsOnDiskBeforeAppendReturns(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var written []byte
		d := &faultyDisk{onSync: func() {
			written, _ = os.ReadFile(segmentFiles(t, dir)[0])
			<-release
		}}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		var returned atomic.Bool
		go func() {
			if r, err := j.Append(context.Background(), sample()); err != nil || r.Index != 0 {
				t.Errorf("got %v, %v", r, err)
			}
			returned.Store(true)
		}()
		synctest.Wait()
		if !bytes.Contains(written, []byte(sample().Request)) {
			t.Error("the sync began before the entry was written")
		}
		if returned.Load() {
			t.Error("Append returned before the sync ended")
		}
		close(release)
		synctest.Wait()
		if !returned.Load() {
			t.Error("Append did not return after the sync")
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestDurableEntryDoesNotLinger(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		j, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if _, err := j.AppendSoon(sample()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the journal waits for company now
		start := time.Now()
		appendOne(t, j)
		if waited := time.Since(start); waited != 0 {
			t.Errorf("waited %v for company", waited)
		}
		wantGapless(t, dir, 2)
	})
}

func TestAppendSoonReachesTheDiskInTime(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		j, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		for i := range 5 {
			start := time.Now()
			if r, err := j.AppendSoon(sample()); err != nil || r.Index != uint64(i) {
				t.Fatalf("got %v, %v", r, err)
			}
			if time.Since(start) != 0 {
				t.Error("AppendSoon waited")
			}
			time.Sleep(soonWithin) // of the bubble
			synctest.Wait()
			wantGapless(t, dir, i+1)
		}
	})
}

func TestEntriesThatQueueDuringASyncShareTheNext(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var syncs atomic.Int64
		d := &faultyDisk{onSync: func() { syncs.Add(1); time.Sleep(time.Millisecond) }}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { appendOne(t, j) })
		}
		all.Wait()
		if n := syncs.Load(); n > 3 {
			t.Errorf("%d syncs for 100 entries that came together", n)
		}
		wantGapless(t, dir, 100)
	})
}

func TestConcurrentAppendsAreNumberedWithoutAGap(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir, Options{SegmentBytes: 32 << 10})
	const callers, each = 16, 50
	var mu sync.Mutex
	seen := make(map[uint64]bool)
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for range each {
				add := func() (Receipt, error) { return j.Append(context.Background(), sample()) }
				if c%4 == 0 {
					add = func() (Receipt, error) { return j.AppendSoon(sample()) }
				}
				r, err := add()
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if seen[r.Index] {
					t.Errorf("index %d was given twice", r.Index)
				}
				seen[r.Index] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	wantGapless(t, dir, callers*each)
	if n := len(segmentFiles(t, dir)); n < 5 {
		t.Errorf("%d segments, want several", n)
	}
}

func TestReceiptNamesTheEntry(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir, Options{})
	for i := range 3 {
		e := sample()
		e.Correlation = strings.Repeat("x", i)
		r, err := j.Append(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		if r.Journal != j.Name() {
			t.Errorf("receipt %v of journal %s", r, j.Name())
		}
		for line, err := range Read(dir, r.Index) {
			got, decodeErr := line.Entry()
			if err != nil || decodeErr != nil || line.Index != r.Index || got.Correlation != e.Correlation {
				t.Errorf("%v names %+v (%v, %v)", r, got, err, decodeErr)
			}
			break
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		j, err := Open(dir, Options{QueueBytes: 8 << 10, disk: &faultyDisk{onSync: func() { <-release }}})
		if err != nil {
			t.Fatal(err)
		}
		go j.Append(context.Background(), sample())
		synctest.Wait() // the first is stuck in its sync
		accepted := 1
		for {
			_, err := j.AppendSoon(sample())
			if errors.Is(err, ErrBusy) {
				break
			}
			if accepted++; err != nil || accepted > 1000 {
				t.Fatalf("after %d entries: %v, want ErrBusy", accepted, err)
			}
		}
		if _, err := j.Append(context.Background(), sample()); !errors.Is(err, ErrBusy) {
			t.Errorf("Append on a full queue: %v, want ErrBusy", err)
		}
		if q := j.Health().Queued; q > 8<<10+32 || q == 0 {
			t.Errorf("%d bytes queued", q)
		}
		close(release)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		wantGapless(t, dir, accepted)
	})
}

func TestFullQueueSlowsDownBeforeItTurnsAway(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		j, err := Open(dir, Options{QueueBytes: 8 << 10, disk: &faultyDisk{onSync: func() { <-release }}})
		if err != nil {
			t.Fatal(err)
		}
		go j.Append(context.Background(), sample())
		synctest.Wait()     // the first is stuck in its sync
		const callers = 100 // more than the queue holds
		errs := make(chan error, callers)
		for range callers {
			go func() {
				_, err := j.AppendSoon(sample())
				errs <- err
			}()
		}
		synctest.Wait()
		if waiting := callers - len(errs); waiting == 0 {
			t.Fatal("all entries fitted: the queue was never full")
		}
		close(release)
		for range callers {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		wantGapless(t, dir, callers+1)
	})
}

func TestTooLargeEntryIsRefusedAndLeavesNoGap(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir, Options{})
	e := sample()
	e.Correlation = strings.Repeat("x", MaxEntry)
	if _, err := j.Append(t.Context(), e); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	appendOne(t, j)
	wantGapless(t, dir, 1)
}

func TestCallerWhoLeavesGetsNoReceipt(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := &faultyDisk{onSync: func() { time.Sleep(time.Second) }}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if r, err := j.Append(ctx, sample()); !errors.Is(err, context.DeadlineExceeded) || r != (Receipt{}) {
			t.Errorf("got %v, %v", r, err)
		}
	})
}

func TestCloseWritesWhatWaitsAndEndsTheJournal(t *testing.T) {
	dir := t.TempDir()
	before := goleak.IgnoreCurrent()
	j := openJournal(t, dir, Options{})
	for range 10 {
		if _, err := j.AppendSoon(sample()); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(j.Close(), j.Close()); err != nil {
		t.Fatal(err)
	}
	wantGapless(t, dir, 10)
	if _, err := j.Append(t.Context(), sample()); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
	if _, err := j.AppendSoon(sample()); !errors.Is(err, ErrClosed) {
		t.Errorf("AppendSoon after Close: %v", err)
	}
	goleak.VerifyNone(t, before)

	spares, _ := filepath.Glob(filepath.Join(dir, "*"+spareSuffix))
	data, _ := os.ReadFile(segmentFiles(t, dir)[0])
	if len(spares) != 0 || bytes.IndexByte(data, 0) >= 0 {
		t.Errorf("unused room is left: %v, %d bytes in the segment", spares, len(data))
	}
}

func TestJournalContinuesWhereItEnded(t *testing.T) {
	dir := t.TempDir()
	name := ""
	for i := range 4 {
		j := openJournal(t, dir, Options{})
		if r := appendOne(t, j); r.Index != uint64(i) {
			t.Errorf("start %d: index %d", i, r.Index)
		}
		if name == "" {
			name = j.Name()
		}
		if j.Name() != name || !validName(name) {
			t.Errorf("start %d: name %q, was %q", i, j.Name(), name)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		openJournal(t, dir, Options{}).Close() // one that writes nothing
	}
	wantGapless(t, dir, 4)
}

func TestJournalIsNeverRenamedByAccident(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir, Options{Name: "bus-1"})
	appendOne(t, j)
	j.Close()
	if _, err := Open(dir, Options{Name: "bus-2"}); err == nil {
		t.Error("opened under another name")
	}
	if err := os.Remove(filepath.Join(dir, nameFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("a journal that lost its name got a new one: its receipts name nothing any more")
	}
	if j := openJournal(t, dir, Options{Name: "bus-1"}); j.Name() != "bus-1" {
		t.Errorf("name is %q", j.Name())
	}
	if _, err := Open(t.TempDir(), Options{Name: "../x"}); err == nil {
		t.Error("opened under a name that is a path")
	}
}

func TestEntryWithoutTimeIsDated(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, dir, Options{Now: func() time.Time { return noon }})
	e := &Entry{Outcome: "ok"}
	if _, err := j.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if !e.Time.IsZero() {
		t.Error("the caller's entry was changed")
	}
	for line := range Read(dir, 0) {
		if got, _ := line.Entry(); !got.Time.Equal(noon) {
			t.Errorf("dated %v", got.Time)
		}
	}
}

func BenchmarkAppendParallel(b *testing.B) {
	j := openJournal(b, b.TempDir(), Options{})
	b.SetParallelism(32) // 64 callers on two cores
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		e := sample()
		for pb.Next() {
			if _, err := j.Append(context.Background(), e); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkAppendSoon waits for the disk now and then, since a caller that never does only measures refusals.
func BenchmarkAppendSoon(b *testing.B) {
	j := openJournal(b, b.TempDir(), Options{})
	e, n := sample(), 0
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if n++; n%2048 == 0 {
			_, err = j.Append(context.Background(), e)
		} else {
			_, err = j.AppendSoon(e)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
