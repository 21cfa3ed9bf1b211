package land

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

func TestTokenServesUntilItEndsOrIsRefused(t *testing.T) {
	b := newBench(t)
	for _, refusal := range []http.Handler{b.Ended(), adaptertest.Answers(200, `{"data":0,"status":{"success":false,"code":401}}`)} {
		b.TestLogin(t, adaptertest.Login{Path: tokenPath, Life: tokenLife, Operation: "parcel-lookup", Refusal: refusal})
	}
}

func TestSimulatedLoginRefusesWhatTheRealOneDoes(t *testing.T) {
	b := newBench(t)
	good := url.Values{"grant_type": {"password"}}
	for name, field := range map[string]string{"username": "username", "password": "password", "clientId": "client_id", "clientSecret": "client_secret"} {
		good.Set(field, simulator.Secret("land", name))
	}
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, mediaType, body string
		status                int
	}{
		{"good", form, good.Encode(), 200},
		{"as JSON", "application/json", good.Encode(), 400},
		{"no grant type", form, strings.Replace(good.Encode(), "grant_type", "grant", 1), 400},
		{"refresh", form, strings.Replace(good.Encode(), "grant_type=password", "grant_type=refresh_token", 1), 400},
		{"no client", form, strings.Replace(good.Encode(), "client_id", "client", 1), 401},
		{"no user", form, strings.Replace(good.Encode(), "username=", "user=", 1), 400},
		{"broken form", form, "%", 400},
		{"too large", form, good.Encode() + "&x=" + strings.Repeat("x", 4<<20), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.Post(tokenPath, tt.mediaType, tt.body); got.Code != tt.status {
				t.Errorf("status %d, want %d: %s", got.Code, tt.status, got.Body)
			}
		})
	}
	if got := b.Post(tokenPath+"?"+good.Encode(), form, ""); got.Code == 200 {
		t.Error("credentials are taken from the address")
	}
}

func TestSimulatedLookupRefusesWhatTheRealOneDoes(t *testing.T) {
	b := newBench(t)
	foreign := "Bearer " + simulator.NewTokens(tokenLife, b.Clock.Now).Issue()
	reg := session(t, b)
	const question = `{"MaXa":"00004","SoHieuToBanDo":"99999","SoThuTuThua":"1"}`
	tests := []struct {
		name, mediaType, authorization, body string
		status                               int
		holds                                string
	}{
		{"good", "application/json", "Bearer " + reg, question, 200, `"success":true`},
		{"no token", "application/json", "", question, 401, `"success":false`},
		{"token of another", "application/json", foreign, question, 401, `"success":false`},
		{"token cut short", "application/json", "Bearer " + reg[:20], question, 401, `"success":false`},
		{"other scheme", "application/json", "Basic " + reg, question, 401, `"success":false`},
		{"form", "application/x-www-form-urlencoded", "Bearer " + reg, question, 415, `"success":false`},
		{"not JSON", "application/json", "Bearer " + reg, `MaXa`, 200, `"code":400`},
		{"no sheet", "application/json", "Bearer " + reg, `{"MaXa":"00004","SoThuTuThua":"1"}`, 200, `"code":400`},
		{"too large", "application/json", "Bearer " + reg, strings.Repeat(" ", 4<<20) + question, 200, `"code":400`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := b.Post(parcelPath, tt.mediaType, tt.body, "Authorization", tt.authorization)
			if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.holds) {
				t.Errorf("status %d, want %d with %s: %s", got.Code, tt.status, tt.holds, got.Body)
			}
		})
	}
	for _, body := range []string{`{}`, `{"SoPhatHanh":"ZZ000000","SoVaoSo":"CH1"}`} {
		if got := b.Post(certificatePath, "application/json", body, "Authorization", "Bearer "+reg); !strings.Contains(got.Body.String(), `"code":400`) {
			t.Errorf("certificate by %s: %s", body, got.Body)
		}
	}
	b.Clock.Advance(tokenLife)
	if got := b.Post(parcelPath, "application/json", question, "Authorization", "Bearer "+reg); got.Code != 401 {
		t.Errorf("an ended token gets status %d", got.Code)
	}
}

// session gets a token as the adapter does.
func session(t *testing.T, b *adaptertest.Bench) string {
	t.Helper()
	token, life, err := login(t.Context(), b.Way.Conn, adapters.Call{})
	if err != nil || life != tokenLife {
		t.Fatalf("token for %v: %v", life, err)
	}
	return token
}
