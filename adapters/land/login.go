package land

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// longestLife bounds what a token answer may claim about itself.
const longestLife = 24 * time.Hour

// ask posts one question and returns the data of the answer.
func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, question any) (json.RawMessage, error) {
	var data json.RawMessage
	err := post(ctx, c, call, path, question, func(answer *adapters.Answer) (err error) {
		data, err = open(answer)
		return err
	})
	return data, err
}

// post sends a body with the session's token and has the answer read.
func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, content any, read func(*adapters.Answer) error) error {
	body, err := json.Marshal(content)
	if err != nil {
		return adapters.Fail(adapters.ErrRefusedInput, "", "question cannot be written as JSON")
	}
	return c.LoggedIn(ctx, func(ctx context.Context) (string, time.Duration, error) { return login(ctx, c, call) }, func(token string) error {
		answer, err := c.Do(ctx, call, adapters.Request{Path: path, Body: body, Type: "application/json",
			Header: http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/json"}}})
		if err != nil {
			return err
		}
		return read(answer)
	})
}

// login gets a token by the password grant. The refresh token that comes with it
// is not used: renewing by it costs the same call and can fail in one more way.
func login(ctx context.Context, c *adapters.Conn, call adapters.Call) (string, time.Duration, error) {
	form := url.Values{"grant_type": {"password"}, "username": {c.Secret("username")}, "password": {c.Secret("password")},
		"client_id": {c.Secret("clientId")}, "client_secret": {c.Secret("clientSecret")}}
	answer, err := c.Do(ctx, call, adapters.Request{Path: tokenPath, Body: []byte(form.Encode()),
		Type: "application/x-www-form-urlencoded", Header: http.Header{"Accept": {"application/json"}}})
	if err != nil {
		return "", 0, err
	}
	return readToken(answer)
}

// readToken takes the token and its life from a token answer. Its scope is the
// system's own affair: we ask for none.
func readToken(answer *adapters.Answer) (string, time.Duration, error) {
	if err := tokenFault(answer); err != nil {
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
	life := time.Duration(min(float64(got.ExpiresIn), longestLife.Seconds())) * time.Second
	switch {
	case !adapters.UsableToken(got.AccessToken):
		return "", 0, adapters.Malformed("token answer without a usable access_token")
	case !isBearer(got.TokenType):
		return "", 0, adapters.Malformed("token answer with another token_type than bearer")
	case life <= 0:
		return "", 0, adapters.Malformed("token answer without a life in expires_in")
	}
	return got.AccessToken, life, nil
}

// oauthErrors are the errors of RFC 6749 section 5.2, and two of its section
// 4.1.2.1 that servers send from here too.
var oauthErrors = map[string]error{
	"invalid_request":         adapters.ErrRejected,
	"invalid_client":          adapters.ErrRejected,
	"invalid_grant":           adapters.ErrRejected,
	"invalid_scope":           adapters.ErrRejected,
	"unauthorized_client":     adapters.ErrRejected,
	"unsupported_grant_type":  adapters.ErrRejected,
	"server_error":            adapters.ErrUnavailable,
	"temporarily_unavailable": adapters.ErrUnavailable,
}

// tokenFault is the verdict on a token answer that carries no token: the named
// error where the body has one, else the status. Some servers name an error
// inside HTTP 200.
func tokenFault(answer *adapters.Answer) error {
	var fault struct {
		Error string `json:"error"`
	}
	if answer.JSON(&fault) == nil {
		if kind, known := oauthErrors[fault.Error]; known {
			return adapters.Fail(kind, fault.Error, "login refused")
		}
	}
	return answer.Fault()
}
