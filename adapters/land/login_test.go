package land

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
)

// traffic counts logins and look-ups, and refuses the tokens of so many look-ups.
type traffic struct {
	logins, lookups atomic.Int32
	refusals        atomic.Int32
}

func (c *traffic) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			c.logins.Add(1)
		} else if c.lookups.Add(1); c.refusals.Add(-1) >= 0 {
			r.Header.Set("Authorization", "Bearer ended")
		}
		next.ServeHTTP(w, r)
	})
}

func (c *traffic) want(t *testing.T, logins, lookups int32) {
	t.Helper()
	if c.logins.Load() != logins || c.lookups.Load() != lookups {
		t.Errorf("%d logins and %d look-ups, want %d and %d", c.logins.Load(), c.lookups.Load(), logins, lookups)
	}
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	var c traffic
	b := newBench(t, c.around)
	c.refusals.Store(1)
	if _, err := invoke(t, b.conn, "parcel-lookup", b.sim.Samples["parcel-lookup"].OK); err != nil {
		t.Fatal(err)
	}
	c.want(t, 2, 2)
}

func TestSystemThatRefusesEveryTokenRejects(t *testing.T) {
	var c traffic
	b := newBench(t, c.around)
	c.refusals.Store(1000)
	_, err := invoke(t, b.conn, "parcel-lookup", b.sim.Samples["parcel-lookup"].OK)
	if own, ok := errors.AsType[*adapters.Error](err); !ok || own.Kind != adapters.ErrRejected {
		t.Errorf("got %v", err)
	}
	c.want(t, 2, 2)
}

func TestTokenRefusedInsideTheEnvelopeIsReplacedToo(t *testing.T) {
	refused := false
	b := newBench(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != tokenPath && !refused {
				refused = true
				w.Write([]byte(`{"data":0,"status":{"success":false,"code":401}}`))
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	if _, err := invoke(t, b.conn, "parcel-lookup", b.sim.Samples["parcel-lookup"].OK); err != nil {
		t.Fatal(err)
	}
}

func TestSimulatedLoginRefusesWhatTheRealOneDoes(t *testing.T) {
	b := newBench(t, nil)
	good := url.Values{"grant_type": {"password"}}
	for name, field := range map[string]string{"username": "username", "password": "password", "clientId": "client_id", "clientSecret": "client_secret"} {
		good.Set(field, secrets()[name])
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
			if got := b.post(tokenPath, tt.mediaType, "", tt.body); got.Code != tt.status {
				t.Errorf("status %d, want %d: %s", got.Code, tt.status, got.Body)
			}
		})
	}
	inAddress := httptest.NewRequest("POST", tokenPath+"?"+good.Encode(), strings.NewReader(""))
	inAddress.Header.Set("Content-Type", form)
	w := httptest.NewRecorder()
	if b.sim.Handler.ServeHTTP(w, inAddress); w.Code == 200 {
		t.Error("credentials are taken from the address")
	}
}

func TestSimulatedLookupRefusesWhatTheRealOneDoes(t *testing.T) {
	b := newBench(t, nil)
	foreign := "Bearer " + simulator.NewTokens(tokenLife, b.now).Issue()
	reg := b.login(t)
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
			got := b.post(parcelPath, tt.mediaType, tt.authorization, tt.body)
			if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.holds) {
				t.Errorf("status %d, want %d with %s: %s", got.Code, tt.status, tt.holds, got.Body)
			}
		})
	}
	for _, body := range []string{`{}`, `{"SoPhatHanh":"ZZ000000","SoVaoSo":"CH1"}`} {
		if got := b.post(certificatePath, "application/json", "Bearer "+reg, body); !strings.Contains(got.Body.String(), `"code":400`) {
			t.Errorf("certificate by %s: %s", body, got.Body)
		}
	}
	b.clock.Add(int64(tokenLife.Seconds()))
	if got := b.post(parcelPath, "application/json", "Bearer "+reg, question); got.Code != 401 {
		t.Errorf("an ended token gets status %d", got.Code)
	}
}

// post asks the simulator without the adapter.
func (b *bench) post(path, mediaType, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	b.sim.Handler.ServeHTTP(w, r)
	return w
}

// login gets a token as the adapter does.
func (b *bench) login(t *testing.T) string {
	t.Helper()
	token, life, err := login(t.Context(), b.conn, adapters.Call{})
	if err != nil || life != tokenLife {
		t.Fatalf("token for %v: %v", life, err)
	}
	return token
}
