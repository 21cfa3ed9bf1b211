package server

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/gateway/api"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/gateway/telemetry"
)

// The middleware chain, in the order in which router lists it.

// identify gives the request its id and looks at the caller's.
func identify(c *gin.Context) {
	x := &api.Exchange{ID: ulid.Make().String(), Started: time.Now()}
	h := c.Writer.Header()
	h["X-Request-Id"] = []string{x.ID}
	if given := c.Request.Header["X-Request-Id"]; len(given) == 1 && usableID(given[0]) {
		x.Correlation = given[0]
		h["X-Correlation-Id"] = given
	}
	api.Begin(c, x)
}

// usableID accepts a caller's request id that may be recorded and returned: a
// UUID, or a short text without as many digits in a row as the number of a person
// has. Punctuation between digits does not hide such a number.
func usableID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	letters, digits, longest := false, 0, 0
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letters, digits = true, 0
		case r >= '0' && r <= '9':
			digits++
			longest = max(longest, digits)
		case r == '-', r == '_', r == '.', r == ':':
		default:
			return false
		}
	}
	return letters && (longest < shortestNumber || uuid.MatchString(id))
}

// uuid is the usual form of a UUID; its random digits may stand in a long row.
var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// shortestNumber is the length of the old identity card's number, the shortest
// that names a person.
const shortestNumber = 9

// observe writes the one log line and the figures of a request at its end, and
// turns a panic into a problem that says nothing.
func (s *Server) observe(problems problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		x := api.Of(c)
		defer func() {
			if fault := recover(); fault != nil {
				x.Err = lookup.Panicked(fault)
				x.Outcome = problem.Internal.Code
				if !c.Writer.Written() {
					problems.Write(c.Writer, c.Request, x.ID, &problem.Problem{Kind: problem.Internal})
				}
				c.Abort()
			}
			s.end(c, x)
		}()
		c.Next()
	}
}

// end reports a request.
func (s *Server) end(c *gin.Context, x *api.Exchange) {
	took := time.Since(x.Started)
	if x.Outcome == "" {
		x.Outcome = "ok"
		if status := c.Writer.Status(); status >= 400 {
			x.Outcome = "http-" + strconv.Itoa(status)
		}
	}
	s.counted(x, took)
	level := slog.LevelInfo
	if c.Writer.Status() >= 500 {
		level = slog.LevelWarn
	}
	line := telemetry.Request{ID: x.ID, Method: c.Request.Method, Route: c.FullPath(), Status: c.Writer.Status(), Outcome: x.Outcome, Took: took,
		Bytes: c.Writer.Size(), System: x.System, Operation: x.Operation, Cache: string(x.Cache), Correlation: x.Correlation}
	if x.Caller != nil {
		line.Agency, line.Client = x.Caller.Agency.ID, x.Caller.Client.ID
	}
	if x.Err != nil && !errors.Is(x.Err, context.Canceled) {
		line.Error = x.Err.Error()
	}
	s.log.Request(level, x.Started.Add(took), &line)
}

// counted adds a question to the figures, whether it came alone or with others.
func (s *Server) counted(x *api.Exchange, took time.Duration) {
	s.metrics.Request(x.System, x.Operation, x.Outcome, string(x.Cache), took)
}

// exchangeKey finds the exchange in the context of a request that leaves gin.
type exchangeKey struct{}

// carry hands the exchange on to a handler that knows nothing of gin.
func carry(c *gin.Context) {
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), exchangeKey{}, api.Of(c)))
}

// tokenAsked notes how a request for a token ended.
func tokenAsked(r *http.Request, ended auth.TokenOutcome) {
	x, ok := r.Context().Value(exchangeKey{}).(*api.Exchange)
	if !ok {
		return
	}
	if ended.Client != nil {
		x.Caller = &auth.Caller{Agency: ended.Client.Agency, Client: ended.Client}
	}
	if x.Outcome = ended.Code; ended.Code != "" {
		x.Err = cmp.Or(ended.Fault, errors.New(ended.Reason))
	}
}

// admit sheds requests beyond a bound, at once and cheaply.
func admit(bound *limits.Concurrency, problems problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		if bound.Enter() {
			defer bound.Leave()
			c.Next()
			return
		}
		x := api.Of(c)
		x.Outcome = problem.Overloaded.Code
		problems.Write(c.Writer, c.Request, x.ID, &problem.Problem{Kind: problem.Overloaded, RetryAfter: time.Second})
		c.Abort()
	}
}
