package land

import (
	"encoding/json"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

func FuzzParcelAnswer(f *testing.F) {
	f.Add(`{"data":{"MaXa":"00004","SoHieuToBanDo":7,"SoThuTuThua":"120","DienTich":"80.5","GiayChungNhan":[{"SoPhatHanh":"ZA000001","NgayCap":"2019"}]},"status":{"success":true,"code":200}}`)
	f.Add(`{"data":{"MaXa":4,"SoHieuToBanDo":"007","SoThuTuThua":120},"status":{"success":1}}`)
	f.Add(`{"data":0,"status":{"success":false,"code":"400"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		data, err := open(answered(200, "application/json", body))
		if err != nil {
			return
		}
		got, err := readParcel(data, parcelAsked)
		if err != nil {
			return
		}
		if got.Parcel.MapSheet != parcelAsked.MapSheet || got.Parcel.ParcelNumber != parcelAsked.ParcelNumber {
			t.Errorf("parcel %q/%q for %q", got.Parcel.MapSheet, got.Parcel.ParcelNumber, body)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("record cannot be written: %v", err)
		}
	})
}

func FuzzCertificateAnswer(f *testing.F) {
	f.Add(`{"data":{"SoPhatHanh":"ZA 000001","SoVaoSo":"CS1","NgayCap":"2019-05-17T00:00:00","TrangThai":1,"ThuaDat":[{"MaXa":"00004"}],"ChuSuDung":[{"HoTen":"A","SoChungMinh":"019990001"}],"HanCheQuyen":[{"LoaiHanChe":"TC","NgayDangKy":"2020-01-02"}]},"status":{"success":true}}`, true)
	f.Add(`{"data":{"SoVaoSo":"CS1"},"status":{"success":"true"}}`, false)
	f.Fuzz(func(t *testing.T, body string, bySerial bool) {
		asked := CertificateQuestion{BookNumber: "CS1"}
		if bySerial {
			asked = CertificateQuestion{SerialNumber: "ZA000001"}
		}
		data, err := open(answered(200, "application/json", body))
		if err != nil {
			return
		}
		got, err := readCertificate(data, asked)
		if err != nil {
			return
		}
		if bySerial && got.Certificate.SerialNumber != asked.SerialNumber || !bySerial && !sameKey(wire.Text(got.Certificate.BookNumber), asked.BookNumber) {
			t.Errorf("certificate %+v for %q", got.Certificate, body)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("record cannot be written: %v", err)
		}
	})
}

func FuzzDossierAnswer(f *testing.F) {
	f.Add(`{"data":1,"status":{"success":true,"code":200,"message":"Thành công"}}`)
	f.Add(`{"data":0,"status":{"success":false,"code":409,"message":"Hồ sơ đã tồn tại"}}`)
	f.Add(`{"data":"0","status":{"success":1}}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readReceipt(answered(200, "application/json", body), aDossier())
		if (err == nil) != (got.ReceiptNumber == "BN-1") || err == nil && !json.Valid([]byte(body)) {
			t.Errorf("got %+v, %v for %q", got, err, body)
		}
	})
}
