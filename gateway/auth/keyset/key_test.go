package keyset

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"testing"
)

func TestWeakRSAKeyIsRefused(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go does not make a key of 1024 bits")
	}
	if _, err := New(&key.PublicKey); err == nil {
		t.Error("1024 bits were accepted")
	}
	if _, err := New(ed25519.PublicKey(make([]byte, 32))); err != nil {
		t.Error(err)
	}
}
