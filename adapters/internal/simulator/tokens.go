package simulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// Tokens gives out the tokens of a simulated login and knows its own again: each
// is its end and a keyed digest of it, so that none has to be remembered.
type Tokens struct {
	Life time.Duration
	key  []byte
	now  func() time.Time
}

// NewTokens makes tokens that hold for life of the given clock.
func NewTokens(life time.Duration, now func() time.Time) Tokens {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails since Go 1.24
	return Tokens{Life: life, key: key, now: now}
}

// Issue makes a token.
func (t Tokens) Issue() string {
	end := binary.BigEndian.AppendUint64(nil, uint64(t.now().Add(t.Life).Unix()))
	return base64.RawURLEncoding.EncodeToString(append(end, t.digest(end)...))
}

// Valid tells whether a token is ours and has not ended.
func (t Tokens) Valid(token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+sha256.Size {
		return false
	}
	return hmac.Equal(raw[8:], t.digest(raw[:8])) && t.now().Unix() < int64(binary.BigEndian.Uint64(raw))
}

// Admits tells whether a request bears a token that holds.
func (t Tokens) Admits(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && t.Valid(token)
}

func (t Tokens) digest(end []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write(end)
	return h.Sum(nil)
}
