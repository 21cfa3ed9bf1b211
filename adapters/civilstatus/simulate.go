package civilstatus

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

// service is the simulated system. It checks no credentials: it stands behind the
// national gateway, which does.
type service struct {
	world   *synthetic.World
	records *synthetic.VitalRecords
	now     func() time.Time
	inbox   simulator.Inbox[taken] // by office and dossier
}

// asked is any question; numbers may come as text.
type asked struct {
	Module, MaDonVi, MaHoSo, NgayTiepNhan, NgayCapNhat, LoaiDanhMuc wire.Text
	Data                                                            string
}

// shown is any answer; status is a number or a text.
type shown struct {
	Status            any    `json:"status"`
	StatusDescription string `json:"statusDescription"`
	Value             any    `json:"value"`
	ErrorCode         string `json:"errorCode"`
	ErrorDescription  string `json:"errorDescription"`
}

// Simulate makes the system of a world. What is sent in is registered by the clock.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	s := &service{world: w, records: w.VitalRecords(), now: now}
	mux := http.NewServeMux()
	serve := func(path, operation string, answer func(asked) any) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			simulator.Received(r, operation)
			var q asked
			if !simulator.ReadJSON(w, r, &q) {
				simulator.JSON(w, failed("500", "DATA_INCORRECT: không đọc được dữ liệu"))
				return
			}
			simulator.JSON(w, answer(q))
		})
	}
	serve("/danhMuc", "catalogue", s.catalogue)
	serve("/traTrangThaiHoSo", "dossier-status", s.state)
	serve("/ketQuaDangKyHS", "registration-result", s.result)
	serve("/traHoSo", "record", s.record)
	serve("/dsHoSoDangKy", "records-by-date", s.byDate)
	serve("/dangKyHoTich", "register", s.register)
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: s.samples()}
}

func succeeded(value any) shown { return shown{Status: 1, StatusDescription: "OK", Value: value} }

func failed(code, description string) shown {
	return shown{Status: 0, ErrorCode: code, ErrorDescription: description}
}

func notFound() shown { return failed("201", "RECORD_NOT_FOUND") }

// modules are the registers of the world, and the one element without which none
// of their dossiers is taken.
var modules = map[wire.Text]struct {
	kind  synthetic.VitalKind
	needs string
}{"KS": {synthetic.BirthEntry, "nksHoTen"}, "KH": {synthetic.MarriageEntry, "chongHoTen"}, "KT": {synthetic.DeathEntry, "nktHoTen"},
	"CMC": {synthetic.RecognitionEntry, "ncHoTen"}, "HN": {synthetic.ConfirmationEntry, "nxnHoTen"}, "BS": {0, "cbsHoTen"}}

// catalogue answers with a list that is a text of its own.
func (s *service) catalogue(q asked) any {
	source := map[wire.Text]string{"1": "maquocgia", "2": "maquocgia", "3": "madantoc", "4": "donvihanhchinhcap3"}[q.LoaiDanhMuc]
	rows := []map[string]string{}
	for _, c := range synthetic.Catalogues() {
		for _, row := range c.Rows {
			if c.Code == source {
				rows = append(rows, map[string]string{"ma": row[0], "ten": row[1]})
			}
		}
	}
	if q.LoaiDanhMuc == "5" {
		for code, name := range []string{"Không có", "CMND", "Hộ chiếu", "Thẻ thường trú", "CCCD", "Giấy chứng minh của quân đội",
			"Giấy chứng minh sĩ quan", "Giấy chứng minh công an", "Giấy tờ khác"} {
			rows = append(rows, map[string]string{"ma": strconv.Itoa(code), "ten": name})
		}
	}
	if len(rows) == 0 {
		return failed("302", "DATA_TYPE_INVALID")
	}
	text, _ := json.Marshal(rows) // texts cannot fail
	return succeeded(string(text))
}

// isOffice tells whether there is or was a register office of this code.
func isOffice(code string) bool {
	_, now := places.ByCode(code)
	_, before := places.OldByCode(code)
	return now || before
}

func (s *service) state(q asked) any {
	office := padded(q.MaDonVi, 5)
	if !isOffice(office) {
		return failed("106", "AGENCY_ID_INCORRECT")
	}
	if d, ok := s.inbox.Find(office + " " + string(q.MaHoSo)); ok {
		state := d.state(s.now())
		return shown{Status: state, StatusDescription: dossierStates[wire.Text(state)]}
	}
	if _, ok := s.records.ByDossier(office, string(q.MaHoSo)); ok {
		return shown{Status: "4", StatusDescription: dossierStates["4"]}
	}
	return notFound()
}

func (s *service) result(q asked) any {
	office := padded(q.MaDonVi, 5)
	if !isOffice(office) {
		return failed("106", "AGENCY_ID_INCORRECT")
	}
	if d, ok := s.inbox.Find(office + " " + string(q.MaHoSo)); ok {
		if d.state(s.now()) != registered {
			return failed("200", "RECORD_UNCOMPLETE")
		}
		return succeeded(d.entry(office, string(q.MaHoSo)))
	}
	r, ok := s.records.ByDossier(office, string(q.MaHoSo))
	if !ok {
		return notFound()
	}
	return succeeded(s.show(r))
}

func (s *service) record(q asked) any {
	id, err := strconv.Atoi(string(q.MaHoSo))
	r, ok := s.records.ByID(id)
	if err != nil || !ok || r.Kind != modules[q.Module].kind {
		return notFound()
	}
	entry := s.show(r)
	entry["id"] = r.ID
	return succeeded([]any{entry})
}

func (s *service) byDate(q asked) any {
	module, known := modules[q.Module]
	day, err := time.Parse(time.DateOnly, string(q.NgayCapNhat))
	if !known || err != nil {
		return failed("500", "DATA_INCORRECT: module hoặc ngayCapNhat không hợp lệ")
	}
	rows := []any{}
	for _, r := range s.records.On(module.kind, synthetic.Date(day.Year()*10_000+int(day.Month())*100+day.Day())) {
		rows = append(rows, map[string]any{"id": r.ID, "maDonVi": r.Office.CommuneCode})
	}
	return succeeded(rows)
}

// longest is how long a text may be, in characters.
const longest = 250

// register takes a dossier in, once. A text that is too long is refused in the
// form of the two-level system.
func (s *service) register(q asked) any {
	office := padded(q.MaDonVi, 5)
	module, known := modules[q.Module]
	received, err := time.Parse(time.DateOnly, string(q.NgayTiepNhan))
	var sent dossier
	switch {
	case !isOffice(office):
		return failed("106", "AGENCY_ID_INCORRECT")
	case !known || err != nil || q.MaHoSo == "":
		return failed("500", "DATA_INCORRECT: module, maHoSo hoặc ngayTiepNhan không hợp lệ")
	case xml.Unmarshal([]byte(q.Data), &sent) != nil:
		return failed("500", "DATA_INCORRECT: data không phải XML hợp lệ")
	}
	given := map[string]any{}
	for _, e := range sent.Elements.Leaves {
		if utf8.RuneCountInString(e.Text) > longest {
			return map[string]any{"title": "Dữ liệu không hợp lệ", "status": 500, "errors": e.XMLName.Local + " vượt quá 250 ký tự"}
		}
		given[e.XMLName.Local] = e.Text
	}
	if given[module.needs] == nil {
		return failed("500", "DATA_INCORRECT: thiếu "+module.needs)
	}
	if !s.inbox.Take(office+" "+string(q.MaHoSo), taken{at: s.now(), received: received, elements: given}) {
		return failed("500", "Hồ sơ đã được tiếp nhận")
	}
	return shown{Status: "1", StatusDescription: "Tiếp nhận thành công"}
}
