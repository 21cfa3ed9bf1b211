package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"
	"unsafe"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
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

// Verifier tells callers by their access tokens, ours and those of external
// issuers. A verified token is remembered, which saves the signature but no
// other check: expiry, revocation, the issuer's keys, the registry and the
// certificate are looked at every time.
type Verifier struct {
	keys       *certs.Keys
	registry   *Registry
	revoked    *Revoked
	externals  externals
	now        func() time.Time
	parser     *jwt.Parser
	remembered *otter.Cache[[sha256.Size]byte, *verified]
}

// verified is a token whose signature was found good under its issuer's keys,
// admitted under roster. It holds only in that world; in another it is looked
// at again.
type verified struct {
	claims *claims
	keys   *certs.SigningSet // of our tokens
	set    *keyset.Set       // of those of an external issuer
	roster *roster
	caller *Caller
}

// VerifierConfig is what a Verifier needs.
type VerifierConfig struct {
	PublicURL string // of the Issuer whose tokens are ours
	Keys      *certs.Keys
	Registry  *Registry
	Revoked   *Revoked
	Now       func() time.Time
	External  []ExternalIssuer
	Transport http.RoundTripper // to the keys of external issuers; nil is the usual one
}

// NewVerifier checks the configuration and makes a verifier. It fetches nothing yet.
func NewVerifier(config VerifierConfig) (*Verifier, error) {
	if err := checkPublicURL(config.PublicURL); err != nil {
		return nil, err
	}
	if config.Keys == nil || config.Registry == nil || config.Revoked == nil || config.Now == nil {
		return nil, errors.New("make verifier: keys, registry, revoked tokens and clock are all needed")
	}
	externals, err := newExternals(config.PublicURL, config.External, config.Transport, config.Now)
	if err != nil {
		return nil, err
	}
	remembered, err := otter.New(&otter.Options[[sha256.Size]byte, *verified]{MaximumSize: maxRemembered})
	if err != nil {
		return nil, fmt.Errorf("make verifier: %w", err)
	}
	return &Verifier{
		keys: config.Keys, registry: config.Registry, revoked: config.Revoked, externals: externals, now: config.Now,
		remembered: remembered, parser: newAccessTokenParser(config.PublicURL, config.Now),
	}, nil
}

// RefreshKeys fetches the keys of external issuers that are old, so that a key
// they removed ends. Call it every second or so: it does something every few
// minutes. While an issuer does not answer, its last keys stay.
func (v *Verifier) RefreshKeys(ctx context.Context) error { return v.externals.refresh(ctx) }

// Verify tells whose token this is. clientCert is the certificate that the
// connection proved possession of, nil if none. Every refusal is
// ErrInvalidToken with a reason that is safe to log.
func (v *Verifier) Verify(ctx context.Context, token string, clientCert *x509.Certificate) (*Caller, error) {
	if len(token) > maxToken {
		return nil, refused("longer than 8 KiB")
	}
	digest := digestOf(token)
	keys, roster := v.keys.Signing(), v.registry.current.Load()
	seen, known := v.remembered.GetIfPresent(digest)
	if !known || !seen.signedBy(keys) || seen.roster != roster {
		fresh, err := v.admit(ctx, token, seen, keys, roster)
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
	if v.revoked.has(seen.claims.id) {
		return nil, refused("revoked")
	}
	if seen.claims.bound && !shows(clientCert, &seen.claims.thumbprint) {
		return nil, refused("bound to a certificate that the connection does not show")
	}
	return seen.caller, nil
}

// signedBy says whether the keys are still those under which the token's
// signature was good.
func (s *verified) signedBy(own *certs.SigningSet) bool {
	if external := s.claims.external; external != nil {
		return s.set == external.keys.Current()
	}
	return s.keys == own
}

// admit verifies a token under the present keys, unless it was already, and
// finds its client in the present registry.
func (v *Verifier) admit(ctx context.Context, token string, seen *verified, keys *certs.SigningSet, roster *roster) (*verified, error) {
	next := &verified{keys: keys, roster: roster}
	var err error
	if seen != nil && seen.signedBy(keys) {
		next.claims, next.set = seen.claims, seen.set
	} else if next.claims, next.set, err = v.parse(ctx, token, keys); err != nil {
		return nil, err
	}
	said := next.claims
	client, ok := roster.clients[said.clientID]
	switch {
	case !ok:
		return nil, refused("client is not registered")
	case said.external == nil && client.Agency.ID != said.agency:
		return nil, refused("client has moved to another agency")
	case said.external != nil && !said.external.speaksFor(client.Agency):
		return nil, refused("its issuer may not speak for this agency")
	case client.suspended():
		return nil, refused("client or agency is suspended")
	}
	next.caller = &Caller{
		Agency: client.Agency, Client: client, Scopes: said.scopes.intersect(client.Scopes),
		TokenID: said.id, Expires: said.expires,
	}
	return next, nil
}

func (v *Verifier) parse(ctx context.Context, token string, keys *certs.SigningSet) (*claims, *keyset.Set, error) {
	if !isCompact(token) {
		return nil, nil, refused("not a signed JWT")
	}
	if external := v.externals.of(token); external != nil {
		return external.parse(ctx, token, v.now())
	}
	said, err := parseAccessToken(v.parser, token, keys, v.now())
	return said, nil, err
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
