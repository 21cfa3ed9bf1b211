// Package socialassistance speaks to the national system of social assistance:
// REST with JSON bodies, behind the shared national gateway. Its key travels in
// the body, so no body is ever quoted.
//
// Documented are the hand-over of a dossier (DongBoDVC) and of its progress
// (XuLyHoSo), each answered by {error_code, message}, and the question for the
// dossiers of a place and a period, whose answer holds the same in result, beside
// the rows. Success is error_code 0, as text or as number; no other code is
// documented, so refusals are told by phrases. Assumed are these phrases, the
// address of that question, which time of a dossier its period means (that of
// receipt), the look-up of a beneficiary as a whole, and of the dossier the days
// and times whose form is not told and what MaTinh and MaXa are the place of (its
// settling). True and false, and when a step began and is due, are written as known
// clients of the system do: 1 and 0, and with the time of day. CMND_NoiCap, which
// they fill with the system's own number of an office, is passed on as it comes.
//
// The rows of the answer have the members of the dossier in another case (such as
// hktT_MaTinh), which makes no difference to Go's decoder: one struct serves both.
//
// Left out are AcceptKey, which is ours; LoaiDuLieu, which is the same for all
// dossiers; LoaiDinhDanh, which follows from which identifier is given; and MaHuyen
// of the question, because dossiers are with communes of today since districts
// ended. The printed forms (health insurance, carer, self-service, children) are
// papers that a dossier only attaches. Whether the system recognises a dossier that
// comes twice is not documented, so nothing is sent again unasked; its word that it
// has the same already is a success.
//
// The package owns this translation only; the bus calls it through adapters/catalog.
package socialassistance

import (
	"context"

	"github.com/lgsp-vn/lgsp/adapters"
)

// The addresses below the endpoint; the first two are documented.
const (
	dossierPath  = "/DongBoDVC"
	progressPath = "/XuLyHoSo"
	periodPath   = "/DanhSachHoSo"
	lookupPath   = "/traCuuDoiTuong"
)

// dossierData is the kind of data that dossiers are.
const dossierData = "100"

// System describes social assistance and what can be asked of it.
func System() adapters.System {
	return adapters.System{
		ID:    "social-assistance",
		Names: adapters.Text{VI: "Trợ giúp xã hội", EN: "Social assistance"},
		// Until March 2025 the Ministry of Labour, Invalids and Social Affairs.
		Owner:   adapters.Text{VI: "Bộ Y tế", EN: "Ministry of Health"},
		Secrets: []string{"acceptKey"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{
				ID: "beneficiary-lookup", Personal: true, Assumed: true,
				Summary: adapters.Text{VI: "Trợ cấp xã hội hằng tháng của một người", EN: "The monthly allowance of a person"},
			}, beneficiaryLookup),
			adapters.Lookup(adapters.Operation{
				ID: "dossiers-by-period", Personal: true,
				Summary: adapters.Text{VI: "Hồ sơ trợ giúp xã hội của một xã, phường trong tối đa 10 ngày", EN: "Dossiers of social assistance of a commune within at most 10 days"},
			}, dossiersByPeriod),
			adapters.Submission(adapters.Operation{
				ID: "dossier-push", Personal: true,
				Summary: adapters.Text{VI: "Đồng bộ một hồ sơ trợ giúp xã hội", EN: "Hands over a dossier of social assistance"},
			}, dossierPush),
			adapters.Submission(adapters.Operation{
				ID: "progress-push", Personal: true,
				Summary: adapters.Text{VI: "Đồng bộ một bước xử lý của hồ sơ", EN: "Hands over one step of a dossier's progress"},
			}, progressPush),
		},
	}
}

func beneficiaryLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in BeneficiaryQuestion) (Beneficiary, error) {
	body, err := post(ctx, c, call, lookupPath, nationalQuestion{AcceptKey: c.Secret("acceptKey"),
		SoDinhDanh: in.number(), HoTen: string(in.FullName), NgaySinh: in.DateOfBirth.Format("02/01/2006", "01/2006", "2006")})
	if err != nil {
		return Beneficiary{}, err
	}
	return readBeneficiary(body, in)
}

func dossiersByPeriod(ctx context.Context, c *adapters.Conn, call adapters.Call, in PeriodQuestion) (Dossiers, error) {
	body, err := post(ctx, c, call, periodPath, nationalPeriod{AcceptKey: c.Secret("acceptKey"), LoaiDuLieu: dossierData,
		MaTinh: hanoi, MaXa: string(in.CommuneCode),
		ThoiGianBatDau:  in.From.Time().Format(timeLayout),
		ThoiGianKetThuc: in.To.Time().AddDate(0, 0, 1).Add(-1).Format(timeLayout)})
	if err != nil {
		return Dossiers{}, err
	}
	return readDossiers(body, in.CommuneCode)
}

func dossierPush(ctx context.Context, c *adapters.Conn, call adapters.Call, in Dossier) (Receipt, error) {
	n := in.national()
	n.AcceptKey = c.Secret("acceptKey")
	return handOver(ctx, c, call, dossierPath, n, in.DossierCode)
}

func progressPush(ctx context.Context, c *adapters.Conn, call adapters.Call, in Progress) (Receipt, error) {
	n := in.national()
	n.AcceptKey = c.Secret("acceptKey")
	return handOver(ctx, c, call, progressPath, n, in.DossierCode)
}

// handOver sends a message of a dossier and reads the system's word that it has it.
func handOver(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, message any, dossier string) (Receipt, error) {
	body, err := post(ctx, c, call, path, message)
	if err != nil {
		return Receipt{}, err
	}
	return readReceipt(body, dossier)
}

// post sends one message; at night the system answers 503.
func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, message any) ([]byte, error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: path, JSON: message})
	if err != nil {
		return nil, err
	}
	return answer.Body, answer.Fault()
}
