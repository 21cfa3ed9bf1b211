// Package api is the edge that agencies call: it turns HTTP into questions for
// the use cases and their answers into HTTP. It decides nothing. Handlers return
// errors; package problem says how they are told.
package api

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/problem"
	"github.com/lgsp-vn/lgsp/policies"
)

// API serves the agencies' paths.
type API struct {
	Catalog  *catalog.Catalog
	Policies interface{ Current() *policies.Set }
	Lookup   *lookup.Service
	Verifier interface {
		Verify(ctx context.Context, token string, shown *x509.Certificate) (*auth.Caller, error)
	}
	Problems problem.Writer
	Now      func() time.Time
	NewID    func() string // a ULID
	// Counted is told of each question that came with others in one request.
	Counted func(x *Exchange, took time.Duration)
}

// Exchange is what is known of one HTTP request: its ids from the start, the
// rest as the request passes. The log line and the metrics at the end read it.
type Exchange struct {
	ID          string // ULID, ours
	Correlation string // the caller's request id, if it sent a usable one
	Started     time.Time
	Caller      *auth.Caller
	System      string // known ones only: these are metric labels
	Operation   string
	Outcome     string // problem code, or ok
	Cache       lookup.Source
	Err         error // for the log
}

const exchangeKey = "exchange"

// Begin attaches a new exchange to a request.
func Begin(c *gin.Context, x *Exchange) { c.Set(exchangeKey, x) }

// Of returns the request's exchange.
func Of(c *gin.Context) *Exchange { return c.MustGet(exchangeKey).(*Exchange) }

// handler is an HTTP handler that may fail.
type handler func(*gin.Context, *Exchange) error

// Handle adapts a handler that may fail.
func (a *API) Handle(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		x := Of(c)
		if err := h(c, x); err != nil {
			a.Fail(c, x, err)
		}
	}
}

// Fail answers with the problem an error stands for.
func (a *API) Fail(c *gin.Context, x *Exchange, err error) {
	p := problem.Of(err, x.System)
	x.Outcome, x.Err = p.Code, err
	challenge(c.Writer.Header(), err)
	a.Problems.Write(c.Writer, c.Request, x.ID, p)
	c.Abort()
}

// challenge says that it was the token that was refused, where one was sent.
func challenge(h http.Header, err error) {
	if errors.Is(err, auth.ErrInvalidToken) {
		h.Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
}

// Authenticate lets only callers with a good token pass.
func (a *API) Authenticate(c *gin.Context) {
	x := Of(c)
	var err error
	if x.Caller, err = a.caller(c.Request); err != nil {
		a.Fail(c, x, err)
	}
}

// caller tells whose token a request bears, as far as it is good now.
func (a *API) caller(r *http.Request) (*auth.Caller, error) {
	token, err := auth.BearerFrom(r.Header)
	if err != nil {
		return nil, err
	}
	return a.Verifier.Verify(r.Context(), token, auth.ConnectionCertificate(r))
}

// NoRoute answers for addresses that do not exist.
func (a *API) NoRoute(c *gin.Context, _ *Exchange) error {
	return &problem.Problem{Kind: problem.NotFound}
}

// NoMethod answers for methods an address does not take.
func (a *API) NoMethod(c *gin.Context, _ *Exchange) error {
	p := problem.MethodNotAllowed.With("Xem header Allow.", "See the Allow header.")
	p.Allow = c.Writer.Header().Get("Allow")
	return p
}
