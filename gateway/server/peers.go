package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/sandbox"
	"github.com/lgsp-vn/lgsp/certs"
)

// openPeers reads how each national system, and the national gateway in front of
// them, is met over TLS: files beside the system's secrets, where a site has them.
func (s *Server) openPeers(systems []adapters.System) error {
	s.peers = map[string]*certs.Peer{}
	if s.config.SecretsDir == "" {
		return nil
	}
	var faults []error
	open := func(id string) {
		file := func(suffix string) string { return filepath.Join(s.config.SecretsDir, id+suffix) }
		peer, err := certs.OpenPeer(file(".ca.pem"), file(".tls.crt"), file(".tls.key"))
		if err != nil {
			faults = append(faults, fmt.Errorf("certificates of %s: %w", id, err))
		} else if peer != nil {
			s.peers[id] = peer
		}
	}
	for _, system := range systems {
		open(system.ID)
	}
	open(sandbox.NDXP)
	return errors.Join(faults...)
}

// dialTLS is how connections to a system are opened, nil for the usual way.
func (s *Server) dialTLS(system string, dial catalog.Dial) catalog.Dial {
	if peer := s.peers[system]; peer != nil {
		return peer.DialTLS(func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, address)
		})
	}
	return nil
}

// reloadPeers looks at all their files again.
func (s *Server) reloadPeers() error {
	var faults []error
	for id, peer := range s.peers {
		if err := peer.Reload(); err != nil {
			faults = append(faults, fmt.Errorf("certificates of %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}
