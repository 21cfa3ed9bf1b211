package land

import (
	"crypto/rand"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// tokenLife is what the simulated login answers in expires_in.
const tokenLife = 30 * time.Minute

// tokens are the simulated login.
type tokens struct{ simulator.Tokens }

// login is the password grant of RFC 6749 section 4.3 with its errors.
func (t tokens) login(w http.ResponseWriter, r *http.Request) {
	if !simulator.ReadForm(w, r) {
		oauthError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	is := func(field, secret string) bool { return simulator.IsSecret(r.PostForm.Get(field), "land", secret) }
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
		simulator.JSON(w, map[string]any{"access_token": t.Issue(), "expires_in": int(t.Life.Seconds()),
			"token_type": "Bearer", "refresh_token": rand.Text(), "scope": "default"})
	}
}

func oauthError(w http.ResponseWriter, status int, name string) {
	simulator.Status(w, status, map[string]string{"error": name})
}
