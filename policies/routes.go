package policies

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/policies/internal/document"
)

// Bounds of the route files.
const (
	maxTimeout      = 5 * time.Minute
	maxDeadline     = 5 * time.Minute
	maxAttempts     = 5
	maxConcurrency  = 10_000
	maxQueue        = 100_000
	maxRate         = 100_000
	maxKept         = 30 * 24 * time.Hour
	maxKeptPersonal = 10 * time.Minute
	maxEndpoints    = 16
	maxMaintenance  = 31 * 24 * time.Hour
)

// settings are the keys that a lower level takes over from the one above.
type settings struct {
	timeout, deadline  time.Duration
	attempts           int
	retryShare         float64
	concurrency, queue int
	rate               Rate
	breaker            Breaker
	cache              Cache
	cacheNode          document.Node // where the cache was written, for faults
}

// engineSettings hold for whatever no file says.
func engineSettings() settings {
	return settings{
		timeout: 20 * time.Second, attempts: 2, retryShare: 0.1, concurrency: 32, queue: 64,
		rate:    Rate{200, time.Second},
		breaker: Breaker{Window: 30 * time.Second, Minimum: 20, FailureShare: 0.5, Open: 10 * time.Second, Probes: 3},
	}
}

// readDefaults reads the defaults, which one route file of a set may hold.
func (l *loader) readDefaults(f *sourceFile) {
	n := f.top.Get("defaults")
	if !n.Present() {
		return
	}
	if l.defaultsAt != "" {
		n.Fault("defaults are written twice", "first at "+l.defaultsAt)
		return
	}
	l.defaultsAt = f.place(n.At())
	m, ok := n.Mapping("defaults", "timeout", "deadline", "attempts", "retryShare", "concurrency", "queue", "rate", "breaker", "endpoints")
	if !ok {
		return
	}
	l.defaults.readCall(m)
	l.defaults.readLoad(m)
	if n := m.Get("endpoints"); n.Present() {
		l.endpoints = readEndpoints(m, nil, Direct)
		for _, e := range l.endpoints {
			if e.URL != "" && !e.Sandbox() {
				n.Fault("an address cannot be the default of all systems", `only "sandbox:" can`)
			}
		}
	}
}

// readRoutes reads the systems of one route file.
func (l *loader) readRoutes(f *sourceFile) {
	systems, ok := f.top.Get("systems").Mapping("systems")
	if !ok {
		return
	}
	for _, e := range systems.Entries {
		sys := l.set.systems[e.Key]
		if sys == nil {
			e.FaultAt(e.KeyAt, "unknown system "+quote(e.Key), document.DidYouMean(e.Key, sortedKeys(l.set.systems)))
			continue
		}
		if first, dup := l.routeAt[e.Key]; dup {
			e.FaultAt(e.KeyAt, "the route of "+e.Key+" is written twice", "first at "+first)
			continue
		}
		l.routeAt[e.Key] = f.place(e.KeyAt)
		if m, ok := e.Mapping("system "+e.Key, "endpoints", "via", "timeout", "deadline", "attempts", "retryShare",
			"concurrency", "queue", "rate", "breaker", "maintenance", "cache", "operations"); ok {
			l.readSystem(sys, m)
		}
	}
}

// needRoutes gives the default endpoints to every system that no file speaks of,
// and reports it where there are none.
func (l *loader) needRoutes(sources []*sourceFile) {
	file, line := "policies", 0
	for _, f := range sources {
		if f.kind == kindRoute {
			file, line = f.Name, 1
			break
		}
	}
	for _, id := range sortedKeys(l.set.systems) {
		if _, ok := l.routeAt[id]; ok {
			continue
		}
		if l.readSystem(l.set.systems[id], document.Mapping{}); len(l.endpoints) == 0 {
			l.faults.add(Fault{File: file, Line: line, Column: line, Message: "system " + id + " has no route",
				Hint: "add it under systems: of a route file"})
		}
	}
}

func (l *loader) readSystem(sys *system, m document.Mapping) {
	s := l.defaults
	s.readCall(m)
	s.readLoad(m)
	s.readCache(m)
	s.checkDeadline(m)
	route := &SystemRoute{
		System: sys.id, Timeout: s.timeout, Deadline: s.total(), Attempts: s.attempts,
		RetryShare: s.retryShare, Concurrency: s.concurrency, Queue: s.queue, Rate: s.rate, Breaker: s.breaker,
		Cache: s.cache, Maintenance: readMaintenance(m),
	}
	via := readVia(m, Direct)
	if m.Get("endpoints").Present() || len(l.endpoints) == 0 && len(m.Entries) > 0 {
		route.Endpoints = readEndpoints(m, sys.protocols, via)
	} else {
		route.Endpoints = sys.usual(l.endpoints, via)
	}
	sys.route = route
	l.checkProtocols(sys, m)
	operations, _ := m.Get("operations").Mapping("operations")
	for _, e := range operations.Entries {
		if sys.operations[e.Key] == nil {
			e.FaultAt(e.KeyAt, "system "+sys.id+" has no operation "+quote(e.Key), document.DidYouMean(e.Key, sortedKeys(sys.operations)))
		}
	}
	for _, op := range sys.order {
		own := s
		if m, ok := operations.Get(op.id).Mapping("operation "+op.id, "timeout", "deadline", "attempts", "cache"); ok {
			own.readCall(m)
			own.readCache(m)
			if m.Get("timeout").Present() || m.Get("deadline").Present() {
				own.checkDeadline(m)
			}
		}
		own.checkPersonal(op)
		op.route = &Route{System: route, Operation: op.id, Timeout: own.timeout, Deadline: own.total(),
			Attempts: own.attempts, Cache: own.cache}
	}
}

// readCall reads what may differ for each operation.
func (s *settings) readCall(m document.Mapping) {
	set(&s.timeout)(m.Get("timeout").Duration("timeout", time.Millisecond, maxTimeout))
	set(&s.deadline)(m.Get("deadline").Duration("deadline", time.Millisecond, maxDeadline))
	set(&s.attempts)(m.Get("attempts").Int("attempts", 1, maxAttempts))
}

// readLoad reads what belongs to the system as a whole.
func (s *settings) readLoad(m document.Mapping) {
	set(&s.retryShare)(m.Get("retryShare").Share("retryShare", 0))
	set(&s.concurrency)(m.Get("concurrency").Int("concurrency", 1, maxConcurrency))
	set(&s.queue)(m.Get("queue").Int("queue", 0, maxQueue))
	set(&s.rate)(readRate(m.Get("rate"), "rate"))
	b, ok := m.Get("breaker").Mapping("breaker", "window", "minimum", "failureShare", "open", "probes")
	if !ok {
		return
	}
	set(&s.breaker.Window)(b.Get("window").Duration("window", time.Second, 10*time.Minute))
	set(&s.breaker.Minimum)(b.Get("minimum").Int("minimum", 1, 10_000))
	set(&s.breaker.FailureShare)(b.Get("failureShare").Share("failureShare", 0.01))
	set(&s.breaker.Open)(b.Get("open").Duration("open", 100*time.Millisecond, 10*time.Minute))
	set(&s.breaker.Probes)(b.Get("probes").Int("probes", 1, 100))
}

// readCache replaces the cache as a whole: a lifetime that is not written is
// none, never one inherited unseen.
func (s *settings) readCache(m document.Mapping) {
	n := m.Get("cache")
	c, ok := n.Mapping("cache", "for", "staleIfError")
	if !ok {
		return
	}
	s.cache, s.cacheNode = Cache{}, n
	set(&s.cache.For)(c.Get("for").Duration("for", 0, maxKept))
	set(&s.cache.StaleIfError)(c.Get("staleIfError").Duration("staleIfError", 0, maxKept))
	if s.cache.For == 0 && s.cache.StaleIfError > 0 {
		c.Get("staleIfError").Fault("staleIfError needs something kept to be stale", "give for: as well")
	}
}

// total is the deadline, by default time for every attempt.
func (s *settings) total() time.Duration {
	if s.deadline > 0 {
		return s.deadline
	}
	return min(s.timeout*time.Duration(s.attempts), maxDeadline)
}

func (s *settings) checkDeadline(m document.Mapping) {
	if s.deadline > 0 && s.deadline < s.timeout {
		m.Fault("the deadline "+s.deadline.String()+" is shorter than the timeout of one attempt, "+s.timeout.String(), "")
	}
}

// checkPersonal keeps personal answers from lying about for long, and from a
// cache that agencies share.
func (s *settings) checkPersonal(op *operation) {
	name := target{op.system, op}.String()
	switch {
	case op.personal && s.cache.For+s.cache.StaleIfError > maxKeptPersonal:
		s.cacheNode.Fault("answers of the personal operation "+name+" may be kept for 10m at most, stale ones included",
			"give the operation a cache of its own")
	case !op.personal && s.cache.For > 0 && op.grantable.Personal():
		s.cacheNode.Fault("answers of "+name+" are kept for all agencies, but a rule grants fields of it that are about a person",
			"keep none, or grant other fields")
	}
}

// set stores a value that was read without fault.
func set[T any](to *T) func(T, bool) {
	return func(v T, ok bool) {
		if ok {
			*to = v
		}
	}
}

func readRate(n document.Node, what string) (Rate, bool) {
	events, per, ok := n.Rate(what, maxRate)
	return Rate{events, per}, ok
}

func readVia(m document.Mapping, otherwise Via) Via {
	via, ok := m.Get("via").Text("via", 20)
	if !ok {
		return otherwise
	}
	if v := Via(via); v != Direct && v != NDXP {
		m.Get("via").Fault("via must be direct or ndxp", document.DidYouMean(via, []string{string(Direct), string(NDXP)}))
	}
	return Via(via)
}

// usual are the default endpoints as this system is reached there.
func (s *system) usual(defaults []Endpoint, via Via) []Endpoint {
	own := slices.Clone(defaults)
	for i := range own {
		own[i].Via = via
		if len(s.protocols) > 0 {
			own[i].Protocol = s.protocols[0]
		}
	}
	return own
}

// checkProtocols reports operations that no endpoint understands.
func (l *loader) checkProtocols(sys *system, m document.Mapping) {
	for _, op := range sys.order {
		spoken := func(e Endpoint) bool { return e.Protocol == op.protocol }
		if op.protocol == "" || len(sys.route.Endpoints) == 0 || slices.ContainsFunc(sys.route.Endpoints, spoken) {
			continue
		}
		message := "system " + sys.id + " has no endpoint with protocol: " + op.protocol + ", which " + op.id + " needs"
		if len(m.Entries) > 0 {
			m.Fault(message, "")
		} else {
			l.faults.add(Fault{File: "policies", Message: message, Hint: "name its endpoints under systems: of a route file"})
		}
	}
}

func readEndpoints(m document.Mapping, protocols []string, via Via) []Endpoint {
	n, ok := m.Need("endpoints")
	if !ok {
		return nil
	}
	var endpoints []Endpoint
	names := make(map[string]bool)
	for _, n := range n.List("endpoints", maxEndpoints) {
		m, ok := n.Mapping("endpoint", "name", "url", "via", "protocol")
		if !ok {
			continue
		}
		e := Endpoint{Via: readVia(m, via), Protocol: readProtocol(m, protocols)}
		e.Name, ok = readID(m, "name", "endpoint name")
		if ok && names[e.Name] {
			m.Fault("endpoint "+quote(e.Name)+" is written twice", "")
		}
		names[e.Name] = true
		if n, ok := m.Need("url"); ok {
			e.URL, _ = readEndpointURL(n)
		}
		endpoints = append(endpoints, e)
	}
	return endpoints
}

// readProtocol reads which of the system's protocols an endpoint speaks: the usual
// one unless told.
func readProtocol(m document.Mapping, protocols []string) string {
	protocol, ok := m.Get("protocol").Text("protocol", 60)
	switch {
	case ok && !slices.Contains(protocols, protocol):
		hint := "leave it out: the system has one protocol only"
		if len(protocols) > 0 {
			hint = cmp.Or(document.DidYouMean(protocol, protocols), "it speaks "+strings.Join(protocols, ", "))
		}
		m.Get("protocol").Fault("unknown protocol "+quote(protocol), hint)
	case ok:
		return protocol
	case len(protocols) > 0:
		return protocols[0]
	}
	return ""
}

func readEndpointURL(n document.Node) (string, bool) {
	raw, ok := n.Text("url", 2000)
	if !ok {
		return "", false
	}
	if wrong := validEndpoint(raw); wrong != "" {
		n.Fault("url "+wrong, `for example https://host/path, or "sandbox:"`)
		return "", false
	}
	return raw, true
}

func readMaintenance(m document.Mapping) *Maintenance {
	m, ok := m.Get("maintenance").Mapping("maintenance", "from", "until", "notice")
	if !ok {
		return nil
	}
	closed := &Maintenance{}
	if n, ok := m.Need("from"); ok {
		closed.From, _ = n.Moment("from")
	}
	if n, ok := m.Need("until"); ok {
		closed.Until, _ = n.Moment("until")
	}
	if !closed.From.IsZero() && !closed.Until.IsZero() {
		if d := closed.Until.Sub(closed.From); d <= 0 || d > maxMaintenance {
			m.Fault("maintenance must end after it starts, within 31 days", "")
		}
	}
	if m.Get("notice").Present() {
		closed.Notice = readNames(m, "notice", "notice")
	}
	return closed
}
