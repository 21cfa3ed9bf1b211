package auth

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/certs"
)

var (
	// ErrNoToken says that the request carries no bearer token; ask for one
	// with a bare WWW-Authenticate: Bearer.
	ErrNoToken = errors.New("no bearer token")

	// ErrInvalidToken says that the token is not to be trusted, whatever the
	// reason behind it; answer 401 with error="invalid_token" and log the reason.
	ErrInvalidToken = errors.New("invalid token")
)

// replicaSkew is how far the clocks of two replicas may be apart: a token
// issued by one must not come from the future to the other.
const replicaSkew = 5 * time.Second

func refused(reason string) error { return fmt.Errorf("%w: %s", ErrInvalidToken, reason) }

// BearerFrom takes the token from the Authorization header, the only place it
// may be in: a token in an address or a form is not looked for.
func BearerFrom(header http.Header) (string, error) {
	values := header.Values("Authorization")
	if len(values) == 0 {
		return "", ErrNoToken
	}
	if len(values) > 1 {
		return "", refused("two Authorization headers")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", ErrNoToken
	}
	token = strings.TrimLeft(token, " ")
	if token == "" || strings.ContainsAny(token, " \t,") {
		return "", refused("not one token after Bearer")
	}
	return token, nil
}

// claims is what a verified access token says.
type claims struct {
	external             *external // whose token it is; nil for ours
	clientID, agency, id string    // agency and id may be empty in one that is not ours
	scopes               Scopes
	expires              time.Time
	bound                bool // to a certificate
	thumbprint           [sha256.Size]byte
}

func newAccessTokenParser(issuer string, now func() time.Time) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}),
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(issuer),
		jwt.WithAudience(issuer),
		jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(now),
	)
}

// parseAccessToken verifies a token of up to maxToken bytes.
func parseAccessToken(parser *jwt.Parser, token string, keys *certs.SigningSet, now time.Time) (*claims, error) {
	if !isCompact(token) {
		return nil, refused("not a signed JWT")
	}
	said := jwt.MapClaims{}
	_, err := parser.ParseWithClaims(token, said, func(t *jwt.Token) (any, error) { return keyFor(t, keys) })
	if err != nil {
		return nil, refused(reasonOf(err))
	}
	return readClaims(said, now)
}

// isCompact says whether a text is three parts of base64url, before anything
// is split or decoded. The decoder would pass over line breaks, and so accept
// endless spellings of one token.
func isCompact(token string) bool {
	dots := 0
	for i := range len(token) {
		switch c := token[i]; {
		case c == '.':
			dots++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return dots == 2
}

// keyFor accepts the headers that an Issuer writes and no others: alg, typ and
// kid. So nothing that asks for understanding (crit) and no key that travels
// with the token (jku, jwk, x5u, x5c) is ever looked at.
func keyFor(token *jwt.Token, keys *certs.SigningSet) (any, error) {
	typ, _ := token.Header["typ"].(string)
	kid, _ := token.Header["kid"].(string)
	if len(token.Header) != 3 || kid == "" || !isType(typ, accessTokenType) {
		return nil, errors.New("header differs from that of an access token")
	}
	key := keys.Public(kid)
	if key == nil {
		return nil, errors.New("unknown kid")
	}
	return key, nil
}

// isType compares a media type as JWT headers abbreviate it (RFC 7515, section 4.1.9).
func isType(typ, want string) bool {
	const prefix = "application/"
	if len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix) {
		typ = typ[len(prefix):]
	}
	return strings.EqualFold(typ, want)
}

func readClaims(said jwt.MapClaims, now time.Time) (*claims, error) {
	text := func(name string) string { value, _ := said[name].(string); return value }
	c := &claims{clientID: text("client_id"), agency: text("agency"), id: text("jti")}
	if c.clientID == "" || c.agency == "" || c.id == "" || text("sub") != c.clientID {
		return nil, refused("sub, client_id, agency or jti is missing or wrong")
	}
	scope, ok := said["scope"].(string)
	scopes, err := ParseScopes(scope)
	if !ok || err != nil {
		return nil, refused("scope is missing or wrong")
	}
	c.scopes = scopes
	if err := c.readCommon(said, now, replicaSkew); err != nil {
		return nil, err
	}
	return c, nil
}

// readCommon takes what is the same in the tokens of all issuers.
func (c *claims) readCommon(said jwt.MapClaims, now time.Time, skew time.Duration) error {
	issued, _, ok := seconds(said, "iat")
	if !ok || issued.After(now.Add(skew)) {
		return refused("iat is missing, wrong or in the future")
	}
	if c.expires, _, ok = seconds(said, "exp"); !ok {
		return refused("exp is missing or wrong")
	}
	if confirmation, present := said["cnf"]; present {
		c.bound = true
		if c.thumbprint, ok = readThumbprint(confirmation); !ok {
			return refused("cnf is not a certificate thumbprint")
		}
	}
	return nil
}

// readThumbprint takes a confirmation of exactly the kind we know: another
// kind, even beside ours, would be a condition left unchecked.
func readThumbprint(confirmation any) (thumbprint [sha256.Size]byte, ok bool) {
	members, _ := confirmation.(map[string]any)
	text, _ := members["x5t#S256"].(string)
	thumbprint, err := parseThumbprint(text)
	return thumbprint, err == nil && len(members) == 1
}

// reasonOf puts a parser's error into words of our own, since its text can
// quote the token.
func reasonOf(err error) string {
	for _, known := range []struct {
		err    error
		reason string
	}{
		{jwt.ErrTokenMalformed, "not a well-formed JWT"},
		{jwt.ErrTokenUnverifiable, "algorithm, typ, kid or header not accepted"},
		{jwt.ErrTokenSignatureInvalid, "signature or algorithm is wrong"},
		{jwt.ErrTokenExpired, "expired"},
		{jwt.ErrTokenNotValidYet, "not valid yet"},
		{jwt.ErrTokenInvalidAudience, "for another audience"},
		{jwt.ErrTokenInvalidIssuer, "of another issuer"},
		{jwt.ErrTokenRequiredClaimMissing, "a required claim is missing"},
	} {
		if errors.Is(err, known.err) {
			return known.reason
		}
	}
	return "a claim is malformed"
}
