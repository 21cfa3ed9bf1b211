// Package audit keeps the journal: what was decided on every authenticated request, in order, on disk before anyone relies
// on it.
//
// It owns the entries' form, their durability, their numbering without a gap, and reading them again. It does not decide
// what is recorded, computes no tree and answers no search: those are derived from the journal, in which entry i is leaf i.
// The lookup and the administration write to it; tools read the directory.
//
// A directory holds one journal: a file with its name, and segments named after their first entry's index. A segment is
// one line of JSON an entry, {"i":index,…}, and ends in zeros where room was taken but not yet used.
package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Errors of appending. In each case the entry must count as not recorded and whatever depends on it must not happen.
var (
	// ErrBusy says that the disk does not keep up: there was no room for the entry within Options.Patience. The caller
	// sheds this request; the next may succeed.
	ErrBusy = errors.New("audit journal is busy")
	// ErrBroken says that the disk fails or hangs. Appending is refused at once until a write succeeds again.
	ErrBroken = errors.New("audit journal is broken")
	// ErrClosed says that the process is ending.
	ErrClosed = errors.New("audit journal is closed")
)

// errStalled is the fault behind ErrBroken when a write takes longer than Options.Stall: nobody knows whether it will
// end. The journal mends itself if it does; if it does not, the disk is for people to look at.
var errStalled = errors.New("disk does not answer")

// Defaults and bounds of Options.
const (
	DefaultSegmentBytes = 64 << 20
	DefaultQueueBytes   = 4 << 20
	MaxQueueBytes       = 16 << 20
	DefaultRetry        = 250 * time.Millisecond
	DefaultPatience     = time.Second
	DefaultStall        = 5 * time.Second
)

// soonWithin is how long an entry of AppendSoon waits for others before it is written; it leaves the rest of the 50 ms
// promised to the disk.
const soonWithin = 20 * time.Millisecond

// Options says how a journal is set up; the zero value is right for production.
type Options struct {
	Name         string // of a journal that is made now; none: a random one. It must fit one that exists.
	SegmentBytes int64
	QueueBytes   int           // of entries that wait while others are written; the same again may be under way
	Retry        time.Duration // between attempts on a broken disk
	Patience     time.Duration // how long an entry waits for room in a full queue
	Stall        time.Duration // after which a disk that does not answer counts as broken
	Now          func() time.Time
	Log          *slog.Logger

	disk disk // of tests
}

// Journal is safe for concurrent use. A directory must be open in one process only.
type Journal struct {
	name       string
	queueBytes int
	retry      time.Duration
	patience   time.Duration
	stall      time.Duration
	now        func() time.Time
	log        *slog.Logger
	segments   *segments
	encoded    sync.Pool // of *[]byte

	mu     sync.Mutex
	open   *batch // collects entries while the one before is written
	next   uint64
	broken error
	closed bool
	idle   []byte // the buffer of the last batch, for the next

	wake chan struct{} // someone waits for the disk
	soon chan struct{} // something waits for company
	quit chan struct{}
	done chan struct{}
}

// batch is the entries that reach the disk together.
type batch struct {
	first uint64
	lines []byte
	taken chan struct{} // closed once it collects no more
	done  chan struct{} // closed once err is known
	err   error
}

func newBatch(first uint64, lines []byte) *batch {
	return &batch{first: first, lines: lines, taken: make(chan struct{}), done: make(chan struct{})}
}

func (b *batch) settle(err error) {
	b.err = err
	close(b.done)
}

// Open opens the journal of a directory, making both where they are missing. A last line that a crash left incomplete
// was never acknowledged and is dropped; anything else that is not an entry is a *CorruptError, and the journal stays shut.
func Open(dir string, o Options) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	log := cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	next, err := recoverDir(dir, log)
	if err != nil {
		return nil, err
	}
	name, err := journalName(dir, o.Name)
	if err != nil {
		return nil, err
	}
	if o.disk == nil {
		o.disk = osDisk{}
	}
	j := &Journal{
		name:       name,
		queueBytes: min(cmp.Or(o.QueueBytes, DefaultQueueBytes), MaxQueueBytes),
		retry:      cmp.Or(o.Retry, DefaultRetry),
		patience:   cmp.Or(o.Patience, DefaultPatience),
		stall:      cmp.Or(o.Stall, DefaultStall),
		now:        o.Now,
		log:        log,
		segments:   newSegments(o.disk, dir, cmp.Or(o.SegmentBytes, DefaultSegmentBytes)),
		encoded:    sync.Pool{New: func() any { return new([]byte) }},
		open:       newBatch(next, nil),
		next:       next,
		wake:       make(chan struct{}, 1),
		soon:       make(chan struct{}, 1),
		quit:       make(chan struct{}),
		done:       make(chan struct{}),
	}
	if j.now == nil {
		j.now = time.Now
	}
	go j.run()
	return j, nil
}

// Name is the journal's name, the first part of every receipt.
func (j *Journal) Name() string { return j.name }

// Append records an entry and returns when it is on disk. After an error, also that of a context which ended, the entry
// may still turn up in the journal, but nothing may be done in reliance on it. An entry without a time gets the present one.
func (j *Journal) Append(ctx context.Context, e *Entry) (Receipt, error) {
	if err := ctx.Err(); err != nil {
		return Receipt{}, err
	}
	b, index, err := j.add(e)
	if err != nil {
		return Receipt{}, err
	}
	signal(j.wake)
	select {
	case <-b.done:
	case <-ctx.Done():
		return Receipt{}, ctx.Err()
	}
	if b.err != nil {
		return Receipt{}, b.err
	}
	return Receipt{j.name, index}, nil
}

// AppendSoon records an entry that will be on disk within 50 ms while the disk is well. It waits only for room in a full
// queue: a disk that falls behind slows callers down before it turns any away.
func (j *Journal) AppendSoon(e *Entry) (Receipt, error) {
	_, index, err := j.add(e)
	if err != nil {
		return Receipt{}, err
	}
	signal(j.soon)
	return Receipt{j.name, index}, nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// add puts an entry into the open batch and gives it its index.
func (j *Journal) add(e *Entry) (*batch, uint64, error) {
	if e.Time.IsZero() {
		dated := *e
		dated.Time = j.now()
		e = &dated
	}
	buf := j.encoded.Get().(*[]byte)
	defer j.encoded.Put(buf)
	*buf = appendRest((*buf)[:0], e)
	if len(*buf) > MaxEntry {
		*buf = nil // not worth keeping
		return nil, 0, ErrTooLarge
	}
	if b, index, full, err := j.place(*buf); full == nil {
		return b, index, err
	} else {
		return j.placePatiently(*buf, full)
	}
}

// place puts an encoded entry into the open batch; full is that batch if it has no room.
func (j *Journal) place(line []byte) (b *batch, index uint64, full *batch, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return nil, 0, nil, ErrClosed
	case j.broken != nil:
		return nil, 0, nil, brokenBy(j.broken)
	case len(j.open.lines)+len(line) > j.queueBytes:
		return nil, 0, j.open, nil
	}
	index = j.next
	j.next++
	j.open.lines = append(appendIndex(j.open.lines, index), line...)
	return j.open, index, nil, nil
}

// placePatiently tries again whenever the writer has taken a full batch.
func (j *Journal) placePatiently(line []byte, full *batch) (*batch, uint64, error) {
	patience := time.NewTimer(j.patience)
	defer patience.Stop()
	for {
		signal(j.wake)
		select {
		case <-full.taken:
		case <-patience.C:
			return nil, 0, ErrBusy
		}
		b, index, still, err := j.place(line)
		if full = still; full == nil {
			return b, index, err
		}
	}
}

func brokenBy(err error) error { return fmt.Errorf("%w: %w", ErrBroken, err) }

// Health tells operators how the journal is.
type Health struct {
	Fault  error // nil while entries reach the disk
	Next   uint64
	Queued int // bytes that wait to be written
}

// Health tells how the journal is.
func (j *Journal) Health() Health {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Health{Fault: j.broken, Next: j.next, Queued: len(j.open.lines)}
}

// Close writes what waits and closes the files. The error says that entries may be missing on disk. It returns within
// twice Options.Stall, time for the write under way and one of what queued behind it; what the disk has not taken by then
// is given up.
func (j *Journal) Close() error {
	j.mu.Lock()
	first := !j.closed
	j.closed = true
	j.mu.Unlock()
	if first {
		close(j.quit)
	}
	patience := time.NewTimer(2 * j.stall)
	defer patience.Stop()
	var fault error
	select {
	case <-j.done:
		fault = j.Health().Fault
	case <-patience.C:
		j.segments.abandoned.Store(true)
		fault = errStalled
	}
	if fault != nil {
		return fmt.Errorf("close audit journal: entries may be missing: %w", brokenBy(fault))
	}
	return nil
}
