package socialinsurance

import (
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// database is the simulated insurance database. It checks no credentials: it stands
// behind the national gateway, which does.
type database struct{ world *synthetic.World }

// Simulate makes the insurance database and the card portal of a world. The clock
// matters to the portal's tokens only: cards end where the world does.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	d := database{w}
	mux := http.NewServeMux()
	serve := func(operation, path string, answer func(q map[string]string) map[string]string) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			simulator.Received(r, operation)
			q := map[string]string{}
			if !simulator.ReadJSON(w, r, &q) {
				simulator.Status(w, http.StatusBadRequest, failed("99"))
				return
			}
			simulator.JSON(w, answer(q))
		})
	}
	serve("participant-lookup", "/getTraCuuTtHgdByMaSoBhxh", d.participant)
	serve("number-search", "/getMaSoBhxhTheoTieuChi", d.number)
	serve("household-search", "/getTraCuuThongTinHgd", d.household)
	newPortal(w, now).serve(mux)
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: d.samples()}
}

func failed(code string) map[string]string { return map[string]string{"errorCode": code} }

func (d database) participant(q map[string]string) map[string]string {
	p, ok := d.world.PersonByInsuranceNumber(q["maSoBhxh"])
	if !ok {
		return failed("01")
	}
	digits, precision := born(adapters.Date(p.Birth.String()))
	at := p.BirthRegistered
	return map[string]string{"hoTen": p.FullName(), "soSoCu": d.world.InsuranceBook(p.Index), "ngaySinh": digits, "loaiNgaySinh": precision,
		"gioiTinh": p.Sex.Coded().Code, "maTinhKs": at.ProvinceCode, "maHuyenKs": at.DistrictCode, "maXaKs": at.CommuneCode,
		"trangThai": d.status(p)}
}

func (d database) number(q map[string]string) map[string]string {
	p, code := d.search(q, q["maTinhKs"])
	if code != "00" {
		return failed(code)
	}
	return map[string]string{"maSoBhxh": d.world.InsuranceNumber(p.Index), "trangThai": d.status(p), "errorCode": code}
}

func (d database) household(q map[string]string) map[string]string {
	p, code := d.search(q, q["maTinh"])
	if code != "00" {
		return failed(code)
	}
	digits, precision := born(adapters.Date(p.Birth.String()))
	return map[string]string{"maSo": d.world.InsuranceNumber(p.Index), "hoTen": p.FullName(), "ngaySinh": digits, "loaiNgaySinh": precision,
		"gioiTinh": p.Sex.Coded().Code, "maHo": d.world.InsuranceHousehold(p.Household), "diaChi": p.Permanent.Full(), "trangThai": d.status(p)}
}

// search finds the one person who fits a question, or the code for none or several.
func (d database) search(q map[string]string, province string) (synthetic.Person, string) {
	if q["hoTen"] == "" || q["isKs"] != "0" && q["isKs"] != "1" || precisions[wire.Text(q["loaiNgaySinh"])] != len(q["ngaySinh"]) || province == "" {
		return synthetic.Person{}, "99"
	}
	var found []synthetic.Person
	for _, i := range d.world.PeopleNamed(q["hoTen"]) {
		p := d.world.Person(i)
		at := p.Permanent
		if q["isKs"] == "1" {
			at = p.BirthRegistered
		}
		same := func(asked, have string) bool { return asked == "" || asked == have }
		if bornWithin(p, q["ngaySinh"]) && same(q["gioiTinh"], p.Sex.Coded().Code) && at.ProvinceCode == province &&
			same(q["maHuyenKs"], at.DistrictCode) && same(q["maXaKs"], at.CommuneCode) &&
			same(q["soSo"], d.world.InsuranceBook(i)) && (q["maThe"] == "" || d.holds(i, q["maThe"])) {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 0:
		return synthetic.Person{}, "01"
	case 1:
		return found[0], "00"
	}
	return synthetic.Person{}, "02"
}

// bornWithin compares a birth as far as question and record both know it.
func bornWithin(p synthetic.Person, digits string) bool {
	known := p.Birth.Digits()
	n := min(len(known), len(digits))
	return known[:n] == digits[:n]
}

func (d database) holds(i int, number string) bool {
	card, ok := d.world.HealthCardByNumber(number)
	return ok && card.Holder == i
}

func (d database) status(p synthetic.Person) string {
	return map[synthetic.Participation]string{synthetic.PayingIn: "1", synthetic.PausedPaying: "2", synthetic.DrawingPension: "3",
		synthetic.NeverPaidIn: "4", synthetic.EndedByDeath: "5"}[d.world.Participation(p.Index)]
}

// nobody is an insurance number outside the world, and a name that no list makes.
const (
	nobody     = "0100000000"
	nobodyName = "Nguyễn Không Có"
)

// samples prefers people with everything in their records whom a search finds alone.
func (d database) samples() map[string]simulator.Samples {
	w := d.world
	alone := func(q map[string]string, province string) bool { _, code := d.search(q, province); return code == "00" }
	rich := simulator.First(w.People(), func(p synthetic.Person) bool {
		q := map[string]string{"hoTen": p.FullName(), "ngaySinh": p.Birth.Digits(), "loaiNgaySinh": "0", "isKs": "0", "gioiTinh": p.Sex.Coded().Code}
		return p.Alive() && p.Birth.Day() > 0 && w.InsuranceBook(p.Index) != "" && p.BirthRegistered.OldForm() && p.Permanent.OldForm() &&
			alone(q, p.Permanent.ProvinceCode)
	})
	name, birthday, sexOf := adapters.PersonName(rich.FullName()), adapters.Date(rich.Birth.String()), adapters.Code{Code: rich.Sex.Coded().Code}
	byNumber := NumberQuestion{FullName: name, DateOfBirth: birthday, Sex: sexOf, PlaceKind: "household", FormerCommuneCode: rich.Permanent.CommuneCode}
	byHousehold := HouseholdQuestion{FullName: name, DateOfBirth: birthday, Sex: sexOf, PlaceKind: "household", ProvinceCode: rich.Permanent.ProvinceCode}
	noNumber, noHousehold := byNumber, byHousehold
	noNumber.FullName, noHousehold.FullName = nobodyName, nobodyName
	return map[string]simulator.Samples{
		"participant-lookup": {OK: ParticipantQuestion{InsuranceNumber: adapters.SocialInsuranceNumber(w.InsuranceNumber(rich.Index)), FullName: name},
			NotFound: ParticipantQuestion{InsuranceNumber: nobody}},
		"number-search":     {OK: byNumber, NotFound: noNumber},
		"household-search":  {OK: byHousehold, NotFound: noHousehold},
		"health-card-check": cardSamples(w),
	}
}
