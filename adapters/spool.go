package adapters

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// maxFile bounds a file that comes inside an answer.
	maxFile = 64 << 20
	// spoolHead is how much of a file stays in memory; the rest goes to disk.
	spoolHead = 256 << 10
)

// Spool is the content of a file that came inside an answer: too large to stand in
// memory for every caller who waits. What exceeds its head lies in a file without a
// name, encrypted with a key that only this value has, so that nothing of it can be
// read once the Spool is gone. It is written once, then read by any number.
type Spool struct {
	size   int64
	head   []byte
	rest   *os.File // nil where the head is all; closed when nobody holds the Spool
	block  cipher.Block
	cipher cipher.Stream // of writing
	marker string
}

// NewSpool makes an empty spool.
func NewSpool() *Spool { return &Spool{marker: "spool-" + rand.Text()} }

var (
	// errTooLarge: a file beyond maxFile.
	errTooLarge = errors.New("file is too large")
	// errOwnDisk is a fault of this machine, not of the system whose file it is.
	errOwnDisk = errors.New("spool a file")
)

// Write adds content; the Spool must not be read yet.
func (s *Spool) Write(p []byte) (int, error) {
	if s.size+int64(len(p)) > maxFile {
		return 0, errTooLarge
	}
	n := min(len(p), spoolHead-len(s.head))
	s.head = append(s.head, p[:n]...)
	if n < len(p) {
		if err := s.spill(p[n:]); err != nil {
			return n, fmt.Errorf("%w: %w", errOwnDisk, err)
		}
	}
	s.size += int64(len(p))
	return len(p), nil
}

func (s *Spool) spill(p []byte) (err error) {
	if s.rest == nil {
		if s.rest, err = os.CreateTemp("", "lgsp-spool-"); err != nil {
			return err
		}
		if err := os.Remove(s.rest.Name()); err != nil {
			return err
		}
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails since Go 1.24
		if s.block, err = aes.NewCipher(key); err != nil {
			return err
		}
		s.cipher = s.stream()
	}
	hidden := make([]byte, len(p))
	s.cipher.XORKeyStream(hidden, p)
	_, err = s.rest.Write(hidden)
	return err
}

// stream starts the key stream. The key serves one content only, so it starts at zero.
func (s *Spool) stream() cipher.Stream { return cipher.NewCTR(s.block, make([]byte, aes.BlockSize)) }

// Size is the content's length in bytes.
func (s *Spool) Size() int64 { return s.size }

// Open reads the content from its beginning.
func (s *Spool) Open() io.Reader {
	head := io.Reader(bytes.NewReader(s.head))
	if s.rest == nil {
		return head
	}
	rest := io.NewSectionReader(s.rest, 0, s.size-int64(len(s.head)))
	return io.MultiReader(head, cipher.StreamReader{S: s.stream(), R: rest})
}

// Starts tells whether the content begins like this.
func (s *Spool) Starts(with string) bool { return bytes.HasPrefix(s.head, []byte(with)) }

// MarshalJSON writes a mark in the place of the content; WriteRecord puts the
// content there.
func (s *Spool) MarshalJSON() ([]byte, error) { return json.Marshal(s.marker) }

// UnmarshalJSON reads content as WriteRecord writes it.
func (s *Spool) UnmarshalJSON(text []byte) error {
	var content []byte
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	*s = *NewSpool()
	_, err := s.Write(content)
	return err
}

// LargeFile is a file in an answer whose content is not held in memory.
type LargeFile struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Size      int64  `json:"size"`
	Content   *Spool `json:"content,omitempty"`
}

// RecordSize is the length of what WriteRecord writes.
func RecordSize(record []byte, files []*Spool) int64 {
	size := int64(len(record))
	for _, f := range files {
		if bytes.Contains(record, []byte(f.marker)) {
			size += int64(base64.StdEncoding.EncodedLen(int(f.size))) - int64(len(f.marker))
		}
	}
	return size
}

// WriteRecord writes a record with the contents of its files, as base64, where their
// marks stand. A file that the record does not show is left out.
func WriteRecord(w io.Writer, record []byte, files []*Spool) error {
	for len(files) > 0 {
		next, at := nextMark(record, files)
		if next == nil {
			break
		}
		if _, err := w.Write(record[:at]); err != nil {
			return err
		}
		encoder := base64.NewEncoder(base64.StdEncoding, w)
		if _, err := io.Copy(encoder, next.Open()); err != nil {
			return err
		}
		if err := encoder.Close(); err != nil {
			return err
		}
		record = record[at+len(next.marker):]
	}
	_, err := w.Write(record)
	return err
}

// nextMark finds the first mark in a record, and whose it is.
func nextMark(record []byte, files []*Spool) (next *Spool, at int) {
	for _, f := range files {
		if i := bytes.Index(record, []byte(f.marker)); i >= 0 && (next == nil || i < at) {
			next, at = f, i
		}
	}
	return next, at
}
