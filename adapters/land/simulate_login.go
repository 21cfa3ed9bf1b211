package land

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// tokenLife is what the simulated login answers in expires_in.
const tokenLife = 30 * time.Minute

// tokens gives out bearer tokens and knows its own again: each is its end and a
// keyed digest of it, so that none has to be remembered.
type tokens struct {
	key []byte
	now func() time.Time
}

func newTokens(now func() time.Time) tokens {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails since Go 1.24
	return tokens{key: key, now: now}
}

func (t tokens) issue() string {
	end := binary.BigEndian.AppendUint64(nil, uint64(t.now().Add(tokenLife).Unix()))
	return base64.RawURLEncoding.EncodeToString(append(end, t.digest(end)...))
}

// valid tells whether a token is ours and has not ended.
func (t tokens) valid(token string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+sha256.Size {
		return false
	}
	return hmac.Equal(raw[8:], t.digest(raw[:8])) && t.now().Unix() < int64(binary.BigEndian.Uint64(raw))
}

func (t tokens) digest(end []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write(end)
	return h.Sum(nil)
}

// login is the password grant of RFC 6749 section 4.3 with its errors.
func (t tokens) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxQuestion)
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		oauthError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	is := func(field, secret string) bool {
		return subtle.ConstantTimeCompare([]byte(r.PostForm.Get(field)), []byte(simulator.Secret("land", secret))) == 1
	}
	// All are compared, so that the time taken tells nothing of which was wrong.
	clientID, clientSecret := is("client_id", "clientId"), is("client_secret", "clientSecret")
	username, password := is("username", "username"), is("password", "password")
	switch {
	case r.PostForm.Get("grant_type") != "password":
		oauthError(w, http.StatusBadRequest, "unsupported_grant_type")
	case !clientID || !clientSecret:
		oauthError(w, http.StatusUnauthorized, "invalid_client")
	case !username || !password:
		oauthError(w, http.StatusBadRequest, "invalid_grant")
	default:
		w.Header().Set("Cache-Control", "no-store")
		simulator.JSON(w, map[string]any{"access_token": t.issue(), "expires_in": int(tokenLife.Seconds()),
			"token_type": "Bearer", "refresh_token": rand.Text(), "scope": "default"})
	}
}

// admits tells whether a request carries a token that holds.
func (t tokens) admits(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return isBearer(scheme) && t.valid(token)
}

func oauthError(w http.ResponseWriter, status int, name string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A client that left is the only way to fail here.
	_ = json.NewEncoder(w).Encode(map[string]string{"error": name})
}
