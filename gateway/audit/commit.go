package audit

import (
	"log/slog"
	"time"
)

// run is the only writer. It takes whatever queued while the last batch was on its way to the disk and never waits for
// more while someone waits for it: under load batches grow by themselves.
func (j *Journal) run() {
	defer close(j.done)
	defer j.segments.close()
	for {
		select {
		case <-j.wake:
		case <-j.soon:
			j.linger()
		case <-j.quit:
			j.commit()
			return
		}
		if !j.commit() {
			return
		}
	}
}

// linger collects entries that nobody waits for.
func (j *Journal) linger() {
	t := time.NewTimer(soonWithin)
	defer t.Stop()
	select {
	case <-t.C:
	case <-j.wake:
	case <-j.quit:
	}
}

// commit writes the open batch, trying until the disk takes it. False says that the journal ends without it; nothing may
// be written after that, as it would leave a gap.
func (j *Journal) commit() bool {
	b := j.take()
	if b == nil {
		return true
	}
	for ending := false; ; {
		err := j.write(b)
		if err == nil {
			j.succeed(b)
			return true
		}
		j.fail(b, err)
		if ending {
			return false
		}
		select {
		case <-time.After(j.retry):
		case <-j.quit:
			ending = true // one last try
		}
	}
}

// take closes the open batch and opens the next, if there is anything in it.
func (j *Journal) take() *batch {
	j.mu.Lock()
	defer j.mu.Unlock()
	b := j.open
	if len(b.lines) == 0 {
		return nil
	}
	close(b.taken)
	j.open = newBatch(j.next, j.idle)
	j.idle = nil
	return b
}

// write puts a batch on the disk. Nothing can interrupt a disk that hangs, so those who wait are told meanwhile.
func (j *Journal) write(b *batch) error {
	told := make(chan struct{})
	watch := time.AfterFunc(j.stall, func() {
		defer close(told)
		j.fail(b, errStalled)
	})
	err := j.segments.write(b.lines, b.first)
	if !watch.Stop() {
		<-told // or it would declare a disk broken that has just answered
	}
	return err
}

// fail breaks the journal: all who wait are told that they were not recorded, and everyone else is refused. The entries
// are kept although their callers were refused: their indices are given away, some belong to callers of AppendSoon who
// hold receipts, and an entry too many harms nobody.
func (j *Journal) fail(b *batch, fault error) {
	j.mu.Lock()
	known := j.broken != nil
	j.broken = fault
	queued := j.open
	if !known {
		close(queued.taken)
		j.open = newBatch(queued.first, queued.lines)
	}
	j.mu.Unlock()
	if known {
		return
	}
	b.settle(brokenBy(fault))
	queued.settle(brokenBy(fault))
	j.log.Error("audit journal broken, refusing requests", slog.String("error", fault.Error()))
}

// succeed acknowledges a batch or, if its callers were refused already, ends the outage.
func (j *Journal) succeed(b *batch) {
	j.mu.Lock()
	mended := j.broken != nil
	j.broken = nil
	j.idle = b.lines[:0]
	j.mu.Unlock()
	if !mended {
		b.settle(nil)
		return
	}
	j.log.Info("audit journal writes again") // what queued before the outage is the next batch, and its signals wait
}
