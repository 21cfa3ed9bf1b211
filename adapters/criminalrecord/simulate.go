package criminalrecord

import (
	"io"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// Simulate is the judicial record system in both generations over the synthetic
// city. v2 checks the authKey; v1 leaves that to the national gateway.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	o := &office{world: w}
	mux := http.NewServeMux()
	serve := func(path, operation string, answer func(http.ResponseWriter, asked)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			simulator.Received(r, operation)
			var m asked
			if !simulator.ReadJSON(w, r, &m) {
				http.Error(w, "Bad Request", http.StatusBadRequest)
				return
			}
			answer(w, m)
		})
	}
	serve(submitPath, "apply", o.submit)
	serve(resultPath, "result", o.result)
	serve("/"+v1+statusPath, "application-status", o.status)
	serve("/"+v1+cataloguePath, "catalogue", o.catalogue)
	return simulator.Simulator{Handler: mux, Samples: samples(w)}
}

// asked is any message, by the names of both generations.
type asked struct {
	AuthKey, MaTinh, MaHoSoMCDT, NguonDangKy, NgayTiepNhan string
	ToKhai                                                 submittedForm
	InfoType                                               int
	IDReceivedDec, IdentifyNo                              string
}

// hasKey tells whether a message of v2 comes from who it should.
func (m asked) hasKey() bool { return simulator.IsSecret(m.AuthKey, id, "authKey") }

// office is where all applications are dealt with, with what was handed in since
// the world was made.
type office struct {
	world    *synthetic.World
	received simulator.Inbox[struct{}] // by dossier code
}

// handedIn is the application of a dossier as it stands. Of what was handed in here
// nothing but the code is kept.
func (o *office) handedIn(code string) (a synthetic.RecordApplication, ok bool) {
	_, fresh := o.received.Find(code)
	a, ok = o.world.RecordApplicationByCode(code)
	if fresh {
		a.DossierCode, a.State = code, synthetic.RecordAccepted
	}
	return a, ok || fresh
}

// The plain texts of the submit call.
const (
	sent        = "Gửi hồ sơ thành công"
	alreadyHere = "Hồ sơ đã được tiếp nhận, không thể cập nhật"
	wrongKey    = "authKey không hợp lệ"
	incomplete  = "Thiếu thông tin bắt buộc của tờ khai"
)

func (o *office) submit(w http.ResponseWriter, m asked) {
	text := sent
	before, known := o.world.RecordApplicationByCode(m.MaHoSoMCDT)
	switch {
	case !m.hasKey():
		text = wrongKey
	case m.MaTinh != province || m.MaHoSoMCDT == "" || m.NguonDangKy == "" || !isDay(m.NgayTiepNhan) || !m.ToKhai.complete():
		text = incomplete
	case known && before.State >= synthetic.RecordWithdrawn:
		simulator.JSON(w, map[string]any{"statusCode": "01", "data": nil, "errorDetail": "Không được phép chuyển trạng thái hồ sơ"})
		return
	case known && before.State != synthetic.RecordSupplement, !o.received.Take(m.MaHoSoMCDT, struct{}{}):
		text = alreadyHere
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, text) // a client that left is the only way to fail
}

// submittedForm are the members that the system wants of toKhai.
type submittedForm struct {
	LoaiPhieu, SoLuongCap                                                                  int
	MaMucDich, NycHoTen, NycGioiTinh, NycNgaySinh, NycLoaiGiayTo, NycSoGiayTo, NycQuocTich string
	FileHoSo                                                                               []struct{ NoiDungFile []byte }
}

func (f submittedForm) complete() bool {
	_, born := adapters.ReadDate(f.NycNgaySinh, layouts...)
	return born && (f.LoaiPhieu == 1 || f.LoaiPhieu == 2) && f.SoLuongCap > 0 && f.MaMucDich != "" && f.NycHoTen != "" && f.NycGioiTinh != "" &&
		f.NycLoaiGiayTo != "" && f.NycSoGiayTo != "" && f.NycQuocTich != ""
}

func isDay(text string) bool {
	_, ok := adapters.ReadDate(text, layouts[0])
	return ok
}

func (o *office) result(w http.ResponseWriter, m asked) {
	a, ok := o.handedIn(m.MaHoSoMCDT)
	switch {
	case !m.hasKey():
		simulator.JSON(w, map[string]any{"status": 0, "statusDescription": wrongKey, "value": nil})
	case m.MaTinh != province:
		simulator.JSON(w, map[string]any{"status": 0, "statusDescription": "maTinh không hợp lệ", "value": nil})
	case !ok:
		simulator.JSON(w, map[string]any{"status": 1, "statusDescription": "Thành công", "value": []any{}})
	default:
		simulator.JSON(w, map[string]any{"status": 1, "statusDescription": "Thành công", "value": []any{o.showResult(a)}})
	}
}

func (o *office) status(w http.ResponseWriter, m asked) {
	a, ok := o.handedIn(m.IDReceivedDec)
	if m.InfoType == 1 {
		a, ok = o.world.RecordApplicationByAppointment(m.IDReceivedDec)
		ok = ok && m.IdentifyNo != "" && number(o.world.Person(a.Person)) == m.IdentifyNo
	}
	if !ok || m.InfoType != 1 && m.InfoType != 2 {
		simulator.JSON(w, map[string]any{"STATUS": "0", "DESCRIPTION": "Không tìm thấy hồ sơ"})
		return
	}
	simulator.JSON(w, showStatus(a))
}

func (o *office) catalogue(w http.ResponseWriter, m asked) {
	rows := shownCatalogue(m.InfoType)
	if rows == nil {
		simulator.JSON(w, map[string]any{"STATUS": "0", "DESCRIPTION": "infoType không hợp lệ"})
		return
	}
	simulator.JSON(w, rows)
}
