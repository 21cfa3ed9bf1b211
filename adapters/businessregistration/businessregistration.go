// Package businessregistration speaks to the national register of enterprises:
// REST with query parameters and JSON answers, behind the shared national
// gateway.
//
// The register answers HTTP 200 for nearly everything and tells the outcome by
// members of the body: Status "1" or "0" with a Message in words, and an
// enterprise it does not have by the absence of MainInformation. Numbers come
// as numbers or as text, and Representatives is an object when there is one and
// an array when there are several. Dates are dd/MM/yyyy.
//
// The register also lists the dossiers of one day by the hour
// (danhSachHoSoTrongNgay); dossiers-by-date covers what that answers.
package businessregistration

import (
	"context"
	"net/url"
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters"
)

// layout is how the register writes days.
const layout = "02/01/2006"

// layouts are how its answers do; some add the time of day.
var layouts = []string{layout, layout + " 15:04:05"}

// System describes the register and its operations.
func System() adapters.System {
	return adapters.System{
		ID:    "business-registration",
		Names: adapters.Text{VI: "CSDL quốc gia về đăng ký doanh nghiệp", EN: "National business registration database"},
		Owner: adapters.Text{VI: "Bộ Tài chính", EN: "Ministry of Finance"},
		Operations: []adapters.Operation{
			adapters.Lookup(adapters.Operation{ID: "enterprise-lookup",
				Summary: adapters.Text{VI: "Thông tin đăng ký của một doanh nghiệp theo mã số thuế", EN: "Registration record of an enterprise by its tax code"},
			}, enterpriseLookup),
			adapters.Lookup(adapters.Operation{ID: "dossiers-by-date",
				Summary: adapters.Text{VI: "Hồ sơ đăng ký doanh nghiệp tiếp nhận trong tối đa 5 ngày", EN: "Registration dossiers received within at most 5 days"},
			}, dossiersByDate),
			adapters.Lookup(adapters.Operation{ID: "dossier-status",
				Summary: adapters.Text{VI: "Tình trạng của một hồ sơ đăng ký doanh nghiệp", EN: "State of a registration dossier"},
			}, dossierStatus),
		},
	}
}

func enterpriseLookup(ctx context.Context, c *adapters.Conn, call adapters.Call, in enterpriseQuestion) (Enterprise, error) {
	body, err := ask(ctx, c, call, "/chiTietDoanhNghiep", url.Values{"msdn": {string(in.TaxCode)}})
	if err != nil {
		return Enterprise{}, err
	}
	return readEnterprise(body, in.TaxCode)
}

func dossiersByDate(ctx context.Context, c *adapters.Conn, call adapters.Call, in dossiersQuestion) (Dossiers, error) {
	if in.Limit == 0 {
		in.Limit = defaultLimit
	}
	body, err := ask(ctx, c, call, "/danhSachHoSo", url.Values{
		"from_date": {in.From.Time().Format(layout)},
		"to_date":   {in.To.Time().Format(layout)},
		"offset":    {strconv.Itoa(in.Offset)},
		"limit":     {strconv.Itoa(in.Limit)},
	})
	if err != nil {
		return Dossiers{}, err
	}
	return readDossiers(body)
}

func dossierStatus(ctx context.Context, c *adapters.Conn, call adapters.Call, in dossierQuestion) (DossierStatus, error) {
	body, err := ask(ctx, c, call, "/tinhTrangHoSo", url.Values{"in_journal_no": {string(in.JournalNumber)}})
	if err != nil {
		return DossierStatus{}, err
	}
	return readDossierStatus(body, in.JournalNumber)
}

func ask(ctx context.Context, c *adapters.Conn, call adapters.Call, path string, query url.Values) ([]byte, error) {
	answer, err := c.Do(ctx, call, adapters.Request{Path: path, Query: query})
	if err != nil {
		return nil, err
	}
	return answer.Body, answer.Fault()
}
