package auth

import (
	"cmp"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Assertion signs a client assertion that is good once and for a minute. The
// key must be held in memory: an *ecdsa.PrivateKey (P-256, P-384), an
// ed25519.PrivateKey or an *rsa.PrivateKey.
func Assertion(key crypto.Signer, clientID, audience string, now time.Time) (string, error) {
	method, err := methodFor(key)
	if err != nil {
		return "", fmt.Errorf("sign assertion: %w", err)
	}
	token := jwt.NewWithClaims(method, jwt.MapClaims{
		"iss": clientID, "sub": clientID, "aud": audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	})
	text, err := token.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign assertion: %w", err)
	}
	return text, nil
}

func methodFor(key crypto.Signer) (jwt.SigningMethod, error) {
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		switch key.Curve {
		case elliptic.P256():
			return jwt.SigningMethodES256, nil
		case elliptic.P384():
			return jwt.SigningMethodES384, nil
		}
	case ed25519.PrivateKey:
		return jwt.SigningMethodEdDSA, nil
	case *rsa.PrivateKey:
		return jwt.SigningMethodPS256, nil
	}
	return nil, fmt.Errorf("a %T is not supported", key)
}

// TokenRequest is a client asking for a token.
type TokenRequest struct {
	TokenURL string // where to ask
	Audience string // of the assertion: the issuer; empty where TokenURL names it already
	ClientID string
	Key      crypto.Signer
	Scope    string // empty for all that the client may have
}

// TokenError is a refusal by the token endpoint.
type TokenError struct {
	Status            int
	Code, Description string
}

// Error says what the endpoint answered.
func (e *TokenError) Error() string {
	return fmt.Sprintf("token endpoint answered %d %s: %s", e.Status, e.Code, e.Description)
}

// FetchToken gets a token as any agency's system does. A refusal is a *TokenError.
func FetchToken(ctx context.Context, client *http.Client, ask TokenRequest, now time.Time) (Token, error) {
	assertion, err := Assertion(ask.Key, ask.ClientID, cmp.Or(ask.Audience, ask.TokenURL), now)
	if err != nil {
		return Token{}, err
	}
	form := url.Values{
		"grant_type":            {grantTypeSupported},
		"client_assertion_type": {assertionTypeJWT},
		"client_assertion":      {assertion},
	}
	if ask.Scope != "" {
		form.Set("scope", ask.Scope)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, ask.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return Token{}, fmt.Errorf("fetch token: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return Token{}, fmt.Errorf("fetch token: %w", err)
	}
	defer response.Body.Close()
	return readToken(response)
}

func readToken(response *http.Response) (Token, error) {
	var answer struct {
		Token
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return Token{}, fmt.Errorf("fetch token: %w", err)
	}
	unreadable := json.Unmarshal(body, &answer) != nil
	if response.StatusCode != http.StatusOK {
		return Token{}, &TokenError{Status: response.StatusCode, Code: answer.Error, Description: answer.Description}
	}
	if unreadable || answer.AccessToken == "" || !strings.EqualFold(answer.TokenType, "Bearer") {
		return Token{}, errors.New("fetch token: the answer is not a bearer token")
	}
	return answer.Token, nil
}
