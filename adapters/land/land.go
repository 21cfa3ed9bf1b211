// Package land speaks to the national land database in the style of its iLIS
// product.
//
// Documented are the login (a password grant with the client's own id and
// secret, answered by a bearer token), the attributes of parcels and
// certificates, the envelope around every answer (data beside a status that
// tells success) and the handing over of a dossier, TiepNhanHoSo. The two look-ups
// are not documented; their names and questions are assumptions built from those
// attributes, so both are marked assumed.
//
// A dossier that the register has already is told as a failure in words; that is
// taken for the success it is, so a dossier may be sent again. Assumed are the wording,
// which members of a dossier must be there, and that its times are local ones without
// a zone. Left out is what follows a dossier: papers handed in later
// (BoSungHoSo), the result handed to the citizen (CapNhatTrangThaiHoSo) and the
// complaint of a wrong one (phanhoihososaiketqua) are of use only to a one-stop
// system that follows its dossiers, and so are the register's calls back to the
// province, which arrive at such a system and not here. Left out too is the other
// product, VBDLIS: the same bodies on other paths of a closed network.
//
// The register is often incomplete. What it lacks is left out and the record
// says so in its member incomplete; a record without the key it was asked by is
// refused instead. The package owns this translation only; the bus calls it
// through adapters/catalog.
package land

import (
	"context"

	"github.com/lgsp-vn/lgsp/adapters"
)

// The addresses below the endpoint. Documented is the name of the dossier's; the
// look-ups' are assumed to be named alike, and the login's by its usual name.
const (
	tokenPath       = "/token"
	parcelPath      = "/traCuuThuaDat"
	certificatePath = "/traCuuGiayChungNhan"
	dossierPath     = "/TiepNhanHoSo"
)

// System describes the land database and what can be asked of it.
func System() adapters.System {
	return adapters.System{
		ID:    "land",
		Names: adapters.Text{VI: "Cơ sở dữ liệu quốc gia về đất đai", EN: "National land database"},
		Owner: adapters.Text{VI: "Bộ Nông nghiệp và Môi trường", EN: "Ministry of Agriculture and Environment"},
		// The login, the envelope and dossiers are public, no look-up is.
		Assumed: true,
		Secrets: []string{"username", "password", "clientId", "clientSecret"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{
				ID: "parcel-lookup", Assumed: true,
				Summary: adapters.Text{VI: "Tra cứu thửa đất theo xã, tờ bản đồ và số thửa", EN: "A land parcel by commune, map sheet and parcel number"},
			}, parcelLookup),
			adapters.Lookup(adapters.Operation{
				ID: "certificate-lookup", Personal: true, Assumed: true,
				Summary: adapters.Text{VI: "Tra cứu giấy chứng nhận theo số phát hành hoặc số vào sổ", EN: "A land certificate by its serial number or its number in the register"},
			}, certificateLookup),
			adapters.Submission(adapters.Operation{
				ID: "dossier-submit", Personal: true, Repeatable: true,
				Summary: adapters.Text{VI: "Chuyển hồ sơ đất đai từ bộ phận một cửa đến cơ quan đăng ký đất đai", EN: "Hand a land dossier from the one-stop desk to the land registry"},
			}, dossierSubmit),
		},
	}
}

// parcelLookup is traCuuThuaDat.
func parcelLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in ParcelQuestion) (ParcelRecord, error) {
	data, err := ask(ctx, c, call, parcelPath, nationalParcelQuestion{
		MaXa: in.commune(), SoHieuToBanDo: string(in.MapSheet), SoThuTuThua: string(in.ParcelNumber)})
	if err != nil {
		return ParcelRecord{}, err
	}
	return readParcel(data, in)
}

// certificateLookup is traCuuGiayChungNhan.
func certificateLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in CertificateQuestion) (CertificateRecord, error) {
	data, err := ask(ctx, c, call, certificatePath, nationalCertificateQuestion{
		SoPhatHanh: string(in.SerialNumber), SoVaoSo: in.BookNumber})
	if err != nil {
		return CertificateRecord{}, err
	}
	return readCertificate(data, in)
}

// dossierSubmit is TiepNhanHoSo.
func dossierSubmit(ctx context.Context, c *adapters.Conn, call adapters.Call, in Dossier) (DossierReceipt, error) {
	var receipt DossierReceipt
	err := post(ctx, c, call, dossierPath, in.national(), func(answer *adapters.Answer) (err error) {
		receipt, err = readReceipt(answer, in)
		return err
	})
	return receipt, err
}
