package server

import (
	"context"
	"crypto/tls"
	"net/http"
	"testing"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/config"
	"github.com/lgsp-vn/lgsp/gateway/internal/testredis"
)

func TestKeysAndCertificatesRotateUnderLoadWithoutAFailedRequest(t *testing.T) {
	t.Parallel()
	authority, listening := withAuthority(t)
	redis := testredis.Own(t)
	w := startServer(t, listening, func(c *config.Config) { c.RedisURL = redis.URL })
	w.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: authority.Pool()}
	keys, err := certs.OpenKeys(w.config.KeysDir)
	if err != nil {
		t.Fatal(err)
	}
	// One hangs up after each answer and so meets every certificate.
	hangingUp := question{system: "population", operation: "citizen-verify", header: http.Header{"Connection": {"close"}}}
	l := w.load(question{system: "population", operation: "citizen-verify", agency: ward}, question{system: "shared-catalogues", operation: "catalogues"}, hangingUp)
	// known waits until the gateway has read the keys again.
	known := func(change func() error) {
		t.Helper()
		before, answered := w.s.keys.Generation(), l.answered.Load()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the gateway follows the keys", func() bool { return w.s.keys.Generation() > before })
		eventually(t, "questions go on", func() bool { return l.answered.Load() > answered+50 })
	}
	for _, set := range certs.Sets() {
		var version uint32
		known(func() (err error) { version, err = keys.Announce(set); return err })
		known(func() error { return keys.Activate(set, version) })
	}
	// What the old cache key encrypted is asked anew; what the old signing key signed still holds.
	known(func() error { return keys.Retire(certs.SetCache, 1) })
	token, err := DemoToken(context.Background(), w.config, w.s.Addresses, centre, "")
	if err != nil {
		t.Fatal(err)
	}
	w.must(question{method: http.MethodGet, path: "/v1/systems", header: http.Header{"Authorization": {"Bearer " + token}}})

	for range 2 {
		cert, err := authority.Renew("bus")
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the new certificate is shown", func() bool { return w.s.tls.Leaf().SerialNumber.Cmp(cert.SerialNumber) == 0 })
		before := l.answered.Load()
		eventually(t, "questions go on", func() bool { return l.answered.Load() > before+50 })
	}
	l.end(t)
}
