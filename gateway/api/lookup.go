package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
)

// Ask answers POST and GET /v1/{system}/{operation}.
func (a *API) Ask(c *gin.Context, x *Exchange) error {
	reader := questionReader{r: c.Request, w: c.Writer}
	q := reader.question(x)
	q.System, q.Operation, q.Read = c.Param("system"), c.Param("operation"), reader.read
	a.label(x, q.System, q.Operation)
	answer, err := a.Lookup.Ask(c.Request.Context(), &q)
	h := c.Writer.Header()
	describe(h, &q, &answer, err)
	if err != nil {
		return err
	}
	x.Cache = answer.Freshness.Source
	h["Content-Length"] = []string{strconv.FormatInt(adapters.RecordSize(answer.Body, answer.Files), 10)}
	c.Writer.WriteHeader(http.StatusOK)
	x.Err = adapters.WriteRecord(c.Writer, answer.Body, answer.Files) // the caller left: nothing more can be said to it
	return nil
}

// describe says in headers what stands around an answer, also one that is a problem.
func describe(h http.Header, q *lookup.Question, answer *lookup.Answer, err error) {
	limitHeaders(h, q.System, answer)
	if answer.Receipt.Journal != "" {
		h["LGSP-Receipt"] = []string{answer.Receipt.String()}
	}
	if answer.Policy != "" {
		h["LGSP-Policy"] = []string{answer.Policy}
	}
	if err == nil {
		answerHeaders(h, answer, q.Received)
	}
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

// answerHeaders says what stands around a record.
func answerHeaders(h http.Header, answer *lookup.Answer, now time.Time) {
	h["Content-Type"] = contentJSON
	h["Cache-Control"] = cachePrivate
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
	contentJSON  = []string{"application/json"}
	cacheNone    = []string{"no-store"}
	cachePrivate = []string{"private, no-cache"}
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

// limitHeaders writes RateLimit and RateLimit-Policy once the limits were reached:
// the rate under the system's name and, where there is one, the quota of the day.
func limitHeaders(h http.Header, system string, answer *lookup.Answer) {
	if answer.Limit.Limit == 0 {
		return
	}
	left, granted := make([]byte, 0, 96), make([]byte, 0, 96) // on the stack
	left = limits.AppendRateLimit(left, system, answer.Limit)
	granted = limits.AppendPolicy(granted, system, answer.Rate)
	if answer.Day.Limit > 0 {
		day := system + "-day"
		left = limits.AppendRateLimit(append(left, ", "...), day, answer.Day)
		granted = limits.AppendPolicy(append(granted, ", "...), day, answer.PerDay)
	}
	h["RateLimit"], h["RateLimit-Policy"] = []string{string(left)}, []string{string(granted)}
}

// peer is the network address of the caller, without its port.
func peer(r *http.Request) string {
	if at := strings.LastIndexByte(r.RemoteAddr, ':'); at > 0 {
		return strings.Trim(r.RemoteAddr[:at], "[]")
	}
	return r.RemoteAddr
}
