package criminalrecord

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// samples ask for the certificate that tells most. The code of the application
// handed in, and that of the missing one, are of days on which no desk is open.
func samples(w *synthetic.World) map[string]simulator.Samples {
	code, most := "", -1
	for a := range w.RecordApplications() {
		if n := richness(w, a); n > most && a.DossierCode != "" {
			code, most = a.DossierCode, n
		}
	}
	adult := simulator.First(w.People(), func(p synthetic.Person) bool {
		return p.Alive() && p.CitizenID != "" && p.Spouse != synthetic.None && p.Father != synthetic.None && p.Phone != "" && !p.Permanent.OldForm()
	})
	missing := "H26.11-260101-0001"
	return map[string]simulator.Samples{
		"apply":              {OK: applicationOf(w, adult, "H26.11-261101-0001")},
		"result":             {OK: dossierQuestion{DossierCode: code}, NotFound: dossierQuestion{DossierCode: missing}},
		"application-status": {OK: applicationQuestion{DossierCode: code}, NotFound: applicationQuestion{DossierCode: missing}},
		"catalogue":          {OK: catalogueQuestion{Catalogue: "ethnicities"}},
	}
}

// richness is how much a certificate tells; an expunged conviction has all parts.
func richness(w *synthetic.World, a synthetic.RecordApplication) int {
	if a.Certificate == "" {
		return 0
	}
	n := 1
	if c, convicted := w.Conviction(a.Person); convicted && a.Full {
		n += 4
		if c.Terms != "" && !c.Expunged.IsZero() {
			n += 4
		}
	}
	if _, banned := w.Ban(a.Person); banned && a.Full {
		n += 3
	}
	return n
}

// applicationOf fills the form in for somebody.
func applicationOf(w *synthetic.World, p synthetic.Person, code string) Application {
	today := adapters.Date(synthetic.Today.String())
	a := Application{
		DossierCode: code, ReceivedOn: today, DueOn: adapters.Date(synthetic.Today.AddDays(14).String()),
		CertificateType: "2", WithProhibitions: true, PurposeOfUse: adapters.Code{Code: "01", Name: "Xin việc làm"}, Copies: 1,
		Applicant: Applicant{
			FullName: adapters.PersonName(p.FullName()), Sex: adapters.Code(p.Sex.Coded()), DateOfBirth: adapters.Date(p.Birth.String()),
			BirthAddress: lived(p.BirthRegistered), PermanentAddress: lived(p.Permanent), TemporaryAddress: lived(p.Current),
			Nationality: adapters.Code(p.Nationality), Ethnicity: adapters.Code(p.Ethnicity), Phone: p.Phone, Email: p.Email,
			IdentityPaper: IdentityPaper{CitizenID: adapters.CitizenID(p.CitizenID), IssuedOn: "2022-05-17", IssuedBy: "Cục Cảnh sát quản lý hành chính về trật tự xã hội"},
		},
		Father: Relative{FullName: adapters.PersonName(p.FatherName)}, Mother: Relative{FullName: adapters.PersonName(p.MotherName)},
		DeclaredConvictions: "Không có",
		Residences:          []Residence{{StartedOn: adapters.Date(p.Birth.AddDays(14 * 366).String()), Place: p.Permanent.Full(), Occupation: "Lao động tự do"}},
		Attachments:         []Attachment{{Kind: "Tờ khai", Name: "to-khai.pdf", Content: paper("2", "TO KHAI")}},
	}
	if p.CitizenID == "" {
		a.Applicant.IdentityPaper = IdentityPaper{OldCitizenID: adapters.OldCitizenID(p.OldCitizenID)}
	}
	if p.Spouse != synthetic.None {
		s := w.Person(p.Spouse)
		a.Spouse = Relative{FullName: adapters.PersonName(s.FullName()), DateOfBirth: adapters.Date(s.Birth.String()), CitizenID: adapters.CitizenID(s.CitizenID)}
	}
	return a
}

// lived is an address as a caller gives it.
func lived(a synthetic.Address) adapters.Address {
	return adapters.NationalAddress{ProvinceCode: a.ProvinceCode, ProvinceName: a.ProvinceName, DistrictCode: a.DistrictCode,
		CommuneCode: a.CommuneCode, CommuneName: a.CommuneName, Detail: a.Detail, Resident: true}.Address()
}
