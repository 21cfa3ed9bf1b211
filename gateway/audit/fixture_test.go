package audit

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 123456000, time.UTC)

// sample is an entry with every member.
func sample() *Entry {
	return &Entry{
		Time: noon, Request: "01JBXQ7R3M0000000000000000", Correlation: "portal-42", Agency: "H26.12", Client: "H26.12-demo",
		System: "population", Operation: "citizen-verify", Purpose: "one-stop", Rule: "ward-verify@1a2b3c4d", Outcome: "ok",
		Status: 200, Cache: "miss", Fields: []string{"fullName", "address.communeCode"}, Subject: "AAAAAAAAAAAAAAAAAAAAAA",
		Official: "official-7", Dossier: "000.00.12.H26-261102-0001", Source: "192.0.2.7", NationalCode: "00",
		Endpoint: "ndxp-1", Duration: 1234 * time.Microsecond,
	}
}

func openJournal(t testing.TB, dir string, o Options) *Journal {
	t.Helper()
	j, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func appendOne(t testing.TB, j *Journal) Receipt {
	t.Helper()
	r, err := j.Append(t.Context(), sample())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// indices reads a whole directory, which must be sound.
func indices(t testing.TB, dir string, from uint64) []uint64 {
	t.Helper()
	var got []uint64
	for line, err := range Read(dir, from) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := line.Entry(); err != nil {
			t.Fatal(err)
		}
		got = append(got, line.Index)
	}
	return got
}

func wantGapless(t testing.TB, dir string, n int) {
	t.Helper()
	got := indices(t, dir, 0)
	for i, index := range got {
		if index != uint64(i) {
			t.Fatalf("entry %d stands at place %d", index, i)
		}
	}
	if len(got) != n {
		t.Fatalf("%d entries, want %d", len(got), n)
	}
}

func segmentFiles(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// rewrite changes the only segment of a closed journal.
func rewrite(t testing.TB, dir string, change func([]byte) []byte) {
	t.Helper()
	paths := segmentFiles(t, dir)
	if len(paths) != 1 {
		t.Fatalf("%d segments, want 1", len(paths))
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(paths[0], change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

var errDisk = errors.New("input/output error")

// faultyDisk is the real disk with faults and delays on demand.
type faultyDisk struct {
	osDisk
	mu         sync.Mutex
	writeFault error // the write takes half of the bytes and fails
	syncFault  error
	makeFault  error
	onSync     func() // called before each sync
	onCreate   func() // called before each file is made
}

func (d *faultyDisk) set(write, sync, create error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writeFault, d.syncFault, d.makeFault = write, sync, create
}

func (d *faultyDisk) create(path string, size int64) (file, error) {
	d.mu.Lock()
	fault, hook := d.makeFault, d.onCreate
	d.mu.Unlock()
	if hook != nil {
		hook()
	}
	if fault != nil {
		return nil, fault
	}
	f, err := d.osDisk.create(path, size)
	if err != nil {
		return nil, err
	}
	return &faultyFile{file: f, disk: d}, nil
}

type faultyFile struct {
	file
	disk *faultyDisk
}

func (f *faultyFile) Write(p []byte) (int, error) {
	f.disk.mu.Lock()
	fault := f.disk.writeFault
	f.disk.mu.Unlock()
	if fault == nil {
		return f.file.Write(p)
	}
	n, _ := f.file.Write(p[:len(p)/2])
	return n, fault
}

func (f *faultyFile) Sync() error {
	f.disk.mu.Lock()
	fault, hook := f.disk.syncFault, f.disk.onSync
	f.disk.mu.Unlock()
	if hook != nil {
		hook()
	}
	if fault != nil {
		return fault
	}
	return f.file.Sync()
}
