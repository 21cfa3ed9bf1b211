package auth

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oklog/ulid/v2"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

// Where the handlers of an Issuer are to be mounted.
const (
	TokenPath    = "/oauth2/token"
	RevokePath   = "/oauth2/revoke"
	MetadataPath = "/.well-known/oauth-authorization-server"
	KeysPath     = "/.well-known/jwks.json"
)

// TokenLifetime is how long an access token is good for.
const TokenLifetime = 15 * time.Minute

const accessTokenType = "at+jwt" // RFC 9068

// IssuerConfig is what an Issuer needs.
type IssuerConfig struct {
	PublicURL string // the issuer, and the audience of its tokens; no trailing slash
	Keys      *certs.Keys
	Registry  *Registry
	Used      UsedAssertions
	Revoked   *Revoked
	Now       func() time.Time
	// Report, if set, hears of every request to the token and revocation endpoints.
	Report func(*http.Request, TokenOutcome)
}

// Issuer gives access tokens to clients that authenticate.
type Issuer struct {
	issuer   string
	keys     *certs.Keys
	registry *Registry
	used     UsedAssertions
	revoked  *Revoked
	secrets  *secret.Checker
	parser   *jwt.Parser // of our own tokens
	now      func() time.Time
	report   func(*http.Request, TokenOutcome)
	decoys   map[string]crypto.PublicKey
}

// NewIssuer checks the configuration and makes an Issuer.
func NewIssuer(config IssuerConfig) (*Issuer, error) {
	if err := checkPublicURL(config.PublicURL); err != nil {
		return nil, err
	}
	if config.Keys == nil || config.Registry == nil || config.Used == nil || config.Revoked == nil || config.Now == nil {
		return nil, errors.New("make issuer: keys, registry, used assertions, revoked tokens and clock are all needed")
	}
	decoys, err := newDecoys()
	if err != nil {
		return nil, err
	}
	report := config.Report
	if report == nil {
		report = func(*http.Request, TokenOutcome) {}
	}
	return &Issuer{
		issuer: config.PublicURL, keys: config.Keys, registry: config.Registry,
		used: config.Used, revoked: config.Revoked, secrets: secret.NewChecker(config.Now), parser: newAccessTokenParser(config.PublicURL, config.Now),
		now: config.Now, report: report, decoys: decoys,
	}, nil
}

// checkPublicURL accepts what RFC 8414 allows as an issuer. Plain http is left
// to the configuration to judge: it is right on loopback and behind a proxy.
func checkPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" ||
		u.User != nil || strings.ContainsAny(text, "?#") || strings.HasSuffix(text, "/") {
		return errors.New("check public URL: want https://host without query, fragment or trailing slash")
	}
	return nil
}

// Token is an access token as the token endpoint answers it.
type Token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	Scope       string `json:"scope,omitempty"`
}

// Issue signs a token for a client whose right to it has been checked. With a
// certificate, the token is good only on connections that show it (RFC 8705).
func (i *Issuer) Issue(client *Client, scopes Scopes, boundTo *x509.Certificate) (token Token, id string, err error) {
	now := i.now()
	serial, err := ulid.New(ulid.Timestamp(now), rand.Reader)
	if err != nil {
		return Token{}, "", fmt.Errorf("name token: %w", err)
	}
	claims := jwt.MapClaims{
		"iss": i.issuer, "aud": i.issuer, "sub": client.ID, "client_id": client.ID,
		"agency": client.Agency.ID, "scope": scopes.String(), "jti": serial.String(),
		"iat": now.Unix(), "exp": now.Add(TokenLifetime).Unix(),
	}
	if boundTo != nil {
		claims["cnf"] = map[string]string{"x5t#S256": certs.Thumbprint(boundTo)}
	}
	kid, key := i.keys.Signing().Active()
	unsigned := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
	unsigned.Header["typ"], unsigned.Header["kid"] = accessTokenType, kid
	text, err := unsigned.SignedString(key)
	if err != nil {
		return Token{}, "", fmt.Errorf("sign token: %w", err)
	}
	return Token{
		AccessToken: text, TokenType: "Bearer",
		ExpiresIn: int(TokenLifetime / time.Second), Scope: scopes.String(),
	}, serial.String(), nil
}
