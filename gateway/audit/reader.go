package audit

import (
	"errors"
	"fmt"
	"iter"
)

// Line is one entry as it lies on disk. It is the leaf of the same index in everything derived from the journal.
type Line struct {
	Index uint64
	Bytes []byte // with its line end; valid until the next step of the iteration
}

// Entry decodes the line.
func (l Line) Entry() (Entry, error) {
	e, err := decodeEntry(l.Bytes)
	if err != nil {
		return Entry{}, fmt.Errorf("decode entry %d: %w", l.Index, err)
	}
	return e, nil
}

// ErrGone says that the entry asked for is older than what the directory still holds.
var ErrGone = errors.New("entry is no longer in the journal")

// Read goes through the entries of a directory from an index on, up to the last whole one; the journal may be open and
// growing. An error ends the iteration: a *CorruptError where an entry is missing or is none, ErrGone where the first one
// asked for is not held any more. A journal that ends before that index yields nothing.
func Read(dir string, from uint64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		found, err := listSegments(dir)
		if err != nil {
			yield(Line{}, err)
			return
		}
		if len(found) > 0 && from < found[0].first {
			yield(Line{}, ErrGone)
			return
		}
		for _, s := range found {
			if s.end <= from {
				continue
			}
			wanted := true
			_, err := s.scanFile(func(index uint64, line []byte) bool {
				if index >= from {
					wanted = yield(Line{index, line}, nil)
				}
				return wanted
			})
			if !wanted {
				return
			}
			if err != nil {
				yield(Line{}, err)
				return
			}
		}
	}
}
