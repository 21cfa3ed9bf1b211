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

// Grant answers the token address of a system with OAuth 2.0 (RFC 6749) by the errors
// of its section 5.2. The client's secrets are the system's clientId and clientSecret;
// the password grant wants its username and password too.
func (t Tokens) Grant(system, grantType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !ReadForm(w, r) {
			refuseGrant(w, http.StatusBadRequest, "invalid_request")
			return
		}
		is := func(field, secret string) bool { return IsSecret(r.PostForm.Get(field), system, secret) }
		// All are compared, so that the time taken does not tell which was wrong.
		clientID, clientSecret := is("client_id", "clientId"), is("client_secret", "clientSecret")
		username, password := is("username", "username"), is("password", "password")
		switch {
		case r.PostForm.Get("grant_type") != grantType:
			refuseGrant(w, http.StatusBadRequest, "unsupported_grant_type")
		case !clientID || !clientSecret:
			refuseGrant(w, http.StatusUnauthorized, "invalid_client")
		case grantType == "password" && (!username || !password):
			refuseGrant(w, http.StatusBadRequest, "invalid_grant")
		default:
			w.Header().Set("Cache-Control", "no-store")
			JSON(w, map[string]any{"access_token": t.Issue(), "token_type": "Bearer", "expires_in": int(t.Life.Seconds()), "scope": "default"})
		}
	}
}

func refuseGrant(w http.ResponseWriter, status int, name string) {
	Status(w, status, map[string]string{"error": name})
}

func (t Tokens) digest(end []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write(end)
	return h.Sum(nil)
}
