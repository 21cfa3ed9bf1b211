package certs

import (
	"fmt"
	"os"
	"path/filepath"
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
