package certs

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// secretSize is the length of every secret in bytes.
const secretSize = 32

// SecretSet is an immutable set of 32-byte secrets, each with a numeric id
// that can be stored beside what was made with it. The newest active one is
// used for new work, all of them for reading old work.
type SecretSet struct {
	activeID uint32
	oldestID uint32
	byID     map[uint32][secretSize]byte
}

func newSecretSet(files []keyFile) (*SecretSet, error) {
	set := &SecretSet{byID: make(map[uint32][secretSize]byte, len(files))}
	var faults []error
	for _, file := range files {
		secret, err := parseSecret(file.data)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file.path, err))
			continue
		}
		if set.activeID == 0 && !file.next {
			set.activeID = file.version
		}
		set.byID[file.version] = secret
		if set.oldestID == 0 || file.version < set.oldestID {
			set.oldestID = file.version
		}
	}
	return set, errors.Join(faults...)
}

// Active is the secret for new work, with its id.
func (s *SecretSet) Active() (id uint32, key [secretSize]byte) { return s.activeID, s.byID[s.activeID] }

// Oldest is the secret for names and hashes that must stay the same while newer
// secrets come: only retiring it changes them.
func (s *SecretSet) Oldest() (id uint32, key [secretSize]byte) { return s.oldestID, s.byID[s.oldestID] }

// ByID is the secret with this id, if the set still holds it.
func (s *SecretSet) ByID(id uint32) (key [secretSize]byte, ok bool) {
	key, ok = s.byID[id]
	return key, ok
}

// parseSecret takes 32 bytes as hex or as base64 of either alphabet.
func parseSecret(data []byte) (secret [secretSize]byte, err error) {
	text := strings.TrimSpace(string(data))
	var raw []byte
	if len(text) == hex.EncodedLen(secretSize) {
		raw, err = hex.DecodeString(text)
	} else {
		text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
		raw, err = base64.RawURLEncoding.Strict().DecodeString(text)
	}
	if err != nil || len(raw) != secretSize {
		return secret, errors.New("want 32 random bytes in hex or base64") // never quote a secret
	}
	secret = [secretSize]byte(raw)
	if secret == [secretSize]byte{} {
		return secret, errors.New("the secret is all zero")
	}
	return secret, nil
}

func generateSecret() ([]byte, error) {
	var secret [secretSize]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, fmt.Errorf("generate secret: %w", err)
	}
	return []byte(hex.EncodeToString(secret[:]) + "\n"), nil
}
