package audit

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestBrokenDiskGivesNoAcknowledgement(t *testing.T) {
	for name, breakIt := range map[string]func(*faultyDisk){
		"write fails half way":    func(d *faultyDisk) { d.set(errDisk, nil, nil) },
		"sync fails":              func(d *faultyDisk) { d.set(nil, errDisk, nil) },
		"no new file can be made": func(d *faultyDisk) { d.set(nil, errDisk, errDisk) },
	} {
		for _, healthyBefore := range []int{0, 3} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				synctest.Test(t, func(t *testing.T) { testOutage(t, dir, breakIt, healthyBefore) })
			})
		}
	}
}

func testOutage(t *testing.T, dir string, breakIt func(*faultyDisk), healthyBefore int) {
	d := new(faultyDisk)
	j, err := Open(dir, Options{disk: d})
	if err != nil {
		t.Fatal(err)
	}
	for range healthyBefore {
		appendOne(t, j)
	}
	breakIt(d)
	const waiting = 5
	var all sync.WaitGroup
	for range waiting {
		all.Go(func() {
			if r, err := j.Append(context.Background(), sample()); !errors.Is(err, ErrBroken) || !errors.Is(err, errDisk) || r != (Receipt{}) {
				t.Errorf("a waiting caller got %v, %v", r, err)
			}
		})
	}
	all.Wait()
	owed := j.Health().Next // who came after the first failure was refused an index
	synctest.Wait()
	if _, err := j.Append(context.Background(), sample()); !errors.Is(err, ErrBroken) {
		t.Errorf("Append while broken: %v", err)
	}
	if _, err := j.AppendSoon(sample()); !errors.Is(err, ErrBroken) {
		t.Errorf("AppendSoon while broken: %v", err)
	}
	if !errors.Is(j.Health().Fault, errDisk) {
		t.Errorf("health is %+v", j.Health())
	}

	d.set(nil, nil, nil)
	time.Sleep(3 * DefaultRetry) // of the bubble
	if r := appendOne(t, j); r.Index != owed {
		t.Errorf("continues at %d, want %d", r.Index, owed)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	wantGapless(t, dir, int(owed)+1)

	// What comes back later reads the same journal.
	again := openJournal(t, dir, Options{})
	if r := appendOne(t, again); r.Index != owed+1 {
		t.Errorf("after a restart continues at %d, want %d", r.Index, owed+1)
	}
	again.Close()
}

func TestFailedSyncIsNotTrustedAgain(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := new(faultyDisk)
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		appendOne(t, j)
		d.set(nil, errDisk, nil)
		if _, err := j.Append(context.Background(), sample()); !errors.Is(err, ErrBroken) {
			t.Fatal(err)
		}
		d.set(nil, nil, nil)
		time.Sleep(2 * DefaultRetry) // of the bubble
		appendOne(t, j)
		if files := segmentFiles(t, dir); len(files) != 2 {
			t.Errorf("written on in the file whose sync failed: %v", files)
		}
		wantGapless(t, dir, 3)
	})
}

func TestReceiptsOfAppendSoonSurviveAnOutage(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := new(faultyDisk)
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		d.set(errDisk, nil, nil)
		e := sample()
		e.Correlation = "promised"
		promised, err := j.AppendSoon(e)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(DefaultRetry / 2) // of the bubble
		if !errors.Is(j.Health().Fault, errDisk) {
			t.Fatal("the disk is not broken: the test proves nothing")
		}
		d.set(nil, nil, nil)
		time.Sleep(DefaultRetry) // of the bubble
		appendOne(t, j)
		j.Close()
		for line, err := range Read(dir, promised.Index) {
			got, _ := line.Entry()
			if err != nil || line.Index != promised.Index || got.Correlation != "promised" {
				t.Errorf("%v names %+v (%v)", promised, got, err)
			}
			break
		}
	})
}

func TestCloseTellsWhatIsLost(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := new(faultyDisk)
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		d.set(errDisk, nil, nil)
		if _, err := j.AppendSoon(sample()); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); !errors.Is(err, ErrBroken) {
			t.Errorf("got %v, want ErrBroken", err)
		}
	})
}

func TestWhatQueuedBehindALostBatchIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d, syncs := &faultyDisk{syncFault: errDisk}, 0
		d.onSync = func() {
			time.Sleep(time.Millisecond)
			if syncs++; syncs == 2 { // the last that fails
				d.set(nil, nil, nil)
			}
		}
		j, err := Open(dir, Options{disk: d})
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 2 { // the second queues behind the first
			all.Go(func() { j.Append(context.Background(), sample()) })
			synctest.Wait()
		}
		all.Wait()
		if err := j.Close(); !errors.Is(err, errDisk) {
			t.Errorf("got %v", err)
		}
		wantGapless(t, dir, 0)
	})
}
