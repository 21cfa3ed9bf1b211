package businessregistration

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
)

// text is a value the register writes as text or as number; null is empty.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*t = ""
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(strings.TrimSpace(s))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = text(b)
	default:
		return errors.New("neither text nor number")
	}
	return nil
}

// list is an array, or an object where there is only one.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return json.Unmarshal(b, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(b, &(*l)[0])
}

// verdict is what every answer says about itself.
type verdict struct {
	Status    text
	Message   text
	DataCount text
}

// enterpriseAnswer is that of chiTietDoanhNghiep, misspellings included.
type enterpriseAnswer struct {
	verdict
	MainInformation *struct {
		EnterpriseID     text `json:"ENTERPRISE_ID"`
		TaxCode          text `json:"ENTERPRISE_GDT_CODE"`
		OldCertificate   text `json:"IMP_BUSINESS_CODE"`
		TypeID           text `json:"ENTERPRISE_TYPE_ID"`
		TypeName         text `json:"ENTERPRISE_TYPE_NAME"`
		Name             text `json:"NAME"`
		ShortName        text `json:"SHORT_NAME"`
		ForeignName      text `json:"NAME_F"`
		FoundingDate     text `json:"FOUNDING_DATE"`
		LastAmendDate    text `json:"LAST_AMEND_DATE"`
		NumberChanges    text `json:"NUMBER_CHANGES"`
		EnterpriseStatus text `json:"ENTERPRISE_STATUS"`
		StatusName       text `json:"ENTERPRISE_STATUS_NAME"`
		LegalNames       text `json:"LEGAL_NAMES"`
		CapitalAmount    text `json:"CAPITAL_AMOUNT"`
	}
	HOAdress struct {
		CityID, CityName, DistrictID, WardID, WardName, StreetNumber, AddressFullText text
	}
	BusinessActivity list[struct {
		Code   text `json:"CODE"`
		Name   text `json:"NAME"`
		IsMain text `json:"IS_MAIN"`
	}]
	Member list[struct {
		Name    text `json:"MEMBER_NAME"`
		Amount  text `json:"AMOUNT"`
		Ratio   text `json:"RATIO_PERCENT"`
		Country text `json:"COUNTRY"`
	}]
	Representatives list[struct {
		FullName text `json:"FULL_NAME"`
	}]
}

// dossierAnswer is that of danhSachHoSo and tinhTrangHoSo.
type dossierAnswer struct {
	verdict
	MainInformation list[dossierRow]
}

// dossierRow is a row of either; the list leaves most of it out.
type dossierRow struct {
	JournalNo      text `json:"IN_JOURNAL_NO"`
	DocumentType   text `json:"DOCUMENT_TYPE"`
	EnterpriseCode text `json:"ENTERPRISE_CODE"`
	TaxCode        text `json:"ENTERPRISE_GDT_CODE"`
	Name           text `json:"NAME"`
	SiteID         text `json:"SITE_ID"`
	ReceiptDate    text `json:"RECEIPT_DATE"`
	PlanDate       text `json:"PLAN_DATE"`
	ProcessStatus  text `json:"PROCESS_STATUS"`
	TypeID         text `json:"ENTERPRISE_TYPE_ID"`
	Registration   text `json:"REGISTRATION_DATE"`
	Supplement     text `json:"SUPPLEMENT_DATE"`
	Submission     text `json:"SUBMISSION_TYPE"`
	ContactName    text `json:"CONTACT_FULL_NAME"`
	ContactAddress text `json:"CONTACT_ADDRESS"`
	ContactID      text `json:"CONTACT_ID_NO"`
	ContactPhone   text `json:"CONTACT_PHONE"`
	ContactEmail   text `json:"CONTACT_EMAIL"`
}

// values reads the texts of one answer; the first that cannot be read fails it.
// The fault names the member and never the value.
type values struct{ err error }

func (v *values) fail(member, want string) {
	if v.err == nil {
		v.err = adapters.Malformed("%s is not %s", member, want)
	}
}

func (v *values) date(member string, t text) adapters.Date {
	date, ok := adapters.ReadDate(string(t), layout, layout+" 15:04:05")
	if !ok && t != "" {
		v.fail(member, "a date")
	}
	return date
}

func (v *values) count(member string, t text) *int {
	if t == "" {
		return nil
	}
	n, err := strconv.Atoi(string(t))
	if err != nil || n < 0 {
		v.fail(member, "a count")
		return nil
	}
	return &n
}

// decimal is an amount as plain digits, exact where the source writes it so. The
// source's number(21,3) has more digits than a binary fraction can hold.
func (v *values) decimal(member string, t text) string {
	s := string(t)
	if strings.ContainsAny(s, "eE") {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || n >= 1e18 {
			v.fail(member, "an amount")
			return ""
		}
		s = strconv.FormatFloat(n, 'f', 3, 64)
	}
	whole, fraction, dotted := strings.Cut(s, ".")
	switch {
	case s == "":
		return ""
	case whole == "" || dotted && fraction == "" || len(s) > 22 || strings.Trim(whole+fraction, "0123456789") != "":
		v.fail(member, "an amount")
		return ""
	}
	whole = strings.TrimLeft(whole[:len(whole)-1], "0") + whole[len(whole)-1:]
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

func (v *values) percent(member string, t text) *float64 {
	digits := v.decimal(member, t)
	if digits == "" {
		return nil
	}
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || n > 100 {
		v.fail(member, "a share in percent")
		return nil
	}
	return &n
}
