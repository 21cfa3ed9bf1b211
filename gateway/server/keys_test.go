package server

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/telemetry"
)

// opening opens the keys of a gateway with these folders and gives what it
// logged.
func opening(t *testing.T, embedded bool, dataDir, keysDir string) (logged string, err error) {
	t.Helper()
	var text logText
	s := &Server{config: config.Config{Embedded: embedded, DataDir: dataDir, KeysDir: keysDir}, log: telemetry.NewLog(&text, new(slog.LevelVar))}
	err = s.openKeys()
	s.log.Close()
	return text.String(), err
}

func TestAuditIsNeverContinuedUnderNewSubjectKeys(t *testing.T) {
	for _, c := range []struct {
		name            string
		embedded, audit bool
		keys            []string // sets that are there
		refused         bool
	}{
		{"first start", false, false, nil, false},
		{"keys not mounted", false, true, nil, true},
		{"subject keys lost", false, true, []string{certs.SetSigning, certs.SetCache}, true},
		{"signing keys withdrawn", false, true, []string{certs.SetCache, certs.SetSubject}, false},
		{"restart", false, true, []string{certs.SetSigning, certs.SetCache, certs.SetSubject}, false},
		{"demonstration", true, true, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, made, keys := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "keys")
			if _, err := certs.OpenKeys(made); err != nil {
				t.Fatal(err)
			}
			for _, set := range c.keys {
				if err := os.CopyFS(filepath.Join(keys, set), os.DirFS(filepath.Join(made, set))); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(filepath.Join(keys, set), 0o700); err != nil {
					t.Fatal(err)
				}
				closeToOthers(t, filepath.Join(keys, set))
			}
			if c.audit {
				if err := os.MkdirAll(filepath.Join(data, "audit"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(data, "audit", "journal"), []byte("x"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			logged, err := opening(t, c.embedded, data, keys)
			if c.refused {
				_, created := os.Stat(filepath.Join(keys, certs.SetSubject))
				if err == nil || !strings.Contains(err.Error(), keys) || !os.IsNotExist(created) {
					t.Errorf("refused with %v, new subject keys: %v", err, created)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if told := strings.Contains(logged, "created key sets") && strings.Contains(logged, keys); told != (len(c.keys) < 3) {
				t.Errorf("with %v there, the log has: %s", c.keys, logged)
			}
		})
	}
}

// closeToOthers gives the files of a folder the permissions of private keys,
// which a copy does not keep.
func closeToOthers(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.Chmod(filepath.Join(dir, e.Name()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
