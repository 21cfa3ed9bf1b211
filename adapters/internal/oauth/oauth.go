// Package oauth logs in to systems that give out bearer tokens of their own by
// OAuth 2.0 (RFC 6749). The shared national gateway, whose faults are its own, is
// in package ndxp.
package oauth

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// longestLife bounds what a token answer may claim about itself.
const longestLife = 24 * time.Hour

// Login posts a grant to the token endpoint below the system's address. A refresh
// token that comes with the answer is not used: renewing by it costs the same call
// and can fail in one more way.
func Login(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, grant url.Values) (token string, life time.Duration, err error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: path, Body: []byte(grant.Encode()),
		Type: "application/x-www-form-urlencoded", Header: http.Header{"Accept": {"application/json"}}})
	if err != nil {
		return "", 0, err
	}
	return ReadToken(answer)
}

// ReadToken takes the token and its life from a token answer. Its scope is the
// system's own affair: we ask for none.
func ReadToken(answer *adapters.Answer) (token string, life time.Duration, err error) {
	if err := Fault(answer); err != nil {
		return "", 0, err
	}
	var got struct {
		AccessToken string      `json:"access_token"`
		TokenType   string      `json:"token_type"`
		ExpiresIn   wire.Number `json:"expires_in"`
	}
	if err := answer.JSON(&got); err != nil {
		return "", 0, err
	}
	life = time.Duration(min(float64(got.ExpiresIn), longestLife.Seconds())) * time.Second
	switch {
	case !adapters.UsableToken(got.AccessToken):
		return "", 0, adapters.Malformed("token answer without a usable access_token")
	case !strings.EqualFold(got.TokenType, "bearer"):
		return "", 0, adapters.Malformed("token answer with another token_type than bearer")
	case life <= 0:
		return "", 0, adapters.Malformed("token answer without a life in expires_in")
	}
	return got.AccessToken, life, nil
}

// faults are the errors of RFC 6749 section 5.2, two of its section 4.1.2.1 that
// servers send from here too, and those of RFC 6750 section 3.1.
var faults = map[string]error{
	"invalid_request":         adapters.ErrRejected,
	"invalid_client":          adapters.ErrRejected,
	"invalid_grant":           adapters.ErrRejected,
	"invalid_scope":           adapters.ErrRejected,
	"unauthorized_client":     adapters.ErrRejected,
	"unsupported_grant_type":  adapters.ErrRejected,
	"insufficient_scope":      adapters.ErrRejected,
	"invalid_token":           adapters.ErrTokenRefused,
	"server_error":            adapters.ErrUnavailable,
	"temporarily_unavailable": adapters.ErrUnavailable,
}

// Fault is the verdict on an answer by the error it names, else by its status; some
// servers name an error inside HTTP 200, and one that no RFC knows is a refusal
// there. A token that the system no longer knows is adapters.ErrTokenRefused.
func Fault(answer *adapters.Answer) error {
	if answer.Status == http.StatusTooManyRequests || answer.Status >= http.StatusInternalServerError {
		return answer.Fault()
	}
	var named struct {
		Error string `json:"error"`
	}
	if answer.JSON(&named) == nil {
		switch kind, known := faults[named.Error]; {
		case kind == adapters.ErrTokenRefused:
			return kind
		case known:
			return adapters.Fail(kind, named.Error, "error of the system's OAuth server")
		case named.Error != "" && answer.Status < http.StatusBadRequest:
			return adapters.Fail(adapters.ErrRejected, named.Error, "error of the system's OAuth server that no RFC knows")
		}
	}
	return answer.Fault()
}
