package criminalrecord

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestFormHasEveryMemberUnderItsNationalName(t *testing.T) {
	person := func(name, id string) Relative {
		return Relative{FullName: adapters.PersonName(name), DateOfBirth: "1960", CitizenID: adapters.CitizenID(id)}
	}
	form, err := json.Marshal(Application{
		DossierCode: "H26.11-261101-0001", ReceivedOn: "2026-11-01", DueOn: "2026-11-15", CertificateType: "2", WithProhibitions: true,
		PurposeOfUse: adapters.Code{Code: "01", Name: "Việc làm"}, OtherPurpose: "Khác", Copies: 2,
		Applicant: Applicant{FullName: "Nguyễn Văn Thử", OtherName: "Tên khác", Sex: adapters.Code{Code: "1"}, DateOfBirth: "1990-05",
			BirthAddress: adapters.Address{ProvinceCode: "31", ProvinceName: "Hải Phòng"}, BirthAbroad: "Không",
			PermanentAddress: adapters.Address{CommuneCode: "00004", FormerDistrictCode: "001", FormerCommuneCode: "00001", Detail: "Số 1"},
			TemporaryAddress: adapters.Address{ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "00001", CommuneName: "Phường cũ"},
			Nationality:      adapters.Code{Code: "VN"}, Ethnicity: adapters.Code{Code: "01"}, Phone: "0100000001", Email: "a@example.com",
			IdentityPaper: IdentityPaper{PassportNumber: "Z0000001", IssuedOn: "2020-01-02", IssuedBy: "Nơi cấp"}},
		Father: person("Cha", "001060000001"), Mother: person("Me", "001160000001"), Spouse: person("Vo", "001190000001"), Delegate: person("Nuq", ""),
		DeclaredConvictions: "Không", Residences: []Residence{{StartedOn: "2004-05", EndedOn: "2020", Place: "Nơi", Occupation: "Nghề", Workplace: "Chỗ"}},
		Attachments: []Attachment{{Kind: "Loại", Name: "a.pdf", Content: []byte("%PDF-")}},
	}.form())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
		"loaiPhieu": 2, "yeuCauCDNCV": 1, "maMucDich": "01", "tenMucDich": "Việc làm", "mucDichKhac": "Khác", "soLuongCap": 2, "ngayHenTra": "15/11/2026",
		"nycHoTen": "Nguyễn Văn Thử", "nycTenGoiKhac": "Tên khác", "nycGioiTinh": "1", "nycTenGioiTinh": "Nam", "nycNgaySinh": "05/1990",
		"nycNoiSinh": {"maTinhThanh": "31", "tenTinhThanh": "Hải Phòng", "maQuanHuyen": "", "maPhuongXa": "", "tenPhuongXa": "", "dcChiTiet": ""},
		"nycNoiSinhNuocNgoai": "Không",
		"nycThuongTru": {"maTinhThanh": "01", "tenTinhThanh": "Thành phố Hà Nội", "maQuanHuyen": "", "maPhuongXa": "00004", "tenPhuongXa": "Phường Ba Đình", "dcChiTiet": "Số 1"},
		"nycTamTru": {"maTinhThanh": "01", "tenTinhThanh": "", "maQuanHuyen": "001", "maPhuongXa": "00001", "tenPhuongXa": "Phường cũ", "dcChiTiet": ""},
		"nycDienThoai": "0100000001", "nycEmail": "a@example.com", "nycQuocTich": "VN", "nycDanToc": "01",
		"nycLoaiGiayTo": "0", "nycTenLoaiGiayTo": "Hộ chiếu", "nycSoGiayTo": "Z0000001", "nycNgayCapGiayTo": "02/01/2020", "nycNoiCapGiayTo": "Nơi cấp",
		"nycHoTenCha": "Cha", "chaNgaySinh": "1960", "chaLoaiGiayTo": "3", "chaSoGiayTo": "001060000001",
		"nycHoTenMe": "Me", "meNgaySinh": "1960", "meLoaiGiayTo": "3", "meSoGiayTo": "001160000001",
		"nycHoTenVoChong": "Vo", "voChongNgaySinh": "1960", "voChongLoaiGiayTo": "3", "voChongSoGiayTo": "001190000001",
		"uyQuyen": 1, "nuqHoTen": "Nuq", "nuqNgaySinh": "1960", "thongTinAnTich": "Không",
		"nycCuTru": [{"tuNgay": "05/2004", "denNgay": "2020", "noiCuTru": "Nơi", "ngheNghiep": "Nghề", "noiLamViec": "Chỗ"}],
		"fileHoSo": [{"tenLoaiFile": "Loại", "tenFile": "a.pdf", "noiDungFile": "JVBERi0="}]}`
	var got, wanted any
	if json.Unmarshal(form, &got) != nil || json.Unmarshal([]byte(want), &wanted) != nil {
		t.Fatal("not JSON")
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
}

func TestWhatTheApplicationDoesNotSayIsLeftOut(t *testing.T) {
	form := Application{CertificateType: "1", Copies: 1, Applicant: Applicant{IdentityPaper: IdentityPaper{OldCitizenID: "019900001"}}}.form()
	for name, value := range form {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	for _, name := range []string{"nycThuongTru", "nycHoTenCha", "nuqHoTen", "ngayHenTra"} {
		if _, given := form[name]; given {
			t.Errorf("%s is given", name)
		}
	}
	if form["uyQuyen"] != 0 || form["nycLoaiGiayTo"] != "1" {
		t.Errorf("form says %v", form)
	}
}

func TestEachIdentityPaperHasItsCode(t *testing.T) {
	for want, p := range map[string]IdentityPaper{"0": {PassportNumber: "1"}, "1": {OldCitizenID: "1"}, "2": {ResidenceCardNumber: "1"}, "3": {CitizenID: "1"}} {
		if kind, number := p.coded(); kind.Code != want || kind.Name == "" || number != "1" {
			t.Errorf("%+v is of kind %+v with number %q", p, kind, number)
		}
	}
}
