package businessregistration

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// register is the simulated register. It checks no credentials: it stands
// behind the national gateway, which does.
type register struct{ world *synthetic.World }

// Simulate makes the register of a world. Its wording of errors is assumed. The
// clock does not matter to it: dossiers end where the world does.
func Simulate(w *synthetic.World, _ func() time.Time) simulator.Simulator {
	reg := register{world: w}
	mux := http.NewServeMux()
	serve := func(path, operation string, answer func(url.Values) any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			simulator.Received(r, operation)
			simulator.JSON(w, answer(r.URL.Query()))
		})
	}
	serve("/chiTietDoanhNghiep", "enterprise-lookup", reg.enterprise)
	serve("/danhSachHoSo", "dossiers-by-date", reg.dossiers)
	serve("/tinhTrangHoSo", "dossier-status", reg.dossier)
	return simulator.Simulator{Handler: mux, NDXP: true, Samples: samples(w)}
}

// envelope is what every answer ends with.
type envelope struct {
	DataCount int
	Status    string
	Message   string
}

func succeeded(n int) envelope { return envelope{DataCount: n, Status: "1", Message: "success"} }

func failed(message string) envelope { return envelope{Status: "0", Message: message} }

func (reg register) enterprise(query url.Values) any {
	code := query.Get("msdn")
	if code == "" {
		return failed("Tham số msdn không hợp lệ")
	}
	e, ok := reg.world.EnterpriseByTaxCode(code)
	if !ok {
		return succeeded(0)
	}
	return reg.showEnterprise(e)
}

// dossiers lists those received within the window, oldest first; DataCount is
// that of the whole window.
func (reg register) dossiers(query url.Values) any {
	first, err1 := time.ParseInLocation(layout, query.Get("from_date"), adapters.Vietnam)
	last, err2 := time.ParseInLocation(layout, query.Get("to_date"), adapters.Vietnam)
	offset, err3 := strconv.Atoi(query.Get("offset"))
	limit, err4 := strconv.Atoi(query.Get("limit"))
	switch {
	case err1 != nil || err2 != nil || last.Before(first):
		return failed("Tham số from_date, to_date không hợp lệ")
	case last.Sub(first) >= maxWindow*24*time.Hour:
		return failed("Khoảng thời gian tra cứu tối đa 5 ngày")
	case err3 != nil || err4 != nil || offset < 0 || limit < 1:
		return failed("Tham số offset, limit không hợp lệ")
	}
	end := last.AddDate(0, 0, 1)
	rows, n := []shownDossier{}, 0
	for _, d := range reg.world.Dossiers() {
		if d.Received.Before(first) || !d.Received.Before(end) {
			continue
		}
		if n++; n > offset && len(rows) < limit {
			rows = append(rows, reg.showDossier(d))
		}
	}
	return struct {
		MainInformation []shownDossier
		envelope
	}{rows, succeeded(n)}
}

func (reg register) dossier(query url.Values) any {
	d, ok := reg.world.DossierByJournalNo(query.Get("in_journal_no"))
	if !ok {
		return succeeded(0)
	}
	return struct {
		MainInformation []shownStatus
		envelope
	}{[]shownStatus{reg.showStatus(d)}, succeeded(1)}
}

// samples prefers records with everything in them.
func samples(w *synthetic.World) map[string]simulator.Samples {
	today := synthetic.Today
	enterprise, dossier := w.Enterprises()[0], w.Dossiers()[0]
	for _, e := range w.Enterprises() {
		if len(e.Representatives) > 1 && len(e.Members) > 1 && e.OldCertificate != "" && !e.Amended.IsZero() {
			enterprise = e
			break
		}
	}
	for _, d := range w.Dossiers() {
		if contact := w.Person(d.Contact); d.Enterprise != synthetic.None && !d.Supplemented.IsZero() && contact.Phone != "" && contact.CitizenID != "" {
			dossier = d
			break
		}
	}
	return map[string]simulator.Samples{
		"enterprise-lookup": {
			OK:       enterpriseQuestion{TaxCode: adapters.TaxCode(enterprise.TaxCode)},
			NotFound: enterpriseQuestion{TaxCode: unknownTaxCode(w)},
		},
		"dossiers-by-date": {
			OK: dossiersQuestion{From: adapters.Day(today.AddDays(-4).String()), To: adapters.Day(today.String()), Limit: 20},
		},
		"dossier-status": {
			OK:       dossierQuestion{JournalNumber: JournalNumber(dossier.JournalNo)},
			NotFound: dossierQuestion{JournalNumber: "0100000000000"},
		},
	}
}

// unknownTaxCode is the last valid code that nobody in the world has.
func unknownTaxCode(w *synthetic.World) adapters.TaxCode {
	for n := 199_999_999; n > 0; n-- {
		code := fmt.Sprintf("%010d", n)
		if _, taken := w.EnterpriseByTaxCode(code); !taken && adapters.ValidTaxCode(code) {
			return adapters.TaxCode(code)
		}
	}
	return ""
}

// joined is how the register joins names.
func joined(names []string) string { return strings.Join(names, "; ") }
