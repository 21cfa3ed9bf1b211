package socialassistance

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

func yes(b bool) *bool { return &b }

// whole is a dossier with everything in it. Its residence has an old code, as the
// source of the dossier had it.
func whole() Dossier {
	return Dossier{
		DossierCode: "H26.11-261001-9001", ProcedureCode: "1.990001", ProcedureName: "Trợ cấp", Field: adapters.Code{Code: "BTXH", Name: "Bảo trợ xã hội"},
		Applicant: Applicant{CitizenID: "001150900001", FullName: "Lê Thị Mẫu", Type: adapters.Code{Code: "1"}, DateOfBirth: "1950-02-01",
			Sex: adapters.Code{Code: "2", Name: "Nữ"}, Ethnicity: adapters.Code{Code: "01"},
			IdentityPaper:      IdentityPaper{Number: "019900001", IssuedOn: "2001-03-04", IssuedBy: "Công an Hà Nội"},
			PermanentResidence: Residence{Address: adapters.Address{ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "99999", Detail: "Số 1"}, HamletCode: "03"},
			CurrentResidence:   Residence{Address: adapters.Address{CommuneCode: "00004", CommuneName: "Phường Ba Đình", ProvinceCode: "01", Detail: "Số 2"}, HamletCode: "04"},
			Phone:              "0100000001", Email: "mau@example.com"},
		Status: adapters.Code{Code: "10", Name: "Đã trả kết quả"}, ReceivedAt: "2026-10-01T08:15:00+07:00", SubmittedAt: "2026-10-01T07:55:30+07:00",
		Jurisdiction:   adapters.Address{CommuneCode: "00004", CommuneName: "Phường Ba Đình", ProvinceCode: "01"},
		HandlingOffice: "UBND phường Ba Đình", SubmissionPlace: adapters.Code{Code: "2"}, Channel: adapters.Code{Code: "2"}, Delivery: adapters.Code{Code: "1"},
		Digitised: yes(true), AccountVerified: yes(false), PaidOnline: yes(true), DatabaseCode: "CSDL", DetailURL: "https://example.vn/1",
		Decision: Decision{Kind: adapters.Code{Code: "1"}, Number: "12/QĐ", DecidedOn: "2026-10-05", IssuedBy: "UBND", Abstract: "Về trợ cấp"},
		Attachments: []Attachment{{FileID: "7", Name: `Tờ khai <1> & "2".pdf`, Deleted: true, ComponentCode: "TP", FileURL: "https://example.vn/7?a=1&b=2",
			Digitised: true, Reuse: "2", FromNationalStore: true, ReplacementCode: "KQ"}},
		Results: []ResultPaper{{Name: "QĐ.pdf", ComponentCode: "TP2", PaperID: "8", FileURL: "https://example.vn/8", ResultCode: "R"}},
	}
}

func TestDossierAsTheSystemSeesIt(t *testing.T) {
	request, body := asSeen(t, "dossier-push", whole())
	want := map[string]any{
		"AcceptKey": key, "LoaiDuLieu": "100", "MaHoSo": "H26.11-261001-9001", "MaLinhVuc": "BTXH", "TenLinhVuc": "Bảo trợ xã hội", "MaTTHC": "1.990001",
		"TenTTHC": "Trợ cấp", "KenhThucHien": "2", "LoaiDoiTuong": "1", "HinhThucTra": "1", "HoVaTen": "Lê Thị Mẫu", "NgayThangNamSinh": "01/02/1950",
		"GioiTinhId": "1035", "DanTocId": "1", "CMND": "019900001", "CMND_NgayCap": "04/03/2001", "CMND_NoiCap": "Công an Hà Nội",
		"MaTinh": "01", "MaHuyen": "", "MaXa": "00004",
		"HKTT_MaTinh": "01", "HKTT_MaHuyen": "001", "HKTT_MaXa": "99999", "HKTT_MaThon": "03", "HKTT_ChiTiet": "Số 1",
		"NOHT_MaTinh": "01", "NOHT_MaHuyen": "", "NOHT_MaXa": "00004", "NOHT_MaThon": "04", "NOHT_ChiTiet": "Số 2",
		"SoDienThoai": "0100000001", "Email": "mau@example.com", "NgayTiepNhan": "01/10/2026 08:15:00", "DonViXuLy": "UBND phường Ba Đình",
		"NoiNopHoSo": "2", "HoSoCoThanhPhanSoHoa": "1", "TaiKhoanDuocXacThucVoiVNeID": "0", "DuocThanhToanTrucTuyen": "1",
		"LoaiDinhDanh": "1", "SoDinhDanh": "001150900001", "MaCSDL": "CSDL", "StatusId": "10", "SubmitedDate": "01/10/2026 07:55:30",
		"UrlDetail": "https://example.vn/1", "LoaiKetQua": "1", "SoQuyetDinh": "12/QĐ", "NgayBanHanh": "05/10/2026", "CoQuanBanHanh": "UBND", "TrichYeu": "Về trợ cấp",
		"CertificateExtentData": "<ExtentData><DanhSachTaiLieuNop><TaiLieuNop><TepDinhKemId>7</TepDinhKemId>" +
			"<TenTepDinhKem>Tờ khai &lt;1&gt; &amp; &#34;2&#34;.pdf</TenTepDinhKem><IsDeleted>1</IsDeleted><MaThanhPhanHoSo>TP</MaThanhPhanHoSo>" +
			"<DuongDanTaiTepTin>https://example.vn/7?a=1&amp;b=2</DuongDanTaiTepTin><DuocSoHoa>1</DuocSoHoa><DuocTaiSuDung>2</DuocTaiSuDung>" +
			"<DuocLayTuKhoDMQG>1</DuocLayTuKhoDMQG><MaKetQuaThayThe>KQ</MaKetQuaThayThe></TaiLieuNop></DanhSachTaiLieuNop>" +
			"<DanhSachGiayToKetQua><GiayToKetQua><TenGiayTo>QĐ.pdf</TenGiayTo><MaThanhPhanHoSo>TP2</MaThanhPhanHoSo><GiayToId>8</GiayToId>" +
			"<DuongDanTepTinKetQua>https://example.vn/8</DuongDanTepTinKetQua><MaGiayToKetQua>R</MaGiayToKetQua></GiayToKetQua></DanhSachGiayToKetQua></ExtentData>",
	}
	if diff := cmp.Diff(want, body); diff != "" || request != "POST /DongBoDVC application/json" {
		t.Errorf("%s (-want +got):\n%s", request, diff)
	}
}

func TestOldCardIsTheSecondKindOfIdentity(t *testing.T) {
	d := whole()
	d.Applicant.CitizenID, d.Applicant.OldCitizenID = "", "019900001"
	if n := d.national(); n.LoaiDinhDanh != "2" || n.SoDinhDanh != "019900001" {
		t.Errorf("%s %s", n.LoaiDinhDanh, n.SoDinhDanh)
	}
}

// TestDossierComesBackAsItWent wants every member to survive both ways, in the
// system's own spelling.
func TestDossierComesBackAsItWent(t *testing.T) {
	want := HeldDossier{Dossier: whole(), DueOn: "2026-10-11", FinishedOn: "2026-10-05", BankAccount: "0199000001", BankName: "Ngân hàng"}
	filled(t, "", reflect.ValueOf(want))
	spelt := lowerCamel(heldDossier{want.Dossier.national(), "11/10/2026", "05/10/2026 16:00:00", "0199000001", "Ngân hàng"})
	for _, odd := range []string{"maTTHC", "cmnd", "cmnD_NgayCap", "hktT_MaTinh", "nohT_MaXa", "ngayKetThucXuLy_ThucTe", "urlDetail"} {
		if spelt[odd] == nil {
			t.Errorf("simulator does not write %s", odd)
		}
	}
	body, _ := json.Marshal(map[string]any{"result": map[string]any{"message": "", "error_code": "0", "data": []any{spelt}}})
	got, err := readDossiers(body, "00004")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Dossiers{[]HeldDossier{want}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// filled wants something in every member, so that none is forgotten.
func filled(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[adapters.Address]() || v.Type() == reflect.TypeFor[adapters.Code]() {
			break
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "OldCitizenID" { // stands for CitizenID
				filled(t, path+"."+name, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			filled(t, path, v.Index(i))
		}
	}
	if v.IsZero() {
		t.Errorf("%s is empty", path)
	}
}

func TestDossierIsCheckedBeforeItIsSent(t *testing.T) {
	b := newBench(t)
	for _, test := range []struct{ operation, body, field string }{
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"citizenId":"001150900001","fullName":"Lê Thị Mẫu"},"status":{"code":"4"},"receivedAt":"2026-10-01T08:00:00+07:00"}`, ""},
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"citizenId":"001150900001","fullName":"Lê Thị Mẫu"},"status":{},"receivedAt":"2026-10-01T08:00:00+07:00"}`, "status.code"},
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"citizenId":"001150900001","fullName":"Lê Thị Mẫu"},"status":{"code":"4"},"receivedAt":"2026-10-01"}`, "receivedAt"},
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"fullName":"Lê Thị Mẫu"},"status":{"code":"4"},"receivedAt":"2026-10-01T08:00:00+07:00"}`, "applicant.citizenId"},
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"citizenId":"001150900001","fullName":"Lê Thị Mẫu","sex":{"code":"3"}},"status":{"code":"4"},"receivedAt":"2026-10-01T08:00:00+07:00"}`, "applicant.sex.code"},
		{"dossier-push", `{"dossierCode":"H1","procedureCode":"1","applicant":{"citizenId":"001150900001","fullName":"Lê Thị Mẫu"},"status":{"code":"4"},"receivedAt":"2026-10-01T08:00:00+07:00","attachments":[{"fileId":"1","name":"a","reuse":"3"}]}`, "attachments[0].reuse"},
		{"progress-push", `{"dossierCode":"H1","status":{"code":"4"},"processedAt":"hôm qua","handlerName":"Vũ Văn Mẫu"}`, "processedAt"},
	} {
		if got := b.Faults(t, test.operation, test.body); got != test.field {
			t.Errorf("%s: faults of %q", test.field, got)
		}
		if in, _ := b.Operation(t, test.operation).Parse([]byte(test.body)); test.field == "" && in.Subject != "001150900001" {
			t.Errorf("subject %q", in.SubjectName)
		}
	}
}

func TestNothingUnsaidIsFilledIn(t *testing.T) {
	row := `{"maHoSo":"H1","maTTHC":"1.9","hoVaTen":"Lê Thị Mẫu","statusId":4,"ngayTiepNhan":"01/10/2026 08:00:00","maXa":"00004","gioiTinhId":"1036","danTocId":null}`
	got, err := readDossiers([]byte(`{"result":{"error_code":0,"data":`+row+`}}`), "00004")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(got)
	want := `{"dossiers":[{"dossier":{"dossierCode":"H1","procedureCode":"1.9","applicant":{"fullName":"Lê Thị Mẫu","permanentResidence":{},"currentResidence":{}},` +
		`"status":{"code":"4","name":"Đang xử lý"},"receivedAt":"2026-10-01T08:00:00+07:00","jurisdiction":{"communeCode":"00004","communeName":"Phường Ba Đình"}}}]}`
	if string(text) != strings.ReplaceAll(want, `,"permanentResidence":{},"currentResidence":{}`, "") {
		t.Errorf("got %s", text)
	}
}
