package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// revoke asks, as the client of an agency, for the end of a token.
func (w *world) revoke(agency, token string) *httptest.ResponseRecorder {
	form := tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey(agency), nil, w.goodAssertion(agency)))
	form.Del("grant_type")
	form.Set("token", token)
	return w.send(post(RevokePath, form))
}

func TestRevokedTokenIsRefused(t *testing.T) {
	w := newWorld(t)
	remembered, unseen, other := w.token("H26.12"), w.token("H26.12"), w.token("H26.12")
	if _, err := w.verify(remembered); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{remembered, unseen} {
		recorder := w.revoke("H26.12", token)
		if recorder.Code != http.StatusOK || recorder.Body.Len() > 0 || recorder.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %d %s", recorder.Code, recorder.Body)
		}
		refusedTwice(t, w, token)
		if last := w.outcomes[len(w.outcomes)-1]; last.Client.ID != "H26.12-demo" || last.TokenID == "" || last.Code != "" {
			t.Errorf("reported %+v", last)
		}
	}
	if _, err := w.verify(other); err != nil {
		t.Errorf("another token of the client: %v", err)
	}
	// Another replica hears of it at its next look.
	replica, err := OpenRevoked(t.Context(), w.store, w.clock)
	w.must(err)
	w.revoke("H26.12", other)
	w.must(replica.Reload(t.Context()))
	w.revoked = replica
	w.verifier = w.newVerifier()
	for _, token := range []string{remembered, unseen, other} {
		refusedTwice(t, w, token)
	}
}

func TestTokenThatNeedsNoEndingIsAnsweredAlike(t *testing.T) {
	w := newWorld(t)
	expired := w.token("H26.12")
	w.now = w.now.Add(TokenLifetime)
	f := w.forger()
	for name, token := range map[string]string{
		"unknown": "opaque", "expired": expired, "forged": f.Bad()["signature zero as ES256"], "oversized": strings.Repeat("a", maxToken+1),
		"external": f.Sign(f.Header(), f.Claims().With(map[string]any{"iss": "https://other.example"})),
	} {
		if recorder := w.revoke("H26.12", token); recorder.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, recorder.Code, recorder.Body)
		}
	}
	twice := w.token("H26.12")
	for range 2 {
		if recorder := w.revoke("H26.12", twice); recorder.Code != http.StatusOK {
			t.Error(recorder.Body)
		}
	}
	if len(w.store.all) != 1 {
		t.Errorf("%d revocations are kept, want 1", len(w.store.all))
	}
}

func TestClientRevokesOnlyItsOwnTokens(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	recorder := w.revoke("H26.11", token)
	if recorder.Code != http.StatusBadRequest || w.answer(recorder)["error"] != "invalid_grant" {
		t.Errorf("got %d %s", recorder.Code, recorder.Body)
	}
	w.equip("s", w.certificate("mine"))
	w.wantError(post(RevokePath, url.Values{"token": {token}}), 401, "invalid_client", "authenticate by")
	w.wantError(basic(RevokePath, "H26.12-demo", "wrong", url.Values{"token": {token}}), 401, "invalid_client", failedProof)
	w.wantError(basic(RevokePath, "H26.12-demo", "s", url.Values{}), 400, "invalid_request", "token is missing")
	w.wantError(httptest.NewRequest(http.MethodGet, RevokePath, nil), 405, "invalid_request", "POST")
	if _, err := w.verify(token); err != nil {
		t.Fatalf("the token was revoked all the same: %v", err)
	}
	// Any method of its own will do.
	if recorder := w.send(basic(RevokePath, "H26.12-demo", "s", url.Values{"token": {token}, "token_type_hint": {"refresh_token"}})); recorder.Code != 200 {
		t.Error(recorder.Body)
	}
	refusedTwice(t, w, token)
	second := w.token("H26.12")
	if recorder := w.send(withCertificate(post(RevokePath, url.Values{"token": {second}, "client_id": {"H26.12-demo"}}), w.certificate("mine"))); recorder.Code != 200 {
		t.Error(recorder.Body)
	}
	refusedTwice(t, w, second)
}

func TestOutageKeepsWhatIsKnownAndIssuesNothing(t *testing.T) {
	w := newWorld(t)
	revoked, good := w.token("H26.12"), w.token("H26.12")
	w.revoke("H26.12", revoked)
	w.store.err = errors.New("away")
	for range 2 {
		if err := w.revoked.Reload(t.Context()); !errors.Is(err, w.store.err) || !w.revoked.Stale() {
			t.Errorf("got %v", err)
		}
	}
	refusedTwice(t, w, revoked)
	if _, err := w.verify(good); err != nil {
		t.Errorf("a good token: %v", err)
	}
	assertion := tokenForm(w.signAssertion(jwt.SigningMethodES256, w.clientKey("H26.12"), nil, w.goodAssertion("H26.12")))
	recorder := w.ask(assertion)
	if recorder.Code != http.StatusServiceUnavailable || w.answer(recorder)["error"] != "temporarily_unavailable" || recorder.Header().Get("Retry-After") == "" {
		t.Errorf("token: %d %s", recorder.Code, recorder.Body)
	}
	if recorder := w.revoke("H26.12", good); recorder.Code != http.StatusServiceUnavailable || w.answer(recorder)["error"] != "temporarily_unavailable" {
		t.Errorf("revocation: %d %s", recorder.Code, recorder.Body)
	}
	w.store.err = nil
	w.must(w.revoked.Reload(t.Context()))
	if recorder := w.ask(assertion); recorder.Code != http.StatusOK { // it was not used up in vain
		t.Errorf("after the outage: %d %s", recorder.Code, recorder.Body)
	}
}

func TestReplicaThatCannotReadRevocationsDoesNotStart(t *testing.T) {
	w := newWorld(t)
	w.store.err = errors.New("away")
	if _, err := OpenRevoked(t.Context(), w.store, w.clock); !errors.Is(err, w.store.err) {
		t.Errorf("got %v", err)
	}
}

func TestRestartForgetsNoRevocation(t *testing.T) {
	w := newWorld(t)
	token := w.token("H26.12")
	for n := range 250 {
		w.must(w.store.Revoke(t.Context(), Revocation{TokenID: fmt.Sprint(n), Until: w.now.Add(time.Hour)}))
	}
	w.revoke("H26.12", token)
	var err error
	w.revoked, err = OpenRevoked(t.Context(), pages{w.store}, w.clock)
	w.must(err)
	w.verifier = w.newVerifier()
	refusedTwice(t, w, token)
}

// pages is a store that gives a hundred at a time.
type pages struct{ *revocations }

func (p pages) Revocations(ctx context.Context, after int64) ([]Revocation, error) {
	all, err := p.revocations.Revocations(ctx, after)
	return all[:min(len(all), 100)], err
}

func TestRevocationsAreForgottenWhenTheirTokensHaveExpired(t *testing.T) {
	w := newWorld(t)
	for range 100 {
		w.revoke("H26.12", w.token("H26.12"))
	}
	w.now = w.now.Add(TokenLifetime - time.Second)
	last := w.token("H26.12")
	w.revoke("H26.12", last)
	w.must(w.revoked.Reload(t.Context()))
	if n := w.revoked.count.Load(); n != 101 {
		t.Errorf("%d are known before the first expires, want 101", n)
	}
	w.now = w.now.Add(sweepEvery)
	w.must(w.revoked.Reload(t.Context()))
	if n := w.revoked.count.Load(); n != 1 {
		t.Errorf("%d are known after, want 1", n)
	}
	refusedTwice(t, w, last)
}
