package businessregistration

import "github.com/lgsp-vn/lgsp/adapters/internal/wire"

// verdict is what every answer says about itself.
type verdict struct {
	Status    wire.Text
	Message   wire.Text
	DataCount wire.Text
}

// enterpriseAnswer is that of chiTietDoanhNghiep, misspellings included.
type enterpriseAnswer struct {
	verdict
	MainInformation *struct {
		EnterpriseID     wire.Text `json:"ENTERPRISE_ID"`
		TaxCode          wire.Text `json:"ENTERPRISE_GDT_CODE"`
		OldCertificate   wire.Text `json:"IMP_BUSINESS_CODE"`
		TypeID           wire.Text `json:"ENTERPRISE_TYPE_ID"`
		TypeName         wire.Text `json:"ENTERPRISE_TYPE_NAME"`
		Name             wire.Text `json:"NAME"`
		ShortName        wire.Text `json:"SHORT_NAME"`
		ForeignName      wire.Text `json:"NAME_F"`
		FoundingDate     wire.Text `json:"FOUNDING_DATE"`
		LastAmendDate    wire.Text `json:"LAST_AMEND_DATE"`
		NumberChanges    wire.Text `json:"NUMBER_CHANGES"`
		EnterpriseStatus wire.Text `json:"ENTERPRISE_STATUS"`
		StatusName       wire.Text `json:"ENTERPRISE_STATUS_NAME"`
		LegalNames       wire.Text `json:"LEGAL_NAMES"`
		CapitalAmount    wire.Text `json:"CAPITAL_AMOUNT"`
	}
	HOAdress struct {
		CityID, CityName, DistrictID, WardID, WardName, StreetNumber, AddressFullText wire.Text
	}
	BusinessActivity wire.List[struct {
		Code   wire.Text `json:"CODE"`
		Name   wire.Text `json:"NAME"`
		IsMain wire.Text `json:"IS_MAIN"`
	}]
	Member wire.List[struct {
		Name    wire.Text `json:"MEMBER_NAME"`
		Amount  wire.Text `json:"AMOUNT"`
		Ratio   wire.Text `json:"RATIO_PERCENT"`
		Country wire.Text `json:"COUNTRY"`
	}]
	Representatives wire.List[struct {
		FullName wire.Text `json:"FULL_NAME"`
	}]
}

// dossierAnswer is that of danhSachHoSo and tinhTrangHoSo.
type dossierAnswer struct {
	verdict
	MainInformation wire.List[dossierRow]
}

// dossierRow is a row of either; the list leaves most of it out.
type dossierRow struct {
	JournalNo      wire.Text `json:"IN_JOURNAL_NO"`
	DocumentType   wire.Text `json:"DOCUMENT_TYPE"`
	EnterpriseCode wire.Text `json:"ENTERPRISE_CODE"`
	TaxCode        wire.Text `json:"ENTERPRISE_GDT_CODE"`
	Name           wire.Text `json:"NAME"`
	SiteID         wire.Text `json:"SITE_ID"`
	ReceiptDate    wire.Text `json:"RECEIPT_DATE"`
	PlanDate       wire.Text `json:"PLAN_DATE"`
	ProcessStatus  wire.Text `json:"PROCESS_STATUS"`
	TypeID         wire.Text `json:"ENTERPRISE_TYPE_ID"`
	Registration   wire.Text `json:"REGISTRATION_DATE"`
	Supplement     wire.Text `json:"SUPPLEMENT_DATE"`
	Submission     wire.Text `json:"SUBMISSION_TYPE"`
	ContactName    wire.Text `json:"CONTACT_FULL_NAME"`
	ContactAddress wire.Text `json:"CONTACT_ADDRESS"`
	ContactID      wire.Text `json:"CONTACT_ID_NO"`
	ContactPhone   wire.Text `json:"CONTACT_PHONE"`
	ContactEmail   wire.Text `json:"CONTACT_EMAIL"`
}
