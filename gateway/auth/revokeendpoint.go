package auth

import (
	"net/http"
)

// ServeRevoke is the revocation endpoint (RFC 7009). A client ends a token of
// its own; one that is unknown, expired or revoked needs no ending, and is
// answered alike.
func (i *Issuer) ServeRevoke(w http.ResponseWriter, r *http.Request) {
	outcome, refusal := i.revoke(w, r)
	i.answer(w, r, nil, outcome, refusal)
}

func (i *Issuer) revoke(w http.ResponseWriter, r *http.Request) (TokenOutcome, *oauthError) {
	var outcome TokenOutcome
	form, refusal := readForm(w, r)
	if refusal != nil {
		return outcome, refusal
	}
	token := form.Get("token")
	if token == "" {
		return outcome, badRequest("invalid_request", "token is missing")
	}
	found, refusal := i.authenticate(r, form)
	if refusal != nil {
		return outcome, refusal
	}
	outcome.Client = found.client
	if len(token) > maxToken {
		return outcome, nil // none of ours
	}
	said, err := parseAccessToken(i.parser, token, i.keys.Signing(), i.now())
	if err != nil {
		return outcome, nil
	}
	if said.clientID != found.client.ID {
		return outcome, badRequest("invalid_grant", "the token was issued to another client")
	}
	if err := i.revoked.revoke(r.Context(), Revocation{TokenID: said.id, Client: said.clientID, Until: said.expires}); err != nil {
		return outcome, unavailable(err)
	}
	outcome.TokenID = said.id
	return outcome, nil
}
