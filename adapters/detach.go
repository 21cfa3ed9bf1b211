package adapters

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// detach reads a JSON text and takes the file out of it: the base64 text of the
// first member called name goes to a Spool while it arrives, and "" stands in its
// place in the rest, which is returned whole. A text that is not JSON comes back as
// it is, for whoever decodes it; a second such member is malformed.
func detach(r io.Reader, name string) (rest []byte, file *Spool, err error) {
	d := detacher{in: bufio.NewReaderSize(r, 32<<10), name: name}
	for err == nil {
		err = d.step()
	}
	if !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	return d.rest.Bytes(), d.file, nil
}

type detacher struct {
	in     *bufio.Reader
	name   string
	rest   bytes.Buffer
	last   []byte // the string just read, as it was written
	member bool   // what comes next is the value of the member looked for
	file   *Spool
}

// step reads one byte or one string.
func (d *detacher) step() error {
	c, err := d.in.ReadByte()
	if err != nil {
		return err
	}
	switch {
	case c == '"' && d.member:
		d.member = false
		return d.content()
	case c == '"':
		return d.text()
	case c == ':':
		d.member = string(d.last) == d.name
	case c != ' ' && c != '\t' && c != '\n' && c != '\r':
		d.member, d.last = false, nil
	}
	return d.keep(c)
}

// keep adds a byte to the rest.
func (d *detacher) keep(c byte) error {
	if d.rest.Len() >= maxAnswer {
		return Malformed("answer is larger than %d bytes", maxAnswer)
	}
	return d.rest.WriteByte(c)
}

// text copies a string after its opening quote.
func (d *detacher) text() error {
	start := d.rest.Len() + 1
	if err := d.keep('"'); err != nil {
		return err
	}
	for escaped := false; ; {
		c, err := d.in.ReadByte()
		if err != nil {
			return err
		}
		if err := d.keep(c); err != nil {
			return err
		}
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			d.last = d.rest.Bytes()[start : d.rest.Len()-1]
			return nil
		}
	}
}

// content takes the file's text after its opening quote.
func (d *detacher) content() error {
	if d.file != nil {
		return Malformed("member %q is there twice", d.name)
	}
	d.file, d.last = NewSpool(), nil
	text := &textReader{in: d.in}
	_, err := io.Copy(d.file, base64.NewDecoder(base64.StdEncoding, text))
	if err == nil && !text.ended { // the decoder stops at padding
		_, err = io.Copy(io.Discard, text)
		if err == nil && text.more {
			err = base64.CorruptInputError(0)
		}
	}
	var corrupt base64.CorruptInputError
	switch {
	case errors.As(err, &corrupt), errors.Is(err, errEscape), errors.Is(err, io.ErrUnexpectedEOF) && text.ended:
		return Malformed("member %q is not base64", d.name)
	case errors.Is(err, errTooLarge):
		return Malformed("file is larger than %d bytes", maxFile)
	case err != nil:
		return err
	}
	_, err = d.rest.WriteString(`""`)
	return err
}

var errEscape = errors.New("unknown escape")

// textReader reads a JSON string up to its closing quote, escapes resolved and
// white space dropped.
type textReader struct {
	in    *bufio.Reader
	ended bool
	more  bool // something was read
}

// Read fills p; a text that breaks off is io.ErrUnexpectedEOF.
func (t *textReader) Read(p []byte) (n int, err error) {
	for n < len(p) && !t.ended {
		c, err := t.in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return n, io.ErrUnexpectedEOF
		case err != nil:
			return n, err
		case c == '"':
			t.ended = true
			continue
		case c == '\\':
			if c, err = t.escape(); err != nil {
				return n, err
			}
		}
		if strings.IndexByte(" \t\r\n", c) < 0 {
			p[n], t.more = c, true
			n++
		}
	}
	if n == 0 && t.ended {
		return 0, io.EOF
	}
	return n, nil
}

// escape reads what follows a backslash. Some encoders write even = and + as
// \u003d and \u002b.
func (t *textReader) escape() (byte, error) {
	length := 1
	next, err := t.in.Peek(1)
	if err == nil && next[0] == 'u' {
		length = 5
		next, err = t.in.Peek(5)
	}
	if err != nil {
		return 0, io.ErrUnexpectedEOF
	}
	var text string
	if json.Unmarshal([]byte(`"\`+string(next)+`"`), &text) != nil || len(text) != 1 || text[0] >= utf8.RuneSelf {
		return 0, errEscape
	}
	_, err = t.in.Discard(length)
	return text[0], err
}
