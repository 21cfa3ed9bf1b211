package certs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteNew puts a file in place whole or not at all, on disk before it
// returns, and never over another: if path exists, the error is fs.ErrExist.
func WriteNew(path string, data []byte, mode fs.FileMode) error {
	return put(path, data, mode, os.Link) // a link, unlike a rename, fails when the name is taken
}

// replace puts a file in the place of another, whole and on disk.
func replace(path string, data []byte, mode fs.FileMode) error {
	return put(path, data, mode, os.Rename)
}

func put(path string, data []byte, mode fs.FileMode, place func(draft, path string) error) error {
	folder := filepath.Dir(path)
	draft, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(draft.Name()) // gone already where it was renamed
	_, err = draft.Write(data)
	if err = errors.Join(err, draft.Chmod(mode), draft.Sync(), draft.Close()); err == nil {
		err = place(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncFolder(folder)
}

// syncFolder makes a new or changed name in the folder survive a power cut.
func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, err)
	}
	return nil
}
