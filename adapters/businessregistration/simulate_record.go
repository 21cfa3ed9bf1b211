package businessregistration

import (
	"encoding/json"
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// shownEnterprise is an answer of chiTietDoanhNghiep, in the documented order.
type shownEnterprise struct {
	MainInformation  shownMain
	HOAdress         shownAddress
	BusinessActivity []shownActivity
	Member           []shownMember
	Representatives  any // an object for one, an array for several
	envelope
}

type shownMain struct {
	EnterpriseID   any     `json:"ENTERPRISE_ID"`
	TaxCode        string  `json:"ENTERPRISE_GDT_CODE"`
	OldCertificate *string `json:"IMP_BUSINESS_CODE"`
	TypeID         string  `json:"ENTERPRISE_TYPE_ID"`
	TypeName       string  `json:"ENTERPRISE_TYPE_NAME"`
	Name           string  `json:"NAME"`
	ShortName      *string `json:"SHORT_NAME"`
	ForeignName    *string `json:"NAME_F"`
	FoundingDate   string  `json:"FOUNDING_DATE"`
	LastAmendDate  *string `json:"LAST_AMEND_DATE"`
	NumberChanges  any     `json:"NUMBER_CHANGES"`
	Status         string  `json:"ENTERPRISE_STATUS"`
	StatusName     string  `json:"ENTERPRISE_STATUS_NAME"`
	LegalNames     string  `json:"LEGAL_NAMES"`
	CapitalAmount  any     `json:"CAPITAL_AMOUNT"`
}

type shownAddress struct {
	CityID, CityName               string
	DistrictID, DistrictName       *string
	WardID, WardName, StreetNumber string
	AddressFullText                string
}

type shownActivity struct {
	Code   string `json:"CODE"`
	Name   string `json:"NAME"`
	IsMain string `json:"IS_MAIN"`
}

type shownMember struct {
	Name    string `json:"MEMBER_NAME"`
	Amount  any    `json:"AMOUNT"`
	Ratio   any    `json:"RATIO_PERCENT"`
	Country string `json:"COUNTRY"`
}

type shownName struct {
	FullName string `json:"FULL_NAME"`
}

// shownDossier is a row of danhSachHoSo.
type shownDossier struct {
	JournalNo      string  `json:"IN_JOURNAL_NO"`
	DocumentType   string  `json:"DOCUMENT_TYPE"`
	EnterpriseCode *string `json:"ENTERPRISE_CODE"`
	TaxCode        *string `json:"ENTERPRISE_GDT_CODE"`
	Name           string  `json:"NAME"`
	SiteID         string  `json:"SITE_ID"`
	ReceiptDate    string  `json:"RECEIPT_DATE"`
	PlanDate       string  `json:"PLAN_DATE"`
	ProcessStatus  string  `json:"PROCESS_STATUS"`
}

// shownStatus is the row of tinhTrangHoSo.
type shownStatus struct {
	shownDossier
	TypeID       string  `json:"ENTERPRISE_TYPE_ID"`
	Registration *string `json:"REGISTRATION_DATE"`
	Supplement   *string `json:"SUPPLEMENT_DATE"`
	Submission   string  `json:"SUBMISSION_TYPE"`
	ContactName  string  `json:"CONTACT_FULL_NAME"`
	Address      string  `json:"CONTACT_ADDRESS"`
	ContactID    string  `json:"CONTACT_ID_NO"`
	Phone        *string `json:"CONTACT_PHONE"`
	Email        *string `json:"CONTACT_EMAIL"`
}

func (reg register) showEnterprise(e synthetic.Enterprise) shownEnterprise {
	// The real register writes numbers either way; here each second record
	// has them as text.
	number := func(digits string) any {
		if e.Index%2 == 1 {
			return digits
		}
		return json.Number(digits)
	}
	seat := e.Seat
	shown := shownEnterprise{
		MainInformation: shownMain{
			EnterpriseID: number(fmt.Sprint(e.InternalID)), TaxCode: e.TaxCode, OldCertificate: simulator.OrNull(e.OldCertificate),
			TypeID: e.Type.Code, TypeName: e.Type.Name, Name: e.Name, ShortName: simulator.OrNull(e.ShortName), ForeignName: simulator.OrNull(e.ForeignName),
			FoundingDate: e.Founded.Slashed(), LastAmendDate: simulator.OrNull(e.Amended.Slashed()), NumberChanges: number(fmt.Sprint(e.Changes)),
			Status: e.Status.Code, StatusName: e.Status.Name, CapitalAmount: number(fmt.Sprintf("%d.000", e.Capital)),
		},
		HOAdress: shownAddress{CityID: seat.ProvinceCode, CityName: seat.ProvinceName,
			DistrictID: simulator.OrNull(seat.DistrictCode), DistrictName: simulator.OrNull(seat.DistrictName),
			WardID: seat.CommuneCode, WardName: seat.CommuneName, StreetNumber: seat.Detail, AddressFullText: seat.Full()},
		BusinessActivity: []shownActivity{}, Member: []shownMember{}, envelope: succeeded(1),
	}
	for _, a := range e.Activities {
		main := "N"
		if a.Main {
			main = "Y"
		}
		shown.BusinessActivity = append(shown.BusinessActivity, shownActivity{a.Code, a.Name, main})
	}
	for _, m := range e.Members {
		shown.Member = append(shown.Member, shownMember{m.Name, number(fmt.Sprint(m.Amount)),
			number(fmt.Sprintf("%d.%02d", m.Ratio/100, m.Ratio%100)), m.Country.Name})
	}
	shown.MainInformation.LegalNames, shown.Representatives = reg.representatives(e)
	return shown
}

func (reg register) representatives(e synthetic.Enterprise) (legal string, list any) {
	var names []string
	var objects []shownName
	for _, i := range e.Representatives {
		name := reg.world.Person(i).FullName()
		names, objects = append(names, name), append(objects, shownName{name})
	}
	if len(objects) == 1 {
		return joined(names), objects[0]
	}
	return joined(names), objects
}

func (reg register) showDossier(d synthetic.Dossier) shownDossier {
	shown := shownDossier{JournalNo: d.JournalNo, DocumentType: string(d.Kind), Name: d.Name, SiteID: d.Site,
		ReceiptDate: d.Received.Format(layout), PlanDate: d.Planned.Slashed(), ProcessStatus: d.Status.Code}
	if d.Enterprise != synthetic.None {
		e := reg.world.Enterprises()[d.Enterprise]
		shown.EnterpriseCode, shown.TaxCode = simulator.OrNull(fmt.Sprint(e.InternalID)), simulator.OrNull(e.TaxCode)
	}
	return shown
}

func (reg register) showStatus(d synthetic.Dossier) shownStatus {
	contact := reg.world.Person(d.Contact)
	return shownStatus{shownDossier: reg.showDossier(d), TypeID: d.Type.Code, Registration: simulator.OrNull(d.Registered.Slashed()),
		Supplement: simulator.OrNull(d.Supplemented.Slashed()), Submission: d.Submission.Code, ContactName: contact.FullName(),
		Address: contact.Permanent.Full(), ContactID: contact.IdentityNumber(), Phone: simulator.OrNull(contact.Phone), Email: simulator.OrNull(contact.Email)}
}
