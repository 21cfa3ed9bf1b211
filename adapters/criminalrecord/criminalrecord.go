// Package criminalrecord speaks to the national judicial record system (LLTP) in
// both of its generations, each a protocol of the system.
//
// v2, the usual one, is the central system. The bus hands in applications there
// and reads what came of them: the certificate with every conviction and ban, and
// its paper. An authKey in the body of each message says who sends it. The submit
// call answers in plain words, and a repeat by saying that it has the dossier
// already and cannot update it; that is a success. So is a refusal to change the
// state of a dossier (code 01): it was handed in and is beyond changing.
//
// v1 stands behind the national gateway, which checks who calls. Of it remains
// what v2 does not offer: the state of an application without the record that
// v2's answer always brings along, by the dossier code or, for what was handed in
// at the office itself, by its appointment number; and the catalogues. All
// addresses of v1 but nhanHoSoDangKy carry the prefix LLTP-API-.
//
// Assumed, because unpublished: the two addresses of v2, that v1 takes JSON by
// POST, that both know the same dossiers, values of v1's STATUS, all wording, the
// codes of identity papers in v2 (those of v1 are used) and of the sexes (those that
// the other systems use), the names of a delegate's members after nuq and the codes
// for where an application was registered. v2's dates are taken to be written as v1's.
//
// Left out: nhanHoSoDangKy, which v2's submit call replaces; traHoSo,
// danhDauHsThanhCong and traDsTrangThaiHs, a queue for one reader who marks what
// it has fetched, so that agencies asking it would take each other's items; what
// VNeID sends and is sent, which passes the bus by. A request has no tenQuanHuyen,
// because our addresses do not name districts, and of a delegate only who it is.
//
// What the record says of somebody is in no error, and no answer is to be kept.
package criminalrecord

import (
	"context"
	"encoding/json"

	"github.com/lgsp-vn/lgsp/adapters"
)

const id = "criminal-record"

// The generations.
const (
	v1 = "v1"
	v2 = "v2"
)

// The addresses below the endpoint. Those of v2 are assumed after traKetQuaHoSoLLTP,
// which is documented.
const (
	submitPath    = "/v2/lyLichTuPhap/nhanHoSoLLTP"
	resultPath    = "/v2/lyLichTuPhap/quetKetQuaHoSoLLTP"
	statusPath    = "/LLTP-API-traTrangThaiHs"
	cataloguePath = "/LLTP-API-traDanhMuc"
)

// The bus serves one province.
const (
	province     = "01"
	provinceName = "Thành phố Hà Nội"
)

// System describes the judicial record system and its operations.
func System() adapters.System {
	return adapters.System{
		ID:        id,
		Names:     adapters.Text{VI: "Cơ sở dữ liệu lý lịch tư pháp", EN: "Judicial record database"},
		Owner:     adapters.Text{VI: "Bộ Công an", EN: "Ministry of Public Security"},
		Protocols: []string{v2, v1},
		Secrets:   []string{"authKey"},
		Operations: []adapters.Operation{
			adapters.Submission(adapters.Operation{ID: "apply", Personal: true, Protocol: v2, Repeatable: true, Summary: adapters.Text{
				VI: "Gửi hồ sơ đề nghị cấp phiếu lý lịch tư pháp từ bộ phận một cửa", EN: "Hand in an application for a judicial record certificate from the one-stop desk"}}, apply),
			adapters.Lookup(adapters.Operation{ID: "result", Personal: true, Protocol: v2, Summary: adapters.Text{
				VI: "Trạng thái và kết quả xử lý của một hồ sơ: phiếu lý lịch tư pháp", EN: "State and result of an application: the judicial record certificate"}}, result),
			adapters.Lookup(adapters.Operation{ID: "application-status", Personal: true, Protocol: v1, Summary: adapters.Text{
				VI: "Trạng thái xử lý của một hồ sơ, không kèm lý lịch", EN: "State of an application, without the record"}}, applicationStatus),
			adapters.Lookup(adapters.Operation{ID: "catalogue", Protocol: v1, Summary: adapters.Text{
				VI: "Danh mục dùng trong hồ sơ lý lịch tư pháp", EN: "A catalogue used in applications"}}, catalogue),
		},
	}
}

func apply(ctx context.Context, c *adapters.Conn, call adapters.Call, in Application) (Receipt, error) {
	answer, err := post(ctx, c, call, submitPath, members{
		"authKey": c.Secret("authKey"), "maTinh": province, "tenTinh": provinceName, "maHoSoMCDT": in.DossierCode,
		"nguonDangKy": "1", "tenNguonDangKy": "Một cửa điện tử", "ngayTiepNhan": day(in.ReceivedOn), "toKhai": in.form()})
	if err != nil {
		return Receipt{}, err
	}
	repeated, err := readReceipt(answer)
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{DossierCode: in.DossierCode, AlreadyReceived: repeated}, nil
}

func result(ctx context.Context, c *adapters.Conn, call adapters.Call, in dossierQuestion) (Result, error) {
	answer, err := send(ctx, c, call, resultPath, "phieuLLTP", members{"authKey": c.Secret("authKey"), "maTinh": province, "maHoSoMCDT": in.DossierCode})
	if err != nil {
		return Result{}, err
	}
	return readResult(answer.Body, answer.File, in.DossierCode)
}

// applicationStatus is traTrangThaiHs, whose infoType tells how the application
// was handed in and so what it is known by.
func applicationStatus(ctx context.Context, c *adapters.Conn, call adapters.Call, in applicationQuestion) (ApplicationStatus, error) {
	question := members{"infoType": 2, "idReceivedDec": in.DossierCode}
	if in.AppointmentNumber != "" {
		question = members{"infoType": 1, "idReceivedDec": in.AppointmentNumber, "identifyNo": string(in.CitizenID) + string(in.OldCitizenID)}
	}
	answer, err := post(ctx, c, call, statusPath, question)
	if err != nil {
		return ApplicationStatus{}, err
	}
	return readStatus(answer)
}

func catalogue(ctx context.Context, c *adapters.Conn, call adapters.Call, in catalogueQuestion) (Catalogue, error) {
	answer, err := post(ctx, c, call, cataloguePath, members{"infoType": catalogues[in.Catalogue]})
	if err != nil {
		return Catalogue{}, err
	}
	entries, err := readCatalogue(answer)
	return Catalogue{Catalogue: in.Catalogue, Entries: entries}, err
}

// members are a message, by the system's names.
type members map[string]any

// post sends a message whose answer holds no file.
func post(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, message members) ([]byte, error) {
	answer, err := send(ctx, c, call, path, "", message)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// send sends a message; file is the member of the answer that holds one. The message
// holds the authKey and a person's data, so it goes out as it is made and is kept
// nowhere.
func send(ctx context.Context, c *adapters.Conn, call adapters.Call, path, file string, message members) (*adapters.Answer, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	answer, err := c.Do(ctx, call, adapters.Request{Path: path, Body: body, Type: "application/json", File: file})
	if err != nil {
		return nil, err
	}
	return answer, answer.Fault()
}
