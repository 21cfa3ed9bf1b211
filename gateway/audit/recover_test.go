package audit

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const childVariable = "LGSP_AUDIT_TEST_CHILD"

// TestChildAppends is the process that TestKilledProcessLosesNothingAcknowledged kills.
func TestChildAppends(t *testing.T) {
	dir := os.Getenv(childVariable)
	if dir == "" {
		t.Skip("runs only as a child process")
	}
	j, err := Open(dir, Options{SegmentBytes: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for {
				r, err := j.Append(context.Background(), sample())
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				fmt.Printf("acknowledged %d\n", r.Index)
				mu.Unlock()
			}
		})
	}
	all.Wait()
}

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestChildAppends$", "-test.v")
		child.Env = append(os.Environ(), childVariable+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		last, count := uint64(0), 0
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil { // the last line may be cut
				break
			}
			digits, ok := strings.CutPrefix(strings.TrimSpace(line), "acknowledged ")
			if !ok {
				continue
			}
			index, err := strconv.ParseUint(digits, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			last = max(last, index)
			if count++; count == 500 {
				child.Process.Kill()
			}
		}
		child.Wait()
		if count < 500 {
			t.Fatalf("the child ended after %d entries by itself", count)
		}
		j, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		next := j.Health().Next
		j.Close()
		if next <= last {
			t.Errorf("round %d: the journal ends at %d, but %d was acknowledged", round, next, last)
		}
		wantGapless(t, dir, int(next))
	}
}

// written makes a closed journal of n entries in one segment.
func written(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	j := openJournal(t, dir, Options{})
	for range n {
		if _, err := j.AppendSoon(sample()); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func lineStart(data []byte, index int) int {
	return bytes.Index(data, append(appendIndex(nil, uint64(index)), ','))
}

func TestInterruptedWriteIsDropped(t *testing.T) {
	zeros := make([]byte, 100_000)
	for name, change := range map[string]func([]byte) []byte{
		"nothing":                func(d []byte) []byte { return d },
		"unused room":            func(d []byte) []byte { return append(d, zeros...) },
		"one byte":               func(d []byte) []byte { return append(d, '{') },
		"cut line":               func(d []byte) []byte { return append(d, `{"i":3,"time":"2026`...) },
		"whole line but its end": func(d []byte) []byte { return append(d, `{"i":3,"time":"2026"}`...) },
		"cut line in unused room": func(d []byte) []byte {
			return append(append(d, `{"i":3,"time":"20`...), zeros...)
		},
		"parts out of order": func(d []byte) []byte {
			d = append(append(d, `{"i":3,"ti`...), zeros[:4096]...)
			return append(append(d, "\"}\n{\"i\":5,\"time\":\"x\"}\n"...), zeros...)
		},
		"first part missing": func(d []byte) []byte {
			return append(append(d, zeros[:70_000]...), "{\"i\":4,\"time\":\"x\"}\n"...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 3)
			rewrite(t, dir, change)
			if got := indices(t, dir, 0); len(got) != 3 {
				t.Errorf("a reader sees %v before recovery", got)
			}
			j := openJournal(t, dir, Options{})
			if r := appendOne(t, j); r.Index != 3 {
				t.Errorf("continues at %d, want 3", r.Index)
			}
			j.Close()
			wantGapless(t, dir, 4)
		})
	}
}

func TestEveryCutOfTheLastLineIsRecovered(t *testing.T) {
	dir := written(t, 2)
	var whole []byte
	rewrite(t, dir, func(d []byte) []byte { whole = bytes.Clone(d); return d })
	s := segment{first: 0, end: noEnd}
	for cut := lineStart(whole, 1); cut < len(whole); cut++ {
		x, err := s.scan(bytes.NewReader(whole[:cut]), func(uint64, []byte) bool { return true })
		if err != nil || x.next != 1 || x.size != int64(lineStart(whole, 1)) {
			t.Fatalf("cut at %d: %+v, %v", cut, x, err)
		}
	}
}

func TestDamageIsReportedAtTheFirstBadEntry(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"altered number": func(d []byte) []byte { return bytes.Replace(d, []byte(`{"i":5,`), []byte(`{"i":9,`), 1) },
		"entry removed": func(d []byte) []byte {
			return append(d[:lineStart(d, 5):lineStart(d, 5)], d[lineStart(d, 6):]...)
		},
		"text between": func(d []byte) []byte {
			at := lineStart(d, 5)
			return append(append(bytes.Clone(d[:at]), "garbage\n"...), d[at:]...)
		},
		"text behind": func(d []byte) []byte { return append(d[:lineStart(d, 5)], "garbage\n"...) },
		"end of a line lost": func(d []byte) []byte {
			d[lineStart(d, 6)-2] = ' '
			return d
		},
		"endless line": func(d []byte) []byte {
			return append(d[:lineStart(d, 5)], bytes.Repeat([]byte("x"), 2*scanBuffer)...)
		},
		"zeros with much behind": func(d []byte) []byte {
			copy(d[lineStart(d, 5):], make([]byte, 10))
			return append(d, bytes.Repeat([]byte("x"), maxTorn)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, 10)
			rewrite(t, dir, change)
			var opened, read *CorruptError
			if _, err := Open(dir, Options{}); !errors.As(err, &opened) || opened.Index != 5 {
				t.Errorf("Open: %v, want entry 5 named", err)
			}
			seen := 0
			for _, err := range Read(dir, 0) {
				if err == nil {
					seen++
				} else if !errors.As(err, &read) || read.Index != 5 {
					t.Errorf("Read: %v, want entry 5 named", err)
				}
			}
			if seen != 5 || read == nil {
				t.Errorf("read %d entries, then %v", seen, read)
			}
		})
	}
}

func TestMissingEndOfAnEarlierSegmentIsReported(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		j := openJournal(t, dir, Options{})
		appendOne(t, j)
		appendOne(t, j)
		j.Close()
	}
	first := segmentFiles(t, dir)[0]
	data, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][]byte{"cut": data[:len(data)-1], "a whole entry": data[:lineStart(data, 1)], "all": nil} {
		if err := os.WriteFile(first, change, 0o600); err != nil {
			t.Fatal(err)
		}
		var corrupt *CorruptError
		for _, err := range Read(dir, 0) {
			if err != nil && !errors.As(err, &corrupt) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if corrupt == nil {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestReadBeginsWhereAsked(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		j := openJournal(t, dir, Options{})
		appendOne(t, j)
		appendOne(t, j)
		j.Close()
	}
	for from := range uint64(8) {
		got := indices(t, dir, from)
		if len(got) != max(0, 6-int(from)) || len(got) > 0 && got[0] != from {
			t.Errorf("from %d: %v", from, got)
		}
	}
	if err := os.Remove(segmentFiles(t, dir)[0]); err != nil {
		t.Fatal(err)
	}
	for _, err := range Read(dir, 1) {
		if !errors.Is(err, ErrGone) {
			t.Errorf("an entry that was archived: %v", err)
		}
	}
	if got := indices(t, dir, 2); len(got) != 4 {
		t.Errorf("what is left: %v", got)
	}
}

func TestForeignSegmentNameIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "copy of 0"+segmentSuffix), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil {
		t.Error("opened a directory with a file that could be anything")
	}
}

func FuzzScan(f *testing.F) {
	line := func(i uint64) []byte { return appendRest(appendIndex(nil, i), sample()) }
	f.Add(append(line(0), line(1)...))
	f.Add(append(line(0), line(2)...))
	f.Add(append(append(line(0), 0, 0, 0), line(1)...))
	f.Add([]byte("{\"i\":0,}\n{\"i\":1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := segment{end: noEnd}
		var seen uint64
		x, err := s.scan(bytes.NewReader(data), func(index uint64, line []byte) bool {
			if index != seen {
				t.Fatalf("entry %d after %d", index, seen)
			}
			seen++
			_, _ = Line{index, line}.Entry()
			return true
		})
		if x.next != seen || x.size+x.torn > int64(len(data)) {
			t.Fatalf("%+v of %d bytes after %d entries", x, len(data), seen)
		}
		if err != nil {
			if corrupt := new(CorruptError); !errors.As(err, &corrupt) || corrupt.Index != seen {
				t.Fatalf("%v after %d entries", err, seen)
			}
			return
		}
		again, err := s.scan(bytes.NewReader(data[:x.size]), func(uint64, []byte) bool { return true })
		if err != nil || again.next != x.next || again.torn != 0 {
			t.Fatalf("after dropping the rest: %+v, %v", again, err)
		}
	})
}
