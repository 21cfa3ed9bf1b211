package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
)

const (
	maxToken          = 8 << 10 // of any JWT we are shown, before it is parsed
	assertionLifetime = 5 * time.Minute
	assertionSkew     = 30 * time.Second // how far a client's clock may be off
)

// assertion is what a client assertion says, before anything proves it.
type assertion struct {
	token    *jwt.Token
	signed   string // header and claims, as signed
	clientID string
	id       string
	expires  time.Time
}

// byAssertion checks a private_key_jwt assertion (RFC 7523). What depends on
// the assertion alone is checked first and told plainly; from there on an
// unknown client takes the same steps as a known one.
func (i *Issuer) byAssertion(ctx context.Context, kind, text string) (*Client, error) {
	if kind != assertionTypeJWT || text == "" {
		return nil, unproven{reason: "client_assertion of type jwt-bearer is needed"}
	}
	a, err := i.parseAssertion(text)
	if err != nil {
		return nil, err
	}
	client, known := i.registry.Client(a.clientID)
	proven, fault := i.proven(ctx, a, client)
	if !proven || !known {
		return nil, unproven{reason: failedProof, fault: fault}
	}
	if client.suspended() {
		return nil, unproven{reason: failedSuspended}
	}
	fresh, err := i.used.UseAssertion(ctx, a.clientID, a.id, a.expires)
	if err != nil {
		return nil, fmt.Errorf("record assertion: %w", err)
	}
	if !fresh {
		return nil, unproven{reason: "assertion already used"}
	}
	return client, nil
}

func (i *Issuer) parseAssertion(text string) (*assertion, error) {
	if len(text) > maxToken || !isCompact(text) {
		return nil, unproven{reason: "assertion is not a compact JWT of up to 8 KiB"}
	}
	claims := jwt.MapClaims{}
	token, parts, err := jwt.NewParser(jwt.WithStrictDecoding()).ParseUnverified(text, claims)
	if err != nil {
		return nil, unproven{reason: "assertion is not a JWT with a supported algorithm"}
	}
	if err := checkAssertionHeader(token.Header); err != nil {
		return nil, err
	}
	a := &assertion{token: token, signed: parts[0] + "." + parts[1]}
	if err := i.checkAssertionClaims(a, claims); err != nil {
		return nil, err
	}
	return a, nil
}

func checkAssertionHeader(header map[string]any) error {
	if alg, _ := header["alg"].(string); !slices.Contains(keyset.Algorithms(), alg) {
		return unproven{reason: "assertion is not a JWT with a supported algorithm"}
	}
	if foreign := foreignMember(header); foreign != "" {
		return unproven{reason: "assertion header holds " + foreign + ", which is not accepted"}
	}
	typ, ok := header["typ"]
	if name, _ := typ.(string); ok && !isType(name, "jwt") && !isType(name, "client-authentication+jwt") {
		return unproven{reason: "assertion has another typ than JWT"}
	}
	return nil
}

// foreignMember is a member of a header that asks for what we do not do, or
// brings a key along; empty if there is none.
func foreignMember(header map[string]any) string {
	for _, foreign := range []string{"crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c"} {
		if _, ok := header[foreign]; ok {
			return foreign
		}
	}
	return ""
}

func (i *Issuer) checkAssertionClaims(a *assertion, claims jwt.MapClaims) error {
	issuer, _ := claims["iss"].(string)
	subject, _ := claims["sub"].(string)
	if issuer != subject || !clientID.MatchString(subject) {
		return unproven{reason: "assertion needs iss and sub, both the client id"}
	}
	audiences, err := claims.GetAudience()
	ours := func(audience string) bool { return audience == i.issuer || audience == i.issuer+TokenPath }
	if err != nil || len(audiences) == 0 || slices.ContainsFunc(audiences, func(a string) bool { return !ours(a) }) {
		return unproven{reason: "assertion has another audience than this server"}
	}
	id, _ := claims["jti"].(string)
	if id == "" || len(id) > 128 {
		return unproven{reason: "assertion needs jti, up to 128 bytes"}
	}
	a.clientID, a.id = subject, id
	return i.checkAssertionTimes(a, claims)
}

func (i *Issuer) checkAssertionTimes(a *assertion, claims jwt.MapClaims) error {
	now := i.now()
	expires, present, ok := seconds(claims, "exp")
	switch {
	case !present || !ok:
		return unproven{reason: "assertion needs exp, a number"}
	case !now.Before(expires):
		return unproven{reason: "assertion expired"}
	case expires.After(now.Add(assertionLifetime + assertionSkew)):
		return unproven{reason: "assertion lives longer than 5 minutes"}
	}
	a.expires = expires
	for _, name := range []string{"iat", "nbf"} {
		from, present, ok := seconds(claims, name)
		if present && (!ok || from.After(now.Add(assertionSkew))) {
			return unproven{reason: "assertion has " + name + " in the future or not a number"}
		}
	}
	return nil
}

// seconds reads a time claim. ok is false for anything but a number that fits
// a date: a string that looks like one is not one.
func seconds(claims jwt.MapClaims, name string) (at time.Time, present, ok bool) {
	value, present := claims[name]
	number, ok := value.(float64)
	if !ok || number < 0 || number > 1<<40 {
		return time.Time{}, present, false
	}
	return time.Unix(int64(number), 0), present, true
}

// proven verifies the signature with the client's keys of that algorithm, or,
// where there are none, with a key that nobody has, which costs the same. The
// error says why keys that the client publishes could not be read.
func (i *Issuer) proven(ctx context.Context, a *assertion, client *Client) (bool, error) {
	algorithm := a.token.Method.Alg()
	candidates, err := client.keysFor(ctx, algorithm, a.token.Header["kid"])
	decoy := len(candidates) == 0
	if decoy {
		candidates = []crypto.PublicKey{i.decoys[algorithm]}
	}
	for _, key := range candidates {
		if a.token.Method.Verify(a.signed, a.token.Signature, key) == nil {
			return !decoy, err
		}
	}
	return false, err
}

// keysFor lists the keys to try. A client that publishes its keys is asked for
// them where a kid is not known yet.
func (c *Client) keysFor(ctx context.Context, algorithm string, named any) ([]crypto.PublicKey, error) {
	if c == nil {
		return nil, nil
	}
	kid, _ := named.(string)
	if c.published == nil {
		return c.keys.For(algorithm, kid), nil
	}
	set, err := c.published.Lookup(ctx, kid)
	if kid != "" && !set.Has(kid) {
		return nil, err
	}
	return trimmed(set.For(algorithm, kid)), err
}

// trimmed bounds what one assertion can cost.
func trimmed(keys []crypto.PublicKey) []crypto.PublicKey { return keys[:min(len(keys), maxPerClient)] }

// newDecoys makes a public key for every algorithm. The RSA modulus is a plain
// random number: a real one would take long to find and have a private half.
func newDecoys() (map[string]crypto.PublicKey, error) {
	p256, err256 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	p384, err384 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	edwards, _, errEd := ed25519.GenerateKey(rand.Reader)
	modulus := make([]byte, 256)
	_, errRSA := rand.Read(modulus)
	if err := errors.Join(err256, err384, errEd, errRSA); err != nil {
		return nil, fmt.Errorf("generate decoy keys: %w", err)
	}
	modulus[0] |= 0x80 // 2048 bits
	modulus[255] |= 1  // odd
	number := &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537}
	return map[string]crypto.PublicKey{
		"ES256": &p256.PublicKey, "ES384": &p384.PublicKey, "EdDSA": edwards, "RS256": number, "PS256": number,
	}, nil
}
