package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// maxFaultText bounds the JSON text of a fault.
const maxFaultText = 4 << 10

// MarshalJSON writes durations as people write them: {"p50": "600ms", "p95": "3s"}.
func (l Latency) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"p50": l.P50.String(), "p95": l.P95.String()})
}

// MarshalJSON writes the fault as the controls take it.
func (f Fault) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Mode    Mode     `json:"mode"`
		Share   *float64 `json:"share,omitempty"`
		Latency *Latency `json:"latency,omitempty"`
	}(f))
}

// readFault reads a fault strictly and names everything wrong with it. A null
// member counts as absent.
func readFault(r io.Reader) (Fault, []problem) {
	given, found := readMembers(r)
	if len(found) > 0 {
		return Fault{}, found
	}
	var f Fault
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch text := given[name]; {
		case string(text) == "null":
		case name == "mode":
			found = append(found, typed(name, text, &f.Mode, "a text")...)
		case name == "share":
			found = append(found, typed(name, text, &f.Share, "a number")...)
		case name == "latency":
			latency, wrong := readLatency(text)
			f.Latency = latency
			found = append(found, wrong...)
		default:
			found = append(found, problem{shown(name), "is not a member of a fault"})
		}
	}
	return f, append(found, f.problems()...)
}

// readLatency leaves the latency out where something is wrong with it, so that
// it is not faulted twice. Without p95 all answers take p50.
func readLatency(text []byte) (*Latency, []problem) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, []problem{{"latency", "must be an object"}}
	}
	var l Latency
	var found []problem
	for _, name := range slices.Sorted(maps.Keys(members)) {
		into := map[string]*time.Duration{"p50": &l.P50, "p95": &l.P95}[name]
		if into == nil {
			found = append(found, problem{"latency." + shown(name), "is not a member of a latency"})
			continue
		}
		var err error
		var written string
		if json.Unmarshal(members[name], &written) == nil {
			*into, err = time.ParseDuration(written)
		}
		if written == "" || err != nil {
			found = append(found, problem{"latency." + name, `must be a duration such as "600ms"`})
		}
	}
	if len(found) > 0 {
		return nil, found
	}
	if members["p95"] == nil {
		l.P95 = l.P50
	}
	return &l, nil
}

// readMembers reads one JSON object; duplicate names and invalid UTF-8 are
// refused as broken syntax.
func readMembers(r io.Reader) (map[string]json.RawMessage, []problem) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, []problem{{"", fmt.Sprintf("must be at most %d bytes", maxFaultText)}}
	}
	var members map[string]json.RawMessage
	if !jsontext.Value(text).IsValid() || json.Unmarshal(text, &members) != nil || members == nil {
		return nil, []problem{{"", "must be one JSON object"}}
	}
	return members, nil
}

func typed(name string, text []byte, into any, want string) []problem {
	if err := json.Unmarshal(text, into); err != nil {
		return []problem{{name, "must be " + want}}
	}
	return nil
}

// shown bounds a foreign name in an answer.
func shown(name string) string {
	if len(name) > 64 {
		return name[:64] + "…"
	}
	return name
}
