package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// What a new hash costs: one of the settings that OWASP recommends as equal in
// strength, the one with the least memory.
const (
	memory  = 7 << 10 // KiB
	passes  = 5
	threads = 1
)

// Bounds of a hash that was made elsewhere.
const (
	maxMemory  = 64 << 10 // KiB
	maxPasses  = 16
	maxThreads = 4
)

const (
	saltSize = 16
	hashSize = 32
)

// ErrHash says that a text is no hash that secrets can be checked against.
var ErrHash = errors.New("not an argon2id hash in PHC form within bounds")

// Hash is a secret as it is kept.
type Hash struct {
	memory, passes uint32
	threads        uint8
	salt, sum      []byte
}

// New makes a secret of 256 random bits. It holds only letters that no encoding changes.
func New() string {
	var random [32]byte
	rand.Read(random[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// Keep hashes a secret for keeping, in PHC form.
func Keep(secret string) string {
	var salt [saltSize]byte
	rand.Read(salt[:])
	h := Hash{memory: memory, passes: passes, threads: threads, salt: salt[:]}
	h.sum = h.of(secret, hashSize)
	return h.String()
}

// String is the hash in PHC form.
func (h Hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

var phc = regexp.MustCompile(`^\$argon2id\$v=19\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=([0-9])\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$`)

// Parse reads a hash in PHC form. The error is ErrHash and quotes nothing.
func Parse(text string) (Hash, error) {
	part := phc.FindStringSubmatch(text)
	if part == nil {
		return Hash{}, ErrHash
	}
	number := func(text string) uint32 {
		n, _ := strconv.ParseUint(text, 10, 32) // digits, and few of them
		return uint32(n)
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, errSalt := b64.DecodeString(part[4])
	sum, errSum := b64.DecodeString(part[5])
	h := Hash{memory: number(part[1]), passes: number(part[2]), threads: uint8(number(part[3])), salt: salt, sum: sum}
	within := h.memory >= 1<<10 && h.memory <= maxMemory && h.passes >= 1 && h.passes <= maxPasses && h.threads >= 1 && h.threads <= maxThreads
	if errSalt != nil || errSum != nil || !within {
		return Hash{}, ErrHash
	}
	return h, nil
}

func (h Hash) of(secret string, size int) []byte {
	return argon2.IDKey([]byte(secret), h.salt, h.passes, h.memory, h.threads, uint32(size))
}

func (h Hash) matches(secret string) bool {
	return subtle.ConstantTimeCompare(h.of(secret, len(h.sum)), h.sum) == 1
}
