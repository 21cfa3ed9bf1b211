package auth

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/certs"
	"github.com/lgsp-vn/lgsp/gateway/internal/forgery"
)

func TestGoodTokenTellsItsCaller(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	for _, state := range []string{"first seen", "remembered"} {
		caller, err := w.verify(token)
		if err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if caller.Agency.ID != "H26.12" || caller.Client.ID != "H26.12-demo" || len(caller.TokenID) != 26 {
			t.Errorf("%s: %+v", state, caller)
		}
		if want := w.now.Add(15 * time.Minute); !caller.Expires.Equal(want) {
			t.Errorf("%s: expires %v, want %v", state, caller.Expires, want)
		}
		if !caller.MayUse("population", "citizen-verify") || !caller.MayUse("documents", "send") || caller.MayUse("usage", "read") {
			t.Errorf("%s: scopes %v", state, caller.Scopes)
		}
	}
}

func TestAudienceMayBeAListWithOurs(t *testing.T) {
	w := newWorld(t)
	claims := w.forger().Claims().With(forgery.Members{"aud": []string{"https://other.example", publicURL}})
	if _, err := w.verify(w.forger().Sign(w.forger().Header(), claims)); err != nil {
		t.Error(err)
	}
}

func TestTokenTypeMayBeSpelledAsAMediaType(t *testing.T) {
	w := newWorld(t)
	for _, typ := range []string{"AT+JWT", "application/at+jwt", "Application/At+JWT"} {
		header := w.forger().Header().With(forgery.Members{"typ": typ})
		if _, err := w.verify(w.forger().Sign(header, w.forger().Claims())); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestForgedTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	f := w.forger()
	for _, forged := range []map[string]string{f.Bad(), f.Unsendable(), {"agency in the old form": f.Sign(f.Header(), f.Claims().With(forgery.Members{"agency": "000.00.12.H26"}))}} {
		for name, token := range forged {
			t.Run(name, func(t *testing.T) { refusedTwice(t, w, token) })
		}
	}
	if _, err := w.verify(f.Good()); err != nil {
		t.Errorf("the token that was not forged: %v", err)
	}
}

// refusedTwice also proves that a refusal is not remembered as anything else,
// and that its text holds no part of the token.
func refusedTwice(t *testing.T, w *world, token string) {
	t.Helper()
	for range 2 {
		caller, err := w.verify(token)
		if !errors.Is(err, ErrInvalidToken) || caller != nil {
			t.Fatalf("got %v, %v", caller, err)
		}
		for part := range strings.SplitSeq(token, ".") {
			if len(part) > 8 && strings.Contains(err.Error(), part[:8]) {
				t.Errorf("the error quotes the token: %v", err)
			}
		}
	}
}

func TestOversizedTokenIsRefusedBeforeItIsRead(t *testing.T) {
	w := newWorld(t)
	bomb := strings.Repeat(".", 1<<20)
	// Reading it would cost one for every dot; what goes on beside the test costs a few.
	if n := testing.AllocsPerRun(100, func() { w.verify(bomb) }); n > 100 {
		t.Errorf("a bomb of dots costs %v allocations", n)
	}
}

// The last letter of a signature carries bits that mean nothing.
func TestTokenHasOnlyOneSpelling(t *testing.T) {
	w := newWorld(t)
	good := w.token("H26.12")
	for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		if token := good[:len(good)-1] + string(letter); token != good {
			refusedTwice(t, w, token)
		}
	}
}

func TestNoMutationOfATokenIsAccepted(t *testing.T) {
	w := newWorld(t)
	good := w.token("H26.12")
	if _, err := w.verify(good); err != nil { // remembered: near misses must miss
		t.Fatal(err)
	}
	for n, token := range forgery.Mutations(good, 10_000, 1) {
		if _, err := w.verify(token); !errors.Is(err, ErrInvalidToken) {
			t.Fatalf("mutation %d: %v", n, err)
		}
	}
}

func TestRememberedTokenEndsAtItsExpiry(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	w.now = w.now.Add(TokenLifetime - time.Second)
	if _, err := w.verify(token); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Second)
	refusedTwice(t, w, token)
}

func TestSuspensionBitesOnTokensAlreadyIssued(t *testing.T) {
	for name, suspend := range map[string]func(*world){
		"agency":               func(w *world) { w.suspendAgency("H26.12") },
		"client":               func(w *world) { w.suspendClient("H26.12") },
		"client removed":       func(w *world) { w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.ID = "H26.12-other" }) },
		"client's agency gone": func(w *world) { w.change("H26.12", func(a *AgencyRecord, _ *ClientRecord) { a.ID = "H26.14" }) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			remembered, unseen, bystander := w.token("H26.12"), w.token("H26.12"), w.token("H26.11")
			if _, err := w.verify(remembered); err != nil {
				t.Fatal(err)
			}
			suspend(w)
			refusedTwice(t, w, remembered)
			refusedTwice(t, w, unseen)
			if _, err := w.verify(bystander); err != nil {
				t.Errorf("another agency: %v", err)
			}
		})
	}
}

func TestResumedClientIsServedAgain(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	w.suspendClient("H26.12")
	refusedTwice(t, w, token)
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.Suspended = false })
	if _, err := w.verify(token); err != nil {
		t.Error(err)
	}
}

func TestScopeTakenFromAClientLeavesItsTokens(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	caller, err := w.verify(token)
	w.must(err)
	if !caller.MayUse("land", "parcel-lookup") {
		t.Fatal("the token should reach everything at first")
	}
	w.change("H26.12", func(_ *AgencyRecord, c *ClientRecord) { c.Scopes = []string{"population:*", "documents:send"} })
	caller, err = w.verify(token)
	w.must(err)
	if caller.MayUse("land", "parcel-lookup") || !caller.MayUse("population", "citizen-verify") || !caller.MayUse("documents", "send") {
		t.Errorf("scopes now %v", caller.Scopes)
	}
}

func TestRemovedKeyEndsItsTokensAndAnOverlapEndsNone(t *testing.T) {
	w := newWorld(t)
	old := w.token("H26.12")
	if _, err := w.verify(old); err != nil {
		t.Fatal(err)
	}
	version, err := w.keys.Announce(certs.SetSigning)
	w.must(err)
	w.must(w.keys.Activate(certs.SetSigning, version))
	fresh := w.token("H26.12")
	for name, token := range map[string]string{"old": old, "fresh": fresh} {
		if _, err := w.verify(token); err != nil {
			t.Errorf("%s token during the overlap: %v", name, err)
		}
	}
	w.must(os.Remove(filepath.Join(w.keysDir, "signing", "0001.pem")))
	w.must(w.keys.Reload())
	refusedTwice(t, w, old)
	if _, err := w.verify(fresh); err != nil {
		t.Errorf("fresh token after the removal: %v", err)
	}
}

func TestBoundTokenNeedsItsCertificate(t *testing.T) {
	w := newWorld(t)
	client, _ := w.registry.Client("H26.12-demo")
	mine, other := &x509.Certificate{Raw: []byte("mine")}, &x509.Certificate{Raw: []byte("other")}
	token, _, err := w.issuer.Issue(client, client.Scopes, mine)
	w.must(err)
	for _, state := range []string{"first seen", "remembered"} {
		for name, cert := range map[string]*x509.Certificate{"none": nil, "another": other, "one without content": {}} {
			if _, err := w.verifier.Verify(t.Context(), token.AccessToken, cert); !errors.Is(err, ErrInvalidToken) {
				t.Errorf("%s, certificate %s: %v", state, name, err)
			}
		}
		if _, err := w.verifier.Verify(t.Context(), token.AccessToken, mine); err != nil {
			t.Errorf("%s, its certificate: %v", state, err)
		}
	}
	twofold := w.forger().Claims().With(forgery.Members{"cnf": map[string]any{"x5t#S256": certs.Thumbprint(mine), "jkt": "x"}})
	if _, err := w.verifier.Verify(t.Context(), w.forger().Sign(w.forger().Header(), twofold), mine); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("a second condition was passed over: %v", err)
	}
	if _, err := w.verifier.Verify(t.Context(), w.token("H26.12"), other); err != nil {
		t.Errorf("an unbound token with a certificate: %v", err)
	}
}

func TestRememberedTokenIsVerifiedWithoutGarbage(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	caller, err := w.verify(token)
	w.must(err)
	for _, revoked := range []string{"", "another token"} {
		if revoked != "" {
			w.revoked.add(Revocation{TokenID: revoked, Until: w.now.Add(time.Hour)})
		}
		if n := testing.AllocsPerRun(1000, func() {
			if c, err := w.verify(token); err != nil || !c.MayUse("land", "parcel-lookup") {
				t.Error("refused")
			}
		}); n >= 1 {
			t.Errorf("%v allocations with %q revoked", n, revoked)
		}
	}
	if again, _ := w.verify(token); again != caller {
		t.Error("the token was verified anew")
	}
}

func TestVerifierNeedsItsParts(t *testing.T) {
	w := newWorld(t)
	if _, err := NewVerifier(VerifierConfig{PublicURL: "bus.example", Keys: w.keys, Registry: w.registry, Revoked: w.revoked, Now: w.clock}); err == nil {
		t.Error("a public URL without a scheme was accepted")
	}
	if _, err := NewVerifier(VerifierConfig{PublicURL: publicURL, Keys: w.keys, Revoked: w.revoked, Now: w.clock}); err == nil {
		t.Error("a missing registry was accepted")
	}
}

func TestBearerIsTakenFromOneHeaderOnly(t *testing.T) {
	for name, tt := range map[string]struct {
		values []string
		want   string
		err    error
	}{
		"usual":             {[]string{"Bearer abc.def.ghi"}, "abc.def.ghi", nil},
		"lower case":        {[]string{"bearer abc"}, "abc", nil},
		"two spaces":        {[]string{"Bearer  abc"}, "abc", nil},
		"none":              {nil, "", ErrNoToken},
		"empty":             {[]string{""}, "", ErrNoToken},
		"another scheme":    {[]string{"Basic YTpi"}, "", ErrNoToken},
		"scheme runs on":    {[]string{"Bearerabc"}, "", ErrNoToken},
		"scheme alone":      {[]string{"Bearer"}, "", ErrInvalidToken},
		"blank token":       {[]string{"Bearer  "}, "", ErrInvalidToken},
		"two tokens":        {[]string{"Bearer abc def"}, "", ErrInvalidToken},
		"tokens in a list":  {[]string{"Bearer abc,Bearer def"}, "", ErrInvalidToken},
		"two headers":       {[]string{"Bearer abc", "Bearer abc"}, "", ErrInvalidToken},
		"Basic then Bearer": {[]string{"Basic YTpi", "Bearer abc"}, "", ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := BearerFrom(map[string][]string{"Authorization": tt.values})
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestNoGoodTokenIsRefusedDuringReloads(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for verified := 0; ; verified++ {
				select {
				case <-done:
					if verified > 0 {
						return
					}
				default:
				}
				if _, err := w.verify(token); err != nil {
					t.Errorf("after %d: %v", verified, err)
					return
				}
			}
		})
	}
	for n := range 10 {
		version, err := w.keys.Announce(certs.SetSigning)
		w.must(err)
		w.must(w.keys.Activate(certs.SetSigning, version))
		w.change("H26.12", func(a *AgencyRecord, _ *ClientRecord) { a.NameEN = fmt.Sprintf("Fictional %d", n) })
	}
	close(done)
	group.Wait()
}

func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	good := w.token("H26.12")
	if _, err := w.verify(good); err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(w.forger().Sign(w.forger().Header().With(forgery.Members{"crit": []string{"x"}}), w.forger().Claims()))
	f.Add(w.forger().Sign(w.forger().Header(), w.forger().Claims().With(forgery.Members{"exp": "1"})))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := w.verify(token); token != good && !errors.Is(err, ErrInvalidToken) {
			t.Errorf("got %v", err)
		}
		_, err := BearerFrom(map[string][]string{"Authorization": {token}})
		if err != nil && !errors.Is(err, ErrInvalidToken) && !errors.Is(err, ErrNoToken) {
			t.Errorf("got %v", err)
		}
	})
}
