// Package sandbox runs the simulators of all national systems in one process
// over one synthetic Hà Nội, and lets anyone make them fail while they run.
//
// It owns what stands around a simulator: its address, the simulated national
// gateway in front of those behind it, faults, latency, the count of calls and
// the samples to try. It does not own what a system answers; that is the
// simulator beside each adapter. Tests, the command gateway sandbox and the
// embedded mode mount it as an http.Handler. It holds no real secret and no real
// person, and a production configuration never starts it.
package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// NDXP is the target of faults that stands for the shared national gateway: its
// token endpoint and the way through it to every system behind it.
const NDXP = "ndxp"

// seed makes the one world; another seed would make other people.
const seed = 1

// Options are what a Sandbox is made of.
type Options struct {
	Entries   []catalog.Entry  // nil: catalog.Systems()
	People    int              // 0: synthetic.DefaultPeople
	Realistic bool             // answer as slowly as the real systems do
	Now       func() time.Time // nil: time.Now
}

// Sandbox is all simulated systems. It is safe for concurrent use.
type Sandbox struct {
	world   *synthetic.World
	targets map[string]*target // the systems and NDXP
	systems map[string]*system
	samples []byte // the answer of GET /_samples, made once
	control http.Handler
	token   http.Handler // the token endpoint of the national gateway

	closing sync.Once
	closed  chan struct{}
}

// system is one simulated system as it is reached: the usual way, which may lead
// through the national gateway, and directly at the addresses of further protocols.
type system struct {
	ndxp    bool
	usual   http.Handler
	further map[string]http.Handler
}

// New makes the world and mounts every simulator at its system's id. A list
// that names one id twice, or a sample that is not JSON, is a programming error
// and panics.
func New(o Options) *Sandbox {
	if o.Entries == nil {
		o.Entries = catalog.Systems()
	}
	if o.People == 0 {
		o.People = synthetic.DefaultPeople
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Sandbox{
		world:   synthetic.New(seed, o.People),
		targets: map[string]*target{},
		systems: map[string]*system{},
		closed:  make(chan struct{}),
	}
	s.mount(o)
	s.control = s.controls()
	return s
}

// mount puts the systems at their ids and the national gateway in front of
// those behind it, where its faults hide theirs.
func (s *Sandbox) mount(o Options) {
	gateway := ndxp.Simulate(o.Now)
	front := s.addTarget(adapters.System{ID: NDXP}, false)
	s.token = s.befall(front, "token", http.HandlerFunc(gateway.Token))

	samples := map[string]map[string]simulator.Samples{}
	for _, entry := range o.Entries {
		sim := entry.Simulate(s.world, o.Now)
		id := entry.System.ID
		bare := s.befall(s.addTarget(entry.System, o.Realistic), "", stripped("/"+id, sim.Handler))
		reached := &system{ndxp: sim.NDXP, usual: bare, further: map[string]http.Handler{}}
		if sim.NDXP {
			reached.usual = s.befall(front, id, gateway.Protect(bare))
		}
		for _, protocol := range entry.System.Protocols {
			if protocol != entry.System.Usual() {
				reached.further[protocol] = bare
			}
		}
		s.systems[id] = reached
		samples[id] = withInvalid(entry.System, sim.Samples)
	}
	var err error
	if s.samples, err = json.Marshal(samples); err != nil {
		panic(fmt.Sprintf("sandbox: samples: %v", err))
	}
}

func (s *Sandbox) addTarget(system adapters.System, realistic bool) *target {
	if s.targets[system.ID] != nil {
		panic(fmt.Sprintf("sandbox: two systems with the id %q", system.ID))
	}
	t := newTarget(system)
	if realistic {
		t.usual = realisticLatency(system.ID)
	}
	s.targets[system.ID] = t
	return t
}

// ServeHTTP answers controls below an underscore and systems below their id.
// Paths are routed as they are written: a simulator sees what its adapter sent.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case strings.HasPrefix(first, "_"):
		s.control.ServeHTTP(w, r)
	case first == NDXP && rest == "token":
		s.token.ServeHTTP(w, r)
	case s.systems[first] != nil:
		protocol, _, _ := strings.Cut(rest, "/")
		s.systems[first].way(protocol).ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

// Close lets go of every call that a fault holds. Call it when the server stops
// (http.Server.RegisterOnShutdown); a call that hangs would hold it up.
func (s *Sandbox) Close() { s.closing.Do(func() { close(s.closed) }) }

// way is how a call reaches the system whose path goes on with this segment.
func (s *system) way(segment string) http.Handler {
	if direct := s.further[segment]; direct != nil {
		return direct
	}
	return s.usual
}

// Path is where a system is found in the sandbox, by the protocol spoken there: the
// usual one at its id, each other one level below.
func Path(system *adapters.System, protocol string) string {
	if protocol == system.Usual() {
		return "/" + system.ID
	}
	return "/" + system.ID + "/" + protocol
}

// BehindNDXP tells whether a system is reached through the national gateway, where
// its usual protocol is spoken.
func (s *Sandbox) BehindNDXP(system string) bool {
	found := s.systems[system]
	return found != nil && found.ndxp
}

// Secrets are the sandbox's values of the secrets a system declares, by name.
func Secrets(system adapters.System) map[string]string {
	values := make(map[string]string, len(system.Secrets))
	for _, name := range system.Secrets {
		values[name] = simulator.Secret(system.ID, name)
	}
	return values
}

// GatewaySecrets are the sandbox's values of what the national gateway wants.
func GatewaySecrets() map[string]string {
	return map[string]string{"key": simulator.Secret(NDXP, "key"), "secret": simulator.Secret(NDXP, "secret"), "accessToken": ndxp.SimulatedAccessToken()}
}

// IsSecret tells a sandbox secret from a real one, also inside another, so that
// production can refuse it.
func IsSecret(value string) bool {
	return strings.HasPrefix(value, simulator.SecretPrefix) || strings.Contains(value, `"`+simulator.SecretPrefix)
}

// stripped serves paths below prefix as if the handler stood alone. RequestURI
// stays whole, because some systems sign the address they were called under.
func stripped(prefix string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		below := new(http.Request)
		*below = *r
		below.URL = new(url.URL)
		*below.URL = *r.URL
		below.URL.Path = belowPrefix(r.URL.Path, prefix)
		below.URL.RawPath = ""
		if r.URL.RawPath != "" {
			below.URL.RawPath = belowPrefix(r.URL.RawPath, prefix)
		}
		next.ServeHTTP(w, below)
	})
}

func belowPrefix(path, prefix string) string {
	if path = strings.TrimPrefix(path, prefix); path == "" {
		return "/"
	}
	return path
}
