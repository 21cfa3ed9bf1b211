package keyset

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

// Key is a public key with the only algorithms it may be used with.
type Key struct {
	ID         string // kid, as its owner calls it; empty for most
	Public     crypto.PublicKey
	Algorithms []string
}

// Algorithms is every algorithm that some key can have.
func Algorithms() []string { return []string{"ES256", "ES384", "EdDSA", "RS256", "PS256"} }

// New decides what a public key may be used for. Weak keys are refused.
func New(key crypto.PublicKey) (Key, error) {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			return Key{Public: key, Algorithms: []string{"ES256"}}, nil
		case elliptic.P384():
			return Key{Public: key, Algorithms: []string{"ES384"}}, nil
		}
		return Key{}, errors.New("want the curve P-256 or P-384")
	case ed25519.PublicKey:
		return Key{Public: key, Algorithms: []string{"EdDSA"}}, nil
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 || bits > 4096 {
			return Key{}, fmt.Errorf("an RSA key has %d bits, want 2048 to 4096", bits)
		}
		if key.E < 65537 || key.E%2 == 0 {
			return Key{}, errors.New("the RSA exponent is weak, want 65537")
		}
		return Key{Public: key, Algorithms: []string{"RS256", "PS256"}}, nil
	}
	return Key{}, errors.New("want an ECDSA, Ed25519 or RSA public key")
}

// Parse reads a public key as PEM or as a JWK in JSON.
func Parse(data []byte) (Key, error) {
	if trimmed := bytes.TrimSpace(data); bytes.HasPrefix(trimmed, []byte("{")) {
		decoder := json.NewDecoder(bytes.NewReader(trimmed))
		decoder.DisallowUnknownFields()
		var key JWK
		if err := decoder.Decode(&key); err != nil || decoder.More() {
			return Key{}, errors.New("not a public JWK (members kty, crv, x, y, n, e, kid, use, alg)")
		}
		return key.Key()
	}
	block, rest := pem.Decode(data)
	switch {
	case block == nil:
		return Key{}, errors.New("neither a PEM block nor a JWK")
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return Key{}, errors.New("a private key does not belong here, want the public key")
	case block.Type != "PUBLIC KEY":
		return Key{}, errors.New("want a PEM block of type PUBLIC KEY")
	case len(bytes.TrimSpace(rest)) > 0:
		return Key{}, errors.New("more than one PEM block")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return Key{}, errors.New("not a PKIX public key")
	}
	return New(key)
}

// JWK is a JSON Web Key (RFC 7517, RFC 8037), public members only.
type JWK struct {
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

// Key is the key that the JWK describes, if it is one for signatures.
func (j JWK) Key() (Key, error) {
	if j.Use != "" && j.Use != "sig" {
		return Key{}, errors.New("the JWK is not for signatures")
	}
	key, err := j.publicKey()
	if err != nil {
		return Key{}, err
	}
	parsed, err := New(key)
	if err != nil {
		return Key{}, err
	}
	parsed.ID = j.Kid
	if j.Alg != "" {
		if !slices.Contains(parsed.Algorithms, j.Alg) {
			return Key{}, errors.New("the JWK names an algorithm that its key cannot have")
		}
		parsed.Algorithms = []string{j.Alg}
	}
	return parsed, nil
}

func (j JWK) publicKey() (crypto.PublicKey, error) {
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

// Publish writes one of our own keys, which are all of P-256.
func Publish(kid string, key *ecdsa.PublicKey) (JWK, error) {
	point, err := key.Bytes() // 0x04, X, Y
	if err != nil {
		return JWK{}, fmt.Errorf("publish key: %w", err)
	}
	half := (len(point) - 1) / 2
	b64 := base64.RawURLEncoding
	return JWK{
		Kty: "EC", Crv: "P-256", Kid: kid, Use: "sig", Alg: "ES256",
		X: b64.EncodeToString(point[1 : 1+half]), Y: b64.EncodeToString(point[1+half:]),
	}, nil
}
