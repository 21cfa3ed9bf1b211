package cache

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"sync"
	"time"
)

// A value in Redis is
//
//	version (1 byte) | length of the key id (1) | key id | nonce (12) | AES-256-GCM of the record | tag (16)
//
// and the record inside is
//
//	AsOf | FreshUntil | StaleUntil (big-endian milliseconds since 1970, 8 bytes each) | body
//
// The Redis name is authenticated with it, so a value moved to another name does not open.
const (
	sealVersion  = 1
	recordHeader = 3 * 8
)

// errUnreadable covers everything that does not open: another key, a changed or cut value, an older format. Such a value
// is a miss, so nothing more is told apart.
var errUnreadable = errors.New("value does not open")

// vault seals and opens values with keys derived from the ring.
type vault struct {
	secrets Secrets

	mu      sync.Mutex
	ciphers map[[32]byte]cipher.AEAD // by secret: a ring that changes under an id is followed
}

// maxCiphers is far above the length of any ring; it only keeps retired keys from piling up.
const maxCiphers = 32

func (v *vault) cipher(secret [32]byte) cipher.AEAD {
	v.mu.Lock()
	defer v.mu.Unlock()
	if a, ok := v.ciphers[secret]; ok {
		return a
	}
	key := derive(secret, labelValues)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a valid AES key
	}
	a, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size that GCM asks for
	}
	if v.ciphers == nil || len(v.ciphers) >= maxCiphers {
		v.ciphers = make(map[[32]byte]cipher.AEAD)
	}
	v.ciphers[secret] = a
	return a
}

// seal encrypts a record for its place in Redis.
func (v *vault) seal(name string, r *Record) ([]byte, error) {
	id, secret := v.secrets.Active()
	if len(id) > 255 {
		return nil, errors.New("seal record: key id is longer than 255 bytes")
	}
	a := v.cipher(secret)
	plain := appendRecord(make([]byte, 0, recordHeader+len(r.Body)), r)
	out := make([]byte, 0, 2+len(id)+len(plain)+a.Overhead())
	out = append(out, sealVersion, byte(len(id)))
	out = append(out, id...)
	return a.Seal(out, nil, plain, []byte(name)), nil
}

// open is the reverse of seal; everything it cannot open is errUnreadable.
func (v *vault) open(name string, value []byte) (*Record, error) {
	if len(value) < 2 || value[0] != sealVersion {
		return nil, errUnreadable
	}
	idEnd := 2 + int(value[1])
	if len(value) < idEnd {
		return nil, errUnreadable
	}
	secret, ok := v.secrets.ByID(string(value[2:idEnd]))
	if !ok {
		return nil, errUnreadable
	}
	plain, err := v.cipher(secret).Open(nil, nil, value[idEnd:], []byte(name))
	if err != nil {
		return nil, errUnreadable
	}
	return decodeRecord(plain)
}

func appendRecord(dst []byte, r *Record) []byte {
	for _, t := range [...]time.Time{r.AsOf, r.FreshUntil, r.until()} {
		dst = binary.BigEndian.AppendUint64(dst, uint64(t.UnixMilli()))
	}
	return append(dst, r.Body...)
}

// decodeRecord keeps a reference to plain.
func decodeRecord(plain []byte) (*Record, error) {
	if len(plain) < recordHeader {
		return nil, errUnreadable
	}
	at := func(i int) time.Time { return time.UnixMilli(int64(binary.BigEndian.Uint64(plain[8*i:]))) }
	r := &Record{Body: plain[recordHeader:], AsOf: at(0), FreshUntil: at(1), StaleUntil: at(2)}
	if r.StaleUntil.Before(r.FreshUntil) {
		return nil, errUnreadable
	}
	return r, nil
}
