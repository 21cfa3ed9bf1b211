package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth"
	"github.com/lgsp-vn/lgsp/gateway/auth/agencyfile"
)

// Addresses are where a running gateway can be reached, as local tools read them
// from addresses.json in the data folder.
type Addresses struct {
	API     string `json:"api"`
	Admin   string `json:"admin"`
	Sandbox string `json:"sandbox,omitempty"`
	Public  string `json:"public"` // issuer of tokens and base of addresses in answers
}

const addressesFile = "addresses.json"

// ReadAddresses finds the gateway that uses a data folder.
func ReadAddresses(dataDir string) (a Addresses, err error) {
	text, err := os.ReadFile(filepath.Join(dataDir, addressesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return a, fmt.Errorf("find the running gateway: none uses %s; start one or set LGSP_DATA_DIR", dataDir)
	}
	if err != nil {
		return a, fmt.Errorf("find the running gateway: %w", err)
	}
	return a, json.Unmarshal(text, &a)
}

// publish makes the running gateway easy to find and, embedded, to use.
func (s *Server) publish(ctx context.Context) error {
	text, err := json.MarshalIndent(s.Addresses, "", "  ")
	if err != nil {
		return err
	}
	if err := replaceFile(filepath.Join(s.config.DataDir, addressesFile), append(text, '\n')); err != nil {
		return err
	}
	if _, err := os.Stat(agencyfile.DemoKeyFile(s.config.DemoDir(), DemoAgency)); !s.config.Embedded || err != nil {
		return nil // agencies of the site's own
	}
	if err := os.MkdirAll(filepath.Dir(s.HeaderFile()), 0o700); err != nil {
		return fmt.Errorf("publish demonstration headers: %w", err)
	}
	if err := s.refreshHeaders(ctx); err != nil {
		s.log.Warn("no demonstration token yet", "fault", err.Error()) // a convenience; agencies are answered all the same
	}
	s.background(func() {
		certs.Watch(ctx, auth.TokenLifetime/3, func() error { return s.refreshHeaders(ctx) }, func(err error) { s.reloaded("demonstration token", err) })
	})
	return nil
}

// withdraw removes what pointed at this process.
func (s *Server) withdraw() error {
	err := os.Remove(filepath.Join(s.config.DataDir, addressesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// HeaderFile holds the headers of a demonstration call, with a token that is
// kept fresh while the gateway runs; curl reads it with -H @file. It is this
// process's own, wherever the keys of the demonstration agencies lie.
func (s *Server) HeaderFile() string {
	return filepath.Join(s.config.DataDir, "demo", DemoAgency+".headers")
}

// DemoDir is where the keys of the demonstration agencies lie.
func (s *Server) DemoDir() string { return s.config.DemoDir() }

// DemoAgency is the demonstration agency that may use every operation.
const DemoAgency = "H26.11"

func (s *Server) refreshHeaders(ctx context.Context) error {
	token, err := DemoToken(ctx, s.config, s.Addresses, DemoAgency, "")
	if err != nil {
		return err
	}
	text := "Authorization: Bearer " + token + "\nLGSP-Purpose: one-stop\nLGSP-Official: demo-official\nLGSP-Dossier: " + DemoDossier(DemoAgency, time.Now()) + "\n"
	return replaceFile(s.HeaderFile(), []byte(text))
}

// DemoDossier is a fictional dossier of an agency, received today.
func DemoDossier(agency string, now time.Time) string {
	return agency + "-" + now.In(adapters.Vietnam).Format("060102") + "-0001"
}

// replaceFile puts a file in place whole, readable by its owner only.
func replaceFile(path string, text []byte) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
