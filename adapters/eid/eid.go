// Package eid asks the electronic identity platform (VNeID) whether a citizen is known
// to it well enough, and whether a citizen's one-time consent code holds.
//
// What is documented of the platform is its login: an OpenID Connect code flow between a
// citizen's browser and a portal (/oauth2/authorize with acr_values, /oauth2/token,
// /oauth2/userinfo; since 2025 also /auth at the population sign-on). That flow is
// left out: the bus has no browser and must never stand between citizens and their
// passwords. With it go the userinfo claims sub, LoaiTaiKhoan, HoVaTen,
// NgayThangNamSinh, TechID and the links userProfileUri and logoutUri; who somebody is
// is asked of the population database. What both have in common keeps its name:
// acr_values for the level asked, loAs for the level held (IAL tells the same as a
// number), SoDinhDanh.
//
// Both operations are assumed, from their names to their codes, and so is the client
// credentials grant at the documented token address. A level is believed only after
// it is compared with the one asked: a lower one is an answer that says no. An answer
// that names another citizen, or says yes without a level, is none. Verifying a consent
// code does not use it up. The package owns this translation only; the bus calls it
// through adapters/catalog.
package eid

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/oauth"
)

const (
	id = "eid"
	// The addresses below the endpoint; the first is documented, the others are assumed.
	tokenPath    = "/oauth2/token"
	identityPath = "/xacThucDinhDanh"
	consentPath  = "/xacThucMaDongY"
)

// System describes the identity platform and what can be asked of it.
func System() adapters.System {
	return adapters.System{
		ID:      id,
		Names:   adapters.Text{VI: "Định danh và xác thực điện tử (VNeID)", EN: "Electronic identity (VNeID)"},
		Owner:   adapters.Text{VI: "Bộ Công an (C06)", EN: "Ministry of Public Security (C06)"},
		Assumed: true,
		Secrets: []string{"clientId", "clientSecret"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "identity-verify", Personal: true, Assumed: true,
				Summary: adapters.Text{VI: "Xác thực tài khoản định danh điện tử của công dân theo mức bảo đảm", EN: "Whether a citizen's electronic identity holds at a level of assurance"},
			}, identityVerify),
			adapters.Lookup(adapters.Operation{ID: "consent-verify", Personal: true, Assumed: true,
				Summary: adapters.Text{VI: "Xác thực mã đồng ý dùng một lần của công dân cho một mục đích", EN: "Whether a citizen's one-time consent code holds for a purpose"},
			}, consentVerify),
		},
	}
}

// identityVerify is xacThucDinhDanh.
func identityVerify(ctx context.Context, c *adapters.Conn, call adapters.Call, in IdentityQuestion) (Identity, error) {
	answer, err := ask(ctx, c, call, identityPath, nationalIdentityQuestion{SoDinhDanh: string(in.CitizenID), MucDo: levels[in.ACRValues]})
	if err != nil {
		return Identity{}, err
	}
	return readIdentity(answer, in)
}

// consentVerify is xacThucMaDongY.
func consentVerify(ctx context.Context, c *adapters.Conn, call adapters.Call, in ConsentQuestion) (Consent, error) {
	answer, err := ask(ctx, c, call, consentPath, nationalConsentQuestion{SoDinhDanh: string(in.CitizenID), MaDongY: string(in.Code), MucDich: in.Purpose})
	if err != nil {
		return Consent{}, err
	}
	return readConsent(answer, in)
}

// ask posts one question with the session's token.
func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, question any) (answer *adapters.Answer, err error) {
	err = c.LoggedIn(ctx, call, login, func(token string) error {
		answer, err = c.Do(ctx, call, adapters.Request{Path: path, JSON: question,
			Header: http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/json"}}})
		switch {
		case err != nil:
			return err
		case answer.Status == http.StatusUnauthorized:
			return adapters.ErrTokenRefused
		}
		return oauth.Fault(answer)
	})
	return answer, err
}

// login gets a token by the client credentials grant.
func login(ctx context.Context, c *adapters.Conn, call adapters.Call) (string, time.Duration, error) {
	return oauth.Login(ctx, c, call, tokenPath, url.Values{"grant_type": {"client_credentials"}, "client_id": {c.Secret("clientId")}, "client_secret": {c.Secret("clientSecret")}})
}
