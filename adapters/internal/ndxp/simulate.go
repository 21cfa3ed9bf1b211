package ndxp

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

const (
	simulatedLife = time.Hour
	// maxTokens is how many tokens are honoured at once; the oldest gives way.
	maxTokens = 1024
	maxForm   = 4 << 10
)

// Simulated is the simulated national gateway: its token endpoint and the check
// in front of the systems behind it.
type Simulated struct {
	now func() time.Time

	mu     sync.Mutex
	issued map[[sha256.Size]byte]time.Time // expiry by digest, so that a lookup tells nothing of a token by its time
	order  [][sha256.Size]byte             // oldest first
}

// Simulate makes a gateway that knows one consumer, whose key and secret are
// simulator.Secret("ndxp", "key") and simulator.Secret("ndxp", "secret").
func Simulate(now func() time.Time) *Simulated {
	return &Simulated{now: now, issued: map[[sha256.Size]byte]time.Time{}}
}

// Token is the handler of the token endpoint.
func (g *Simulated) Token(w http.ResponseWriter, r *http.Request) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
	case media != formType || r.ParseForm() != nil:
		refuse(w, http.StatusBadRequest, "invalid_request")
	case !consumer(r):
		w.Header().Set("WWW-Authenticate", `Basic realm="WSO2"`)
		refuse(w, http.StatusUnauthorized, "invalid_client")
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuse(w, http.StatusBadRequest, "unsupported_grant_type")
	default:
		w.Header().Set("Cache-Control", "no-store")
		simulator.JSON(w, map[string]any{
			"access_token": g.issue(), "scope": "am_application_scope default",
			"token_type": "Bearer", "expires_in": int(simulatedLife.Seconds()),
		})
	}
}

// consumer verifies key and secret; both are compared whatever the first says.
func consumer(r *http.Request) bool {
	key, secret, _ := r.BasicAuth()
	ok := subtle.ConstantTimeCompare([]byte(key), []byte(simulator.Secret("ndxp", "key")))
	return ok&subtle.ConstantTimeCompare([]byte(secret), []byte(simulator.Secret("ndxp", "secret"))) == 1
}

func (g *Simulated) issue() string {
	token := rand.Text()
	digest := sha256.Sum256([]byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.order) == maxTokens {
		delete(g.issued, g.order[0])
		g.order = append(g.order[:0], g.order[1:]...)
	}
	g.order = append(g.order, digest)
	g.issued[digest] = g.now().Add(simulatedLife)
	return token
}

// Protect lets through what bears a token of this gateway. The token stays
// here: the system behind does not see it.
func (g *Simulated) Protect(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Values("Authorization")
		switch {
		case len(given) == 0:
			w.Header().Set("WWW-Authenticate", `OAuth2 realm="WSO2 API Manager"`)
			writeFault(w, http.StatusUnauthorized, 900902, "Missing Credentials")
		case len(given) > 1 || !g.valid(given[0]):
			w.Header().Set("WWW-Authenticate", `OAuth2 realm="WSO2 API Manager", error="invalid_token"`)
			writeFault(w, http.StatusUnauthorized, 900901, "Invalid Credentials")
		case !known(r.Header.Values(accessTokenHeader)):
			writeFault(w, http.StatusForbidden, 900908, "Resource forbidden")
		default:
			r = r.Clone(r.Context())
			r.Header.Del("Authorization")
			r.Header.Del(accessTokenHeader)
			h.ServeHTTP(w, r)
		}
	})
}

// SimulatedAccessToken is the one that the simulated gateway knows.
func SimulatedAccessToken() string {
	secret := func(name string) string { return simulator.Secret("ndxp", name) }
	text, err := json.Marshal(accessToken{AccessKey: secret("accessKey"), SecretKey: secret("secretKey"), AppName: "lgsp", PartnerCode: "H26", PartnerCodeCus: "H26"})
	if err != nil {
		panic(err) // made of texts only
	}
	return string(text)
}

// known tells that the province's header is the right one, or that this client is
// of a site without it.
func known(given []string) bool {
	return len(given) == 0 || len(given) == 1 && subtle.ConstantTimeCompare([]byte(given[0]), []byte(encodeAccessToken(SimulatedAccessToken()))) == 1
}

func (g *Simulated) valid(authorization string) bool {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	expires, known := g.issued[sha256.Sum256([]byte(token))]
	return known && g.now().Before(expires)
}

// refuse answers as the token endpoint does (RFC 6749 section 5.2).
func refuse(w http.ResponseWriter, status int, code string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": "simulated refusal"})
}

// writeFault answers as the gateway does in a system's stead.
func writeFault(w http.ResponseWriter, status, code int, message string) {
	writeJSON(w, status, map[string]any{"fault": map[string]any{
		"code": code, "message": message, "description": "simulated fault of the national gateway"}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A client that left is the only way to fail here.
	_ = json.NewEncoder(w).Encode(v)
}
