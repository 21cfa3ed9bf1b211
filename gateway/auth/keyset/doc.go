// Package keyset reads public keys of others: as PEM or JWK where they were
// registered, as a JWK set where their owner publishes them at an address. Each
// key comes with the only algorithms it may be used with, so that the key
// decides the algorithm and never the message.
//
// It verifies nothing. Package auth asks it for the keys to try.
package keyset
