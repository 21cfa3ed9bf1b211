package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/gateway/portal"
)

// simulate starts the simulated national systems, if this process has them, and
// learns what can be asked of those that are used.
func (s *Server) simulate(l net.Listener, systems []catalog.Entry) error {
	if l != nil {
		simulated := sandbox.New(sandbox.Options{Entries: systems, People: s.config.SandboxPeople, Now: time.Now})
		// Calls that a fault holds would outlast the grace period.
		s.answer("sandbox", l, simulated, false).RegisterOnShutdown(simulated.Close)
	}
	if s.Addresses.Sandbox == "" {
		return nil
	}
	samples, err := FetchSamples(s.Addresses.Sandbox)
	if err != nil && l == nil { // a sandbox of somebody else's may come later; only examples are missing
		s.log.Warn("the sandbox gives no examples", "fault", err.Error())
		return nil
	}
	s.samples = samples
	return err
}

// FetchSamples asks a sandbox for inputs to try.
func FetchSamples(sandboxURL string) (portal.Samples, error) {
	client := http.Client{Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	resp, err := client.Get(sandboxURL + "/_samples")
	if err != nil {
		return nil, fmt.Errorf("ask the sandbox for samples: %w", err)
	}
	defer resp.Body.Close()
	var all portal.Samples
	if err := json.NewDecoder(io.LimitReader(resp.Body, 16<<20)).Decode(&all); err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the sandbox for samples: it answered %s", resp.Status)
	}
	return all, nil
}
