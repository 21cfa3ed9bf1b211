package store

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// stepsUpTo is the shipped schema as an earlier release had it, and with what a later one adds.
func stepsUpTo(t *testing.T, last string, more ...string) fs.FS {
	t.Helper()
	steps := fstest.MapFS{}
	entries, err := fs.ReadDir(shipped(), ".")
	must(t, err)
	for _, entry := range entries {
		if entry.Name() <= last {
			text, err := fs.ReadFile(shipped(), entry.Name())
			must(t, err)
			steps[entry.Name()] = &fstest.MapFile{Data: text}
		}
	}
	for _, name := range more {
		steps[name] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE later (n bigint);")}
	}
	return steps
}

func TestOlderSchemaMigratesAndKeepsItsState(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		older, err := open(t.Context(), o, stepsUpTo(t, "00002"))
		must(t, err)
		if _, err := older.UseAssertion(t.Context(), "client", "jti", inAnHour()); err == nil {
			t.Error("the older schema has assertions already")
		}
		must(t, older.PutAgency(t.Context(), Agency{ID: "H26.12", NameVI: "Phường"}))
		must(t, older.Close())

		s := opened(t, o)
		agencies, version, err := s.Registry(t.Context())
		must(t, err)
		if len(agencies) != 1 || agencies[0].NameVI != "Phường" || version != 1 {
			t.Errorf("after the migration: %v at version %d", agencies, version)
		}
		if fresh, err := s.UseAssertion(t.Context(), "client", "jti", inAnHour()); err != nil || !fresh {
			t.Errorf("use of the new table: %v, %v", fresh, err)
		}
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		newer, err := open(t.Context(), o, stepsUpTo(t, "99999", "99999_later.sql"))
		must(t, err)
		must(t, newer.Close())
		s, err := Open(t.Context(), o)
		if !errors.Is(err, ErrNewerSchema) || errors.Is(err, ErrUnavailable) {
			if err == nil {
				s.Close()
			}
			t.Fatalf("got %v, want ErrNewerSchema", err)
		}
		for _, said := range []string{"schema 99999", "knows up to 3", "start the release that made it"} {
			if !strings.Contains(err.Error(), said) {
				t.Errorf("%q does not say %q", err, said)
			}
		}
	})
}

func TestFaultyMigrationLeavesTheOldSchema(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		steps := stepsUpTo(t, "99999").(fstest.MapFS)
		steps["99999_faulty.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE later (n bigint);\nSELECT nonsense;")}
		if s, err := open(t.Context(), o, steps); err == nil {
			s.Close()
			t.Fatal("a faulty migration was not noticed")
		}
		s := opened(t, o) // with the release before
		var n int
		if err := s.Reader().QueryRow("SELECT count(*) FROM later").Scan(&n); err == nil {
			t.Error("half a migration is there")
		}
	})
}

func TestStateIsForTheOwnerOnly(t *testing.T) {
	o := inFile(t)
	s := opened(t, o)
	must(t, s.PutAgency(t.Context(), Agency{ID: "H26.12"}))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(o.File + suffix)
		must(t, err)
		if open := info.Mode().Perm() & 0o077; open != 0 {
			t.Errorf("%s has mode %v", info.Name(), info.Mode())
		}
	}
}

func TestDatabaseThatDoesNotAnswerIsUnavailable(t *testing.T) {
	for name, o := range map[string]Options{
		"postgres": {URL: "postgres://lgsp:secret@127.0.0.1:1/lgsp?sslmode=disable"},
		"sqlite":   {File: "/dev/null/store.db"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), o)
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
