//go:build !linux

package audit

import "os"

func syncData(f *os.File) error { return f.Sync() }

// preallocate does nothing here: extending a file without reserving its room would save no work at a sync.
func preallocate(*os.File, int64) error { return nil }
