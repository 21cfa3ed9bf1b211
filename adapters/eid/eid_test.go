package eid

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func newBench(t *testing.T) *adaptertest.Bench { return adaptertest.New(t, System(), Simulate, 500) }

const checked = "2026-11-01T08:00:00+07:00"

func TestEveryIdentityIsBelievedAtItsLevelOnly(t *testing.T) {
	b := newBench(t)
	seen := map[string]int{}
	for p := range b.World.People() {
		if p.CitizenID == "" {
			continue
		}
		account, exists := b.World.ElectronicIdentity(p.Index)
		for asked, name := range []string{1: "LoA1", 2: "LoA2"} {
			if name == "" {
				continue
			}
			got, err := adaptertest.Ask[Identity](t, b.Way, "identity-verify", IdentityQuestion{CitizenID: adapters.CitizenID(p.CitizenID), ACRValues: name})
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
			if diff := cmp.Diff(want, got); err != nil || diff != "" || got.Negative() == want.Verified {
				t.Fatalf("person %d asked at %s: %v\n%s", p.Index, name, err, diff)
			}
			seen[fmt.Sprint(account.Locked, account.Level < asked)]++
		}
	}
	if len(seen) < 4 || seen["false true"] == 0 {
		t.Errorf("the world shows too few cases: %v", seen)
	}
}

func TestEveryConsentCodeHoldsForItsGiverAndPurposeOnly(t *testing.T) {
	b := newBench(t)
	given := 0
	for p := range b.World.People() {
		for _, c := range b.World.Consents(p.Index) {
			given++
			asked := ConsentQuestion{CitizenID: adapters.CitizenID(p.CitizenID), Code: ConsentCode(c.Code), Purpose: c.Purpose}
			want := Consent{Verified: c.State == synthetic.ConsentValid, CheckedAt: checked, ExpiresAt: c.Given.String() + "T08:15:00+07:00",
				ConsentStatus: [...]adapters.Code{{}, {Code: "1", Name: "Còn hiệu lực"}, {Code: "2", Name: "Hết hiệu lực"}, {Code: "3", Name: "Đã sử dụng"}}[c.State]}
			for range 2 { // a code is not used up by looking at it
				got, err := adaptertest.Ask[Consent](t, b.Way, "consent-verify", asked)
				if diff := cmp.Diff(want, got); err != nil || diff != "" || got.Negative() == want.Verified {
					t.Fatalf("person %d: %v\n%s", p.Index, err, diff)
				}
			}
			stranger, other := asked, asked
			stranger.CitizenID, other.Purpose = "001099900001", "another"
			for _, q := range []ConsentQuestion{stranger, other} {
				if got, err := adaptertest.Ask[Consent](t, b.Way, "consent-verify", q); !errors.Is(err, adapters.ErrNoMatch) {
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
	b := newBench(t)
	for operation, s := range b.Sim.Samples {
		if got, err := adaptertest.Ask[map[string]any](t, b.Way, operation, s.OK); err != nil || got["verified"] != true {
			t.Errorf("%s: %v, %v", operation, got, err)
		}
	}
}

func TestRequestsAreWhatThePlatformExpects(t *testing.T) {
	b := newBench(t)
	w, tap := b.Tap(t, b.Sim.Handler)
	_, one := adaptertest.Ask[any](t, w, "identity-verify", IdentityQuestion{CitizenID: "001099000001", ACRValues: "LoA2"})
	_, two := adaptertest.Ask[any](t, w, "consent-verify", ConsentQuestion{CitizenID: "001099000001", Code: "ZC99999999", Purpose: "one-stop"})
	if !errors.Is(one, adapters.ErrNotFound) || !errors.Is(two, adapters.ErrNotFound) {
		t.Errorf("got %v, %v", one, two)
	}
	want := []string{
		"POST /oauth2/token application/x-www-form-urlencoded 01TESTREQUEST client_id=sandbox-eid-clientId&client_secret=sandbox-eid-clientSecret&grant_type=client_credentials",
		`POST /xacThucDinhDanh application/json Bearer 01TESTREQUEST {"soDinhDanh":"001099000001","mucDo":2}`,
		`POST /xacThucMaDongY application/json Bearer 01TESTREQUEST {"soDinhDanh":"001099000001","maDongY":"ZC99999999","mucDich":"one-stop"}`,
	}
	if diff := cmp.Diff(want, tap.Lines("Content-Type", "Authorization", "X-Request-Id")); diff != "" {
		t.Error(diff)
	}
}

func TestInputThatAsksNothingIsRefused(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct{ operation, body, field string }{
		{"identity-verify", `{"acrValues":"LoA1"}`, "citizenId"},
		{"identity-verify", `{"citizenId":"001099000001"}`, "acrValues"},
		{"identity-verify", `{"citizenId":"001099000001","acrValues":"LoA3"}`, "acrValues"},
		{"identity-verify", `{"citizenId":"019900001","acrValues":"LoA1"}`, "citizenId"},
		{"consent-verify", `{"citizenId":"001099000001","consentPurpose":"x"}`, "consentCode"},
		{"consent-verify", `{"citizenId":"001099000001","consentCode":"zc01","consentPurpose":"x"}`, "consentCode"},
		{"consent-verify", `{"citizenId":"001099000001","consentCode":"ZC01000001"}`, "consentPurpose"},
	} {
		if got := b.Faults(t, tt.operation, tt.body); got != tt.field {
			t.Errorf("%s: faults of %q", tt.body, got)
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

func TestNeitherPersonNorCodeIsInAnErrorText(t *testing.T) {
	var format, value string
	b := newBench(t)
	w := b.Serve(t, b.AfterLogin(tokenPath, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) })))
	given := b.Sim.Samples["consent-verify"].OK.(ConsentQuestion)
	for _, format = range []string{
		`{"ketQua":"8","moTa":%q}`, `{"ketQua":1,"soDinhDanh":%q}`, `{"ketQua":1,"mucDoDinhDanh":2,"thoiDiem":%q,"hieuLucDen":%[1]q}`,
		`{"ketQua":{%q:1}}`, `{"error":"access_denied","error_description":%q}`, `{"moTa":%q}`, `<html>%s</html>`, `%q`, `{%q`,
	} {
		for _, value = range []string{"Nguyễn Văn Thử", "001099900001", string(given.Code)} {
			_, consent := adaptertest.Ask[any](t, w, "consent-verify", given)
			_, identity := adaptertest.Ask[any](t, w, "identity-verify", b.Sim.Samples["identity-verify"].OK)
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
