// Package telemetry makes the process visible to its operators: one JSON log
// line per request and the metrics. It never sees a value of a question or an
// answer: what it is given are ids, names of operations, codes and durations.
package telemetry

import (
	"bufio"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Log is the process's logger over a buffered writer: a line costs a copy, not a
// system call, and is on its way within flushEvery.
type Log struct {
	*slog.Logger
	out  *buffered
	stop chan struct{}
	done chan struct{}
}

const flushEvery = 100 * time.Millisecond

// NewLog starts a JSON log at a level.
func NewLog(w io.Writer, level slog.Leveler) *Log {
	out := &buffered{w: bufio.NewWriterSize(w, 64<<10)}
	l := &Log{Logger: slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})), out: out,
		stop: make(chan struct{}), done: make(chan struct{})}
	go l.flush()
	return l
}

func (l *Log) flush() {
	defer close(l.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.out.Flush()
		case <-l.stop:
			l.out.Flush()
			return
		}
	}
}

// Close writes what is buffered and ends the log.
func (l *Log) Close() {
	close(l.stop)
	<-l.done
}

// buffered is a writer that many may use. An error of the log's destination has
// nowhere to be reported and must not stop the bus.
type buffered struct {
	mu sync.Mutex
	w  *bufio.Writer
}

func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.w.Write(p)
}

func (b *buffered) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.w.Flush() != nil {
		b.w.Reset(io.Discard)
	}
}
