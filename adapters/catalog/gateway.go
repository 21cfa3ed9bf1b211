package catalog

import (
	"context"
	"net/http"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
)

// tokenTimeout bounds one call of the token endpoint, however patient the system
// is for which it is made.
const tokenTimeout = 5 * time.Second

// gateway is the shared national gateway: one token for all systems behind it,
// and the breaker of its token endpoint.
type gateway struct {
	*ndxp.Gateway
	breaker *gobreaker.CircuitBreaker[struct{}]
}

// newGateway makes the way to the gateway, whose token endpoint is reached by
// base. Logins come one after the other, so a
// token endpoint that hangs yields few outcomes in a window: three suffice.
func newGateway(o Options, base http.RoundTripper) *gateway {
	b := Breaker{Window: time.Minute, Minimum: 3, FailureShare: 0.5, Open: 10 * time.Second, Probes: 1}
	g := &gateway{breaker: newBreaker[struct{}]("ndxp/token", b, o.Changed)}
	o.Changed("ndxp/token", "", gobreaker.StateClosed.String())
	secrets := o.Secrets["ndxp"]
	g.Gateway = ndxp.NewGateway(ndxp.Options{
		Base: base, TokenURL: o.NDXPTokenURL, Key: secrets["key"], Secret: secrets["secret"], AccessToken: secrets["accessToken"], Now: o.Now,
		Guard: func(ctx context.Context, fetch func(context.Context) error) error {
			ctx, cancel := context.WithTimeoutCause(ctx, tokenTimeout, adapters.ErrTimeout)
			defer cancel()
			_, err := g.breaker.Execute(func() (struct{}, error) { return struct{}{}, fetch(ctx) })
			return b.refusal(err)
		},
	})
	return g
}

// shut tells that no token is to be had for now.
func (g *gateway) shut() bool { return g.breaker.State() == gobreaker.StateOpen }

// way is how a system is reached: directly, or through the national gateway.
func (g *gateway) way(direct http.RoundTripper, viaNDXP bool) http.RoundTripper {
	if viaNDXP {
		return g.Transport(direct)
	}
	return direct
}
