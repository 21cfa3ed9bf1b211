// Package drivinglicence speaks to the national register of driving licences through
// its session adapter, which stands behind the shared national gateway. The register
// was the Ministry of Transport's until 2025.
//
// Documented are the login (mapi/login), the one address for every service
// (mapi/g, whose body names session, service and asking unit), the envelope of
// error_code and data, and the members of a licence record. The look-up itself is not:
// traCuuGPLX and its question, the numbers of error_code other than zero, the codes of
// TrangThai, the member DiemGPLX (twelve points a year since 2025) and how dates and
// "never expires" are written are assumed. A licence is asked for by number and birth
// date, so that nobody can count through the numbers; that the two do not belong
// together is told only where the register says so itself.
//
// A number may cover several classes, of which a record names one, so an answer is
// taken as a list of one licence's classes. What a class allows depends on the
// law of its day of issue: 2025 gave B1, C and D other meanings.
//
// Left out are the adapter's dossier services DanhSachHoSo, TraCuuHoSo and
// LayTaiLieuHoSo: they carry applications with portraits and scans from the portal to
// the licensing office and answer nothing about a licence in force. The adapter of the
// traffic police (/dvcsv: vehicles, registration fees, inspections) is another system
// with a login and a form of its own. The package owns this translation only; the bus
// calls it through adapters/catalog.
package drivinglicence

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	id = "driving-licence"
	// The addresses below the endpoint, and the service that the second is asked for.
	loginPath   = "/mapi/login"
	servicePath = "/mapi/g"
	service     = "traCuuGPLX"
	// sessionLife is how long a session is used before another login. Its real life is
	// not told; one that ends earlier is replaced.
	sessionLife = 15 * time.Minute
)

// System describes the register of driving licences.
func System() adapters.System {
	return adapters.System{
		ID:    id,
		Names: adapters.Text{VI: "Giấy phép lái xe", EN: "Driving licences"},
		Owner: adapters.Text{VI: "Bộ Công an", EN: "Ministry of Public Security"},
		// The session adapter is documented, the look-up over it is not.
		Assumed: true,
		Secrets: []string{"username", "password"},
		Operations: []adapters.Operation{adapters.Lookup(adapters.Operation{
			ID: "licence-lookup", Personal: true, Assumed: true,
			Summary: adapters.Text{VI: "Tra cứu giấy phép lái xe theo số và ngày sinh của người được cấp", EN: "A driving licence by its number and its holder's date of birth"},
		}, licenceLookup)},
	}
}

func licenceLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in Question) (Licence, error) {
	var data json.RawMessage
	err := c.LoggedIn(ctx, call, login, func(session string) error {
		answer, err := post(ctx, c, call, servicePath, nationalQuestion{Session: session, Service: service, DonViXuLy: call.Agency,
			SoGPLX: string(in.Number), NgaySinh: in.DateOfBirth.Format("20060102", "20060100", "20060000"), SoDinhDanh: string(in.CitizenID)})
		if err == nil {
			data, err = open(answer)
		}
		return err
	})
	if err != nil {
		return Licence{}, err
	}
	return readLicence(data, in)
}

// login gets a session.
func login(ctx context.Context, c *adapters.Conn, call adapters.Call) (string, time.Duration, error) {
	answer, err := post(ctx, c, call, loginPath, nationalLogin{Username: c.Secret("username"), Password: c.Secret("password")})
	if err != nil {
		return "", 0, err
	}
	session, err := readSession(answer)
	return session, sessionLife, err
}

func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, message any) (*adapters.Answer, error) {
	return c.Do(ctx, call, adapters.Request{Path: path, JSON: message})
}

// readSession takes the session out of a login answer. Whatever a login is refused
// for, it is nothing of the caller's question.
func readSession(answer *adapters.Answer) (string, error) {
	e, err := readEnvelope(answer)
	if err != nil {
		return "", err
	}
	kind, failed := e.failure()
	switch {
	case failed && errors.Is(kind, adapters.ErrUnavailable):
		return "", adapters.Fail(kind, string(e.ErrorCode), "login not possible now")
	case failed:
		return "", adapters.Fail(adapters.ErrRejected, string(e.ErrorCode), "login refused")
	case !adapters.UsableToken(string(e.Session)):
		return "", adapters.Malformed("login answer without a usable session")
	}
	return string(e.Session), nil
}
