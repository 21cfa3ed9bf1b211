package businessregistration

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// refusals classify the register's Message, because it has no codes. The wording is
// assumed.
var refusals = wire.Phrases{
	wire.Said(`loi he thong|system error|ora-`, adapters.ErrUnavailable, "register reports a fault of its own"),
	wire.Said(`qua tai`, adapters.ErrUnavailable, "register reports that it is overloaded"),
	wire.Said(`timeout`, adapters.ErrUnavailable, "register reports a timeout of its own"),
	wire.Said(`khong co quyen|unauthorized`, adapters.ErrRejected, "register refuses our access"),
	wire.Said(`khong tim thay|khong ton tai|not found|no data`, adapters.ErrNotFound, ""),
	wire.Said(`5 ngay`, adapters.ErrRefusedInput, "register refuses the length of the window"),
	wire.Said(`khong hop le|khong dung dinh dang|invalid`, adapters.ErrRefusedInput, "register refuses a parameter"),
}

// fault is the error an answer reports of itself, nil if it reports none.
func (v verdict) fault() error {
	switch v.Status {
	case "1", "":
		return nil
	case "0":
		return refusals.Failure(v.Status, v.Message)
	}
	return adapters.Malformed("Status is neither 0 nor 1")
}

// absent is the verdict on an answer without MainInformation: there is no such
// record, provided that it is an answer of the register at all.
func (v verdict) absent(body []byte) error {
	var members map[string]json.RawMessage
	bare := json.Unmarshal(body, &members) == nil && members != nil && len(members) == 0
	if v.Status == "" && v.DataCount == "" && !bare {
		return adapters.Malformed("neither a record nor a verdict")
	}
	return adapters.Fail(adapters.ErrNotFound, "", "")
}

// readEnterprise reads the answer about the enterprise asked for.
func readEnterprise(body []byte, asked adapters.TaxCode) (Enterprise, error) {
	var a enterpriseAnswer
	if err := adapters.DecodeJSON(body, &a); err != nil {
		return Enterprise{}, err
	}
	if err := a.fault(); err != nil {
		return Enterprise{}, err
	}
	if a.MainInformation == nil {
		return Enterprise{}, a.absent(body)
	}
	if a.MainInformation.TaxCode != wire.Text(asked) {
		return Enterprise{}, adapters.Malformed("record of another enterprise, or without its tax code")
	}
	v := wire.Values{Layouts: layouts}
	return wire.Whole(&v, a.record(&v))
}

func (a *enterpriseAnswer) record(v *wire.Values) Enterprise {
	m, at := a.MainInformation, a.HOAdress
	e := Enterprise{
		TaxCode: adapters.TaxCode(m.TaxCode), EnterpriseID: string(m.EnterpriseID), OldCertificate: string(m.OldCertificate),
		Name: string(m.Name), ShortName: string(m.ShortName), ForeignName: string(m.ForeignName),
		Type:      adapters.Code{Code: string(m.TypeID), Name: string(m.TypeName)},
		Status:    adapters.Code{Code: string(m.EnterpriseStatus), Name: string(m.StatusName)},
		FoundedOn: v.Date("FOUNDING_DATE", m.FoundingDate),
		AmendedOn: v.Date("LAST_AMEND_DATE", m.LastAmendDate),
		Changes:   v.Count("NUMBER_CHANGES", m.NumberChanges),
		Capital:   v.Decimal("CAPITAL_AMOUNT", m.CapitalAmount),
		// No date tells when the address was written: an amendment may have
		// left it as it was.
		Address: adapters.NationalAddress{ProvinceCode: string(at.CityID), ProvinceName: string(at.CityName), DistrictCode: string(at.DistrictID),
			CommuneCode: string(at.WardID), CommuneName: string(at.WardName), Detail: string(at.StreetNumber)}.Address(),
		AddressText: string(at.AddressFullText),
	}
	for _, name := range strings.Split(string(m.LegalNames), ";") {
		if name = strings.TrimSpace(name); name != "" {
			e.LegalNames = append(e.LegalNames, name)
		}
	}
	for _, b := range a.BusinessActivity {
		if b.Code == "" || b.IsMain != "Y" && b.IsMain != "N" && b.IsMain != "" {
			v.Fail("BusinessActivity", "a list of activities")
		}
		e.Activities = append(e.Activities, Activity{Code: string(b.Code), Name: string(b.Name), Main: b.IsMain == "Y"})
	}
	for _, r := range a.Representatives {
		if r.FullName != "" { // an object without a name says that there is none
			e.Representatives = append(e.Representatives, Representative{FullName: adapters.PersonName(r.FullName)})
		}
	}
	for _, share := range a.Member {
		e.Members = append(e.Members, Member{Name: string(share.Name), MemberCountry: string(share.Country),
			Contribution: v.Decimal("AMOUNT", share.Amount), SharePercent: v.Percent("RATIO_PERCENT", share.Ratio)})
	}
	return e
}

// readDossiers reads a list. That there are no rows is an answer too.
func readDossiers(body []byte) (Dossiers, error) {
	var a dossierAnswer
	if err := adapters.DecodeJSON(body, &a); err != nil {
		return Dossiers{}, err
	}
	switch err := a.fault(); {
	case errors.Is(err, adapters.ErrNotFound):
		return Dossiers{Dossiers: []Dossier{}}, nil
	case err != nil:
		return Dossiers{}, err
	}
	if a.Status == "" && a.DataCount == "" && a.MainInformation == nil {
		return Dossiers{}, adapters.Malformed("neither rows nor a verdict")
	}
	v := wire.Values{Layouts: layouts}
	page := Dossiers{Count: v.Count("DataCount", a.DataCount), Dossiers: make([]Dossier, 0, len(a.MainInformation))}
	for i := range a.MainInformation {
		row := &a.MainInformation[i]
		if row.JournalNo == "" {
			return Dossiers{}, adapters.Malformed("row without IN_JOURNAL_NO")
		}
		page.Dossiers = append(page.Dossiers, Dossier{
			JournalNumber: JournalNumber(row.JournalNo), DocumentType: documentType(row.DocumentType),
			EnterpriseCode: string(row.EnterpriseCode), TaxCode: adapters.TaxCode(row.TaxCode), Name: string(row.Name),
			Site: adapters.Code{Code: string(row.SiteID)}, Status: adapters.Code{Code: string(row.ProcessStatus)},
			ReceivedOn: v.Date("RECEIPT_DATE", row.ReceiptDate), PlannedOn: v.Date("PLAN_DATE", row.PlanDate),
		})
	}
	return wire.Whole(&v, page)
}

// readDossierStatus reads the answer about the dossier asked for.
func readDossierStatus(body []byte, asked JournalNumber) (DossierStatus, error) {
	var a dossierAnswer
	if err := adapters.DecodeJSON(body, &a); err != nil {
		return DossierStatus{}, err
	}
	if err := a.fault(); err != nil {
		return DossierStatus{}, err
	}
	if len(a.MainInformation) == 0 {
		return DossierStatus{}, a.absent(body)
	}
	row := a.MainInformation[0]
	if len(a.MainInformation) > 1 || row.JournalNo != wire.Text(asked) {
		return DossierStatus{}, adapters.Malformed("record of another dossier, or without its number")
	}
	v := wire.Values{Layouts: layouts}
	return wire.Whole(&v, DossierStatus{
		JournalNumber: asked, DocumentType: documentType(row.DocumentType),
		EnterpriseCode: string(row.EnterpriseCode), TaxCode: adapters.TaxCode(row.TaxCode), Name: string(row.Name),
		Type: adapters.Code{Code: string(row.TypeID)}, Site: adapters.Code{Code: string(row.SiteID)},
		ReceivedOn: v.Date("RECEIPT_DATE", row.ReceiptDate), PlannedOn: v.Date("PLAN_DATE", row.PlanDate),
		RegisteredOn: v.Date("REGISTRATION_DATE", row.Registration), SupplementedOn: v.Date("SUPPLEMENT_DATE", row.Supplement),
		SubmissionType: adapters.Code{Code: string(row.Submission)}, Status: adapters.Code{Code: string(row.ProcessStatus)},
		Contact: row.contact(),
	})
}

func (row *dossierRow) contact() Contact {
	c := Contact{FullName: adapters.PersonName(row.ContactName), Phone: string(row.ContactPhone), Email: string(row.ContactEmail),
		Address: adapters.Address{Detail: string(row.ContactAddress)}}
	c.CitizenID, c.OldCitizenID, c.OtherIdentity = wire.Identity(row.ContactID)
	return c
}

// documentType names the kinds of dossier the register documents.
func documentType(code wire.Text) adapters.Code {
	names := map[wire.Text]string{"new": "Đăng ký thành lập mới", "change": "Đăng ký thay đổi", "suspension": "Tạm ngừng kinh doanh",
		"dissolution": "Giải thể", "resumption": "Hoạt động trở lại"}
	return adapters.Code{Code: string(code), Name: names[wire.Text(strings.ToLower(string(code)))]}
}
