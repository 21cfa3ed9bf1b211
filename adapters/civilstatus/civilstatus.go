// Package civilstatus speaks to the civil-status system of the Ministry of
// Justice: JSON by POST behind the shared national gateway, answers in one
// envelope, outcomes told by its status and error codes inside HTTP 200. A
// registration travels as XML text inside that JSON.
//
// Documented are the operations with their parameters, the five parts of the
// envelope, the codes and the elements of a record: flat, with a prefix for each
// person. Assumed are the keys of the envelope on these operations, that the XML
// has exactly these elements, that its dates are dd.MM.yyyy like those of the
// linked services, that ngayCapNhat is yyyy-MM-dd like ngayTiepNhan, that the
// entry of a birth brings soDinhDanh like the result scan, and the modules KH, CMC
// and HN. The register office was a number once and is the five-digit code of a
// commune since mid-2025; it is sent as text, because a number would lose its zeros.
//
// Records come in the form of before and after that change: names, dates of birth
// and addresses as text, or as objects of their parts. Both are read. An address
// that is text becomes the detail of an address; the country of one has no member.
// A dossier is sent in the older form, an address as one line without codes.
//
// Left out: traDanhSachHoSo, which gives many people's records in one answer,
// where each should be asked for, and audited, by itself. The linked services
// (LTKS, LTKT, LTKH) with their attachments, result scan and portal: they are
// other services at other addresses, in which several ministries share a dossier.
// The two-level system's JSON as a form to send in, because only its differences
// are public; its copies (BS) are sent by their elements in the older form.
//
// A record has some 150 elements, most of them of one of eleven people. elements.go
// lists each once, for reading and for writing.
//
// The package owns this translation; the bus calls it through adapters/catalog.
package civilstatus

import (
	"context"
	"encoding/json"

	"github.com/lgsp-vn/lgsp/adapters"
)

// System describes the civil-status system and its operations.
func System() adapters.System {
	return adapters.System{
		ID:    "civil-status",
		Names: adapters.Text{VI: "Hệ thống đăng ký, quản lý hộ tịch", EN: "Civil-status registration"},
		Owner: adapters.Text{VI: "Bộ Tư pháp", EN: "Ministry of Justice"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "catalogue",
				Summary: adapters.Text{VI: "Một danh mục dùng trong hồ sơ hộ tịch", EN: "A catalogue that civil-status dossiers use"},
			}, catalogue),
			adapters.Lookup(adapters.Operation{ID: "dossier-status", Personal: true,
				Summary: adapters.Text{VI: "Trạng thái của một hồ sơ hộ tịch đã gửi", EN: "State of a civil-status dossier that was sent"},
			}, dossierStatus),
			adapters.Lookup(adapters.Operation{ID: "registration-result", Personal: true,
				Summary: adapters.Text{VI: "Kết quả đăng ký của một hồ sơ hộ tịch", EN: "What was registered on a civil-status dossier"},
			}, registrationResult),
			adapters.Lookup(adapters.Operation{ID: "record", Personal: true,
				Summary: adapters.Text{VI: "Một bản ghi trong sổ hộ tịch theo số của cơ sở dữ liệu", EN: "An entry of a civil register by its number in the database"},
			}, record),
			adapters.Lookup(adapters.Operation{ID: "records-by-date", Personal: true,
				Summary: adapters.Text{VI: "Số của các bản ghi hộ tịch được cập nhật trong một ngày", EN: "Numbers of the register entries updated on a day"},
			}, recordsByDate),
			// The system says of a dossier it has that it was received before.
			adapters.Submission(adapters.Operation{ID: "register", Personal: true, Repeatable: true,
				Summary: adapters.Text{VI: "Gửi hồ sơ đăng ký hộ tịch", EN: "Send a dossier to be registered"},
			}, register),
		},
	}
}

// question is what all operations ask with; each has some of the members.
type question struct {
	Module       string `json:"module,omitempty"`
	MaDonVi      Office `json:"maDonVi,omitempty"`
	MaHoSo       any    `json:"maHoSo,omitempty"` // a dossier's code, or the number of an entry
	NgayTiepNhan string `json:"ngayTiepNhan,omitempty"`
	NgayCapNhat  string `json:"ngayCapNhat,omitempty"`
	LoaiDanhMuc  int    `json:"loaiDanhMuc,omitempty"`
	Data         string `json:"data,omitempty"`
}

func catalogue(ctx context.Context, c *adapters.Conn, call adapters.Call, in catalogueQuestion) (Catalogue, error) {
	answer, err := ask(ctx, c, call, "/danhMuc", question{LoaiDanhMuc: catalogueNumbers[in.Catalogue]})
	if err != nil {
		return Catalogue{}, err
	}
	return readCatalogue(answer, in.Catalogue)
}

func dossierStatus(ctx context.Context, c *adapters.Conn, call adapters.Call, in dossierQuestion) (DossierStatus, error) {
	answer, err := ask(ctx, c, call, "/traTrangThaiHoSo", question{MaDonVi: in.Office, MaHoSo: in.DossierCode})
	if err != nil {
		return DossierStatus{}, err
	}
	return readDossierStatus(answer, in)
}

func registrationResult(ctx context.Context, c *adapters.Conn, call adapters.Call, in dossierQuestion) (RegistrationResult, error) {
	answer, err := ask(ctx, c, call, "/ketQuaDangKyHS", question{MaDonVi: in.Office, MaHoSo: in.DossierCode})
	if err != nil {
		return RegistrationResult{}, err
	}
	return readResult(answer, in)
}

func record(ctx context.Context, c *adapters.Conn, call adapters.Call, in entryQuestion) (Entry, error) {
	answer, err := ask(ctx, c, call, "/traHoSo", question{Module: registers[in.RegisterType].module, MaHoSo: json.Number(in.EntryID)})
	if err != nil {
		return Entry{}, err
	}
	return readEntry(answer, in)
}

func recordsByDate(ctx context.Context, c *adapters.Conn, call adapters.Call, in dayQuestion) (Entries, error) {
	answer, err := ask(ctx, c, call, "/dsHoSoDangKy", question{Module: registers[in.RegisterType].module, NgayCapNhat: string(in.UpdatedDay)})
	if err != nil {
		return Entries{}, err
	}
	return readEntries(answer)
}

func register(ctx context.Context, c *adapters.Conn, call adapters.Call, in Registration) (Receipt, error) {
	data, err := in.Record.document()
	if err != nil {
		return Receipt{}, err
	}
	answer, err := ask(ctx, c, call, "/dangKyHoTich", question{Module: registers[in.RegisterType].module, MaDonVi: in.Office,
		MaHoSo: in.DossierCode, NgayTiepNhan: string(in.ReceivedOn), Data: string(data)})
	if err != nil {
		return Receipt{}, err
	}
	return readReceipt(answer, in)
}

func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, q question) (*adapters.Answer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	return c.Do(ctx, call, adapters.Request{Path: path, Body: body, Type: "application/json"})
}
