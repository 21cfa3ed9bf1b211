package audit

import (
	"os"
	"path/filepath"
)

// disk is what the journal needs of a file system; tests put a faulty one in its place.
type disk interface {
	// create makes a new empty file that may take size bytes without asking for more room; it fails if the path exists.
	create(path string, size int64) (file, error)
	// rename gives the file its final path, durably.
	rename(from, to string) error
	remove(path string) error
}

// file is one segment being written.
type file interface {
	Write(p []byte) (int, error)
	// Sync returns once all that was written is on the disk.
	Sync() error
	Truncate(size int64) error
	Close() error
}

// osDisk is the real one.
type osDisk struct{}

// dataFile syncs the data of a file, not times that nobody reads.
type dataFile struct{ *os.File }

func (f dataFile) Sync() error { return syncData(f.File) }

func (osDisk) create(path string, size int64) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	// Room taken beforehand makes later syncs cheaper. Without it (a file system that cannot, a disk that is nearly full)
	// the file simply grows.
	_ = preallocate(f, size)
	if err := f.Sync(); err != nil {
		f.Close()
		os.Remove(path)
		return nil, err
	}
	return dataFile{f}, nil
}

func (osDisk) rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func (osDisk) remove(path string) error { return os.Remove(path) }

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
