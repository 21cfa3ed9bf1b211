package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

const (
	segmentSuffix = ".jsonl"
	spareSuffix   = ".spare" // room taken for a segment to come
	indexDigits   = 20
)

// segments writes batches into files of a bounded size. Only the journal's writer calls it.
type segments struct {
	disk disk
	dir  string
	size int64

	current file // nil before the first write and after a failed one
	written int64
	spares  int
	spare   chan spare

	// abandoned is set when Close no longer waits for the disk. The directory may have another owner from then on, whose
	// files must not be replaced, removed or shortened.
	abandoned atomic.Bool
}

// spare is a file made ahead, so that no batch waits for it.
type spare struct {
	file file
	path string
	err  error
}

func newSegments(d disk, dir string, size int64) *segments {
	s := &segments{disk: d, dir: dir, size: size, spare: make(chan spare, 1)}
	s.prepare()
	return s
}

// prepare makes the next spare in the background; exactly one is under way or ready at any time.
func (s *segments) prepare() {
	path := filepath.Join(s.dir, strconv.Itoa(s.spares)+spareSuffix)
	s.spares++
	go func() {
		f, err := s.disk.create(path, s.size)
		s.spare <- spare{f, path, err}
	}()
}

// write puts lines, of which the first has that index, on the disk. After an error nothing of them may be believed to be
// there: a failed sync leaves the system's memory of the file in doubt, so the next try goes to a new file.
func (s *segments) write(lines []byte, first uint64) error {
	if s.current != nil && s.written > 0 && s.written+int64(len(lines)) > s.size {
		s.retire()
	}
	if s.current == nil {
		if err := s.start(first); err != nil {
			return err
		}
	}
	_, err := s.current.Write(lines)
	if err == nil {
		err = s.current.Sync()
	}
	if err != nil {
		s.retire() // cuts off what was just written, if the disk still can
		return err
	}
	s.written += int64(len(lines))
	return nil
}

// start makes the spare the segment that begins with that index. A file of that name can only be what a failed write or
// a crash left before anything in it was acknowledged.
func (s *segments) start(first uint64) error {
	next := <-s.spare
	if s.abandoned.Load() {
		s.spare <- next // for close
		return errStalled
	}
	s.prepare()
	if next.err != nil {
		return next.err
	}
	path := filepath.Join(s.dir, segmentFile(first))
	err := s.disk.remove(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = s.disk.rename(next.path, path)
	}
	if err != nil {
		next.file.Close()
		return errors.Join(err, s.discard(next.path))
	}
	s.current, s.written = next.file, 0
	return nil
}

func (s *segments) discard(path string) error {
	if err := s.disk.remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// retire ends the current segment. Its unused room is given back; where it is not, readers pass over it.
func (s *segments) retire() {
	if !s.abandoned.Load() {
		_ = s.current.Truncate(s.written)
	}
	_ = s.current.Close()
	s.current = nil
}

func (s *segments) close() {
	if s.current != nil {
		s.retire()
	}
	if last := <-s.spare; last.err == nil {
		last.file.Close()
		if !s.abandoned.Load() {
			_ = s.discard(last.path)
		}
	}
}

func segmentFile(first uint64) string {
	return fmt.Sprintf("%0*d%s", indexDigits, first, segmentSuffix)
}

// segment is a file found in a directory.
type segment struct {
	path  string
	first uint64
	end   uint64 // first index of the next segment; noEnd in the last
}

const noEnd = ^uint64(0)

// listSegments returns the segments of a directory in order.
func listSegments(dir string) ([]segment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []segment
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), segmentSuffix)
		if !ok {
			continue
		}
		path := filepath.Join(dir, e.Name())
		first, err := strconv.ParseUint(digits, 10, 64)
		if err != nil || e.Name() != segmentFile(first) {
			return nil, fmt.Errorf("list journal: %s is not named after an index", path)
		}
		found = append(found, segment{path: path, first: first, end: noEnd})
	}
	slices.SortFunc(found, func(a, b segment) int { return cmp.Compare(a.first, b.first) })
	for i := 1; i < len(found); i++ {
		found[i-1].end = found[i].first
	}
	return found, nil
}
