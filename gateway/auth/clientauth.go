package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/auth/secret"
)

const assertionTypeJWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// clientMethods are the ways for a client to authenticate, as RFC 8414 names them.
func clientMethods() []string {
	return []string{"private_key_jwt", "tls_client_auth", "client_secret_basic"}
}

// unproven is why a client was not authenticated. The reason is shown to the
// caller, so it speaks only of what the caller sent, never of who is registered.
type unproven struct {
	reason string
	fault  error // for the log: what kept us from looking, such as keys that cannot be fetched
}

// Error is what the caller is told.
func (u unproven) Error() string { return u.reason }

const (
	failedProof     = "client authentication failed"
	failedSuspended = "client or agency is suspended"
)

// authenticated is a client that proved itself, and the certificate by which it
// did so, to which its token is then bound; nil for other means.
type authenticated struct {
	client *Client
	by     *x509.Certificate
}

// authenticate finds out which client sent a form. It must use exactly one
// method: a second one beside a good one is a mistake or an attempt to find
// out which of the two is looked at.
func (i *Issuer) authenticate(r *http.Request, form url.Values) (authenticated, *oauthError) {
	basic := len(r.Header.Values("Authorization")) > 0
	assertion := form.Has("client_assertion") || form.Has("client_assertion_type")
	posted := form.Has("client_secret")
	if basic && (assertion || posted) || assertion && posted {
		return authenticated{}, badRequest("invalid_request", "authenticate by one method and no other")
	}
	var found authenticated
	var err error
	switch {
	case posted:
		err = unproven{reason: "client_secret in the form is not accepted; use HTTP Basic"}
	case basic:
		found.client, err = i.byBasic(r)
	case assertion:
		found.client, err = i.byAssertion(r.Context(), form.Get("client_assertion_type"), form.Get("client_assertion"))
	default:
		found.by = ConnectionCertificate(r)
		found.client, err = i.byCertificate(form.Get("client_id"), found.by)
	}
	if err != nil {
		return authenticated{}, clientError(err)
	}
	if named := form.Get("client_id"); named != "" && named != found.client.ID {
		return authenticated{}, badRequest("invalid_request", "client_id is not the client that authenticated")
	}
	return found, nil
}

// clientError is the answer to a client that did not authenticate.
func clientError(err error) *oauthError {
	var failure unproven
	switch {
	case errors.As(err, &failure):
		return &oauthError{status: http.StatusUnauthorized, code: "invalid_client", description: failure.reason, fault: failure.fault}
	case errors.Is(err, secret.ErrTooManyGuesses):
		return &oauthError{status: http.StatusTooManyRequests, code: "invalid_client", description: "too many failed attempts for this client; try again later"}
	default:
		return unavailable(err)
	}
}

// byBasic checks client_secret_basic (RFC 6749, section 2.3.1). An unknown
// client, and one without a secret, costs as much as one with a wrong secret.
func (i *Issuer) byBasic(r *http.Request) (*Client, error) {
	id, password, ok := basicCredentials(r.Header.Values("Authorization"))
	if !ok {
		return nil, unproven{reason: "want one Authorization header, Basic with client id and secret, both form-encoded"}
	}
	client, known := i.registry.Client(id)
	var hash *secret.Hash
	if known {
		hash = client.secret
	}
	good, err := i.secrets.Check(r.Context(), id, hash, password)
	switch {
	case err != nil:
		return nil, err
	case !good:
		return nil, unproven{reason: failedProof}
	case client.suspended():
		return nil, unproven{reason: failedSuspended}
	}
	return client, nil
}

func basicCredentials(headers []string) (id, password string, ok bool) {
	if len(headers) != 1 {
		return "", "", false
	}
	id, password, ok = (&http.Request{Header: http.Header{"Authorization": headers}}).BasicAuth()
	id, errID := url.QueryUnescape(id)
	password, errPassword := url.QueryUnescape(password)
	return id, password, ok && errID == nil && errPassword == nil && id != "" && password != ""
}

// byCertificate checks tls_client_auth (RFC 8705, section 2): the form names the
// client, and the handshake has proved possession of a certificate that is
// registered for it. Its thumbprint is trusted, whoever signed it.
func (i *Issuer) byCertificate(id string, shown *x509.Certificate) (*Client, error) {
	if id == "" || shown == nil {
		return nil, unproven{reason: "authenticate by " + strings.Join(clientMethods(), ", ")}
	}
	if now := i.now(); now.Before(shown.NotBefore) || now.After(shown.NotAfter) {
		return nil, unproven{reason: "the certificate is not valid now"}
	}
	client, known := i.registry.Client(id)
	if !known || !client.registered(shown) {
		return nil, unproven{reason: failedProof}
	}
	if client.suspended() {
		return nil, unproven{reason: failedSuspended}
	}
	return client, nil
}

func (c *Client) registered(shown *x509.Certificate) bool {
	sum, found := sha256.Sum256(shown.Raw), 0
	for i := range c.certificates {
		found |= subtle.ConstantTimeCompare(sum[:], c.certificates[i][:])
	}
	return found == 1
}

// ConnectionCertificate is the one whose possession was proved on the
// connection of a request, nil for none. No header can stand for it.
func ConnectionCertificate(r *http.Request) *x509.Certificate {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0]
}

// UsedAssertions remembers client assertions until they expire, so that each
// proves its client only once.
type UsedAssertions interface {
	// UseAssertion records an assertion and says whether this is its first use.
	// When it cannot tell, it returns an error and no token is issued.
	UseAssertion(ctx context.Context, client, id string, until time.Time) (fresh bool, err error)
}
