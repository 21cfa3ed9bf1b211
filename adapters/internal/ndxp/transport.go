// Package ndxp is the way through the shared national gateway (NDXP, formerly
// NGSP), a WSO2 API Manager in front of most national systems.
//
// It owns the gateway's token and its faults: the Transport of a Gateway goes
// under an adapters.Conn and leaves an adapter to know only its own system. It
// also holds the simulated gateway. It does not own timeouts, retries or
// breakers: adapters/catalog, which makes the one Gateway, puts those around it
// and hands in the token endpoint's breaker as Guard.
package ndxp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// ErrNoToken marks a call that ended because the gateway gave no token. The
// system asked for has not seen it, so the caller must not hold it against that
// system; what kind of failure it was is told by the adapters.Error it is in.
var ErrNoToken = errors.New("no token of the national gateway")

// Options are what a Gateway is made of.
type Options struct {
	Base     http.RoundTripper // how the token endpoint is reached
	TokenURL string            // absolute address of the token endpoint
	Key      string            // consumer key
	Secret   string            // consumer secret
	// AccessToken is the JSON object that a provincial gateway in front wants in the
	// header lgspaccesstoken (see CheckAccessToken); "" where there is none.
	AccessToken string
	Now         func() time.Time
	// Guard surrounds every fetch of a token; nil leaves it bare. All systems
	// share the endpoint, so its failures must not count against each of them.
	Guard func(ctx context.Context, fetch func(context.Context) error) error
}

// Gateway is the national gateway as one consumer knows it. All systems behind
// it share its token. It is safe for concurrent use.
type Gateway struct {
	now         func() time.Time
	guard       func(ctx context.Context, fetch func(context.Context) error) error
	tokens      tokenEndpoint
	accessToken string // as the header holds it
}

// NewGateway makes the gateway of one consumer key; no token is fetched yet.
func NewGateway(o Options) *Gateway {
	if o.Guard == nil {
		o.Guard = func(ctx context.Context, fetch func(context.Context) error) error { return fetch(ctx) }
	}
	return &Gateway{now: o.Now, guard: o.Guard, accessToken: encodeAccessToken(o.AccessToken), tokens: tokenEndpoint{
		conn: adapters.NewConn(adapters.ConnOptions{Base: o.TokenURL, Transport: o.Base, Now: o.Now}),
		key:  o.Key, secret: o.Secret,
	}}
}

// Transport is the way to a system behind the gateway; base holds that system's
// own connections. It sets Authorization, so a system that needs that header for
// itself cannot be reached through it. Where the gateway answers in a system's
// stead, RoundTrip fails with the *adapters.Error that says so; what the system
// answers passes untouched.
func (g *Gateway) Transport(base http.RoundTripper) http.RoundTripper {
	return &transport{gateway: g, base: base}
}

// NewTransport is the way through a gateway that serves one system alone.
func NewTransport(o Options) http.RoundTripper { return NewGateway(o).Transport(o.Base) }

// token is the held one or a new one; the failure to get one is marked ErrNoToken.
func (g *Gateway) token(req *http.Request) (string, error) {
	call := adapters.Call{Request: req.Header.Get("X-Request-Id"), Traceparent: req.Header.Get("Traceparent")}
	token, err := g.tokens.conn.Session().Token(req.Context(), g.now, func(ctx context.Context) (token string, life time.Duration, err error) {
		err = g.guard(ctx, func(ctx context.Context) error {
			token, life, err = g.tokens.fetch(ctx, call)
			return err
		})
		return token, life, err
	})
	if err != nil {
		return "", withoutToken(err)
	}
	return token, nil
}

// withoutToken marks a failure, in a copy: the original may be shared.
func withoutToken(err error) error {
	marked := adapters.Error{Kind: adapters.ErrUnavailable, Detail: "token of the national gateway", Err: err}
	if own, ok := errors.AsType[*adapters.Error](err); ok {
		marked = *own
	}
	marked.Err = errors.Join(ErrNoToken, marked.Err)
	return &marked
}

type transport struct {
	gateway *Gateway
	base    http.RoundTripper
}

// RoundTrip sends the request with the gateway's token. A token the gateway no
// longer knows is replaced once: such a request never reached the system, so
// repeating it is safe whatever its method.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := t.gateway.token(req)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, stale, err := t.send(req, req.Body, token)
	if !stale {
		return resp, err
	}
	t.gateway.tokens.conn.Session().Forget(token)
	body, ok := replay(req)
	if !ok {
		return nil, err
	}
	if token, err = t.gateway.token(req); err != nil {
		if body != nil {
			body.Close()
		}
		return nil, err
	}
	resp, _, err = t.send(req, body, token)
	return resp, err
}

// send does one exchange; stale tells that the gateway refused the token itself.
func (t *transport) send(req *http.Request, body io.ReadCloser, token string) (resp *http.Response, stale bool, err error) {
	out := req.Clone(req.Context())
	out.Body = body
	out.Header.Set("Authorization", "Bearer "+token)
	if t.gateway.accessToken != "" {
		out.Header[accessTokenHeader] = []string{t.gateway.accessToken}
	}
	resp, err = t.base.RoundTrip(out)
	if err != nil {
		return nil, false, err
	}
	fault, found := peekFault(resp)
	if !found {
		return resp, false, nil
	}
	resp.Body.Close()
	return nil, fault.staleToken(resp.StatusCode), fault.failure(resp, t.gateway.now())
}

// replay gives the body once more, ok unless it can be read only once.
func replay(req *http.Request) (body io.ReadCloser, ok bool) {
	switch {
	case req.Body == nil || req.Body == http.NoBody:
		return req.Body, true
	case req.GetBody == nil:
		return nil, false
	}
	body, err := req.GetBody()
	return body, err == nil
}

// closeBody keeps the promise every RoundTripper makes, also when it fails.
func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}
