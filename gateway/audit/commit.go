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
		j.commit()
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

func (j *Journal) commit() {
	b := j.take()
	if b == nil {
		return
	}
	if err := j.segments.write(b.lines, b.first); err != nil {
		j.outage(b, err)
		return
	}
	b.settle(nil)
	j.mu.Lock()
	j.idle = b.lines[:0]
	j.mu.Unlock()
}

// take closes the open batch and opens the next, if there is anything in it.
func (j *Journal) take() *batch {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.open.lines) == 0 {
		return nil
	}
	return j.swap()
}

func (j *Journal) swap() *batch {
	b := j.open
	close(b.taken)
	j.open = newBatch(j.next, j.idle)
	j.idle = nil
	return b
}

// outage tells all who wait that they were not recorded, refuses everyone else, and tries until the disk takes what it
// owes. The entries are kept for that although their callers were refused: their indices are given away, some belong to
// callers of AppendSoon who hold receipts, and an entry too many harms nobody.
func (j *Journal) outage(b *batch, fault error) {
	j.mu.Lock()
	j.broken = fault
	queued := j.swap()
	j.mu.Unlock()
	j.log.Error("audit journal broken, refusing requests", slog.String("error", fault.Error()))
	owed := append(b.lines, queued.lines...)
	b.settle(brokenBy(fault))
	queued.settle(brokenBy(fault))

	for ending := false; ; {
		select {
		case <-time.After(j.retry):
		case <-j.quit:
			ending = true
		}
		fault = j.segments.write(owed, b.first)
		j.mu.Lock()
		j.broken = fault
		j.mu.Unlock()
		if fault == nil {
			j.log.Info("audit journal writes again")
			return
		}
		if ending {
			return
		}
	}
}
