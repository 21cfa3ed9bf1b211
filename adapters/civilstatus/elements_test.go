package civilstatus

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// documented are the elements of the registers as the ministry names them.
const documented = `so quyenSo trangSo ngayDangKy loaiDangKy noiDangKy nguoiKy chucVuNguoiKy nguoiThucHien ghiChu soLuongBanSao
nksHoTen nksGioiTinh nksNgaySinh nksNgaySinhBangChu nksNoiSinh nksNoiSinhDVHC nksNoiSinhNuocNgoai nksQueQuan nksDanToc nksDanTocKhac
nksQuocTich nksQuocTichKhac nksLoaiKhaiSinh maGCS ngayCapGCS
meHoTen meNgaySinh meDanToc meDanTocKhac meQuocTich meQuocTichKhac meLoaiCuTru meNoiCuTru meLoaiGiayToTuyThan meSoGiayToTuyThan meSoDDCN meXacThucThongTin
chaHoTen chaNgaySinh chaDanToc chaDanTocKhac chaQuocTich chaQuocTichKhac chaLoaiCuTru chaNoiCuTru chaLoaiGiayToTuyThan chaSoGiayToTuyThan chaSoDDCN chaXacThucThongTin
tinhTrangKetHon ngayXacLapQuanHeHonNhan
chongHoTen chongNgaySinh chongDanToc chongDanTocKhac chongQuocTich chongQuocTichKhac chongLoaiCuTru chongNoiCuTru chongLoaiGiayToTuyThan chongGiayToKhac
chongSoGiayToTuyThan chongNgayCapGiayToTuyThan chongNoiCapGiayToTuyThan chongSoDDCN chongSoLanKH chongTinhTrangHonNhan chongLoaiTinhTrangHonNhan chongYeuCauXNTTHN chongNoiXNTTHN
voHoTen voNgaySinh voDanToc voDanTocKhac voQuocTich voQuocTichKhac voLoaiCuTru voNoiCuTru voLoaiGiayToTuyThan voGiayToKhac
voSoGiayToTuyThan voNgayCapGiayToTuyThan voNoiCapGiayToTuyThan voSoDDCN voSoLanKH voTinhTrangHonNhan voLoaiTinhTrangHonNhan voYeuCauXNTTHN voNoiXNTTHN
nktHoTen nktGioiTinh nktNgaySinh nktDanToc nktQuocTich nktLoaiCuTru nktNoiCuTru nktLoaiGiayToTuyThan nktGiayToKhac nktSoGiayToTuyThan nktNgayCapGiayToTuyThan
nktNoiCapGiayToTuyThan nktNgayChet nktGioPhutChet nktNoiChet nktNguyenNhanChet gbtLoai gbtSo gbtNgay gbtCoQuanCap maGBT ngayCapGBT
quyetDinhSo loaiXacNhan nycQHNguoiDuocNhan
cmHoTen cmNgaySinh cmDanToc cmQuocTich cmQueQuan cmLoaiCuTru cmNoiCuTru cmLoaiGiayToTuyThan cmGiayToKhac cmSoGiayToTuyThan cmNgayCapGiayToTuyThan cmNoiCapGiayToTuyThan
ncHoTen ncNgaySinh ncDanToc ncQuocTich ncQueQuan ncLoaiCuTru ncNoiCuTru ncLoaiGiayToTuyThan ncGiayToKhac ncSoGiayToTuyThan ncNgayCapGiayToTuyThan ncNoiCapGiayToTuyThan
noiCap nxnHoTen nxnGioiTinh nxnNgaySinh nxnDanToc nxnQuocTich nxnLoaiCuTru nxnNoiCuTru nxnLoaiGiayToTuyThan nxnGiayToKhac nxnSoGiayToTuyThan
nxnNgayCapGiayToTuyThan nxnNoiCapGiayToTuyThan nxnThoiGianCuTruTai nxnThoiGianCuTruTu nxnThoiGianCuTruDen nxnTinhTrangHonNhan nxnLoaiMucDichSuDung nxnMucDichSuDung
nycHoTen nycQuanHe nycLoaiGiayToTuyThan nycGiayToKhac nycSoGiayToTuyThan nycNgayCapGiayToTuyThan nycNoiCapGiayToTuyThan nycSoDDCN nycSoDienThoai nycEmail nycLoaiCuTru nycNoiCuTru
soDangKyNuocNgoai ngayDangKyNuocNgoai cqNuocNgoaiDaDangKy qgNuocNgoaiDaDangKy
cbsHoTen cbsNgaySinh cbsGioiTinh cbsDanToc cbsDanTocKhac cbsQuocTich cbsLoaiCuTru cbsNoiCuTru cbsLoaiGiayToTuyThan cbsGiayToKhac cbsSoGiayToTuyThan
cbsNgayCapGiayToTuyThan cbsNoiCapGiayToTuyThan cbsSoDDCN loaiBanSao loaiBSCC noiDangKyTruocDay soDangKyTruocDay quyenSoDangKyTruocDay ngayDangKyTruocDay thongTinKhac`

// full is a record with every member filled in.
func full() (r Record) {
	fill(reflect.ValueOf(&r).Elem())
	return r
}

func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case adapters.Date:
		v.SetString("2026-11-01")
		return
	case adapters.Address:
		v.Set(reflect.ValueOf(adapters.Address{Detail: "Số 1"}))
		return
	case adapters.Code:
		v.Set(reflect.ValueOf(adapters.Code{Code: "99"}))
		return
	case *int:
		v.Set(reflect.ValueOf(new(int)))
		return
	}
	if v.Kind() == reflect.String {
		v.SetString("00001")
		return
	}
	for i := range v.NumField() {
		fill(v.Field(i))
	}
}

func TestElementsAreThoseDocumented(t *testing.T) {
	r := full()
	s := sheet{writing: true}
	r.lay(&s)
	var got []string
	for _, e := range s.to {
		got = append(got, e.XMLName.Local)
	}
	want := strings.Fields(documented)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-documented +written):\n%s", diff)
	}
}

func TestEveryElementIsReadAsItWasWritten(t *testing.T) {
	r := full()
	s := sheet{writing: true}
	r.lay(&s)
	back := sheet{values: wire.Values{Layouts: layouts}, from: map[string]json.RawMessage{}}
	for _, e := range s.to {
		back.from[e.XMLName.Local], _ = json.Marshal(e.Text)
	}
	got, err := back.record()
	if err != nil {
		t.Fatal(err)
	}
	again := sheet{writing: true}
	got.lay(&again)
	if diff := cmp.Diff(s.to, again.to); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

func TestDossierIsCheckedBeforeItIsSent(t *testing.T) {
	child := Person{FullName: "Nguyễn Văn Thử"}
	for name, test := range map[string]struct {
		in   Registration
		want []string // field, and what the message must name
	}{
		"complete":          {Registration{RegisterType: "birth", ReceivedOn: "2026-11-01", Record: Record{Child: child}}, nil},
		"receipt in no day": {Registration{RegisterType: "birth", ReceivedOn: "2026-11", Record: Record{Child: child}}, []string{"receivedOn day"}},
		"birth of nobody":   {Registration{RegisterType: "birth", ReceivedOn: "2026-11-01"}, []string{"record.child.fullName required"}},
		"marriage of one":   {Registration{RegisterType: "marriage", ReceivedOn: "2026-11-01", Record: Record{Husband: child}}, []string{"record.wife.fullName required"}},
		"place known by its code": {Registration{RegisterType: "birth", ReceivedOn: "2026-11-01", Record: Record{Child: child, Mother: Person{Address: adapters.Address{ProvinceCode: "37"}}}},
			[]string{"record.mother meNoiCuTru"}},
		"manner without its code":   {Registration{RegisterType: "birth", ReceivedOn: "2026-11-01", Record: Record{Child: child, RegistrationType: adapters.Code{Name: "A"}}}, []string{"record loaiDangKy"}},
		"number of somebody unborn": {Registration{RegisterType: "birth", ReceivedOn: "2026-11-01", Record: Record{Child: Person{FullName: "A", CitizenID: "001099000001"}}}, []string{"record.child nksSoDDCN"}},
	} {
		faults := test.in.Check()
		if len(faults) != len(test.want) {
			t.Errorf("%s: %+v", name, faults)
			continue
		}
		for i, want := range test.want {
			field, word, _ := strings.Cut(want, " ")
			if faults[i].Field != field || !strings.Contains(faults[i].Message.EN, word) {
				t.Errorf("%s: %+v, want %s", name, faults[i], want)
			}
		}
	}
}

func TestAddressIsSentAsOneLine(t *testing.T) {
	for _, test := range []struct {
		given adapters.Address
		want  string
		whole bool
	}{
		{adapters.Address{Detail: "Số 1", CommuneCode: "00008"}, "Số 1, Phường Ngọc Hà, Hà Nội", true},
		{adapters.Address{Detail: "Thôn 2", CommuneName: "Xã Giả Định", ProvinceName: "Ninh Bình", ProvinceCode: "37", FormerCommuneCode: "14464"}, "Thôn 2, Xã Giả Định, Ninh Bình", true},
		{adapters.Address{Detail: "Thôn 2", ProvinceName: "Ninh Bình", FormerCommuneCode: "14464"}, "Thôn 2, Ninh Bình", false},
		{adapters.Address{Detail: "Thôn 2", CommuneName: "Xã Giả Định", ProvinceCode: "37"}, "Thôn 2, Xã Giả Định", false},
		{adapters.Address{}, "", true},
	} {
		if got, whole := line(test.given); got != test.want || whole != test.whole {
			t.Errorf("%+v: %q, whole %v", test.given, got, whole)
		}
	}
}
