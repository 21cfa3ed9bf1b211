package audit

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
	"unicode/utf8"
)

// MaxEntry bounds the encoded size of one entry.
const MaxEntry = 16 << 10

// ErrTooLarge is an entry above MaxEntry. Trying again is of no use: the caller must bound what it records.
var ErrTooLarge = errors.New("audit entry is too large")

// Entry is one decision and what came of it. It holds no value about the person asked after: Subject is a keyed hash (see
// SubjectHash) and Fields are names. Official, Dossier and Source are about people on the asking side; they stand apart in
// the encoding so that they can be erased one day without touching the rest.
type Entry struct {
	Time         time.Time
	Request      string // our id of the request
	Correlation  string // the caller's, if it sent one
	Agency       string
	Client       string
	System       string
	Operation    string
	Purpose      string
	Rule         string // rule@version that decided
	Outcome      string // a problem code, or "ok"
	Status       int
	Cache        string
	Fields       []string
	Subject      string
	Official     string
	Dossier      string
	Source       string // network address of the caller
	NationalCode string // the national system's own code, where it gave one
	Endpoint     string // which of the system's endpoints answered
	Duration     time.Duration
}

// stored is the form of an entry on disk; appendRest writes the same without reflection.
type stored struct {
	Index        uint64   `json:"i"`
	Time         string   `json:"time"`
	Request      string   `json:"request,omitempty"`
	Correlation  string   `json:"correlation,omitempty"`
	Agency       string   `json:"agency,omitempty"`
	Client       string   `json:"client,omitempty"`
	System       string   `json:"system,omitempty"`
	Operation    string   `json:"operation,omitempty"`
	Purpose      string   `json:"purpose,omitempty"`
	Rule         string   `json:"rule,omitempty"`
	Outcome      string   `json:"outcome,omitempty"`
	Status       int      `json:"status,omitempty"`
	Cache        string   `json:"cache,omitempty"`
	Fields       []string `json:"fields,omitempty"`
	Subject      string   `json:"subject,omitempty"`
	NationalCode string   `json:"nationalCode,omitempty"`
	Endpoint     string   `json:"endpoint,omitempty"`
	Duration     int64    `json:"durationUs,omitempty"`
	Detail       *detail  `json:"detail,omitempty"`
}

// detail is what may be erased.
type detail struct {
	Official string `json:"official,omitempty"`
	Dossier  string `json:"dossier,omitempty"`
	Source   string `json:"source,omitempty"`
}

const timeLayout = "2006-01-02T15:04:05.000000Z" // always UTC

// appendIndex begins a line; appendRest ends it. The index is known last, under the journal's lock, so that all the rest
// is encoded outside of it.
func appendIndex(dst []byte, index uint64) []byte {
	dst = append(dst, linePrefix...)
	return strconv.AppendUint(dst, index, 10)
}

const linePrefix = `{"i":`

func appendRest(dst []byte, e *Entry) []byte {
	dst = append(dst, `,"time":"`...)
	dst = e.Time.UTC().AppendFormat(dst, timeLayout)
	dst = append(dst, '"')
	dst = appendMember(dst, "request", e.Request)
	dst = appendMember(dst, "correlation", e.Correlation)
	dst = appendMember(dst, "agency", e.Agency)
	dst = appendMember(dst, "client", e.Client)
	dst = appendMember(dst, "system", e.System)
	dst = appendMember(dst, "operation", e.Operation)
	dst = appendMember(dst, "purpose", e.Purpose)
	dst = appendMember(dst, "rule", e.Rule)
	dst = appendMember(dst, "outcome", e.Outcome)
	dst = appendNumber(dst, "status", int64(e.Status))
	dst = appendMember(dst, "cache", e.Cache)
	dst = appendFields(dst, e.Fields)
	dst = appendMember(dst, "subject", e.Subject)
	dst = appendMember(dst, "nationalCode", e.NationalCode)
	dst = appendMember(dst, "endpoint", e.Endpoint)
	dst = appendNumber(dst, "durationUs", e.Duration.Microseconds())
	dst = appendDetail(dst, e)
	return append(dst, '}', '\n')
}

func appendMember(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	return appendString(dst, value)
}

func appendNumber(dst []byte, name string, value int64) []byte {
	if value == 0 {
		return dst
	}
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	return strconv.AppendInt(dst, value, 10)
}

func appendFields(dst []byte, fields []string) []byte {
	if len(fields) == 0 {
		return dst
	}
	dst = append(dst, `,"fields":[`...)
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, f)
	}
	return append(dst, ']')
}

func appendDetail(dst []byte, e *Entry) []byte {
	if e.Official == "" && e.Dossier == "" && e.Source == "" {
		return dst
	}
	dst = append(dst, `,"detail":{`...)
	start := len(dst)
	dst = appendMember(dst, "official", e.Official)
	dst = appendMember(dst, "dossier", e.Dossier)
	dst = appendMember(dst, "source", e.Source)
	dst = append(dst[:start], dst[start+1:]...) // the first member's comma
	return append(dst, '}')
}

// appendString quotes as encoding/json does without its escapes for HTML; invalid UTF-8 becomes the replacement character.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0 // of what is not yet copied
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				dst = append(dst, s[from:i]...)
				dst = appendEscape(dst, c)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		escape := ""
		switch {
		case r == utf8.RuneError && size == 1:
			escape = `\ufffd`
		case r == '\u2028': // line ends to JavaScript, though not to JSON
			escape = `\u2028`
		case r == '\u2029':
			escape = `\u2029`
		}
		if escape != "" {
			dst = append(dst, s[from:i]...)
			dst = append(dst, escape...)
			from = i + size
		}
		i += size
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// decodeEntry is the reverse of the encoding.
func decodeEntry(line []byte) (Entry, error) {
	var s stored
	if err := json.Unmarshal(line, &s); err != nil {
		return Entry{}, err
	}
	at, err := time.Parse(timeLayout, s.Time)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		Time: at, Request: s.Request, Correlation: s.Correlation, Agency: s.Agency, Client: s.Client,
		System: s.System, Operation: s.Operation, Purpose: s.Purpose, Rule: s.Rule, Outcome: s.Outcome, Status: s.Status,
		Cache: s.Cache, Fields: s.Fields, Subject: s.Subject, NationalCode: s.NationalCode, Endpoint: s.Endpoint,
		Duration: time.Duration(s.Duration) * time.Microsecond,
	}
	if s.Detail != nil {
		e.Official, e.Dossier, e.Source = s.Detail.Official, s.Detail.Dossier, s.Detail.Source
	}
	return e, nil
}
