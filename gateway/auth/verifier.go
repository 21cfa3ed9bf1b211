package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"github.com/lgsp-vn/lgsp/certs"
)

// maxRemembered bounds the verified tokens held in memory, some 40 MiB if all are in use.
const maxRemembered = 1 << 16

// Caller is who makes a request. Values are shared between requests and never changed.
type Caller struct {
	Agency  *Agency
	Client  *Client
	Scopes  Scopes // of the token, less what the client has lost since
	TokenID string
	Expires time.Time
}

// MayUse says whether the token's scope reaches the operation; policy has its
// own say. It allocates nothing.
func (c *Caller) MayUse(system, operation string) bool { return c.Scopes.Allow(system, operation) }

// Verifier tells callers by their access tokens. A verified token is
// remembered, which saves the signature but no other check: expiry, the
// signing keys, the registry and the certificate are looked at every time.
type Verifier struct {
	keys       *certs.Keys
	registry   *Registry
	now        func() time.Time
	parser     *jwt.Parser
	remembered *otter.Cache[[sha256.Size]byte, *verified]
}

// verified is a token whose signature was found good under keys, admitted
// under roster. It holds only in that world; in another it is looked at again.
type verified struct {
	claims *claims
	keys   *certs.SigningSet
	roster *roster
	caller *Caller
}

// NewVerifier makes a verifier of the tokens that an Issuer with this public
// URL and these keys gives out.
func NewVerifier(publicURL string, keys *certs.Keys, registry *Registry, now func() time.Time) (*Verifier, error) {
	if err := checkPublicURL(publicURL); err != nil {
		return nil, err
	}
	if keys == nil || registry == nil || now == nil {
		return nil, errors.New("make verifier: keys, registry and clock are all needed")
	}
	remembered, err := otter.New(&otter.Options[[sha256.Size]byte, *verified]{MaximumSize: maxRemembered})
	if err != nil {
		return nil, fmt.Errorf("make verifier: %w", err)
	}
	return &Verifier{
		keys: keys, registry: registry, now: now, remembered: remembered, parser: newAccessTokenParser(publicURL, now),
	}, nil
}

// Verify tells whose token this is. clientCert is the certificate that the
// connection proved possession of, nil if none. Every refusal is
// ErrInvalidToken with a reason that is safe to log.
func (v *Verifier) Verify(token string, clientCert *x509.Certificate) (*Caller, error) {
	if len(token) > maxToken {
		return nil, refused("longer than 8 KiB")
	}
	digest := digestOf(token)
	keys, roster := v.keys.Signing(), v.registry.current.Load()
	seen, known := v.remembered.GetIfPresent(digest)
	if !known || seen.keys != keys || seen.roster != roster {
		fresh, err := v.admit(token, seen, keys, roster)
		if err != nil {
			if known {
				v.remembered.Invalidate(digest)
			}
			return nil, err
		}
		v.remembered.Set(digest, fresh)
		seen = fresh
	}
	if !v.now().Before(seen.claims.expires) {
		v.remembered.Invalidate(digest)
		return nil, refused("expired")
	}
	if seen.claims.bound && !shows(clientCert, &seen.claims.thumbprint) {
		return nil, refused("bound to a certificate that the connection does not show")
	}
	return seen.caller, nil
}

// admit verifies a token under the present keys, unless it was already, and
// finds its client in the present registry.
func (v *Verifier) admit(token string, seen *verified, keys *certs.SigningSet, roster *roster) (*verified, error) {
	var said *claims
	if seen != nil && seen.keys == keys {
		said = seen.claims
	} else {
		var err error
		if said, err = parseAccessToken(v.parser, token, keys, v.now()); err != nil {
			return nil, err
		}
	}
	client, ok := roster.clients[said.clientID]
	switch {
	case !ok:
		return nil, refused("client is not registered")
	case client.Agency.ID != said.agency:
		return nil, refused("client has moved to another agency")
	case client.Suspended, client.Agency.Suspended:
		return nil, refused("client or agency is suspended")
	}
	caller := &Caller{
		Agency: client.Agency, Client: client, Scopes: said.scopes.intersect(client.Scopes),
		TokenID: said.id, Expires: said.expires,
	}
	return &verified{claims: said, keys: keys, roster: roster, caller: caller}, nil
}

// digestOf hashes a token in place. The bytes of a string must not change, and
// Sum256 only reads them: this saves a copy of the token on every request.
func digestOf(token string) [sha256.Size]byte {
	return sha256.Sum256(unsafe.Slice(unsafe.StringData(token), len(token)))
}

func shows(cert *x509.Certificate, thumbprint *[sha256.Size]byte) bool {
	if cert == nil {
		return false
	}
	sum := sha256.Sum256(cert.Raw)
	return subtle.ConstantTimeCompare(sum[:], thumbprint[:]) == 1
}
