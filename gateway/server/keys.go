package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/audit"
)

// openKeys opens the TLS certificate, if there is one, and the key sets.
func (s *Server) openKeys() (err error) {
	if s.config.TLSCert != "" {
		if s.tls, err = certs.OpenServerCertificate(s.config.TLSCert, s.config.TLSKey); err != nil {
			return err
		}
	}
	created, err := s.missingKeys()
	if err != nil {
		return err
	}
	if s.keys, err = certs.OpenKeys(s.config.KeysDir); err == nil && len(created) > 0 {
		s.log.Info("created key sets", "folder", s.config.KeysDir, "sets", created)
	}
	return err
}

// missingKeys names the key sets that are still to be created. Production that
// has an audit already does not go on without the key its subjects were hashed
// with: most likely a mount failed, and under a new key nobody would be found.
func (s *Server) missingKeys() (missing []string, err error) {
	for _, set := range []string{certs.SetSigning, certs.SetCache, certs.SetSubject} {
		if !holdsFiles(filepath.Join(s.config.KeysDir, set)) {
			missing = append(missing, set)
		}
	}
	if !s.config.Embedded && slices.Contains(missing, certs.SetSubject) && holdsFiles(s.journalDir()) {
		return nil, fmt.Errorf("open keys: %s has no key set %q, but %s holds an audit written with one; mount the keys, or move that audit away to begin anew",
			s.config.KeysDir, certs.SetSubject, s.journalDir())
	}
	return missing, nil
}

// holdsFiles tells whether there is anything but dot files in a folder, or may
// be: one that cannot be read is left to who opens it.
func holdsFiles(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name()[0] != '.' })
}

// keyRing gives the cache the key set that replicas share, as it is now.
type keyRing struct{ keys *certs.Keys }

func (k keyRing) set() *certs.SecretSet {
	set, err := k.keys.Secret(certs.SetCache)
	if err != nil {
		panic(err) // the name is a constant of the same package
	}
	return set
}

// Active is the key for new values.
func (k keyRing) Active() (string, [32]byte) {
	id, key := k.set().Active()
	return strconv.FormatUint(uint64(id), 10), key
}

// Oldest is the key that names are hashed with.
func (k keyRing) Oldest() (string, [32]byte) {
	id, key := k.set().Oldest()
	return strconv.FormatUint(uint64(id), 10), key
}

// ByID finds the key a value was encrypted with.
func (k keyRing) ByID(id string) (key [32]byte, ok bool) {
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		return key, false
	}
	return k.set().ByID(uint32(n))
}

// subject hashes what identifies a person. The oldest key is used, so that all
// entries about one person are found together after a rotation.
func (s *Server) subject(name, value string) string {
	set, err := s.keys.Secret(certs.SetSubject)
	if err != nil {
		panic(err) // the name is a constant of the same package
	}
	_, key := set.Oldest()
	return audit.SubjectHash(key, name, value)
}
