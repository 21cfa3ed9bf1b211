package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// nameFile holds the journal's name. Receipts in other hands carry the name, so it must outlive every restart.
const nameFile = "name"

// recoverDir makes a directory ready for writing after whatever ended the last process, and returns the next index.
func recoverDir(dir string, log *slog.Logger) (next uint64, err error) {
	spares, err := filepath.Glob(filepath.Join(dir, "*"+spareSuffix))
	if err != nil {
		return 0, err
	}
	for _, path := range spares {
		if err := os.Remove(path); err != nil {
			return 0, err
		}
	}
	found, err := listSegments(dir)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	last := found[len(found)-1]
	x, err := last.scanFile(func(uint64, []byte) bool { return true })
	if err != nil {
		return 0, fmt.Errorf("recover journal: %w", err)
	}
	if x.torn > 0 {
		log.Warn("audit journal ends in a write that was never acknowledged, dropping it",
			slog.Uint64("next", x.next), slog.Int64("bytes", x.torn))
	}
	return x.next, cutAt(last.path, x.size)
}

// cutAt ends a file after its whole entries, durably: the next segment continues the numbering from there.
func cutAt(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		return err
	}
	return f.Sync()
}

// journalName reads the journal's name, or makes it together with the journal.
func journalName(dir, wanted string) (string, error) {
	path := filepath.Join(dir, nameFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeName(dir, path, wanted)
	}
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(string(text), "\n")
	if !validName(name) {
		return "", fmt.Errorf("read journal name: %s holds no name", path)
	}
	if wanted != "" && wanted != name {
		return "", fmt.Errorf("open journal: it is called %s, not %s", name, wanted)
	}
	return name, nil
}

func makeName(dir, path, wanted string) (string, error) {
	found, err := listSegments(dir)
	if err != nil {
		return "", err
	}
	if len(found) > 0 && wanted == "" {
		return "", fmt.Errorf("open journal: %s is missing beside existing segments; restore it or give the name", path)
	}
	name := wanted
	if name == "" {
		name = strings.ToLower(rand.Text())[:16]
	}
	if !validName(name) {
		return "", fmt.Errorf("make journal: a name is up to %d of a-z, 0-9 and -", maxName)
	}
	if err := writeDurably(path, name+"\n"); err != nil {
		return "", err
	}
	return name, syncDir(filepath.Dir(dir)) // the directory may be new as well
}

// writeDurably makes a small file that is either whole or absent after a crash.
func writeDurably(path, text string) error {
	temporary := path + ".new"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return osDisk{}.rename(temporary, path)
}
