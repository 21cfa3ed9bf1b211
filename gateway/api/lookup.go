package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

// maxQuestion bounds the body of a lookup.
const maxQuestion = 64 << 10

// Ask answers POST and GET /v1/{system}/{operation}.
func (a *API) Ask(c *gin.Context, x *Exchange) error {
	r := c.Request
	if err := postOrGet(r.Method); err != nil {
		return err
	}
	q := lookup.Question{
		Caller: x.Caller, System: c.Param("system"), Operation: c.Param("operation"), ByAddress: r.Method == http.MethodGet,
		Request: x.ID, Correlation: x.Correlation, Traceparent: traceparent(r.Header), Source: peer(r), Received: x.Started,
		Fresh: wantsFresh(r.Header),
	}
	a.label(x, q.System, q.Operation)
	for _, h := range []struct {
		name  string
		value *string
	}{{"LGSP-Purpose", &q.Purpose}, {"LGSP-Official", &q.Official}, {"LGSP-Dossier", &q.Dossier}} {
		var err error
		if *h.value, err = single(r.Header, h.name); err != nil {
			return err
		}
	}
	q.Read = func(op *adapters.Operation) (adapters.Input, error) { return read(c, op) }

	answer, err := a.Lookup.Ask(r.Context(), &q)
	h := c.Writer.Header()
	limitHeaders(h, q.System, &answer)
	if answer.Receipt.Journal != "" {
		h["LGSP-Receipt"] = []string{answer.Receipt.String()}
	}
	if answer.Policy != "" {
		h["LGSP-Policy"] = []string{answer.Policy}
	}
	if err != nil {
		return err
	}
	x.Cache = answer.Freshness.Source
	answerHeaders(h, &answer, x.Started)
	c.Writer.WriteHeader(http.StatusOK)
	_, err = c.Writer.Write(answer.Body)
	x.Err = err // the caller left: nothing more can be said to it
	return nil
}

// label names system and operation for log and metrics, if they exist: names a
// caller made up must not become labels.
func (a *API) label(x *Exchange, system, operation string) {
	if s, ok := a.Catalog.System(system); ok {
		x.System = s.ID
		if op, ok := s.Operation(operation); ok {
			x.Operation = op.ID
		}
	}
}

// maxHeader bounds the headers of a question.
const maxHeader = 128

// single reads a header that must not be repeated: two purposes are none.
func single(h http.Header, name string) (string, error) {
	values := h[http.CanonicalHeaderKey(name)]
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) == 1 && len(values[0]) <= maxHeader:
		return strings.TrimSpace(values[0]), nil
	}
	p := problem.InvalidRequest.With("Một header không dùng được.", "A header cannot be used.")
	p.Errors = []problem.FieldError{{Field: name, Message: adapters.Text{
		VI: "chỉ được có một lần và dài tối đa 128 ký tự", EN: "must be given once, in at most 128 characters"}}}
	return "", p
}

// read parses the question from the body, or from the address with GET.
func read(c *gin.Context, op *adapters.Operation) (adapters.Input, error) {
	r := c.Request
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return adapters.Input{}, problem.InvalidRequest.With("Tham số trên địa chỉ không đọc được.", "The query cannot be read.")
	}
	if r.Method == http.MethodGet {
		return parsed(op.ParseQuery(query))
	}
	if len(query) > 0 {
		return adapters.Input{}, problem.InvalidRequest.With("POST không nhận tham số trên địa chỉ.", "POST takes no query parameters.")
	}
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := parameters["charset"]; err != nil || media != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return adapters.Input{}, &problem.Problem{Kind: problem.UnsupportedMediaType}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, maxQuestion))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return adapters.Input{}, &problem.Problem{Kind: problem.PayloadTooLarge}
		}
		return adapters.Input{}, problem.InvalidRequest.With("Nội dung không nhận được trọn vẹn.", "The body did not arrive whole.")
	}
	return parsed(op.Parse(body))
}

func parsed(in adapters.Input, faults []adapters.Fault) (adapters.Input, error) {
	if len(faults) > 0 {
		return in, &lookup.Invalid{Faults: faults}
	}
	return in, nil
}

// wantsFresh reads Cache-Control: no-cache.
func wantsFresh(h http.Header) bool {
	for _, value := range h["Cache-Control"] {
		for directive := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(directive), "no-cache") {
				return true
			}
		}
	}
	return false
}

// answerHeaders says what stands around a record.
func answerHeaders(h http.Header, answer *lookup.Answer, now time.Time) {
	h["Content-Type"] = contentJSON
	h["Content-Length"] = []string{strconv.Itoa(len(answer.Body))}
	h["Cache-Control"] = cacheShared
	if answer.Personal {
		h["Cache-Control"] = cacheNone
	}
	h["LGSP-As-Of"] = []string{answer.AsOf.In(adapters.Vietnam).Format(time.RFC3339)}
	h["Cache-Status"] = []string{cacheStatus(answer.Freshness)}
	if answer.Freshness.Source == lookup.Hit || answer.Freshness.Source == lookup.Stale {
		h["Age"] = []string{strconv.Itoa(max(int(now.Sub(answer.AsOf).Seconds()), 0))}
	}
}

// Header values that never change are shared between answers.
var (
	contentJSON = []string{"application/json"}
	cacheNone   = []string{"no-store"}
	cacheShared = []string{"private, no-cache"}
)

// cacheStatus writes the Cache-Status header (RFC 9211).
func cacheStatus(f lookup.Freshness) string {
	switch f.Source {
	case lookup.Hit, lookup.Stale:
		text := "lgsp; hit; ttl=" + strconv.Itoa(int(f.TTL.Seconds()))
		if f.Source == lookup.Stale {
			text += "; detail=stale-if-error"
		}
		return text
	}
	text := "lgsp; " + string(f.Source)
	if f.Stored {
		text += "; stored"
	}
	if f.Collapsed {
		text += "; collapsed"
	}
	return text
}

// limitHeaders writes RateLimit and RateLimit-Policy once the limits were reached.
func limitHeaders(h http.Header, system string, answer *lookup.Answer) {
	if answer.Limit.Limit == 0 {
		return
	}
	h["RateLimit"] = []string{string(limits.AppendRateLimit(make([]byte, 0, 48), system, answer.Limit))}
	h["RateLimit-Policy"] = []string{string(limits.AppendPolicy(make([]byte, 0, 48), system, answer.Rate))}
}

// peer is the network address of the caller, without its port.
func peer(r *http.Request) string {
	if at := strings.LastIndexByte(r.RemoteAddr, ':'); at > 0 {
		return strings.Trim(r.RemoteAddr[:at], "[]")
	}
	return r.RemoteAddr
}
