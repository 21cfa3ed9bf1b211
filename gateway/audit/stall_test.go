package audit

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hang is a disk operation that, once begun, does not end before the release.
type hang struct {
	on      atomic.Bool
	release chan struct{}
}

func newHang() *hang {
	h := &hang{release: make(chan struct{})}
	h.on.Store(true)
	return h
}

func (h *hang) wait() {
	if h.on.Load() {
		<-h.release
	}
}

func TestHangingDiskRefusesUntilItAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		hook          func(*faultyDisk, *hang)
		healthyBefore int
	}{
		"first sync": {func(d *faultyDisk, h *hang) { d.onSync = h.wait }, 0},
		"later sync": {func(d *faultyDisk, h *hang) { d.onSync = h.wait }, 3},
		"new file":   {func(d *faultyDisk, h *hang) { d.onCreate = h.wait }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) { testHang(t, dir, c.hook, c.healthyBefore) })
		})
	}
}

func testHang(t *testing.T, dir string, hook func(*faultyDisk, *hang), healthyBefore int) {
	d, h, log := new(faultyDisk), newHang(), new(bytes.Buffer)
	h.on.Store(healthyBefore == 0)
	hook(d, h)
	j, err := Open(dir, Options{disk: d, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range healthyBefore {
		appendOne(t, j)
	}
	h.on.Store(true)
	var all sync.WaitGroup
	for range 5 { // one or more are under way, the others queue
		all.Go(func() { wantStalled(t, j, DefaultStall) })
		synctest.Wait()
	}
	if _, err := j.AppendSoon(sample()); err != nil {
		t.Errorf("AppendSoon before the disk counts as broken: %v", err)
	}
	all.Wait()
	if !errors.Is(j.Health().Fault, errStalled) {
		t.Errorf("health is %+v", j.Health())
	}
	wantStalled(t, j, 0)
	if _, err := j.AppendSoon(sample()); !errors.Is(err, errStalled) {
		t.Errorf("AppendSoon while the disk hangs: %v", err)
	}

	owed := healthyBefore + 6
	close(h.release)
	synctest.Wait()
	wantGapless(t, dir, owed)
	if r := appendOne(t, j); r.Index != uint64(owed) || j.Health().Fault != nil {
		t.Errorf("continues at %d, want %d; health is %+v", r.Index, owed, j.Health())
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	wantGapless(t, dir, owed+1)
	for _, line := range []string{"audit journal broken", "audit journal writes again"} {
		if n := bytes.Count(log.Bytes(), []byte(line)); n != 1 {
			t.Errorf("%q was logged %d times", line, n)
		}
	}
}

// wantStalled appends an entry that must be refused after that time.
func wantStalled(t *testing.T, j *Journal, after time.Duration) {
	start := time.Now()
	r, err := j.Append(context.Background(), sample())
	if !errors.Is(err, ErrBroken) || !errors.Is(err, errStalled) || r != (Receipt{}) {
		t.Errorf("got %v, %v", r, err)
	}
	if waited := time.Since(start); waited != after {
		t.Errorf("refused after %v, want %v", waited, after)
	}
}

func TestFullQueueBehindAHangingDiskIsRefused(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHang()
		o := Options{QueueBytes: 2 << 10, Patience: time.Hour, disk: &faultyDisk{onSync: h.wait}}
		j, err := Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		const callers = 20
		errs := make(chan error, callers)
		for range callers {
			go func() {
				_, err := j.Append(context.Background(), sample())
				errs <- err
			}()
		}
		time.Sleep(DefaultStall) // of the bubble
		synctest.Wait()
		if len(errs) != callers || j.Health().Next == callers {
			t.Fatalf("%d of %d callers were answered, %d had room", len(errs), callers, j.Health().Next)
		}
		for range callers {
			if err := <-errs; !errors.Is(err, ErrBroken) {
				t.Error(err)
			}
		}
		accepted := int(j.Health().Next)
		close(h.release)
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		wantGapless(t, dir, accepted)
	})
}

func TestHangThatEndsInAFaultLosesNothing(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHang()
		d := &faultyDisk{onSync: h.wait, syncFault: errDisk}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		go wantStalled(t, j, DefaultStall)
		synctest.Wait()
		if _, err := j.AppendSoon(sample()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(DefaultStall) // of the bubble
		close(h.release)
		synctest.Wait()
		if !errors.Is(j.Health().Fault, errDisk) {
			t.Errorf("health is %+v", j.Health())
		}
		d.set(nil, nil, nil)
		time.Sleep(2 * DefaultRetry) // of the bubble
		if r := appendOne(t, j); r.Index != 2 {
			t.Errorf("continues at %d, want 2", r.Index)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		wantGapless(t, dir, 3)
	})
}

func TestSlowDiskIsNotBroken(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		const stall = 2 * time.Second
		d := &faultyDisk{onSync: func() { time.Sleep(stall - time.Millisecond) }}
		j, err := Open(dir, Options{Stall: stall, disk: d})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			appendOne(t, j)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestWriteThatEndsAsItCountsAsStalledIsSettledOnce(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := &faultyDisk{onSync: func() { time.Sleep(DefaultStall) }}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		for range 20 { // either may come first
			if _, err := j.Append(context.Background(), sample()); err != nil && !errors.Is(err, errStalled) {
				t.Error(err)
			}
			synctest.Wait()
			if fault := j.Health().Fault; fault != nil {
				t.Errorf("still broken after the write: %v", fault)
			}
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		wantGapless(t, dir, 20)
	})
}

func TestCloseDoesNotWaitForAHangingDisk(t *testing.T) {
	for name, stalledBefore := range map[string]bool{"hangs at the end": false, "hung before": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				h, before := newHang(), bubbled()
				j, err := Open(dir, Options{disk: &faultyDisk{onSync: h.wait}})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := j.AppendSoon(sample()); err != nil {
					t.Fatal(err)
				}
				if stalledBefore {
					time.Sleep(2 * DefaultStall) // of the bubble
				}
				start := time.Now()
				if err := j.Close(); !errors.Is(err, ErrBroken) || !errors.Is(err, errStalled) {
					t.Errorf("got %v", err)
				}
				if waited := time.Since(start); waited > 2*DefaultStall {
					t.Errorf("Close took %v", waited)
				}
				synctest.Wait()
				if left := bubbled() - before; left != 1 {
					t.Errorf("%d goroutines are left, want the one that hangs", left)
				}
				close(h.release)
			})
		})
	}
}

// bubbled counts the goroutines of the test's bubble; the runtime's own come and go.
func bubbled() int {
	stacks := make([]byte, 1<<20)
	return bytes.Count(stacks[:runtime.Stack(stacks, true)], []byte("synctest bubble"))
}

func TestAbandonedJournalLeavesTheNextOwnerAlone(t *testing.T) {
	for name, fault := range map[string]error{"write succeeds late": nil, "write fails late": errDisk} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				h := newHang()
				old, err := Open(dir, Options{disk: &faultyDisk{onSync: h.wait, syncFault: fault}})
				if err != nil {
					t.Fatal(err)
				}
				go wantStalled(t, old, DefaultStall)
				synctest.Wait()
				if _, err := old.AppendSoon(sample()); err != nil {
					t.Fatal(err)
				}
				if err := old.Close(); !errors.Is(err, ErrBroken) {
					t.Errorf("got %v", err)
				}

				next, err := Open(dir, Options{})
				if err != nil {
					t.Fatal(err)
				}
				first := appendOne(t, next).Index
				close(h.release)
				time.Sleep(3 * DefaultRetry) // of the bubble
				appendOne(t, next)
				if spares, _ := filepath.Glob(filepath.Join(dir, "*"+spareSuffix)); len(spares) != 1 {
					t.Errorf("the spare files are %v, want the next owner's", spares)
				}
				if err := next.Close(); err != nil {
					t.Error(err)
				}
				wantGapless(t, dir, int(first)+2)
			})
		})
	}
}
