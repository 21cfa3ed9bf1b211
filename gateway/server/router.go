package server

import (
	"net/http"
	"net/http/pprof"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/gateway/api"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/lookup"
	"github.com/lgsp-vn/lgsp/gateway/portal"
	"github.com/lgsp-vn/lgsp/gateway/problem"
)

func (s *Server) problems() problem.Writer { return problem.Writer{PublicURL: s.Addresses.Public} }

// router is everything agencies can reach, with the middleware in its order.
func (s *Server) router() (http.Handler, error) {
	issuer, err := auth.NewIssuer(auth.IssuerConfig{PublicURL: s.Addresses.Public, Keys: s.keys, Registry: s.registry,
		Used: s.store, Revoked: s.revoked, Now: time.Now, Report: tokenAsked})
	if err != nil {
		return nil, err
	}
	a := &api.API{Catalog: s.catalog, Policies: s.policies, Verifier: s.verifier, Problems: s.problems(), Now: time.Now,
		NewID: func() string { return ulid.Make().String() }, Counted: s.counted,
		Lookup: &lookup.Service{
			Catalog: s.catalog, Policies: s.policies, Cache: s.cache, Limits: s.rates, Daily: s.daily, Journal: s.journal, Subject: s.subject,
			Outcome: func(err error) (string, int) {
				p := problem.Of(err, "")
				return p.Code, p.Status
			},
			DefaultRate: limits.Rate{Count: s.config.AgencyRate, Per: time.Second}, Places: s.shed, Waiting: s.waiting(), Now: time.Now,
		},
	}
	pages := &portal.Portal{Catalog: s.catalog, Policies: s.policies, PublicURL: s.Addresses.Public, Samples: s.samples}

	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.RedirectTrailingSlash, r.RedirectFixedPath, r.HandleMethodNotAllowed = false, false, true
	r.Use(identify, s.observe(a.Problems))
	r.NoRoute(a.Handle(a.NoRoute))
	r.NoMethod(a.Handle(a.NoMethod))

	r.GET("/healthz", s.alive)
	r.GET("/readyz", s.ready)

	// Everything below may be shed; health must answer then too. Who is not
	// known yet gets a bound apart, so that strangers cannot keep callers out.
	open := r.Group("", admit(s.shedStrangers, a.Problems))
	open.POST(auth.TokenPath, carry, gin.WrapF(issuer.ServeToken))
	open.POST(auth.RevokePath, carry, gin.WrapF(issuer.ServeRevoke))
	open.GET(auth.MetadataPath, gin.WrapF(issuer.ServeMetadata))
	open.GET(auth.KeysPath, gin.WrapF(issuer.ServeKeys))
	pages.Mount(open)

	v1 := r.Group("/v1", a.Authenticate, admit(s.shed, a.Problems))
	v1.GET("/systems", a.Handle(a.Systems))
	v1.GET("/systems/:system", a.Handle(a.System))
	v1.POST("/batch", a.Handle(a.Batch))
	v1.GET("/procedures", a.Handle(a.Procedures))
	v1.GET("/procedures/:code", a.Handle(a.Procedure))
	v1.POST("/procedures/:code", a.Handle(a.Gather))
	for path, allow := range map[string]string{"/systems/:system": "GET", "/procedures/:code": "GET, POST"} {
		v1.Match(methodsBut(allow), path, func(c *gin.Context) { c.Header("Allow", allow) }, a.Handle(a.NoMethod))
	}
	v1.Any("/:system/:operation", a.Handle(a.Ask))
	return r, nil
}

// methodsBut lists the methods that an address does not take, which would otherwise
// be questions to a system called systems or procedures.
func methodsBut(allow string) (others []string) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace} {
		if !strings.Contains(allow, method) {
			others = append(others, method)
		}
	}
	return others
}

// waiting gives each system a quarter of this process's places to wait in.
func (s *Server) waiting() map[string]*limits.Concurrency {
	all := map[string]*limits.Concurrency{}
	for _, system := range s.catalog.Systems() {
		all[system.ID] = limits.NewConcurrency(max(s.config.MaxInFlight/4, 1))
	}
	return all
}

// operations is what operators reach, on its own port.
func (s *Server) operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.Handler())
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	return mux
}
