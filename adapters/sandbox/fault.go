package sandbox

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Mode is a way in which a system fails.
type Mode string

// The modes. Unless they say otherwise, the system has received the call and
// has worked on it; what goes wrong is the answer.
const (
	None         Mode = "none"
	Hang         Mode = "hang"          // no answer at all
	Reset        Mode = "reset"         // the connection is torn down by a TCP reset
	Truncate     Mode = "truncate"      // full Content-Length, half of the body, then the end
	HTML         Mode = "html"          // the error page of a proxy, with HTTP 200
	WrongType    Mode = "wrong-type"    // a well-formed answer that is something else
	Throttle     Mode = "throttle"      // refused with HTTP 429 and Retry-After, no work done
	TokenRefused Mode = "token-refused" // refused with HTTP 401 although the token is good, no work done
	Drip         Mode = "drip"          // the answer comes a few bytes at a time
	Malformed    Mode = "malformed"     // the right content type, broken syntax
	Unavailable  Mode = "unavailable"   // refused with HTTP 503, no work done
	Oversize     Mode = "oversize"      // more bytes than any answer has
)

// Modes lists every mode.
func Modes() []Mode {
	return []Mode{None, Hang, Reset, Truncate, HTML, WrongType, Throttle, TokenRefused, Drip, Malformed, Unavailable, Oversize}
}

// Fault is what is wrong with a system. Mode befalls a share of the calls,
// latency all of them.
type Fault struct {
	Mode    Mode     // "" is None
	Share   *float64 // from 0 to 1; nil is 1
	Latency *Latency // nil is the sandbox's usual latency
}

// Latency is how long answers take: half of them up to P50, all but one in
// twenty up to P95, none longer than three times P95.
type Latency struct {
	P50, P95 time.Duration
}

// maxHold bounds every wait that a fault or a latency may cause.
const maxHold = 5 * time.Minute

// problems names everything wrong with a fault, member by member.
func (f Fault) problems() []problem {
	var found []problem
	if f.Mode != "" && !slices.Contains(Modes(), f.Mode) {
		found = append(found, problem{"mode", "must be one of: " + modeNames()})
	}
	// Not-a-number passes no comparison, so the good range is tested.
	if f.Share != nil && !(*f.Share >= 0 && *f.Share <= 1) {
		found = append(found, problem{"share", "must be from 0 to 1"})
	}
	if f.Latency != nil && (f.Latency.P50 <= 0 || f.Latency.P95 < f.Latency.P50 || f.Latency.P95 > maxHold) {
		found = append(found, problem{"latency", fmt.Sprintf("must have 0 < p50 <= p95 <= %v", maxHold)})
	}
	return found
}

func modeNames() string {
	names := make([]string, 0, len(Modes()))
	for _, mode := range Modes() {
		names = append(names, string(mode))
	}
	return strings.Join(names, ", ")
}

// filled states what is left open, in memory of its own.
func (f Fault) filled() Fault {
	if f.Mode == "" {
		f.Mode = None
	}
	share := 1.0
	if f.Share != nil {
		share = *f.Share
	}
	f.Share = &share
	if f.Latency != nil {
		f.Latency = new(*f.Latency)
	}
	return f
}

// spread hands a share of the calls to a fault, as evenly as whole calls allow:
// after n of them it has befallen ⌊n·share⌋, so a share of 0.25 is every fourth.
type spread struct {
	calls int
}

func (s *spread) next(share float64) bool {
	before := s.due(share)
	s.calls++
	return s.due(share) > before
}

func (s *spread) due(share float64) float64 {
	const rounding = 1e-9 // 0.1 times 10 is less than 1 in floating point
	return math.Floor(float64(s.calls)*share + rounding)
}

// z95 is the 95th percentile of the standard normal distribution.
const z95 = 1.6449

// draw turns a standard normal number into a latency. Latencies of real systems
// are near a log-normal shape: never below nothing, with a long tail.
func (l Latency) draw(normal float64) time.Duration {
	spread := math.Log(float64(l.P95)/float64(l.P50)) / z95
	took := float64(l.P50) * math.Exp(spread*normal)
	return time.Duration(min(took, 3*float64(l.P95), float64(maxHold)))
}

// realisticLatency is an estimate of how the national systems answer on a
// working day; nil where nothing is known.
func realisticLatency(system string) *Latency {
	const ms = time.Millisecond
	known := map[string]Latency{
		"population":            {600 * ms, 3000 * ms},
		"business-registration": {400 * ms, 2000 * ms},
		"social-insurance":      {700 * ms, 4000 * ms},
		"civil-status":          {900 * ms, 6000 * ms},
		"criminal-record":       {1000 * ms, 6000 * ms},
		"land":                  {2000 * ms, 12000 * ms},
		"civil-servants":        {500 * ms, 3000 * ms},
		"legal-documents":       {200 * ms, 1000 * ms},
		"budget-units":          {300 * ms, 1500 * ms},
		"shared-catalogues":     {150 * ms, 600 * ms},
		"driving-licence":       {500 * ms, 3000 * ms},
		"social-assistance":     {800 * ms, 5000 * ms},
		"postal":                {400 * ms, 2000 * ms},
		"eid":                   {400 * ms, 2000 * ms},
		"document-exchange":     {1000 * ms, 10000 * ms},
		"public-service-portal": {1000 * ms, 8000 * ms},
	}
	if latency, ok := known[system]; ok {
		return &latency
	}
	return nil
}
