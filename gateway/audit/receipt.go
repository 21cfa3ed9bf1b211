package audit

import (
	"errors"
	"strconv"
	"strings"
)

// Receipt names an entry: the journal and its place in it. Whoever holds one can ask for the entry and its proof.
type Receipt struct {
	Journal string
	Index   uint64
}

// String returns the form that travels, journal/index.
func (r Receipt) String() string { return string(r.AppendTo(nil)) }

// AppendTo appends the form that travels.
func (r Receipt) AppendTo(dst []byte) []byte {
	dst = append(dst, r.Journal...)
	dst = append(dst, '/')
	return strconv.AppendUint(dst, r.Index, 10)
}

// ParseReceipt reads what String wrote, and nothing else.
func ParseReceipt(s string) (Receipt, error) {
	name, digits, ok := strings.Cut(s, "/")
	index, err := strconv.ParseUint(digits, 10, 64)
	r := Receipt{Journal: name, Index: index}
	if !ok || err != nil || !validName(name) || r.String() != s {
		return Receipt{}, errors.New("parse receipt: not of the form journal/index")
	}
	return r, nil
}

const maxName = 64

// validName says whether a journal may have that name: it becomes part of file names and of headers.
func validName(name string) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
