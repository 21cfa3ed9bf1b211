package socialassistance

import (
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// authority is the simulated system.
type authority struct {
	world *synthetic.World
	own   []heldDossier // of the world, oldest first
	codes map[string]bool

	pushed   simulator.Inbox[string, heldDossier]
	progress simulator.Inbox[nationalProgress, struct{}]
}

// Simulate makes the system of a world. That it is down at night is a fault that
// can be switched on, not its habit. Its words of refusal are assumed, and so is
// that a dossier which comes again with other content replaces the former.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	a := &authority{world: w, codes: map[string]bool{}}
	for _, d := range w.AssistanceDossiers() {
		a.own = append(a.own, a.show(d))
		a.codes[d.Code] = true
	}
	mux := http.NewServeMux()
	serve(mux, lookupPath, "beneficiary-lookup", func(q *nationalQuestion) *string { return &q.AcceptKey }, a.lookup, withResult)
	serve(mux, periodPath, "dossiers-by-period", func(q *nationalPeriod) *string { return &q.AcceptKey }, a.period, withResult)
	serve(mux, dossierPath, "dossier-push", func(q *nationalDossier) *string { return &q.AcceptKey }, a.keep, bare)
	serve(mux, progressPath, "progress-push", func(q *nationalProgress) *string { return &q.AcceptKey }, a.proceed, bare)
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: a.samples()}
}

// serve answers one address: counts the call, reads the body, checks the key and
// forgets it before anything is kept.
func serve[Q any](mux *http.ServeMux, path, operation string, key func(*Q) *string, answer func(Q) shown, write func(shown) any) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		var q Q
		said := refused("1", "Dữ liệu không đúng định dạng")
		if simulator.ReadJSON(w, r, &q) {
			said = refused("2", "AcceptKey không hợp lệ")
			if given := key(&q); simulator.IsSecret(*given, "social-assistance", "acceptKey") {
				*given = ""
				said = answer(q)
			}
		}
		simulator.JSON(w, write(said))
	})
}

// shown is an answer: code as number in a result, as text without one.
type shown struct {
	code, message string
	data          any
}

func succeeded(data any) shown           { return shown{"0", "Thành công", data} }
func refused(code, message string) shown { return shown{code, message, nil} }

func bare(s shown) any { return map[string]any{"error_code": s.code, "message": s.message} }

func withResult(s shown) any {
	return map[string]any{"result": map[string]any{"error_code": int(s.code[0] - '0'), "message": s.message, "data": s.data}}
}

// lookup wants number, name and birth to be those of one person, and does not say
// which of them is wrong.
func (a *authority) lookup(q nationalQuestion) shown {
	if q.SoDinhDanh == "" || q.HoTen == "" || q.NgaySinh == "" {
		return refused("3", "Thiếu thông tin bắt buộc")
	}
	p, ok := a.world.PersonByCitizenID(q.SoDinhDanh)
	if !ok {
		p, ok = a.world.PersonByOldID(q.SoDinhDanh)
	}
	if !ok || p.FullName() != q.HoTen || p.Birth.Slashed() != q.NgaySinh {
		return succeeded([]any{})
	}
	assistance, ok := a.world.Assistance(p.Index)
	if !ok {
		return succeeded([]any{})
	}
	return succeeded([]nationalBeneficiary{showBeneficiary(assistance, q.SoDinhDanh)})
}

// period lists what was received in a commune, and what was handed over.
func (a *authority) period(q nationalPeriod) shown {
	first, err1 := time.ParseInLocation(timeLayout, q.ThoiGianBatDau, adapters.Vietnam)
	last, err2 := time.ParseInLocation(timeLayout, q.ThoiGianKetThuc, adapters.Vietnam)
	if err1 != nil || err2 != nil || last.Before(first) || q.LoaiDuLieu != dossierData {
		return refused("3", "Tham số không hợp lệ")
	}
	found := []any{}
	add := func(d heldDossier) {
		at, err := time.ParseInLocation(timeLayout, string(d.NgayTiepNhan), adapters.Vietnam)
		if err == nil && !at.Before(first) && !at.After(last) && string(d.MaTinh) == q.MaTinh && string(d.MaHuyen) == q.MaHuyen && string(d.MaXa) == q.MaXa {
			found = append(found, lowerCamel(d))
		}
	}
	for _, d := range a.own {
		if _, replaced := a.pushed.Find(string(d.MaHoSo)); !replaced {
			add(d)
		}
	}
	for _, d := range a.pushed.All() {
		add(d)
	}
	return succeeded(found)
}

// keep takes a dossier; the same again is refused as being there already.
func (a *authority) keep(n nationalDossier) shown {
	if n.MaHoSo == "" || n.MaTTHC == "" || n.HoVaTen == "" || n.SoDinhDanh == "" || n.LoaiDuLieu != dossierData {
		return refused("3", "Thiếu thông tin bắt buộc")
	}
	if !a.pushed.Change(string(n.MaHoSo), func(former heldDossier, known bool) (heldDossier, bool) {
		return heldDossier{nationalDossier: n}, !known || former.nationalDossier != n
	}) {
		return refused("4", "Hồ sơ đã tồn tại")
	}
	return succeeded(nil)
}

// proceed takes a step of a dossier that is known.
func (a *authority) proceed(n nationalProgress) shown {
	_, known := a.pushed.Find(n.MaHoSo)
	switch {
	case n.StatusId == "" || n.ThoiDiemXuLy == "":
		return refused("3", "Thiếu thông tin bắt buộc")
	case !known && !a.codes[n.MaHoSo]:
		return refused("5", "Không tìm thấy hồ sơ")
	case !a.progress.Take(n, struct{}{}):
		return refused("4", "Tiến trình xử lý đã tồn tại")
	}
	return succeeded(nil)
}
