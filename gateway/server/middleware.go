package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/gateway/api"
	"github.com/lgsp-vn/lgsp/gateway/problem"
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

// usableID accepts a caller's request id that may be recorded and returned. A
// bare run of digits is refused: it may be an identifier of a person.
func usableID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	letters := false
	for _, r := range id {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letters = true
		case r >= '0' && r <= '9', r == '-', r == '_', r == '.', r == ':':
		default:
			return false
		}
	}
	return letters
}

// observe writes the one log line and the figures of a request at its end, and
// turns a panic into a problem that says nothing.
func (s *Server) observe(problems problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		x := api.Of(c)
		defer func() {
			if fault := recover(); fault != nil {
				x.Err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
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

// end reports a request. A panic's value and stack are for the log of a fault of
// ours; they may not reach anybody else.
func (s *Server) end(c *gin.Context, x *api.Exchange) {
	took := time.Since(x.Started)
	if x.Outcome == "" {
		x.Outcome = "ok"
	}
	s.metrics.Request(x.System, x.Operation, x.Outcome, string(x.Cache), took)
	level := slog.LevelInfo
	if c.Writer.Status() >= 500 {
		level = slog.LevelWarn
	}
	attributes := make([]slog.Attr, 0, 14)
	attributes = append(attributes, slog.String("request", x.ID), slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
		slog.Int("status", c.Writer.Status()), slog.String("outcome", x.Outcome), slog.Duration("took", took), slog.Int("bytes", c.Writer.Size()))
	if x.System != "" {
		attributes = append(attributes, slog.String("system", x.System), slog.String("operation", x.Operation))
	}
	if x.Caller != nil {
		attributes = append(attributes, slog.String("agency", x.Caller.Agency.ID), slog.String("client", x.Caller.Client.ID))
	}
	if x.Cache != "" {
		attributes = append(attributes, slog.String("cache", string(x.Cache)))
	}
	if x.Correlation != "" {
		attributes = append(attributes, slog.String("correlation", x.Correlation))
	}
	if x.Err != nil && !errors.Is(x.Err, context.Canceled) {
		attributes = append(attributes, slog.String("error", x.Err.Error()))
	}
	s.log.LogAttrs(context.Background(), level, "request", attributes...)
}

// admit sheds requests beyond what this process bears, at once and cheaply.
func (s *Server) admit(problems problem.Writer) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.shed.Enter() {
			defer s.shed.Leave()
			c.Next()
			return
		}
		x := api.Of(c)
		x.Outcome = problem.Overloaded.Code
		problems.Write(c.Writer, c.Request, x.ID, &problem.Problem{Kind: problem.Overloaded, RetryAfter: time.Second})
		c.Abort()
	}
}
