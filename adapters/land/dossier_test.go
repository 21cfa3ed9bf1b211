package land

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
)

// aDossier has every member.
func aDossier() Dossier {
	return Dossier{
		ReceiptNumber: "BN-1", DossierCode: "H26.11-261101-0001", Provincial: true, ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "00001",
		ProcedureCode: "QT-1", ProcedureName: "Đăng ký biến động", ReceivedBy: "can-bo-01", ReceivedAt: "2026-11-01T01:30:00Z", DueAt: "2026-11-16T17:00:00+07:00",
		PropertyAddress: "Số 1, phố Hoa Sen",
		Applicant:       Applicant{FullName: "Nguyễn Văn Thử", CitizenID: "001099900001", AddressText: "Số 2, phố Hoa Sen", Phone: "0100000001", Email: "thu@example.com"},
		Parcels:         []DossierParcel{{MapSheet: "7", ParcelNumber: "120", Area: 80.5, AddressText: "Số 1, phố Hoa Sen"}},
		Papers: []Paper{{Name: "Đơn", Originals: 1, Copies: 2, File: &adapters.File{Name: "don.pdf", MediaType: "application/pdf", Size: 3, Content: []byte("pdf")}},
			{Name: "Giấy chứng nhận", Originals: 1}},
	}
}

func TestDossierIsSentAsTheRegisterWritesIt(t *testing.T) {
	var sent, path string
	b := newBench(t, onlyAfterLogin(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent, path = string(body), r.Method+" "+r.URL.Path
		io.WriteString(w, `{"data":1,"status":{"success":true}}`)
	}))
	raw, err := invoke(t, b.conn, "dossier-submit", aDossier())
	if err != nil || string(raw) != `{"receiptNumber":"BN-1","alreadyReceived":false}` {
		t.Fatalf("got %s, %v", raw, err)
	}
	want := `{"LaQuyTrinhCapTinh":true,"TinhId":"01","HuyenId":"001","XaId":"00001","SoBienNhan":"BN-1","MaHoSoMotCua":"H26.11-261101-0001",` +
		`"NguoiTiepNhan":"can-bo-01","NgayTiepNhan":"2026-11-01T08:30:00","NgayHenTra":"2026-11-16T17:00:00","DiaChiTaiSan":"Số 1, phố Hoa Sen",` +
		`"ThongTinNguoiNopDon":{"HoTen":"Nguyễn Văn Thử","SoChungMinh":"001099900001","DiaChiChiTiet":"Số 2, phố Hoa Sen","SoDienThoai":"0100000001","Email":"thu@example.com"},` +
		`"ThongTinQuyTrinh":{"MaQuyTrinh":"QT-1","TenQuyTrinh":"Đăng ký biến động"},` +
		`"ThongTinThuaDat":[{"SoThuTuThua":"120","SoHieuBanDo":"7","DienTich":80.5,"DiaChiChiTiet":"Số 1, phố Hoa Sen"}],` +
		`"DanhSachGiayToDinhKem":[{"TenGiayTo":"Đơn","SoBanChinh":1,"SoBanSao":2,"TapTin":{"name":"don.pdf","data":"cGRm"}},{"TenGiayTo":"Giấy chứng nhận","SoBanChinh":1,"SoBanSao":0}]}`
	if diff := cmp.Diff("POST /TiepNhanHoSo\n"+want, path+"\n"+sent); diff != "" {
		t.Error(diff)
	}
}

func TestDossierNamesItsApplicantByWhicheverNumberThereIs(t *testing.T) {
	tests := map[string]Applicant{
		"001099900001": {CitizenID: "001099900001"},
		"019990001":    {OldCitizenID: "019990001"},
		"C0000001":     {OtherIdentity: "C0000001"},
	}
	for number, applicant := range tests {
		if got := (Dossier{Applicant: applicant}).national().ThongTinNguoiNopDon.SoChungMinh; got != number {
			t.Errorf("got %q, want %q", got, number)
		}
	}
	system := System()
	op, _ := system.Operation("dossier-submit")
	body, _ := json.Marshal(aDossier())
	if in, faults := op.Parse(body); in.SubjectName != "citizenId" || in.Subject != "001099900001" {
		t.Errorf("subject %s of %v", in.SubjectName, faults)
	}
}

func TestSentAgainTheDossierCountsAsReceived(t *testing.T) {
	b := newBench(t, nil)
	for _, already := range []bool{false, true, true} {
		raw, err := invoke(t, b.conn, "dossier-submit", aDossier())
		if want := fmt.Sprintf(`{"receiptNumber":"BN-1","alreadyReceived":%v}`, already); err != nil || string(raw) != want {
			t.Errorf("got %s, %v; want %s", raw, err, want)
		}
	}
	system := System()
	if op, _ := system.Operation("dossier-submit"); !op.Repeatable {
		t.Error("the register knows a repeat, but a dossier may not be repeated")
	}
}

func TestEveryAnswerToADossierIsClassified(t *testing.T) {
	tests := []struct {
		name, body string
		again      bool
		kind       error
		code       string
	}{
		{"taken", `{"data":1,"status":{"success":true,"code":200}}`, false, nil, ""},
		{"taken, as texts", `{"data":"1","status":{"success":"1"}}`, false, nil, ""},
		{"exists", `{"data":0,"status":{"success":false,"code":400,"message":"Hồ sơ đã tồn tại"}}`, true, nil, ""},
		{"exists, other letters", `{"data":0,"status":{"success":false,"message":"Số biên nhận BN-1 ĐÃ TỒN TẠI"}}`, true, nil, ""},
		{"exists, decomposed", "{\"data\":0,\"status\":{\"success\":false,\"message\":\"hô\u0300 sơ đa\u0303 tô\u0300n ta\u0323i\"}}", true, nil, ""},
		{"exists, called a success", `{"data":0,"status":{"success":true,"message":"Hồ sơ đã tồn tại"}}`, true, nil, ""},
		{"another dossier exists", `{"data":0,"status":{"success":false,"code":"E3","message":"Hồ sơ BN-2 đã tồn tại"}}`, false, adapters.ErrRejected, "E3"},
		{"something else exists", `{"data":0,"status":{"success":false,"code":"E2","message":"Hồ sơ không hợp lệ: thửa đất đã tồn tại trong hồ sơ khác"}}`, false, adapters.ErrRejected, "E2"},
		{"does not exist", `{"data":0,"status":{"success":false,"code":"E1","message":"Quy trình không tồn tại"}}`, false, adapters.ErrRejected, "E1"},
		{"not taken", `{"data":0,"status":{"success":true,"code":200}}`, false, adapters.ErrRejected, "200"},
		{"failure beats data", `{"data":1,"status":{"success":false,"code":500}}`, false, adapters.ErrUnavailable, "500"},
		{"input refused", `{"data":0,"status":{"success":false,"code":400}}`, false, adapters.ErrRefusedInput, "400"},
		{"token refused", `{"data":0,"status":{"success":false,"code":401}}`, false, adapters.ErrTokenRefused, ""},
		{"no data", `{"status":{"success":true}}`, false, adapters.ErrMalformed, ""},
		{"data null", `{"data":null,"status":{"success":true}}`, false, adapters.ErrMalformed, ""},
		{"data of another kind", `{"data":{"SoBienNhan":"BN-1"},"status":{"success":true}}`, false, adapters.ErrMalformed, ""},
		{"data of another value", `{"data":2,"status":{"success":true}}`, false, adapters.ErrMalformed, ""},
		{"no status", `{"data":1}`, false, adapters.ErrMalformed, ""},
		{"message of another kind", `{"data":1,"status":{"success":true,"message":{}}}`, false, nil, ""},
		{"page", `<html>502</html>`, false, adapters.ErrMalformed, ""},
		{"nothing", ``, false, adapters.ErrMalformed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readReceipt(answered(200, "application/json", tt.body), aDossier())
			want := DossierReceipt{}
			if tt.kind == nil {
				want = DossierReceipt{"BN-1", tt.again}
			}
			if got != want || !errors.Is(err, tt.kind) || (tt.kind == nil) != (err == nil) {
				t.Fatalf("got %+v, %v; want %+v, %v", got, err, want, tt.kind)
			}
			if own, ok := errors.AsType[*adapters.Error](err); ok && own.Code != tt.code {
				t.Errorf("national code %q, want %q", own.Code, tt.code)
			}
		})
	}
}

func TestDossierThatCannotBeFiledIsRefused(t *testing.T) {
	tests := map[string]struct {
		change func(*Dossier)
		field  string
	}{
		"no time":              {func(d *Dossier) { d.ReceivedAt = "hôm qua" }, "receivedAt"},
		"time without zone":    {func(d *Dossier) { d.DueAt = "2026-11-16T17:00:00" }, "dueAt"},
		"negative area":        {func(d *Dossier) { d.Parcels[0].Area = -1 }, "parcels[0].area"},
		"file cut short":       {func(d *Dossier) { d.Papers[0].File.Content = []byte("pd") }, "papers[0].file"},
		"file without content": {func(d *Dossier) { d.Papers[0].File.Content = nil }, "papers[0].file"},
		"commune of no time":   {func(d *Dossier) { d.FormerCommuneCode = "99999" }, "formerCommuneCode"},
		"no commune":           {func(d *Dossier) { d.FormerCommuneCode = "" }, "communeCode"},
		"two identities":       {func(d *Dossier) { d.Applicant.OldCitizenID = "019990001" }, "applicant.citizenId"},
		"no identity":          {func(d *Dossier) { d.Applicant.CitizenID = "" }, "applicant.citizenId"},
	}
	system := System()
	op, _ := system.Operation("dossier-submit")
	for name, tt := range tests {
		d := aDossier()
		tt.change(&d)
		body, _ := json.Marshal(d)
		if _, faults := op.Parse(body); len(faults) != 1 || faults[0].Field != tt.field {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestSimulatedRegisterRefusesDossiersThatTheRealOneWould(t *testing.T) {
	b := newBench(t, nil)
	authorization := "Bearer " + b.login(t)
	good, _ := json.Marshal(aDossier().national())
	tests := []struct{ name, from, to, holds string }{
		{"good", "", "", `"data":1`},
		{"province as a number", `"TinhId":"01"`, `"TinhId":1`, `"data":1`},
		{"no receipt number", `"SoBienNhan":"BN-1"`, `"SoBienNhan":""`, `"code":400`},
		{"no applicant", `"HoTen":"Nguyễn Văn Thử"`, `"HoTen":""`, `"code":400`},
		{"time with zone", `08:30:00`, `08:30:00Z`, `"code":400`},
		{"file that is not base64", `"cGRm"`, `"?"`, `"code":400`},
		{"file without content", `"cGRm"`, `""`, `"code":400`},
	}
	for i, tt := range tests {
		body := strings.Replace(strings.Replace(string(good), `"BN-1"`, fmt.Sprintf(`"BN-%d"`, i+1), 1), tt.from, tt.to, 1)
		if tt.name == "no receipt number" {
			body = strings.Replace(string(good), tt.from, tt.to, 1)
		}
		if got := b.post(dossierPath, "application/json", authorization, body); !strings.Contains(got.Body.String(), tt.holds) {
			t.Errorf("%s: %s", tt.name, got.Body)
		}
	}
	if got := b.post(dossierPath, "application/json", "", string(good)); got.Code != http.StatusUnauthorized {
		t.Errorf("without a token: status %d", got.Code)
	}
}

func TestNothingPersonalOfADossierIsInAnErrorText(t *testing.T) {
	d := aDossier()
	for _, format := range []string{`{"data":0,"status":{"success":false,"code":%q,"message":%[1]q}}`, `{"data":%q,"status":{"success":true}}`, `{"data":{%q:1},"status":{"success":true}}`, `%q`} {
		for _, value := range []string{string(d.Applicant.FullName), string(d.Applicant.CitizenID), d.Applicant.Phone} {
			b := newBench(t, onlyAfterLogin(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, format, value) }))
			_, err := invoke(t, b.conn, "dossier-submit", d)
			if err == nil || strings.Contains(err.Error(), value) {
				t.Errorf("%s: %v", format, err)
			}
		}
	}
}
