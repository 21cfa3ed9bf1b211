package land

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// register is the simulated land database.
type register struct {
	world  *synthetic.World
	now    func() time.Time
	tokens tokens
	taken  simulator.Inbox[struct{}] // dossiers, by receipt number
}

// Simulate makes the land database of a world. Its tokens hold for half an hour
// of the given clock.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	reg := &register{world: w, now: now, tokens: tokens{simulator.NewTokens(tokenLife, now)}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, reg.tokens.login)
	mux.Handle("POST "+parcelPath, reg.guarded("parcel-lookup", maxQuestion, reg.parcel))
	mux.Handle("POST "+certificatePath, reg.guarded("certificate-lookup", maxQuestion, reg.certificate))
	mux.Handle("POST "+dossierPath, reg.guarded("dossier-submit", maxDossier, reg.dossier))
	return simulator.Simulator{Handler: mux, Samples: samples(w)}
}

// What the register reads of a question and of a dossier with its files.
const (
	maxQuestion = 64 << 10
	maxDossier  = 16 << 20
)

// guarded counts the call, checks token and content type, and hands on what it
// reads of the body.
func (reg *register) guarded(operation string, limit int64, answer func(w http.ResponseWriter, body *json.Decoder)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		if !reg.tokens.Admits(r) {
			w.Header().Set("Www-Authenticate", "Bearer")
			reg.refuse(w, http.StatusUnauthorized, 401, "Phiên đăng nhập không hợp lệ hoặc đã hết hạn")
			return
		}
		if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
			reg.refuse(w, http.StatusUnsupportedMediaType, 415, "Kiểu nội dung không được hỗ trợ")
			return
		}
		answer(w, json.NewDecoder(http.MaxBytesReader(w, r.Body, limit)))
	})
}

// parcel answers traCuuThuaDat; an unknown parcel is a success without data.
func (reg *register) parcel(w http.ResponseWriter, body *json.Decoder) {
	var q struct{ MaXa, SoHieuToBanDo, SoThuTuThua string }
	if body.Decode(&q) != nil || len(q.MaXa) != 5 || q.SoHieuToBanDo == "" || q.SoThuTuThua == "" {
		reg.refuse(w, http.StatusOK, 400, "Dữ liệu đầu vào không hợp lệ")
		return
	}
	p, ok := reg.world.ParcelByKey(synthetic.ParcelKey{Commune: q.MaXa, Sheet: q.SoHieuToBanDo, Number: q.SoThuTuThua})
	if !ok {
		reg.succeed(w, nil)
		return
	}
	shown := reg.show(p)
	certificates := []shownCertificate{}
	for _, i := range p.Certificates {
		certificates = append(certificates, showCertificate(reg.world.Certificates()[i]))
	}
	reg.succeed(w, struct {
		shownParcel
		GiayChungNhan []shownCertificate
	}{shown, certificates})
}

// certificate answers traCuuGiayChungNhan. Where nothing is found its data is
// 0, as in the documented answers.
func (reg *register) certificate(w http.ResponseWriter, body *json.Decoder) {
	var q struct{ SoPhatHanh, SoVaoSo string }
	if body.Decode(&q) != nil || (q.SoPhatHanh == "") == (q.SoVaoSo == "") {
		reg.refuse(w, http.StatusOK, 400, "Dữ liệu đầu vào không hợp lệ")
		return
	}
	c, ok := reg.world.CertificateByNumber(q.SoPhatHanh)
	if q.SoVaoSo != "" {
		c, ok = reg.world.CertificateByBook(q.SoVaoSo)
	}
	if !ok {
		reg.succeed(w, 0)
		return
	}
	parcels, owners, limits := []shownParcel{}, []shownOwner{}, []shownRestriction{}
	for _, i := range c.Parcels {
		parcels = append(parcels, reg.show(reg.world.Parcels()[i]))
	}
	for _, i := range c.Owners {
		owners = append(owners, showOwner(reg.world.Person(i)))
	}
	for _, e := range c.Encumbrances {
		limits = append(limits, shownRestriction{LoaiHanChe: e.Kind.Code, DonVi: e.Holder, NgayDangKy: known(e.Registered.String()), NgayXoa: known(e.Released.String())})
	}
	reg.succeed(w, struct {
		shownCertificate
		ThuaDat     []shownParcel
		ChuSuDung   []shownOwner
		HanCheQuyen []shownRestriction
	}{showCertificate(c), parcels, owners, limits})
}

func (reg *register) succeed(w http.ResponseWriter, data any) {
	simulator.JSON(w, shownAnswer{Data: data, Status: reg.status(true, 200, "success", "Thành công")})
}

func (reg *register) refuse(w http.ResponseWriter, status, code int, message string) {
	simulator.Status(w, status, shownAnswer{Data: 0, Status: reg.status(false, code, "error", message)})
}

func (reg *register) status(success bool, code int, kind, message string) shownStatus {
	return shownStatus{success, code, kind, reg.now().In(adapters.Vietnam).Format("2006-01-02T15:04:05"), message}
}

// The answers as this product of the land database writes them: what it does not
// know is null.
type (
	shownAnswer struct {
		Data   any         `json:"data"`
		Status shownStatus `json:"status"`
	}
	shownStatus struct {
		Success bool   `json:"success"`
		Code    int    `json:"code"`
		Type    string `json:"type"`
		Time    string `json:"time"`
		Message string `json:"message"`
	}
	shownParcel struct {
		MaXa, SoHieuToBanDo, SoThuTuThua string
		SoHieuToBanDoCu, SoThuTuThuaCu   *string
		DienTich, DienTichPhapLy         float64
		KyHieuMucDichSuDung              string
		DiaChi, TenChu                   *string
	}
	shownCertificate struct {
		SoPhatHanh, SoVaoSo, NgayCap string
		TrangThai                    json.Number
	}
	shownOwner struct {
		HoTen                      string
		SoChungMinh, DiaChiChiTiet *string
	}
	shownRestriction struct {
		LoaiHanChe, DonVi   string
		NgayDangKy, NgayXoa *string
	}
)

func (reg *register) show(p synthetic.Parcel) shownParcel {
	var names []string
	for _, i := range p.Owners {
		names = append(names, reg.world.Person(i).FullName())
	}
	address := ""
	if p.Address.Detail != "" {
		address = p.Address.Full()
	}
	return shownParcel{
		MaXa: p.Key.Commune, SoHieuToBanDo: p.Key.Sheet, SoThuTuThua: p.Key.Number,
		SoHieuToBanDoCu: known(p.OldSheet), SoThuTuThuaCu: known(p.OldNumber),
		DienTich: p.Area, DienTichPhapLy: p.LegalArea, KyHieuMucDichSuDung: p.Purpose.Code,
		DiaChi: known(address), TenChu: known(strings.Join(names, ", ")),
	}
}

func showCertificate(c synthetic.Certificate) shownCertificate {
	return shownCertificate{SoPhatHanh: c.Number, SoVaoSo: c.Book, NgayCap: c.Issued.String() + "T00:00:00", TrangThai: json.Number(c.State.Code)}
}

func showOwner(p synthetic.Person) shownOwner {
	card := p.CitizenID
	if card == "" {
		card = p.OldCitizenID
	}
	return shownOwner{HoTen: p.FullName(), SoChungMinh: known(card), DiaChiChiTiet: known(p.Permanent.Full())}
}

// known is a text, or null where there is none.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
