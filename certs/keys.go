package certs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// The names of the key sets, which are also the names of their folders.
const (
	SetSigning = "signing" // ECDSA P-256, signs access tokens
	SetCache   = "cache"   // 32 random bytes, encrypts cached records
	SetSubject = "subject" // 32 random bytes, keys the hashes of subjects
)

// ErrUnknownSet says that no key set has this name; the caller has a bug.
var ErrUnknownSet = errors.New("unknown key set")

// Keys is every key set of one folder. It is safe for concurrent use: readers
// see one consistent generation, and a faulty folder never replaces it.
type Keys struct {
	dir     string
	reload  sync.Mutex // one reload at a time, so that generations only grow
	current atomic.Pointer[generation]
}

// generation is one immutable reading of the folder.
type generation struct {
	number  uint64
	digest  [sha256.Size]byte
	signing *SigningSet
	secrets map[string]*SecretSet
}

// OpenKeys reads the key sets under dir and creates those that have no key
// yet. Two processes may start on the same empty folder: whichever file lands
// first is the key of both.
func OpenKeys(dir string) (*Keys, error) {
	if err := ensureSets(dir); err != nil {
		return nil, fmt.Errorf("create key sets: %w", err)
	}
	k := &Keys{dir: dir}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// Reload reads the folder again and swaps the sets in if anything changed.
// On any fault the old sets stay, and the error names every faulty file.
func (k *Keys) Reload() error {
	k.reload.Lock()
	defer k.reload.Unlock()
	next, err := readGeneration(k.dir)
	if err != nil {
		return fmt.Errorf("read key sets: %w", err)
	}
	old := k.current.Load()
	if old != nil {
		if old.digest == next.digest {
			return nil
		}
		next.number = old.number
	}
	next.number++
	k.current.Store(next)
	return nil
}

// Generation changes whenever Reload swapped in other keys.
func (k *Keys) Generation() uint64 { return k.current.Load().number }

// Signing is the token signing set as it is now. The pointer is the same until
// keys change, so that it can stand for "verified under these keys".
func (k *Keys) Signing() *SigningSet { return k.current.Load().signing }

// Secret is the named secret set as it is now, or ErrUnknownSet.
func (k *Keys) Secret(name string) (*SecretSet, error) {
	set, ok := k.current.Load().secrets[name]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknownSet, name)
	}
	return set, nil
}

func readGeneration(dir string) (*generation, error) {
	g := &generation{secrets: make(map[string]*SecretSet)}
	all := sha256.New()
	faults := []error{checkFolder(dir, 0o022)}
	for _, kind := range setKinds() {
		files, err := readSet(filepath.Join(dir, kind.name), kind.extension)
		faults = append(faults, err)
		for _, f := range files {
			fmt.Fprintf(all, "%s/%s %d\n", kind.name, f.name, len(f.data))
			all.Write(f.data)
		}
		if err == nil {
			faults = append(faults, kind.take(g, files))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	all.Sum(g.digest[:0])
	return g, nil
}

// setKind is what differs between the sets: the file form, how a new key is
// made, and where a read set goes.
type setKind struct {
	name      string
	extension string
	generate  func() ([]byte, error)
	take      func(*generation, []keyFile) error
}

func setKinds() []setKind {
	secret := func(name string) setKind {
		return setKind{name, ".key", generateSecret, func(g *generation, files []keyFile) (err error) {
			g.secrets[name], err = newSecretSet(files)
			return err
		}}
	}
	return []setKind{
		{SetSigning, ".pem", generateSigningKey, func(g *generation, files []keyFile) (err error) {
			g.signing, err = newSigningSet(files)
			return err
		}},
		secret(SetCache),
		secret(SetSubject),
	}
}

func kindOf(name string) (setKind, error) {
	for _, kind := range setKinds() {
		if kind.name == name {
			return kind, nil
		}
	}
	return setKind{}, fmt.Errorf("%w %q", ErrUnknownSet, name)
}

func ensureSets(dir string) error {
	for _, kind := range setKinds() {
		folder := filepath.Join(dir, kind.name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		names, err := keyNames(folder, kind.extension)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			continue
		}
		data, err := kind.generate()
		if err != nil {
			return err
		}
		path := filepath.Join(folder, fileName(1, false, kind.extension))
		if err := WriteNew(path, data, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
