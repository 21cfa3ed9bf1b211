package eid

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

func TestTokenServesUntilItEndsOrIsRefused(t *testing.T) {
	b := newBench(t)
	for _, refusal := range []http.Handler{b.Ended(), adaptertest.Answers(200, `{"error":"invalid_token"}`)} {
		b.TestLogin(t, adaptertest.Login{Path: tokenPath, Life: tokenLife, Operation: "identity-verify", Refusal: refusal})
	}
}

func TestEachWrongCredentialIsRejected(t *testing.T) {
	b := newBench(t)
	for _, name := range b.System.Secrets {
		for _, value := range []string{"wrong", ""} {
			_, err := adaptertest.Ask[any](t, b.Way.With(name, value), "identity-verify", b.Sim.Samples["identity-verify"].OK)
			own, ok := errors.AsType[*adapters.Error](err)
			if !ok || own.Kind != adapters.ErrRejected || own.Code != "invalid_client" || strings.Contains(err.Error(), "sandbox-") {
				t.Errorf("%q for %s: %v", value, name, err)
			}
		}
	}
}

func TestSimulatorRefusesWhatThePlatformDoes(t *testing.T) {
	b := newBench(t)
	token, _, err := login(t.Context(), b.Way.Conn, adapters.Call{})
	if err != nil {
		t.Fatal(err)
	}
	const form, text = "application/x-www-form-urlencoded", "application/json"
	foreign := simulator.NewTokens(tokenLife, b.Clock.Now).Issue()
	for _, tt := range []struct {
		path, mediaType, token, body string
		status                       int
		holds                        string
	}{
		{tokenPath, text, "", `{}`, 400, "invalid_request"},
		{tokenPath, form, "", "grant_type=authorization_code", 400, "unsupported_grant_type"},
		{tokenPath, form, "", "grant_type=client_credentials", 401, "invalid_client"},
		{identityPath, text, foreign, `{"soDinhDanh":"001099000001","mucDo":2}`, 401, "invalid_token"},
		{identityPath, text, token, `{"soDinhDanh":"001099000001","mucDo":3}`, 200, `"ketQua":8`},
		{identityPath, text, token, `{"soDinhDanh":"1","mucDo":1}`, 200, `"ketQua":8`},
		{identityPath, form, token, `{"soDinhDanh":"001099000001","mucDo":1}`, 200, `"ketQua":8`},
		{consentPath, text, token, `{"soDinhDanh":"001099000001","mucDich":"one-stop"}`, 200, `"ketQua":8`},
	} {
		if got := b.Post(tt.path, tt.mediaType, tt.body, "Authorization", "Bearer "+tt.token); got.Code != tt.status || !strings.Contains(got.Body.String(), tt.holds) {
			t.Errorf("%s %s: status %d, %s", tt.path, tt.body, got.Code, got.Body)
		}
	}
}
