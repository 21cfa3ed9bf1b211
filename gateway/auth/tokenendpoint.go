package auth

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

const (
	maxForm            = 16 << 10
	grantTypeSupported = "client_credentials"
)

// TokenOutcome is how a request to the token or revocation endpoint ended.
type TokenOutcome struct {
	Client  *Client // nil unless it proved itself
	TokenID string  // of the token that was issued or revoked; empty for none
	Code    string  // the OAuth error code; empty for success
	Reason  string  // for the log: what the error answer says
	Fault   error   // what went wrong on our side, never shown to the caller
}

// oauthError is an error answer in the form of RFC 6749, section 5.2.
type oauthError struct {
	status            int
	code, description string
	fault             error
}

func badRequest(code, description string) *oauthError {
	return &oauthError{status: http.StatusBadRequest, code: code, description: description}
}

// unavailable is for what may succeed shortly.
func unavailable(fault error) *oauthError {
	return &oauthError{http.StatusServiceUnavailable, "temporarily_unavailable", "try again shortly", fault}
}

// ServeToken is the token endpoint: the client_credentials grant.
func (i *Issuer) ServeToken(w http.ResponseWriter, r *http.Request) {
	token, outcome, refusal := i.grant(w, r)
	i.answer(w, r, token, outcome, refusal)
}

// answer reports how a request ended and tells the caller. A nil document is
// an empty answer.
func (i *Issuer) answer(w http.ResponseWriter, r *http.Request, document any, outcome TokenOutcome, refusal *oauthError) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	if refusal == nil {
		i.report(r, outcome)
		if document != nil {
			writeJSON(w, http.StatusOK, document)
		}
		return
	}
	outcome.Code, outcome.Reason, outcome.Fault = refusal.code, refusal.description, refusal.fault
	i.report(r, outcome)
	switch refusal.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "6") // that of secret.GuessEvery
	case http.StatusUnauthorized:
		if r.Header.Get("Authorization") != "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="token"`) // RFC 6749, section 5.2: the scheme that was tried
		}
	}
	writeJSON(w, refusal.status, map[string]string{"error": refusal.code, "error_description": refusal.description})
}

func (i *Issuer) grant(w http.ResponseWriter, r *http.Request) (Token, TokenOutcome, *oauthError) {
	var outcome TokenOutcome
	form, refusal := readForm(w, r)
	if refusal != nil {
		return Token{}, outcome, refusal
	}
	switch grant := form.Get("grant_type"); {
	case grant == "":
		return Token{}, outcome, badRequest("invalid_request", "grant_type is missing")
	case grant != grantTypeSupported:
		return Token{}, outcome, badRequest("unsupported_grant_type", "only client_credentials is supported")
	case i.revoked.Stale():
		return Token{}, outcome, unavailable(errors.New("revoked tokens cannot be read"))
	}
	found, refusal := i.authenticate(r, form)
	if refusal != nil {
		return Token{}, outcome, refusal
	}
	client := found.client
	outcome.Client = client
	scopes, err := ParseScopes(form.Get("scope"))
	if err != nil || !client.Scopes.coverAll(scopes) {
		return Token{}, outcome, badRequest("invalid_scope", "scope is malformed or more than this client may have")
	}
	if len(scopes) == 0 {
		scopes = client.Scopes
	}
	token, id, err := i.Issue(client, scopes, found.by)
	if err != nil {
		return Token{}, outcome, &oauthError{http.StatusInternalServerError, "server_error", "internal error", err}
	}
	outcome.TokenID = id
	return token, outcome, nil
}

// readForm reads a bounded form in which every parameter comes once, and in
// the body: addresses end up in logs.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, *oauthError) {
	if r.Method != http.MethodPost {
		return nil, &oauthError{status: http.StatusMethodNotAllowed, code: "invalid_request", description: "use POST"}
	}
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		return nil, badRequest("invalid_request", "parameters belong in the body")
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return nil, badRequest("invalid_request", "send application/x-www-form-urlencoded")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, &oauthError{status: http.StatusRequestEntityTooLarge, code: "invalid_request", description: "the body is larger than 16 KiB"}
	}
	if err != nil {
		return nil, badRequest("invalid_request", "the body cannot be read")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, badRequest("invalid_request", "the body is not a form")
	}
	for _, values := range form {
		if len(values) > 1 {
			return nil, badRequest("invalid_request", "a parameter comes twice")
		}
	}
	return form, nil
}
