package drivinglicence

import (
	"net/http"
	"strconv"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// simulatedLife is how long the simulated sessions hold.
const simulatedLife = 30 * time.Minute

// register is the simulated register of driving licences.
type register struct {
	world    *synthetic.World
	sessions simulator.Tokens
}

// Simulate makes the register of a world.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	reg := &register{world: w, sessions: simulator.NewTokens(simulatedLife, now)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+loginPath, reg.login)
	mux.HandleFunc("POST "+servicePath, reg.serve)
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: reg.samples()}
}

func (reg *register) login(w http.ResponseWriter, r *http.Request) {
	var q nationalLogin
	known := simulator.ReadJSON(w, r, &q)
	// Both are compared, so that the time taken does not tell which was wrong.
	username, password := simulator.IsSecret(q.Username, id, "username"), simulator.IsSecret(q.Password, id, "password")
	if !known || !username || !password {
		refuse(w, 1, "Sai tên đăng nhập hoặc mật khẩu")
		return
	}
	simulator.JSON(w, map[string]any{"error_code": 0, "result": "Thành công", "session": reg.sessions.Issue()})
}

// serve answers as the real address does: session, then service, then question.
func (reg *register) serve(w http.ResponseWriter, r *http.Request) {
	var q nationalQuestion
	read := simulator.ReadJSON(w, r, &q)
	if q.Service == service {
		simulator.Received(r, "licence-lookup")
	}
	switch {
	case !read:
		refuse(w, 4, "Dữ liệu không hợp lệ")
	case !reg.sessions.Valid(q.Session):
		refuse(w, "02", "Phiên làm việc không hợp lệ hoặc đã hết hạn")
	case q.Service != service:
		refuse(w, 3, "Dịch vụ chưa được cấp quyền")
	case q.DonViXuLy == "" || q.SoGPLX == "" || len(q.NgaySinh) != 8:
		refuse(w, "4", "Thiếu thông tin tra cứu")
	default:
		reg.lookUp(w, q)
	}
}

func (reg *register) lookUp(w http.ResponseWriter, q nationalQuestion) {
	l, ok := reg.world.LicenceByNumber(q.SoGPLX)
	if !ok {
		simulator.JSON(w, map[string]any{"error_code": 0, "data": []any{}})
		return
	}
	p := reg.world.Person(l.Holder)
	if q.NgaySinh != eightDigits(p.Birth) || q.SoDinhDanh != "" && q.SoDinhDanh != p.CitizenID {
		refuse(w, 6, "Thông tin không khớp")
		return
	}
	rows := make([]shownLicence, len(l.Classes))
	for i, c := range l.Classes {
		rows[i] = show(p, l, c)
	}
	// Success is told as a number or as a text; both occur.
	simulator.JSON(w, map[string]any{"error_code": [...]any{0, "00"}[l.Holder%2], "data": rows})
}

func refuse(w http.ResponseWriter, code any, message string) {
	simulator.JSON(w, map[string]any{"error_code": code, "result": message, "data": []any{}})
}

// shownLicence is a record as the register writes it; what it does not know is empty.
type shownLicence struct {
	SoGPLX, HangGPLX, SoHoSo, SoGPLXCu, NoiCapGPLX, NgayCapGPLX, NgayHHGPLX, NgayTTGPLX string
	HoVaTen, NgaySinh, MaQuocTich, SoCMT, SoSeri, TrangThai                             string
	GioiTinh                                                                            int
	DiemGPLX                                                                            *int `json:",omitempty"`
}

// policeIssue is the day from which the police give out licences.
const policeIssue synthetic.Date = 2025_03_01

// oldCards is the last year in which licences were written out on the old card.
const oldCards = 2015

func show(p synthetic.Person, l synthetic.Licence, c synthetic.LicenceClass) shownLicence {
	row := shownLicence{SoGPLX: l.Number, HangGPLX: c.Class, SoHoSo: c.Dossier, SoGPLXCu: l.Former, NoiCapGPLX: "Sở GTVT " + l.Issuer.Name,
		NgayCapGPLX: c.Issued.Digits(), NgayHHGPLX: c.Expires.Digits(), NgayTTGPLX: c.Passed.Digits(),
		HoVaTen: p.FullName(), NgaySinh: eightDigits(p.Birth), MaQuocTich: "VNM", SoCMT: p.CitizenID, SoSeri: c.Serial,
		TrangThai: strconv.Itoa(int(c.State)), GioiTinh: int(p.Sex)}
	if c.Issued >= policeIssue {
		row.NoiCapGPLX = "Phòng CSGT - Công an " + l.Issuer.Name
	}
	if c.Expires.IsZero() {
		row.NgayHHGPLX = unlimited
	}
	if first := l.Classes[0].Issued; p.CitizenID == "" || p.OldCitizenID != "" && first.Year() <= oldCards {
		row.SoCMT = p.OldCitizenID
	}
	if c.State == synthetic.LicenceValid {
		row.DiemGPLX = &c.Points
	}
	return row
}

// eightDigits writes a date with zeros for what is not known.
func eightDigits(d synthetic.Date) string { return (d.Digits() + "0000")[:8] }

// samples ask for the first licence of two classes with every member. No licence was
// issued by the province of the missing one.
func (reg *register) samples() map[string]simulator.Samples {
	holder := simulator.First(reg.world.People(), func(p synthetic.Person) bool {
		l, ok := reg.world.Licence(p.Index)
		return ok && len(l.Classes) == 2 && l.Former != "" && l.Classes[0].State == synthetic.LicenceValid && p.CitizenID != "" && p.Birth.Day() != 0
	})
	asked := reg.question(holder)
	missing, another := asked, asked
	missing.Number = "999009000000"
	another.CitizenID, another.DateOfBirth = "", "1900-01-01"
	return map[string]simulator.Samples{"licence-lookup": {OK: asked, NotFound: missing, NoMatch: another}}
}

// question asks for somebody's licence with all that the register compares.
func (reg *register) question(p synthetic.Person) Question {
	l, _ := reg.world.Licence(p.Index)
	return Question{CitizenID: adapters.CitizenID(p.CitizenID), Number: Number(l.Number), DateOfBirth: adapters.Date(p.Birth.String())}
}
