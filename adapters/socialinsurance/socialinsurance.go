// Package socialinsurance speaks to Vietnam Social Security in two protocols.
//
// ngsp is the national insurance database behind the shared national gateway: a
// POST of JSON for each operation, in which all values are text. Its questions and
// answers are documented, what happens when there is no answer is not: the values
// of errorCode and trangThai are assumed, and so is that all three operations tell
// failures by errorCode. A birth is a date in digits beside a code of how much of
// it is known; that a partial one is as short as its precision is assumed, and
// longer ones are read too.
//
// card-portal is the portal where hospitals check health cards, with a login of its
// own. It wants both tokens of the login, the user and the MD5 of the password in
// the address of every question: nothing of that address may reach a log or an
// error, which Conn sees to. It asks for the name and the citizen id of the
// official (hoTenCb, cccdCb). The bus knows an official by an opaque name that is
// never a citizen id, and sends this name for what the agency does not tell in its
// question. All result codes are documented but those of a refused token.
//
// Left out are the documented history of treatments (Lskcb2025), which no counter
// needs and which tells of illness, and of the login its own account of the user.
// The bus calls the package through adapters/catalog.
package socialinsurance

import (
	"context"

	"github.com/lgsp-vn/lgsp/adapters"
)

const (
	id     = "social-insurance"
	ngsp   = "ngsp"
	portal = "card-portal"
)

// System describes the insurance database and the card portal.
func System() adapters.System {
	return adapters.System{
		ID:        id,
		Names:     adapters.Text{VI: "CSDL quốc gia về bảo hiểm", EN: "National insurance database"},
		Owner:     adapters.Text{VI: "Bảo hiểm xã hội Việt Nam, Bộ Tài chính", EN: "Vietnam Social Security, Ministry of Finance"},
		Secrets:   []string{"username", "password"},
		Protocols: []string{ngsp, portal},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "participant-lookup", Personal: true, Protocol: ngsp, Summary: adapters.Text{
				VI: "Người tham gia bảo hiểm xã hội theo mã số BHXH", EN: "A participant in social insurance, by number"}}, lookUpParticipant),
			adapters.Lookup(adapters.Operation{ID: "number-search", Personal: true, Protocol: ngsp, Summary: adapters.Text{
				VI: "Tìm mã số BHXH của một người theo họ tên, ngày sinh, giới tính và nơi ở hoặc nơi khai sinh",
				EN: "A person's social-insurance number, by name, birth, sex and place"}}, searchNumber),
			adapters.Lookup(adapters.Operation{ID: "household-search", Personal: true, Protocol: ngsp, Summary: adapters.Text{
				VI: "Tìm một người trong danh sách hộ gia đình tham gia bảo hiểm", EN: "A person and the household the insurance lists them in"}}, searchHousehold),
			adapters.Lookup(adapters.Operation{ID: "health-card-check", Personal: true, Protocol: portal, Summary: adapters.Text{
				VI: "Kiểm tra giá trị sử dụng của thẻ bảo hiểm y tế", EN: "Whether a health-insurance card holds"}}, checkCard),
		},
	}
}

func lookUpParticipant(ctx context.Context, c *adapters.Conn, call adapters.Call, q ParticipantQuestion) (Participant, error) {
	var a participantAnswer
	if err := ask(ctx, c, call, "/getTraCuuTtHgdByMaSoBhxh", map[string]string{"maSoBhxh": string(q.InsuranceNumber)}, &a); err != nil {
		return Participant{}, err
	}
	return a.participant(q)
}

func searchNumber(ctx context.Context, c *adapters.Conn, call adapters.Call, q NumberQuestion) (NumberFound, error) {
	digits, precision := born(q.DateOfBirth)
	province, district, commune := q.place()
	var a numberAnswer
	err := ask(ctx, c, call, "/getMaSoBhxhTheoTieuChi", map[string]string{
		"hoTen": string(q.FullName), "ngaySinh": digits, "loaiNgaySinh": precision, "gioiTinh": q.Sex.Code,
		"maTinhKs": province, "maHuyenKs": district, "maXaKs": commune, "isKs": placeKinds[q.PlaceKind],
	}, &a)
	if err != nil {
		return NumberFound{}, err
	}
	return a.found()
}

func searchHousehold(ctx context.Context, c *adapters.Conn, call adapters.Call, q HouseholdQuestion) (HouseholdMember, error) {
	digits, precision := born(q.DateOfBirth)
	var a householdAnswer
	err := ask(ctx, c, call, "/getTraCuuThongTinHgd", map[string]string{
		"maTinh": q.ProvinceCode, "hoTen": string(q.FullName), "ngaySinh": digits, "loaiNgaySinh": precision, "gioiTinh": q.Sex.Code,
		"soSo": q.InsuranceBook, "maThe": string(q.HealthCard), "isKs": placeKinds[q.PlaceKind],
	}, &a)
	if err != nil {
		return HouseholdMember{}, err
	}
	return a.member(q)
}
