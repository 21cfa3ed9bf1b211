package server

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
	"github.com/lgsp-vn/lgsp/gateway/config"
)

// openIssuers reads the file of external issuers, where one is named.
func (s *Server) openIssuers() error {
	if s.config.Issuers == "" {
		return nil
	}
	listed, err := config.ReadIssuers(s.config.Issuers)
	if err != nil {
		return err
	}
	var faults []error
	for _, issuer := range listed {
		s.issuers = append(s.issuers, auth.ExternalIssuer(issuer))
		// What is left of plain addresses are those on this machine.
		if !s.config.Embedded && keyset.CheckAddress(issuer.JWKSURL) == nil && !strings.HasPrefix(strings.ToLower(issuer.JWKSURL), "https:") {
			faults = append(faults, fmt.Errorf("%s: jwksUrl: must be https in production", issuer.Place))
		}
	}
	return errors.Join(append(faults, auth.CheckIssuers(s.Addresses.Public, s.issuers))...)
}
