package eid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// bench is the simulated platform with the way to it, under a clock that only the
// test moves.
type bench struct {
	world *synthetic.World
	sim   simulator.Simulator
	conn  *adapters.Conn
	clock atomic.Int64
}

// newBench puts wrap around the simulator; nil for nothing.
func newBench(t *testing.T, wrap func(http.Handler) http.Handler) *bench {
	t.Helper()
	b := &bench{world: synthetic.New(1, 500)}
	b.clock.Store(time.Date(2026, 11, 1, 8, 0, 0, 0, adapters.Vietnam).Unix())
	b.sim = Simulate(b.world, b.now)
	handler := b.sim.Handler
	if wrap != nil {
		handler = wrap(handler)
	}
	b.conn = b.connect(t, handler, simulator.Secret(id, "clientId"), simulator.Secret(id, "clientSecret"))
	return b
}

func (b *bench) now() time.Time { return time.Unix(b.clock.Load(), 0) }

func (b *bench) connect(t *testing.T, handler http.Handler, clientID, clientSecret string) *adapters.Conn {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return adapters.NewConn(adapters.ConnOptions{Base: server.URL, Transport: server.Client().Transport, Now: b.now,
		Secrets: map[string]string{"clientId": clientID, "clientSecret": clientSecret}})
}

// invoke asks as the bus does; negative is what the bus is told of the record.
func invoke[Out any](t *testing.T, c *adapters.Conn, operation string, in any) (out Out, negative bool, err error) {
	t.Helper()
	system := System()
	op, ok := system.Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	input, faults := op.Parse(body)
	if len(faults) > 0 {
		t.Fatalf("%s refuses %s: %v", operation, body, faults)
	}
	record, err := op.Invoke(t.Context(), c, adapters.Call{Request: "01TESTREQUEST", Agency: "H26.11", Official: "officer-1"}, input)
	if err != nil {
		return out, false, err
	}
	if err := json.Unmarshal(record.JSON, &out); err != nil {
		t.Fatal(err)
	}
	return out, record.Negative, nil
}

const checked = "2026-11-01T08:00:00+07:00"

func TestEveryIdentityIsBelievedAtItsLevelOnly(t *testing.T) {
	b := newBench(t, nil)
	seen := map[string]int{}
	for p := range b.world.People() {
		if p.CitizenID == "" {
			continue
		}
		account, exists := b.world.ElectronicIdentity(p.Index)
		for asked, name := range []string{1: "LoA1", 2: "LoA2"} {
			if name == "" {
				continue
			}
			got, negative, err := invoke[Identity](t, b.conn, "identity-verify", IdentityQuestion{CitizenID: adapters.CitizenID(p.CitizenID), ACRValues: name})
			if !exists {
				if seen["none"]++; !errors.Is(err, adapters.ErrNotFound) {
					t.Fatalf("person %d without an account: %+v, %v", p.Index, got, err)
				}
				continue
			}
			want := Identity{Verified: !account.Locked && account.Level >= asked, LoAs: fmt.Sprintf("LoA%d", account.Level),
				AccountStatus: adapters.Code{Code: "1", Name: "Đang hoạt động"}, CheckedAt: checked}
			if account.Locked {
				want.AccountStatus = adapters.Code{Code: "2", Name: "Bị khóa"}
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" || negative == want.Verified {
				t.Fatalf("person %d asked at %s: negative %v, %v\n%s", p.Index, name, negative, err, diff)
			}
			seen[fmt.Sprint(account.Locked, account.Level < asked)]++
		}
	}
	if len(seen) < 4 || seen["false true"] == 0 {
		t.Errorf("the world shows too few cases: %v", seen)
	}
}

func TestEveryConsentCodeHoldsForItsGiverAndPurposeOnly(t *testing.T) {
	b := newBench(t, nil)
	given := 0
	for p := range b.world.People() {
		for _, c := range b.world.Consents(p.Index) {
			given++
			asked := ConsentQuestion{CitizenID: adapters.CitizenID(p.CitizenID), Code: ConsentCode(c.Code), Purpose: c.Purpose}
			want := Consent{Verified: c.State == synthetic.ConsentValid, CheckedAt: checked, ExpiresAt: c.Given.String() + "T08:15:00+07:00",
				ConsentStatus: [...]adapters.Code{{}, {Code: "1", Name: "Còn hiệu lực"}, {Code: "2", Name: "Hết hiệu lực"}, {Code: "3", Name: "Đã sử dụng"}}[c.State]}
			for range 2 { // a code is not used up by looking at it
				got, negative, err := invoke[Consent](t, b.conn, "consent-verify", asked)
				if diff := cmp.Diff(want, got); err != nil || diff != "" || negative == want.Verified {
					t.Fatalf("person %d: negative %v, %v\n%s", p.Index, negative, err, diff)
				}
			}
			stranger, other := asked, asked
			stranger.CitizenID, other.Purpose = "001099900001", "another"
			for _, q := range []ConsentQuestion{stranger, other} {
				if got, _, err := invoke[Consent](t, b.conn, "consent-verify", q); !errors.Is(err, adapters.ErrNoMatch) {
					t.Fatalf("person %d: %+v, %v", p.Index, got, err)
				}
			}
		}
	}
	if given == 0 {
		t.Error("nobody has given a consent")
	}
}

func TestSamplesAreVerified(t *testing.T) {
	b := newBench(t, nil)
	for operation, s := range b.sim.Samples {
		if got, negative, err := invoke[map[string]any](t, b.conn, operation, s.OK); err != nil || negative || got["verified"] != true {
			t.Errorf("%s: %v, %v", operation, got, err)
		}
	}
}

func TestRequestsAreWhatThePlatformExpects(t *testing.T) {
	var seen []string
	b := newBench(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			seen = append(seen, strings.Join([]string{r.Method, r.RequestURI, r.Header.Get("Content-Type"), scheme, r.Header.Get("X-Request-Id"), string(body)}, "|"))
			next.ServeHTTP(w, r)
		})
	})
	_, _, one := invoke[any](t, b.conn, "identity-verify", IdentityQuestion{CitizenID: "001099000001", ACRValues: "LoA2"})
	_, _, two := invoke[any](t, b.conn, "consent-verify", ConsentQuestion{CitizenID: "001099000001", Code: "ZC99999999", Purpose: "one-stop"})
	if !errors.Is(one, adapters.ErrNotFound) || !errors.Is(two, adapters.ErrNotFound) {
		t.Errorf("got %v, %v", one, two)
	}
	want := []string{
		"POST|/oauth2/token|application/x-www-form-urlencoded||01TESTREQUEST|client_id=sandbox-eid-clientId&client_secret=sandbox-eid-clientSecret&grant_type=client_credentials",
		`POST|/xacThucDinhDanh|application/json|Bearer|01TESTREQUEST|{"soDinhDanh":"001099000001","mucDo":2}`,
		`POST|/xacThucMaDongY|application/json|Bearer|01TESTREQUEST|{"soDinhDanh":"001099000001","maDongY":"ZC99999999","mucDich":"one-stop"}`,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestInputThatAsksNothingIsRefused(t *testing.T) {
	system := System()
	for _, tt := range []struct{ operation, body, field string }{
		{"identity-verify", `{"acrValues":"LoA1"}`, "citizenId"},
		{"identity-verify", `{"citizenId":"001099000001"}`, "acrValues"},
		{"identity-verify", `{"citizenId":"001099000001","acrValues":"LoA3"}`, "acrValues"},
		{"identity-verify", `{"citizenId":"019900001","acrValues":"LoA1"}`, "citizenId"},
		{"consent-verify", `{"citizenId":"001099000001","consentPurpose":"x"}`, "consentCode"},
		{"consent-verify", `{"citizenId":"001099000001","consentCode":"zc01","consentPurpose":"x"}`, "consentCode"},
		{"consent-verify", `{"citizenId":"001099000001","consentCode":"ZC01000001"}`, "consentPurpose"},
	} {
		op, _ := system.Operation(tt.operation)
		if _, faults := op.Parse([]byte(tt.body)); len(faults) != 1 || faults[0].Field != tt.field {
			t.Errorf("%s: %v", tt.body, faults)
		}
	}
}

func TestConsentCodeIsSensitiveAndComesBackNowhere(t *testing.T) {
	system := System()
	op, _ := system.Operation("consent-verify")
	if f, _ := op.Input.Field("consentCode"); f.Sensitivity != adapters.Sensitive {
		t.Errorf("the code is %s", f.Sensitivity)
	}
	if _, repeated := op.Output.Field("consentCode"); repeated {
		t.Error("the code is part of the answer")
	}
}

// afterLogin lets the simulator log in and answers questions itself.
func afterLogin(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == tokenPath {
				next.ServeHTTP(w, r)
				return
			}
			answer(w, r)
		})
	}
}

func TestNeitherPersonNorCodeIsInAnErrorText(t *testing.T) {
	var format, value string
	b := newBench(t, afterLogin(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) }))
	given := b.sim.Samples["consent-verify"].OK.(ConsentQuestion)
	for _, format = range []string{
		`{"ketQua":"8","moTa":%q}`, `{"ketQua":1,"soDinhDanh":%q}`, `{"ketQua":1,"mucDoDinhDanh":2,"thoiDiem":%q,"hieuLucDen":%[1]q}`,
		`{"ketQua":{%q:1}}`, `{"error":"access_denied","error_description":%q}`, `{"moTa":%q}`, `<html>%s</html>`, `%q`, `{%q`,
	} {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001", string(given.Code)} {
			_, _, consent := invoke[any](t, b.conn, "consent-verify", given)
			_, _, identity := invoke[any](t, b.conn, "identity-verify", b.sim.Samples["identity-verify"].OK)
			for _, err := range []error{consent, identity} {
				if err == nil {
					t.Errorf("%s with %s is taken for an answer", format, value)
					continue
				}
				for _, secret := range []string{value, string(given.Code), string(given.CitizenID)} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("%s: %v", format, err)
					}
				}
			}
		}
	}
}
