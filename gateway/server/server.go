// Package server wires the process together: it opens what is durable, starts
// the listeners, keeps policies, agencies and keys current, and ends all of it in
// order. Every part is built here explicitly; the parts do not know each other.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/audit"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/cache"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/limits"
	"github.com/lgsp-vn/lgsp/gateway/portal"
	"github.com/lgsp-vn/lgsp/gateway/telemetry"
	"github.com/lgsp-vn/lgsp/policies"
)

// Server is a running gateway.
type Server struct {
	Addresses Addresses

	config   config.Config
	log      *telemetry.Log
	metrics  *telemetry.Metrics
	lock     *os.File
	keys     *certs.Keys
	store    Managed
	imports  *agencyImport // nil where no agencies file is named
	registry *auth.Registry
	revoked  *auth.Revoked
	issuers  []auth.ExternalIssuer // whose tokens are accepted beside ours
	verifier *auth.Verifier
	policies *policies.Live
	catalog  *catalog.Catalog
	redis    io.Closer
	cache    *cache.Cache
	journal  *audit.Journal
	tls      *certs.ServerCertificate
	peers    map[string]*certs.Peer // how national systems are met over TLS, where a site says so
	samples  portal.Samples         // what can be asked of the sandbox, if there is one

	rates         *limits.Limiter
	daily         *limits.Daily
	shed          *limits.Concurrency // requests of authenticated callers
	shedStrangers *limits.Concurrency // requests that need no token

	stop    context.CancelFunc // ends the background work
	work    sync.WaitGroup
	servers []*http.Server
	failed  chan error
}

// grace is how long requests in flight may take to end.
const grace = 30 * time.Second

// Start brings everything up and returns when requests are answered. What was
// opened is closed again if a later step fails. systems is the list of national
// systems, catalog.Systems() outside tests.
func Start(c config.Config, systems []catalog.Entry, logTo io.Writer) (s *Server, err error) {
	var level slog.LevelVar
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, err
	}
	s = &Server{config: c, log: telemetry.NewLog(logTo, &level), metrics: telemetry.NewMetrics(), failed: make(chan error, 4)}
	background, stop := context.WithCancel(context.Background())
	s.stop = stop
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	for _, name := range c.Ignored {
		s.log.Warn("environment variable names no setting and is ignored", "variable", name)
	}
	listeners, err := s.listen()
	if err != nil {
		return s, err
	}
	if err := s.open(systems, listeners); err != nil {
		return s, err
	}
	s.watch(background)
	if err := s.serve(listeners, systems); err != nil {
		return s, err
	}
	if err := s.publish(background); err != nil {
		return s, err
	}
	return s, nil
}

// listeners are the open ports, before anything answers on them: their numbers
// are part of addresses that other parts need.
type listeners struct{ api, admin, sandbox net.Listener }

func (s *Server) listen() (l listeners, err error) {
	open := func(key, address string) net.Listener {
		if err != nil {
			return nil
		}
		var listener net.Listener
		if listener, err = net.Listen("tcp", address); err != nil {
			err = fmt.Errorf("listen for %s: %w", key, err)
		}
		return listener
	}
	l.api = open("agencies (LGSP_LISTEN)", s.config.Listen)
	l.admin = open("operators (LGSP_ADMIN_LISTEN)", s.config.AdminListen)
	if s.config.Embedded && s.config.SandboxURL == "" {
		l.sandbox = open("the sandbox (LGSP_SANDBOX_LISTEN)", s.config.SandboxListen)
	}
	if err != nil {
		l.close()
		return listeners{}, err
	}
	scheme := "http"
	if s.config.TLSCert != "" {
		scheme = "https"
	}
	s.Addresses = Addresses{API: scheme + "://" + reachable(l.api), Admin: "http://" + reachable(l.admin), Sandbox: s.config.SandboxURL, Public: s.config.PublicURL}
	if l.sandbox != nil {
		s.Addresses.Sandbox = "http://" + reachable(l.sandbox)
	}
	if s.Addresses.Public == "" {
		s.Addresses.Public = s.Addresses.API
	}
	return l, nil
}

func (l listeners) close() {
	for _, listener := range []net.Listener{l.api, l.admin, l.sandbox} {
		if listener != nil {
			listener.Close()
		}
	}
}

// reachable is an address a local client can use for a listener.
func reachable(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Failed delivers the error of a listener that ended by itself.
func (s *Server) Failed() <-chan error { return s.failed }

// Close ends the server: no new connections, requests in flight get their
// answers within the grace period, then audit and cache are flushed.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	var faults []error
	// In the reverse order of start: the agencies' answers need the rest.
	for _, server := range slices.Backward(s.servers) {
		if err := server.Shutdown(ctx); err != nil {
			faults = append(faults, fmt.Errorf("end requests in flight: %w", err), server.Close())
		}
	}
	s.stop()
	s.work.Wait()
	if s.daily != nil {
		s.daily.Close()
	}
	if s.cache != nil {
		s.cache.Close()
	}
	if s.redis != nil {
		faults = append(faults, s.redis.Close())
	}
	if s.journal != nil {
		faults = append(faults, s.journal.Close())
	}
	if s.store.Store != nil {
		faults = append(faults, s.store.Close())
	}
	if s.lock != nil {
		faults = append(faults, s.withdraw(), s.lock.Close())
	}
	s.log.Close()
	return errors.Join(faults...)
}

// background runs until Close; the process waits for it.
func (s *Server) background(f func()) {
	s.work.Go(f)
}

// reloaded reports to operators that files were looked at again. The same fault
// is told once by who watches; that all is well is told too, changed or not.
func (s *Server) reloaded(what string, err error) {
	s.metrics.Reload(what, err)
	if err != nil {
		s.log.Error("reload refused, the old stays in force", "what", what, "fault", err.Error())
		return
	}
	s.log.Info("looked at again, what is there is in force", "what", what)
}

// warn tells what is lawful in the policies but probably not meant.
func (s *Server) warn(faults policies.Faults) {
	for _, fault := range faults {
		if fault.Warning {
			s.log.Warn("policy", "fault", fault.String())
		}
	}
}

// every is how often files are looked at: within a second a suspension bites.
const every = 500 * time.Millisecond

// watch keeps agencies, keys, certificate and policies current.
func (s *Server) watch(ctx context.Context) {
	follow := func(what string, reload func() error) {
		s.background(func() {
			certs.Watch(ctx, every, reload, func(err error) { s.reloaded(what, err) })
		})
	}
	if s.imports != nil {
		follow("agencies file", func() error { return s.imports.reload(ctx) })
	}
	follow("agencies", func() error { return s.registry.Reload(ctx) })
	follow("revoked tokens", func() error { return s.revoked.Reload(ctx) })
	follow("keys of external issuers", func() error { return s.verifier.RefreshKeys(ctx) })
	follow("keys", s.keys.Reload)
	if s.tls != nil {
		follow("certificate", s.tls.Reload)
	}
	if len(s.peers) > 0 {
		follow("certificates of national systems", s.reloadPeers)
	}
	if s.config.Policies != "" {
		s.background(func() {
			s.policies.Watch(ctx, s.config.Policies, every, func(f policies.Faults) {
				s.warn(f)
				s.reloaded("policies", f.Err())
			})
		})
	}
}

// Reload looks at everything that may change at once, for SIGHUP.
func (s *Server) Reload() {
	ctx := context.Background()
	if s.imports != nil {
		s.reloaded("agencies file", s.imports.reload(ctx))
	}
	s.reloaded("agencies", s.registry.Reload(ctx))
	s.reloaded("keys", s.keys.Reload())
	if s.tls != nil {
		s.reloaded("certificate", s.tls.Reload())
	}
	if len(s.peers) > 0 {
		s.reloaded("certificates of national systems", s.reloadPeers())
	}
	s.policies.Reload()
}

// serve starts answering on the open ports.
func (s *Server) serve(l listeners, systems []catalog.Entry) error {
	if err := s.simulate(l.sandbox, systems); err != nil {
		l.close()
		return err
	}
	api, err := s.router()
	if err != nil {
		l.close()
		return err
	}
	s.answer("operators", l.admin, s.operations(), false)
	s.answer("agencies", l.api, canonicalPaths(api, s.problems()), s.tls != nil)
	return nil
}

func (s *Server) answer(name string, l net.Listener, h http.Handler, secure bool) *http.Server {
	server := newHTTPServer(h, slog.NewLogLogger(s.log.Handler(), slog.LevelWarn))
	s.servers = append(s.servers, server)
	run := server.Serve
	if secure {
		server.TLSConfig = s.tlsConfig()
		run = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	s.background(func() {
		if err := run(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serve %s: %w", name, err)
		}
	})
	return server
}
