package ndxp

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// maxFault bounds what is read to recognise a fault; the gateway's own are a
// few hundred bytes, and a longer answer comes from the system behind it.
const maxFault = 16 << 10

// fault is an answer of the gateway itself. Its texts are left unread.
type fault struct {
	code string
	next string // when a throttled caller may come again, "" if not said
}

// nextAccess is how the gateway writes that time.
const nextAccess = "2006-Jan-02 15:04:05-0700 MST"

// verdict says whose fault a range of codes is.
type verdict struct {
	from, to string
	kind     error
	detail   string
}

var verdicts = [...]verdict{
	{"900800", "900807", adapters.ErrUnavailable, "throttled by the national gateway"},
	{"900900", "900999", adapters.ErrRejected, "national gateway refused the token or subscription"},
	{"101503", "101503", adapters.ErrUnavailable, "national gateway cannot reach the system"},
	{"101504", "101504", adapters.ErrTimeout, "national gateway got no answer of the system in time"},
	{"101505", "101505", adapters.ErrUnavailable, "national gateway lost the system's connection"},
	{"303001", "303001", adapters.ErrUnavailable, "national gateway has suspended the system's endpoint"},
}

// judge finds the verdict on a code that has one.
func judge(code string) (verdict, bool) {
	for _, v := range verdicts {
		if len(code) == len(v.from) && code >= v.from && code <= v.to {
			return v, true
		}
	}
	return verdict{}, false
}

// failure is the fault as an error of the contract. A code without a verdict of
// its own is judged by the status.
func (f fault) failure(resp *http.Response, now time.Time) error {
	answer := adapters.Answer{Status: resp.StatusCode, Header: resp.Header}
	failed, ok := errors.AsType[*adapters.Error](answer.Fault())
	if !ok {
		failed = adapters.Malformed("") // a fault is looked for in error statuses only
	}
	failed.Code, failed.Detail = f.code, "fault of the national gateway"
	if v, known := judge(f.code); known {
		failed.Kind, failed.Detail = v.kind, v.detail
	}
	if failed.Kind == adapters.ErrUnavailable && failed.RetryAfter == 0 {
		failed.RetryAfter = f.wait(now)
	}
	return failed
}

// wait is the time until the caller may come again, at most an hour.
func (f fault) wait(now time.Time) time.Duration {
	next, err := time.Parse(nextAccess, f.next)
	if err != nil {
		return 0
	}
	return min(max(next.Sub(now), 0), time.Hour)
}

// staleToken tells that another token may be accepted: this one is unknown,
// expired or inactive. The other refusals are about the key.
func (f fault) staleToken(status int) bool {
	return status == http.StatusUnauthorized && (f.code == "900901" || f.code == "900903" || f.code == "900904")
}

// peekFault looks for a fault in an error answer and leaves any other answer as
// it was, a body that breaks off included.
func peekFault(resp *http.Response) (fault, bool) {
	if resp.StatusCode < 400 {
		return fault{}, false
	}
	start, err := io.ReadAll(io.LimitReader(resp.Body, maxFault+1))
	if err == nil && len(start) <= maxFault {
		if f, ok := readFault(start); ok {
			return f, true
		}
	}
	rest := io.Reader(resp.Body)
	if err != nil {
		rest = broken{err}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), rest), resp.Body}
	return fault{}, false
}

// broken is the rest of a body that could not be read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// faultJSON is the fault in its wrapped form and in the flat one of newer
// gateways. The code comes as number or as text.
type faultJSON struct {
	Fault *struct {
		Code json.Number `json:"code"`
		Next string      `json:"nextAccessTime"`
	} `json:"fault"`
	Code json.Number `json:"code"`
	Next string      `json:"nextAccessTime"`
}

// faultXML is the fault as XML; its namespace names the part of the gateway
// that failed and varies.
type faultXML struct {
	XMLName xml.Name `xml:"fault"`
	Code    string   `xml:"code"`
	Next    string   `xml:"nextAccessTime"`
}

// readFault recognises the gateway's fault, as JSON or XML.
func readFault(body []byte) (fault, bool) {
	body = bytes.TrimSpace(body)
	switch {
	case bytes.HasPrefix(body, []byte("{")):
		var j faultJSON
		if json.Unmarshal(body, &j) != nil {
			return fault{}, false
		}
		if j.Fault != nil {
			return newFault(j.Fault.Code.String(), j.Fault.Next)
		}
		// Without the wrapper only a code known as the gateway's tells its
		// faults from the errors of a system behind it.
		if _, known := judge(j.Code.String()); !known {
			return fault{}, false
		}
		return newFault(j.Code.String(), j.Next)
	case bytes.HasPrefix(body, []byte("<")):
		var x faultXML
		if xml.Unmarshal(body, &x) != nil {
			return fault{}, false
		}
		return newFault(strings.TrimSpace(x.Code), x.Next)
	}
	return fault{}, false
}

// newFault accepts three to six digits as a code.
func newFault(code, next string) (fault, bool) {
	if len(code) < 3 || len(code) > 6 || strings.Trim(code, "0123456789") != "" {
		return fault{}, false
	}
	return fault{code: code, next: next}, true
}
