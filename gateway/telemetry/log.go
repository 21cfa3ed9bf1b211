// Package telemetry makes the process visible to its operators: one JSON log
// line per request and the metrics. It never sees a value of a question or an
// answer: what it is given are ids, names of operations, codes and durations.
package telemetry

import (
	"io"
	"log/slog"
	"time"
)

// Log is the process's logger over a buffer: a line costs a copy, not a system
// call, and is on its way within flushEvery. Whoever logs never waits for the
// destination, and never learns that it is broken: the bus goes on without.
type Log struct {
	*slog.Logger
	lines lines
	stop  chan struct{}
	done  chan struct{}
}

const (
	flushEvery = 100 * time.Millisecond
	closeWait  = time.Second // for a destination that takes nothing any more
)

// NewLog starts a JSON log at a level.
func NewLog(w io.Writer, level slog.Leveler) *Log {
	l := &Log{lines: lines{many: make(chan struct{}, 1)}, stop: make(chan struct{}), done: make(chan struct{})}
	l.Logger = slog.New(slog.NewJSONHandler(&l.lines, &slog.HandlerOptions{Level: level}))
	go l.run(w)
	return l
}

// run is the only one that touches the destination.
func (l *Log) run(w io.Writer) {
	defer close(l.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.lines.many:
		case <-l.stop:
			l.flush(w)
			l.flush(w) // what the first had to say of dropped lines
			return
		}
		l.flush(w)
	}
}

// flush writes what has come. What cannot be written is lost; the next lines are
// tried again, so that a disk with room again has a log again.
func (l *Log) flush(w io.Writer) {
	text, dropped := l.lines.take()
	if len(text) > 0 {
		_, _ = w.Write(text)
	}
	l.lines.giveBack(text)
	if dropped > 0 {
		l.Warn("log lines dropped", "count", dropped)
	}
}

// Close writes what is buffered and ends the log.
func (l *Log) Close() {
	close(l.stop)
	select {
	case <-l.done:
	case <-time.After(closeWait):
	}
}
