package ndxp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	// tokenLife is the gateway's default, for an answer that does not state it.
	tokenLife = time.Hour
	// maxTokenLife bounds what is stated: some installations say "for ever".
	maxTokenLife = 24 * time.Hour
)

const formType = "application/x-www-form-urlencoded"

// tokenEndpoint is where the consumer key is exchanged for a token (OAuth 2.0
// client credentials, RFC 6749 section 4.4).
type tokenEndpoint struct {
	conn        *adapters.Conn
	key, secret string
}

// tokenAnswer is both of the endpoint's answers.
type tokenAnswer struct {
	AccessToken string      `json:"access_token"`
	TokenType   string      `json:"token_type"`
	ExpiresIn   json.Number `json:"expires_in"`
	Error       string      `json:"error"`
}

// fetch asks for a token once. A refusal of the key is ErrRejected; everything
// else is classified like any national answer.
func (e tokenEndpoint) fetch(ctx context.Context, call adapters.Call) (string, time.Duration, error) {
	basic := base64.StdEncoding.EncodeToString([]byte(e.key + ":" + e.secret))
	answer, err := e.conn.Do(ctx, call, adapters.Request{
		Method: http.MethodPost,
		Header: http.Header{"Authorization": {"Basic " + basic}, "Accept": {"application/json"}},
		Type:   formType,
		Body:   []byte("grant_type=client_credentials"),
	})
	if err != nil {
		return "", 0, err
	}
	if fault, ok := readFault(answer.Body); ok && answer.Status >= 400 {
		return "", 0, fault.failure(&http.Response{StatusCode: answer.Status, Header: answer.Header}, e.conn.Now())
	}
	return readToken(answer)
}

// readToken reads the endpoint's own answer.
func readToken(answer *adapters.Answer) (string, time.Duration, error) {
	var t tokenAnswer
	decoded := answer.JSON(&t)
	if fault := answer.Fault(); fault != nil {
		if answer.Status == http.StatusUnauthorized || answer.Status == http.StatusBadRequest {
			return "", 0, adapters.Fail(adapters.ErrRejected, t.Error, "token endpoint of the national gateway refused the key")
		}
		return "", 0, fault
	}
	switch {
	case decoded != nil:
		return "", 0, decoded
	case t.Error != "":
		return "", 0, adapters.Fail(adapters.ErrRejected, t.Error, "token endpoint of the national gateway refused the key")
	case !adapters.UsableToken(t.AccessToken):
		return "", 0, adapters.Malformed("token endpoint gave no usable token")
	case t.TokenType != "" && !strings.EqualFold(t.TokenType, "Bearer"):
		return "", 0, adapters.Malformed("token endpoint gave a token of another type")
	}
	life, err := readLife(t.ExpiresIn)
	return t.AccessToken, life, err
}

// readLife reads the stated life in seconds, within bounds; a negative one
// means that the token does not end.
func readLife(stated json.Number) (time.Duration, error) {
	if stated == "" {
		return tokenLife, nil
	}
	seconds, err := stated.Float64()
	switch {
	case err != nil:
		return 0, adapters.Malformed("token endpoint gave no usable expiry")
	case seconds < 0 || seconds > maxTokenLife.Seconds():
		return maxTokenLife, nil
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
