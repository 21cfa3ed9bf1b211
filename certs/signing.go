package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
)

// kidLength is how much of the thumbprint names a key: 96 bits, too many to
// meet by chance and few enough to read in a log.
const kidLength = 16

// SigningKey is the public side of one key of a signing set.
type SigningKey struct {
	Kid     string
	Version uint32
	Active  bool // false: announced, other replicas may not know it yet
	Public  *ecdsa.PublicKey
}

// SigningSet is an immutable set of ECDSA P-256 keys: the newest active one
// signs, all of them verify.
type SigningSet struct {
	activeKid string
	active    *ecdsa.PrivateKey
	keys      []SigningKey
	byKid     map[string]*ecdsa.PublicKey
}

func newSigningSet(files []keyFile) (*SigningSet, error) {
	set := &SigningSet{byKid: make(map[string]*ecdsa.PublicKey, len(files))}
	var faults []error
	for _, file := range files {
		key, err := parseSigningKey(file.data)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file.path, err))
			continue
		}
		kid, err := KeyID(&key.PublicKey)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file.path, err))
			continue
		}
		if _, twice := set.byKid[kid]; twice {
			faults = append(faults, fmt.Errorf("%s: holds the same key as a newer version", file.path))
			continue
		}
		if set.active == nil && !file.next {
			set.activeKid, set.active = kid, key
		}
		set.byKid[kid] = &key.PublicKey
		set.keys = append(set.keys, SigningKey{Kid: kid, Version: file.version, Active: !file.next, Public: &key.PublicKey})
	}
	return set, errors.Join(faults...)
}

// Active is the key that signs now, with its id.
func (s *SigningSet) Active() (kid string, key *ecdsa.PrivateKey) { return s.activeKid, s.active }

// Public is the verification key with this id, or nil if the set has none.
func (s *SigningSet) Public(kid string) *ecdsa.PublicKey { return s.byKid[kid] }

// All lists the keys of the set, newest first.
func (s *SigningSet) All() []SigningKey { return append([]SigningKey(nil), s.keys...) }

// KeyID names a P-256 key by the beginning of its RFC 7638 thumbprint, so that
// the name needs no bookkeeping and cannot point at another key.
func KeyID(key *ecdsa.PublicKey) (string, error) {
	point, err := key.Bytes() // 0x04, X, Y
	if err != nil {
		return "", fmt.Errorf("name key: %w", err)
	}
	if key.Curve != elliptic.P256() {
		return "", errors.New("name key: not on the curve P-256")
	}
	b64 := base64.RawURLEncoding
	jwk := `{"crv":"P-256","kty":"EC","x":"` + b64.EncodeToString(point[1:33]) +
		`","y":"` + b64.EncodeToString(point[33:]) + `"}`
	sum := sha256.Sum256([]byte(jwk))
	return b64.EncodeToString(sum[:])[:kidLength], nil
}

func parseSigningKey(data []byte) (*ecdsa.PrivateKey, error) {
	signer, err := parsePrivateKey(data)
	if err != nil {
		return nil, err
	}
	key, ok := signer.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("want an ECDSA key on the curve P-256")
	}
	return key, nil
}

func generateSigningKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode signing key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
