package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// SubjectHash stands in the journal for the person asked after: 128 bits of HMAC-SHA-256 in base64url. Kind says what the
// value is (a citizen number, a tax code), the same for all systems, so that one person's entries are found together
// whichever system was asked. Without the key a guess cannot be tested against it.
func SubjectHash(key [32]byte, kind, value string) string {
	mac := hmac.New(sha256.New, key[:])
	in := binary.BigEndian.AppendUint32(make([]byte, 0, 64), uint32(len(kind)))
	in = append(in, kind...)
	in = append(in, value...)
	mac.Write(in)
	var sum [sha256.Size]byte
	return base64.RawURLEncoding.EncodeToString(mac.Sum(sum[:0])[:16])
}
