package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// CorruptError says that the journal was damaged or altered: at this place something else stands than the entry that
// belongs there. It is for people to look at; nothing of the journal is changed.
type CorruptError struct {
	Path   string
	Offset int64
	Index  uint64 // of the first entry that is not as it was written
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("audit journal is corrupt at entry %d (%s, byte %d)", e.Index, e.Path, e.Offset)
}

// maxTorn is the most that one unacknowledged write can leave behind: a full queue.
const maxTorn = MaxQueueBytes + MaxEntry

// scanBuffer holds the longest line with room to spare.
const scanBuffer = 4 * MaxEntry

// extent is what a scan found of a segment.
type extent struct {
	next uint64 // index after the last entry
	size int64  // bytes of whole entries
	torn int64  // bytes behind them that are neither entries nor zeros
}

// scan visits the entries of a segment in order until visit returns false.
//
// What follows the entries is judged by where it stands. In a segment with a successor, entries must reach up to the
// successor's first; what lies behind is a failed write, which the successor repeats. In the last segment a line that is
// cut short or has zeros in it, not followed by more than one write can hold, is a write that a crash interrupted: its
// parts may have reached the disk in any order. Everything else is corruption.
func (s segment) scan(r io.ReadSeeker, visit func(index uint64, line []byte) bool) (extent, error) {
	lines := bufio.NewReaderSize(r, scanBuffer)
	x := extent{next: s.first}
	var prefix []byte
	for x.next != s.end {
		prefix = append(appendIndex(prefix[:0], x.next), ',')
		line, err := lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return x, err
		}
		if err != nil || !wellFormed(line, prefix) {
			cut := errors.Is(err, io.EOF) || bytes.IndexByte(line, 0) >= 0
			return s.scanTail(r, x, cut)
		}
		if !visit(x.next, line) {
			return x, nil
		}
		x.next++
		x.size += int64(len(line))
	}
	return x, nil
}

// wellFormed is a quick look: decoding every line at each start would take too long, and only the tree derived from the
// journal can tell that an entry is the one that was written.
func wellFormed(line, prefix []byte) bool {
	return bytes.HasPrefix(line, prefix) && bytes.HasSuffix(line, []byte("}\n")) && bytes.IndexByte(line, 0) < 0
}

// scanTail judges what follows the last whole entry.
func (s segment) scanTail(r io.ReadSeeker, x extent, cut bool) (extent, error) {
	if _, err := r.Seek(x.size, io.SeekStart); err != nil {
		return x, err
	}
	var err error
	if x.torn, err = lastNonZero(r); err != nil {
		return x, err
	}
	if s.end != noEnd || x.torn > 0 && (!cut || x.torn > maxTorn) {
		return x, &CorruptError{Path: s.path, Offset: x.size, Index: x.next}
	}
	return x, nil
}

// lastNonZero counts the bytes up to and including the last that is not zero.
func lastNonZero(r io.Reader) (int64, error) {
	var last, read int64
	buf, zeros := make([]byte, scanBuffer), make([]byte, scanBuffer)
	for {
		n, err := r.Read(buf)
		if !bytes.Equal(buf[:n], zeros[:n]) {
			last = read + int64(len(bytes.TrimRight(buf[:n], "\x00")))
		}
		read += int64(n)
		if errors.Is(err, io.EOF) {
			return last, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// scanFile scans the segment's file.
func (s segment) scanFile(visit func(index uint64, line []byte) bool) (extent, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return extent{}, err
	}
	defer f.Close()
	return s.scan(f, visit)
}
