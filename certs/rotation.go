package certs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// maxVersion is the last that four digits can name: a rotation a day lasts 27 years.
const maxVersion = 9999

// Announce adds a new key to the named set that verifies but does not sign or
// encrypt yet. Activate it once every replica and every reader of the public
// keys has had time to learn of it; then no token is ever refused as unknown.
func (k *Keys) Announce(name string) (version uint32, err error) {
	kind, err := kindOf(name)
	if err != nil {
		return 0, err
	}
	folder := filepath.Join(k.dir, kind.name)
	files, err := keyNames(folder, kind.extension)
	if err != nil {
		return 0, fmt.Errorf("announce %s key: %w", name, err)
	}
	if len(files) > 0 {
		version = files[0].version
	}
	if version++; version > maxVersion {
		return 0, fmt.Errorf("announce %s key: version %d is the last", name, maxVersion)
	}
	data, err := kind.generate()
	if err != nil {
		return 0, err
	}
	if err := WriteNew(filepath.Join(folder, fileName(version, true, kind.extension)), data, 0o600); err != nil {
		return 0, fmt.Errorf("announce %s key: %w", name, err)
	}
	return version, k.Reload()
}

// Activate lets an announced key sign or encrypt from now on.
func (k *Keys) Activate(name string, version uint32) error {
	kind, err := kindOf(name)
	if err != nil {
		return err
	}
	folder := filepath.Join(k.dir, kind.name)
	from := filepath.Join(folder, fileName(version, true, kind.extension))
	to := filepath.Join(folder, fileName(version, false, kind.extension))
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("activate %s key: %w", name, err)
	}
	if err := syncFolder(folder); err != nil {
		return err
	}
	return k.Reload()
}

// Retire moves an old key out of its set, into the folder "retired" beside it, so
// that what it signed or encrypted ends. The newest key in use is never retired.
func (k *Keys) Retire(name string, version uint32) error {
	kind, err := kindOf(name)
	if err != nil {
		return err
	}
	if kind.name == SetSubject {
		return fmt.Errorf("retire %s key: entries of the audit are found by every key that made them", name)
	}
	folder := filepath.Join(k.dir, kind.name)
	files, err := keyNames(folder, kind.extension)
	if err != nil {
		return fmt.Errorf("retire %s key: %w", name, err)
	}
	active := slices.IndexFunc(files, func(f keyFile) bool { return !f.next })
	at := slices.IndexFunc(files, func(f keyFile) bool { return f.version == version })
	switch {
	case at < 0:
		return fmt.Errorf("retire %s key: there is no version %d", name, version)
	case at <= active:
		return fmt.Errorf("retire %s key: version %d is in use or to come", name, version)
	}
	away := filepath.Join(k.dir, "retired", kind.name)
	if err := os.MkdirAll(away, 0o700); err != nil {
		return fmt.Errorf("retire %s key: %w", name, err)
	}
	if err := os.Rename(files[at].path, filepath.Join(away, files[at].name)); err != nil {
		return fmt.Errorf("retire %s key: %w", name, err)
	}
	return errors.Join(syncFolder(away), syncFolder(folder), k.Reload())
}

// Version is one key of a set.
type Version struct {
	Number    uint32 `json:"version"`
	Announced bool   `json:"announced"` // known to all, but not used yet
	InUse     bool   `json:"inUse"`     // new work is done with it
}

// Versions lists the keys of a set, the newest first.
func (k *Keys) Versions(name string) ([]Version, error) {
	kind, err := kindOf(name)
	if err != nil {
		return nil, err
	}
	files, err := keyNames(filepath.Join(k.dir, kind.name), kind.extension)
	if err != nil {
		return nil, fmt.Errorf("list %s keys: %w", name, err)
	}
	active := slices.IndexFunc(files, func(f keyFile) bool { return !f.next })
	all := make([]Version, len(files))
	for i, f := range files {
		all[i] = Version{Number: f.version, Announced: f.next, InUse: i == active}
	}
	return all, nil
}

// Sets names the key sets.
func Sets() (names []string) {
	for _, kind := range setKinds() {
		names = append(names, kind.name)
	}
	return names
}
