package telemetry

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// destination is where a log goes: it can fail, or take nothing at all.
type destination struct {
	mu     sync.Mutex
	text   strings.Builder
	writes int
	fault  error
	stuck  chan struct{} // not nil: Write waits for it
}

func (d *destination) Write(p []byte) (int, error) {
	if d.stuck != nil {
		<-d.stuck
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	if d.fault != nil {
		return 0, d.fault
	}
	return d.text.Write(p)
}

func (d *destination) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = err
}

// messages are those of the lines that arrived.
func (d *destination) messages(t *testing.T) []string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []string
	for line := range strings.Lines(d.text.String()) {
		var said struct{ Msg string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatalf("%q is not a line of JSON: %v", line, err)
		}
		all = append(all, said.Msg)
	}
	return all
}

func TestLinesAreOnTheirWayWithinTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		l := NewLog(d, slog.LevelInfo)
		defer l.Close()
		l.Info("one")
		synctest.Wait()
		if got := d.messages(t); len(got) != 0 {
			t.Errorf("a line cost a write of its own: %v", got)
		}
		time.Sleep(flushEvery) // the bubble's time
		synctest.Wait()
		if got := d.messages(t); len(got) != 1 || got[0] != "one" {
			t.Errorf("after the interval: %v", got)
		}
	})
}

func TestCloseWritesWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		l := NewLog(d, slog.LevelInfo)
		l.Info("one")
		l.Debug("below the level")
		l.Warn("two")
		l.Close()
		if got := strings.Join(d.messages(t), " "); got != "one two" {
			t.Errorf("got %q", got)
		}
	})
}

func TestManyLinesAreWrittenBeforeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		l := NewLog(d, slog.LevelInfo)
		defer l.Close()
		before := time.Now()
		for range 20 {
			l.Info(strings.Repeat("x", manyLines/10))
		}
		synctest.Wait()
		if got := d.messages(t); len(got) == 0 || !time.Now().Equal(before) {
			t.Errorf("%d lines arrived after %v", len(got), time.Since(before))
		}
	})
}

func TestBrokenDestinationStopsNobodyAndIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{fault: errors.New("no room on the disk")}
		l := NewLog(d, slog.LevelInfo)
		for range 3 {
			l.Info("lost")
			time.Sleep(flushEvery)
		}
		synctest.Wait()
		d.fail(nil)
		l.Info("found")
		l.Close()
		if got := d.messages(t); len(got) != 1 || got[0] != "found" {
			t.Errorf("after recovery: %v", got)
		}
	})
}

func TestStuckDestinationStopsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{stuck: make(chan struct{})}
		l := NewLog(d, slog.LevelInfo)
		before := time.Now()
		for range 3 * maxLines / (64 << 10) {
			l.Info(strings.Repeat("x", 64<<10))
		}
		if !time.Now().Equal(before) {
			t.Error("whoever logged had to wait")
		}
		if len(l.lines.text) > maxLines {
			t.Errorf("%d bytes wait", len(l.lines.text))
		}
		close(d.stuck) // it takes lines again
		synctest.Wait()
		l.Close()
		got := d.messages(t)
		if said := got[len(got)-1]; said != "log lines dropped" {
			t.Errorf("the last line of %d says %.40q, not that some are missing", len(got), said)
		}
	})
}

func TestCloseDoesNotWaitForeverForAStuckDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{stuck: make(chan struct{})}
		l := NewLog(d, slog.LevelInfo)
		l.Info("one")
		before := time.Now()
		l.Close()
		if took := time.Since(before); took != closeWait {
			t.Errorf("closed after %v", took)
		}
		close(d.stuck) // lets the bubble end
	})
}

func TestLinesOfManyAreNeverMixed(t *testing.T) {
	d := &destination{}
	l := NewLog(d, slog.LevelInfo)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				l.Info("line", "text", strings.Repeat("y", 100))
			}
		})
	}
	all.Wait()
	l.Close()
	if got := len(d.messages(t)); got != 1600 {
		t.Errorf("%d whole lines of 1600", got)
	}
}

func BenchmarkLogLine(b *testing.B) {
	l := NewLog(io.Discard, slog.LevelInfo)
	defer l.Close()
	b.ReportAllocs()
	for b.Loop() {
		l.LogAttrs(b.Context(), slog.LevelInfo, "request", slog.String("request", "01JD8TEST"), slog.Int("status", 200))
	}
}
