package land

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/oauth"
)

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
	return c.LoggedIn(ctx, call, login, func(token string) error {
		answer, err := c.Do(ctx, call, adapters.Request{Path: path, JSON: content,
			Header: http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/json"}}})
		if err != nil {
			return err
		}
		return read(answer)
	})
}

// login gets a token by the password grant.
func login(ctx context.Context, c *adapters.Conn, call adapters.Call) (string, time.Duration, error) {
	return oauth.Login(ctx, c, call, tokenPath, url.Values{"grant_type": {"password"}, "username": {c.Secret("username")}, "password": {c.Secret("password")},
		"client_id": {c.Secret("clientId")}, "client_secret": {c.Secret("clientSecret")}})
}
