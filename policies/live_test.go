package policies

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	grantOne = `agencies: H26.12, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`
	grantTwo = `agencies: H26.13, operations: land/parcel-lookup, purposes: one-stop, fields: "*"`
)

func write(t *testing.T, dir string, files []File) {
	t.Helper()
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFaultySetLeavesTheOldOneInForce(t *testing.T) {
	live, faults := NewLive(setOf(rules("", grantOne)), testVocabulary(), nil)
	if live == nil {
		t.Fatal(faults)
	}
	before := live.Current()
	faults = live.Replace(setOf("kind: access\nrules: x\n"))
	var err error = faults
	if !faults.HasErrors() || live.Current() != before || !errors.As(faults.Err(), &faults) || err.Error() == "" {
		t.Errorf("faults %v", faults)
	}
	if faults := live.Replace(setOf(rules("", grantTwo))); faults.Err() != nil || live.Current() == before {
		t.Errorf("a faultless set is refused: %v", faults)
	}
	if live, faults := NewLive(setOf("kind: x\n"), testVocabulary(), nil); live != nil || !faults.HasErrors() {
		t.Error("a faulty first set starts")
	}
}

func TestReplacingNeverShowsHalfASet(t *testing.T) {
	live, _ := NewLive(setOf(rules("", grantOne)), testVocabulary(), nil)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 2000 {
				set := live.Current()
				one := set.Decide(ask("H26.12", "land/parcel-lookup", "one-stop")).Allowed
				two := set.Decide(ask("H26.13", "land/parcel-lookup", "one-stop")).Allowed
				if one == two {
					t.Errorf("both %v", one)
					return
				}
			}
		})
	}
	for range 20 {
		live.Replace(setOf(rules("", grantTwo)))
		live.Replace(setOf(rules("", grantOne)))
	}
	readers.Wait()
}

// watching starts a Watch on a directory with the given rules and returns what it reports.
func watching(t *testing.T, ctx context.Context, dir string) (*Live, func() []Faults) {
	files := setOf(rules("", grantOne))
	write(t, dir, files)
	live, faults := NewLive(files, testVocabulary(), nil)
	if live == nil {
		t.Fatal(faults)
	}
	var reports []Faults
	go live.Watch(ctx, dir, time.Second, func(f Faults) { reports = append(reports, f) })
	return live, func() []Faults {
		synctest.Wait()
		taken := reports
		reports = nil
		return taken
	}
}

func TestChangedDirectoryIsInForceWithinTheInterval(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		live, reports := watching(t, ctx, dir)
		before := live.Current()
		time.Sleep(3 * time.Second) // virtual time
		if r := reports(); len(r) != 0 || live.Current() != before {
			t.Fatalf("nothing changed, yet %v", r)
		}
		write(t, dir, setOf(rules("", grantTwo)))
		time.Sleep(time.Second)
		if r := reports(); len(r) != 1 || r[0].HasErrors() || !live.Current().Decide(ask("H26.13", "land/parcel-lookup", "one-stop")).Allowed {
			t.Fatalf("after a change: %v", r)
		}
		now := live.Current()
		write(t, dir, []File{{"access.yaml", []byte("kind: access\nrules: [\n")}})
		time.Sleep(2 * time.Second)
		if r := reports(); len(r) != 1 || !r[0].HasErrors() || live.Current() != now {
			t.Fatalf("after a faulty change: %v", r)
		}
	})
}

func TestReloadReadsEvenWhatDidNotChange(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		live, reports := watching(t, ctx, dir)
		before := live.Current()
		live.Reload()
		if r := reports(); len(r) != 1 || r[0].HasErrors() || live.Current() == before {
			t.Fatalf("after a reload: %v", r)
		}
	})
}

func TestUnreadableDirectoryIsReportedOnce(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		live, reports := watching(t, ctx, dir)
		before := live.Current()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if r := reports(); len(r) != 1 || !r[0].HasErrors() || live.Current() != before {
			t.Fatalf("reports %v", r)
		}
	})
}

func TestPolicyFileOfAnotherSpellingIsNotPassedOver(t *testing.T) {
	for _, name := range []string{"deny.yml", "deny.YAML"} {
		dir := t.TempDir()
		write(t, dir, []File{{"a.yaml", []byte("1")}, {name, []byte("2")}})
		if files, err := ReadDir(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: read %v, %v", name, files, err)
		}
	}
}

func TestDirectoryIsReadInBounds(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, []File{{"b.yaml", []byte("2")}, {"a.yaml", []byte("1")}, {".c.yaml", []byte("hidden")}, {"notes.txt", nil}})
	files, err := ReadDir(dir)
	if err != nil || len(files) != 2 || files[0].Name != "a.yaml" || string(files[1].Data) != "2" {
		t.Errorf("%v, %v", files, err)
	}
	if _, err := ReadDir(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing directory: %v", err)
	}
	write(t, dir, []File{{"big.yaml", []byte(strings.Repeat("#", maxFileSize+1))}})
	if _, err := ReadDir(dir); err == nil {
		t.Error("an oversized file is read")
	}
	if _, faults := Load([]File{{"big.yaml", []byte(strings.Repeat("#", maxFileSize+1))}}, nil); !faults.HasErrors() {
		t.Error("an oversized file is loaded")
	}
	if err := os.Remove(filepath.Join(dir, "big.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadDir(dir); err == nil {
		t.Error("a folder is read as a file")
	}
}
