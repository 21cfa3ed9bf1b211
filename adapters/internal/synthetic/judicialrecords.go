package synthetic

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// RecordState is how far an application for a judicial record certificate has come.
type RecordState uint8

// The states, in the order in which dossiers are numbered nationwide.
const (
	RecordNew RecordState = iota + 1
	RecordAccepted
	RecordRefused
	RecordProcessing
	RecordSupplement
	RecordFeeDue
	RecordWithdrawn
	RecordStopped
	RecordDone
	RecordHandedOver
)

// RecordApplication is somebody's application for a certificate of what the
// judicial record says of them.
type RecordApplication struct {
	Person      int
	DossierCode string // of the one-stop centre; empty where it was handed in at the office itself
	Appointment string // number on the office's slip; empty where DossierCode is not
	Full        bool   // type 2, for the person alone, which also tells what is expunged; else type 1
	WithBan     bool   // asks that a ban from running enterprises be told
	Purpose     Coded
	Received    Date
	Due         Date
	State       RecordState
	Certificate string // its number; empty until it is issued
	Approved    Date   // zero until then
	Issued      Date
	Revocation  string // the decision that took the certificate back; mostly empty
}

// Conviction is a final judgment. It has been served: whoever still serves one
// does not apply for certificates.
type Conviction struct {
	Judgment    string
	Judged      Date
	Court       Coded
	Offence     Coded // by the article of the Penal Code
	Penalty     Coded
	Sentence    string // how much of it
	Additional  Coded  // further penalty; mostly empty
	Terms       string // how much of that
	Served      Date
	Expunged    Date // zero while it still counts
	Fee         string
	CivilDuties string
}

// Ban keeps somebody from founding and running enterprises after a bankruptcy.
type Ban struct {
	Decision string
	Decided  Date
	Court    string
	Offices  string
	Term     string
	From     Date
}

// RecordApplications visits the application of everybody who has one.
func (w *World) RecordApplications() iter.Seq[RecordApplication] {
	return func(yield func(RecordApplication) bool) {
		for i := range w.people {
			if a, ok := w.RecordApplication(i); ok && !yield(a) {
				return
			}
		}
	}
}

// RecordApplication returns a person's application. One adult in five has handed
// one in lately, and everybody with a past, so that small worlds have some too.
func (w *World) RecordApplication(i int) (RecordApplication, bool) {
	p, r := w.people[i], w.derive(i, "record application")
	_, convicted := w.Conviction(i)
	if !p.alive() || p.age() < 19 || !r.percent(20) && !convicted {
		return RecordApplication{}, false
	}
	a := RecordApplication{Person: i, Full: r.percent(45), WithBan: r.percent(40), Purpose: one(r, recordPurposes)}
	slot := scatter(i, recordSlots)
	a.Received = workday(slot / slotsOfDay)
	a.Due = a.Received.AddDays(recordTerm)
	if a.DossierCode = centreDossier(a.Received, firstJudicial+slot%slotsOfDay); r.percent(15) {
		a.DossierCode, a.Appointment = "", fmt.Sprintf("Z%07d", slot)
	}
	if a.Due > Today {
		a.State = [...]RecordState{RecordNew, RecordAccepted, RecordProcessing, RecordSupplement, RecordFeeDue}[r.weighted(10, 30, 45, 10, 5)]
		return a, true
	}
	a.State = [...]RecordState{RecordDone, RecordHandedOver, RecordProcessing, RecordRefused, RecordWithdrawn, RecordStopped}[r.weighted(50, 36, 5, 4, 3, 2)]
	if a.State == RecordDone || a.State == RecordHandedOver {
		a.Issued = a.Received.AddDays(r.between(4, recordTerm))
		a.Approved = a.Issued.AddDays(-r.between(0, 2))
		a.Certificate = own("Z", i) + "/LLTP"
		if r.percent(1) {
			a.Revocation = own("Z", i) + "/QĐ-LLTP"
		}
	}
	return a, true
}

// RecordApplicationByCode returns the application with this dossier code.
func (w *World) RecordApplicationByCode(code string) (RecordApplication, bool) {
	day, number, _ := strings.Cut(strings.TrimPrefix(code, centrePrefix), "-")
	on, badDay := time.ParseInLocation("060102", day, localZone)
	n, badNumber := strconv.Atoi(number)
	if badDay != nil || badNumber != nil {
		return RecordApplication{}, false
	}
	back := int(lastWorkday.Time().Sub(on).Hours() / 24)
	a, ok := w.applicationIn((back/7*5+back%7)*slotsOfDay + n - firstJudicial)
	return a, ok && a.DossierCode == code
}

// RecordApplicationByAppointment returns the application with this number of the
// office.
func (w *World) RecordApplicationByAppointment(number string) (RecordApplication, bool) {
	slot, err := strconv.Atoi(strings.TrimPrefix(number, "Z"))
	if err != nil {
		return RecordApplication{}, false
	}
	a, ok := w.applicationIn(slot)
	return a, ok && a.Appointment == number
}

func (w *World) applicationIn(slot int) (RecordApplication, bool) {
	if slot < 0 || slot >= recordSlots {
		return RecordApplication{}, false
	}
	i := unscatter(slot, recordSlots)
	if i >= len(w.people) {
		return RecordApplication{}, false
	}
	return w.RecordApplication(i)
}

// Everybody has one slot on one of the last working days.
const (
	slotsOfDay       = firstAssistance - firstJudicial
	recordSlots      = 126 * slotsOfDay // a little more than MaxPeople
	recordTerm       = 14               // days in which a certificate is due
	lastWorkday Date = 2026_10_30       // a Friday
)

// workday returns the working day so many before the last.
func workday(back int) Date { return lastWorkday.AddDays(-(back/5*7 + back%5)) }

// Conviction returns what a person was sentenced for: very few living adults, and
// no public servant, who would have lost the office.
func (w *World) Conviction(i int) (Conviction, bool) {
	p, r := w.people[i], w.derive(i, "conviction")
	if !p.alive() || p.age() < 23 || !r.percent(3) || w.Work(i) == PublicServant {
		return Conviction{}, false
	}
	year := r.between(max(p.birth.Year()+20, 2005), Today.Year()-3)
	judged := r.within(year, year)
	c := Conviction{
		Judgment: fmt.Sprintf("Z%04d/%d/HS-ST", r.below(10_000), judged.Year()),
		Judged:   judged, Court: cityCourt, Offence: one(r, offences),
		Fee: "200.000 đồng, đã nộp", CivilDuties: "Không có",
	}
	s := sentences[r.weighted(25, 25, 30, 20)]
	c.Penalty, c.Sentence = s.penalty, s.terms
	if c.Penalty != fine && r.percent(40) {
		c.Additional, c.Terms = fine, "5.000.000 đồng, đã nộp"
	}
	if r.percent(30) {
		c.CivilDuties = "Bồi thường cho người bị hại, đã thực hiện xong"
	}
	c.Served = judged.AddDays(30 * s.months)
	// Penal Code, article 70: a year after the sentence, two after prison.
	if end := c.Served.AddDays(365 * s.stays); end <= Today {
		c.Expunged = end
	}
	return c, true
}

// Ban returns what keeps a person from running enterprises: some of the convicted
// and very few others, never one who does run one.
func (w *World) Ban(i int) (Ban, bool) {
	p, r := w.people[i], w.derive(i, "ban")
	share := 1
	if _, convicted := w.Conviction(i); convicted {
		share = 50
	}
	if !p.alive() || p.age() < 30 || w.representatives[int32(i)] || w.Work(i) == PublicServant || !r.percent(share) {
		return Ban{}, false
	}
	year := Today.Year() - r.between(1, 2) // of three years, so it is in force
	decided := r.within(year, year)
	return Ban{
		Decision: fmt.Sprintf("Z%03d/%d/QĐ-TBPS", r.below(1000), decided.Year()), Decided: decided, Court: cityCourt.Name,
		Offices: "Thành lập, quản lý doanh nghiệp, hợp tác xã", Term: "03 năm", From: decided.AddDays(15),
	}, true
}

var (
	cityCourt = Coded{"01", "Tòa án nhân dân thành phố Hà Nội"}
	fine      = Coded{"02", "Phạt tiền"}
)

// sentences say what is imposed, how many months it takes and for how many years
// it stays on record.
var sentences = [...]struct {
	penalty       Coded
	terms         string
	months, stays int
}{
	{fine, "30.000.000 đồng", 2, 1},
	{Coded{"03", "Cải tạo không giam giữ"}, "09 tháng", 9, 1},
	{Coded{"04", "Tù có thời hạn"}, "06 tháng, cho hưởng án treo, thử thách 12 tháng", 12, 1},
	{Coded{"04", "Tù có thời hạn"}, "12 tháng", 12, 2},
}

var offences = []Coded{
	{"134", "Tội cố ý gây thương tích"}, {"173", "Tội trộm cắp tài sản"}, {"200", "Tội trốn thuế"},
	{"260", "Tội vi phạm quy định về tham gia giao thông đường bộ"}, {"321", "Tội đánh bạc"},
}

var recordPurposes = []Coded{
	{"01", "Xin việc làm"}, {"02", "Đi lao động ở nước ngoài"}, {"03", "Du học"}, {"04", "Nhận con nuôi"},
	{"05", "Xin cấp giấy phép hành nghề"}, {"06", "Bổ sung hồ sơ cá nhân"},
}
