package cache

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"sync"
	"sync/atomic"
)

// Key names a record without telling what was asked: it is a keyed hash, so that whoever can read Redis cannot test
// guesses of a citizen's number against it.
type Key [32]byte

// Secrets is the key ring that all replicas share. The same id always means the same key.
type Secrets interface {
	// Active returns the key that new values are encrypted with.
	Active() (id string, key [32]byte)
	// Oldest returns the key that names are hashed with. It is the oldest so that adding a key leaves every stored
	// record findable; only retiring the oldest makes the cache start empty.
	Oldest() (id string, key [32]byte)
	// ByID returns the key of that id while it is in the ring.
	ByID(id string) (key [32]byte, ok bool)
}

const (
	labelNames  = "lgsp cache names 1"
	labelValues = "lgsp cache values 1"

	redisPrefix = "lgsp:c:"
)

// derive makes the key of one purpose from a secret of the ring.
func derive(secret [32]byte, label string) [32]byte {
	// Neither the hash nor the length can be refused, which are the only errors there are.
	derived, err := hkdf.Key(sha256.New, secret[:], nil, label, 32)
	if err != nil {
		panic(err)
	}
	return [32]byte(derived)
}

// redisName is where a record lies in Redis.
func (k Key) redisName() string {
	return redisPrefix + base64.RawURLEncoding.EncodeToString(k[:])
}

// Key hashes the parts of a question. Each part carries its length, so no two lists of parts run together.
func (c *Cache) Key(parts ...string) Key { return c.namer.key(parts) }

// namer hashes with the ring's oldest secret and notices when that changes.
type namer struct {
	secrets Secrets
	current atomic.Pointer[hasher]
}

func (n *namer) key(parts []string) Key {
	_, secret := n.secrets.Oldest()
	h := n.current.Load()
	if h == nil || h.secret != secret {
		h = &hasher{secret: secret, key: derive(secret, labelNames)}
		n.current.Store(h)
	}
	return h.sum(parts)
}

// hasher keeps ready hash states, because keying one costs as much as using it.
type hasher struct {
	secret [32]byte
	key    [32]byte
	states sync.Pool
}

type hashState struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

func (h *hasher) sum(parts []string) Key {
	s, _ := h.states.Get().(*hashState)
	if s == nil {
		s = &hashState{mac: hmac.New(sha256.New, h.key[:])}
	}
	s.in = s.in[:0]
	for _, p := range parts {
		s.in = binary.BigEndian.AppendUint32(s.in, uint32(len(p)))
		s.in = append(s.in, p...)
	}
	s.mac.Reset()
	s.mac.Write(s.in)
	s.mac.Sum(s.out[:0])
	key := Key(s.out)
	clear(s.in) // the question holds a citizen's number
	h.states.Put(s)
	return key
}
