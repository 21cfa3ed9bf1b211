package auth

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// clientKey is a registered public key with the only algorithms it may be used
// with: the key decides the algorithm, never the message.
type clientKey struct {
	kid        string // as registered; empty for most
	key        crypto.PublicKey
	algorithms []string
}

// assertionAlgorithms is every algorithm that some registered key can have.
func assertionAlgorithms() []string { return []string{"ES256", "ES384", "EdDSA", "RS256", "PS256"} }

func newClientKey(key crypto.PublicKey) (clientKey, error) {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			return clientKey{key: key, algorithms: []string{"ES256"}}, nil
		case elliptic.P384():
			return clientKey{key: key, algorithms: []string{"ES384"}}, nil
		}
		return clientKey{}, errors.New("want the curve P-256 or P-384")
	case ed25519.PublicKey:
		return clientKey{key: key, algorithms: []string{"EdDSA"}}, nil
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 || bits > 4096 {
			return clientKey{}, fmt.Errorf("an RSA key has %d bits, want 2048 to 4096", bits)
		}
		if key.E < 65537 || key.E%2 == 0 {
			return clientKey{}, errors.New("the RSA exponent is weak, want 65537")
		}
		return clientKey{key: key, algorithms: []string{"RS256", "PS256"}}, nil
	}
	return clientKey{}, errors.New("want an ECDSA, Ed25519 or RSA public key")
}

// parseClientKey reads a public key as PEM or as a JWK in JSON.
func parseClientKey(data []byte) (clientKey, error) {
	if trimmed := bytes.TrimSpace(data); bytes.HasPrefix(trimmed, []byte("{")) {
		decoder := json.NewDecoder(bytes.NewReader(trimmed))
		decoder.DisallowUnknownFields()
		var key jwk
		if err := decoder.Decode(&key); err != nil || decoder.More() {
			return clientKey{}, errors.New("not a public JWK (members kty, crv, x, y, n, e, kid, use, alg)")
		}
		return key.parse()
	}
	block, rest := pem.Decode(data)
	switch {
	case block == nil:
		return clientKey{}, errors.New("neither a PEM block nor a JWK")
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return clientKey{}, errors.New("a private key does not belong here, want the public key")
	case block.Type != "PUBLIC KEY":
		return clientKey{}, errors.New("want a PEM block of type PUBLIC KEY")
	case len(bytes.TrimSpace(rest)) > 0:
		return clientKey{}, errors.New("more than one PEM block")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return clientKey{}, errors.New("not a PKIX public key")
	}
	return newClientKey(key)
}

// jwk is a JSON Web Key (RFC 7517, RFC 8037), public members only.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv,omitempty"`
	X   string `json:"x,omitempty"`
	Y   string `json:"y,omitempty"`
	N   string `json:"n,omitempty"`
	E   string `json:"e,omitempty"`
	Kid string `json:"kid,omitempty"`
	Use string `json:"use,omitempty"`
	Alg string `json:"alg,omitempty"`
}

func (j jwk) parse() (clientKey, error) {
	if j.Use != "" && j.Use != "sig" {
		return clientKey{}, errors.New("the JWK is not for signatures")
	}
	key, err := j.publicKey()
	if err != nil {
		return clientKey{}, err
	}
	parsed, err := newClientKey(key)
	if err != nil {
		return clientKey{}, err
	}
	parsed.kid = j.Kid
	if j.Alg != "" {
		if !slices.Contains(parsed.algorithms, j.Alg) {
			return clientKey{}, errors.New("the JWK names an algorithm that its key cannot have")
		}
		parsed.algorithms = []string{j.Alg}
	}
	return parsed, nil
}

func (j jwk) publicKey() (crypto.PublicKey, error) {
	part := func(text string) []byte {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil // an empty part fits no key
		}
		return raw
	}
	switch j.Kty + " " + j.Crv {
	case "EC P-256":
		return ecPoint(elliptic.P256(), part(j.X), part(j.Y))
	case "EC P-384":
		return ecPoint(elliptic.P384(), part(j.X), part(j.Y))
	case "OKP Ed25519":
		if x := part(j.X); len(x) == ed25519.PublicKeySize {
			return ed25519.PublicKey(x), nil
		}
	case "RSA ":
		n, e := new(big.Int).SetBytes(part(j.N)), new(big.Int).SetBytes(part(j.E))
		if n.BitLen() > 0 && e.BitLen() > 0 && e.BitLen() < 32 {
			return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
		}
	default:
		return nil, errors.New("want a JWK of kty EC (P-256, P-384), OKP (Ed25519) or RSA")
	}
	return nil, errors.New("the JWK does not hold a key of its kty")
}

func ecPoint(curve elliptic.Curve, x, y []byte) (crypto.PublicKey, error) {
	size := (curve.Params().BitSize + 7) / 8
	if len(x) != size || len(y) != size {
		return nil, errors.New("the JWK does not hold a key of its kty")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, errors.New("the JWK's point is not on its curve")
	}
	return key, nil
}

// newJWK publishes one of our own keys.
func newJWK(kid string, key *ecdsa.PublicKey) (jwk, error) {
	point, err := key.Bytes() // 0x04, X, Y
	if err != nil {
		return jwk{}, fmt.Errorf("publish key: %w", err)
	}
	half := (len(point) - 1) / 2
	b64 := base64.RawURLEncoding
	return jwk{
		Kty: "EC", Crv: "P-256", Kid: kid, Use: "sig", Alg: "ES256",
		X: b64.EncodeToString(point[1 : 1+half]), Y: b64.EncodeToString(point[1+half:]),
	}, nil
}
