package policies

import (
	"net/url"
	"strings"
	"time"
)

// Route is how one operation is called: the settings of its system with its own on top.
type Route struct {
	System    *SystemRoute
	Operation string
	Timeout   time.Duration // one attempt
	Deadline  time.Duration // all attempts together
	Attempts  int           // at most; 1 is no retry
	Cache     Cache
}

// SystemRoute is how a national system is reached, shared by all its operations.
type SystemRoute struct {
	System      string
	Endpoints   []Endpoint // in the order in which they are tried
	Timeout     time.Duration
	Deadline    time.Duration
	Attempts    int
	RetryShare  float64 // retries as a share of calls, so that they never multiply an outage
	Concurrency int     // calls at the same time
	Queue       int     // calls that may wait for their turn
	Rate        Rate    // calls to the system from all agencies
	Breaker     Breaker
	Maintenance *Maintenance // nil: none announced
	Cache       Cache
}

// Endpoint is one address of a national system.
type Endpoint struct {
	Name     string
	URL      string
	Via      Via
	Protocol string // one of the system's protocols; "" where it has one only
}

// Sandbox says that the simulated system of this name is meant, not an address.
func (e Endpoint) Sandbox() bool { return e.URL == sandboxURL }

const sandboxURL = "sandbox:"

// Via is the road to a national system.
type Via string

// A system is called at its own address, or through the shared national gateway.
const (
	Direct Via = "direct"
	NDXP   Via = "ndxp"
)

// Breaker is when calls to a failing system stop, and when they are tried again.
type Breaker struct {
	Window       time.Duration // over which failures are counted
	Minimum      int           // calls in the window before it may open
	FailureShare float64       // share of failures from which it opens
	Open         time.Duration // how long it stays open
	Probes       int           // calls let through before it closes again
}

// Cache is how long an answer is kept. The zero Cache keeps nothing.
type Cache struct {
	For          time.Duration
	StaleIfError time.Duration // longer, while the system is down
}

// Maintenance is a closing announced by an operator.
type Maintenance struct {
	From, Until time.Time
	Notice      Names
}

// Active says whether the system is closed at a time. It may be called on nil.
func (m *Maintenance) Active(t time.Time) bool {
	return m != nil && !t.Before(m.From) && t.Before(m.Until)
}

// validEndpoint says what is wrong with an address, or nothing.
func validEndpoint(raw string) string {
	if raw == sandboxURL {
		return ""
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "is not an address"
	case u.Scheme != "https" && u.Scheme != "http":
		return "must start with https:// or http://"
	case u.Opaque != "" || u.Hostname() == "":
		return "has no host"
	case u.User != nil:
		return "holds a user name; credentials are kept apart from policies"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#"):
		return "may not hold a query or a fragment"
	}
	return ""
}
