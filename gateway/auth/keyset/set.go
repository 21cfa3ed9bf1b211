package keyset

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// maxPublished bounds what one message without a kid can cost.
const maxPublished = 32

// Set is the keys of one owner at one time. It is never changed.
type Set struct{ keys []Key }

// NewSet holds the keys in their order.
func NewSet(keys ...Key) *Set { return &Set{keys: keys} }

// Len is how many keys there are.
func (s *Set) Len() int { return len(s.keys) }

// Has says whether a key is called so.
func (s *Set) Has(kid string) bool {
	return kid != "" && slices.ContainsFunc(s.keys, func(k Key) bool { return k.ID == kid })
}

// For lists the keys to try for a message. A kid that names one of them narrows
// the list; any other is no more than a hint that did not help, since owners of
// keys registered as PEM call them as they like.
func (s *Set) For(algorithm, kid string) []crypto.PublicKey {
	named := s.Has(kid)
	var keys []crypto.PublicKey
	for _, k := range s.keys {
		if slices.Contains(k.Algorithms, algorithm) && (!named || k.ID == kid) {
			keys = append(keys, k.Public)
		}
	}
	return keys
}

// ParseSet reads a JWK set (RFC 7517, section 5). Keys that are of no use for
// signatures, or that we do not know, are passed over; so are those that are
// not public any more.
func ParseSet(data []byte) (*Set, error) {
	var document struct{ Keys *[]json.RawMessage }
	if err := json.Unmarshal(data, &document); err != nil || document.Keys == nil {
		return nil, errors.New("not a JWK set")
	}
	if len(*document.Keys) > maxPublished {
		return nil, fmt.Errorf("more than %d keys", maxPublished)
	}
	set := &Set{}
	for _, raw := range *document.Keys {
		var entry struct {
			JWK
			D, K any
		}
		if json.Unmarshal(raw, &entry) != nil || entry.D != nil || entry.K != nil {
			continue
		}
		if key, err := entry.Key(); err == nil {
			set.keys = append(set.keys, key)
		}
	}
	return set, nil
}
