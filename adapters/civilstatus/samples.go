package civilstatus

import (
	"strconv"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// samples ask for the first rich entries of a world, and send in a birth of Today.
func (s *service) samples() map[string]simulator.Samples {
	birth := simulator.First(s.records.All(), func(r synthetic.VitalRecord) bool {
		who := s.world.Person(r.Subject)
		return r.Kind == synthetic.BirthEntry && r.Registered >= 2025_07_01 && r.Requester != synthetic.None &&
			who.Father != synthetic.None && who.Mother != synthetic.None
	})
	marriage := simulator.First(s.records.All(), func(r synthetic.VitalRecord) bool {
		return r.Kind == synthetic.MarriageEntry && s.world.Person(r.Subject).CitizenID != "" && s.world.Person(r.Partner).CitizenID != ""
	})
	result := dossierQuestion{Office: Office(birth.Office.CommuneCode), DossierCode: birth.Dossier}
	unknown := dossierQuestion{Office: "00004", DossierCode: "G22.99-150101-0001"}
	return map[string]simulator.Samples{
		"catalogue":           {OK: catalogueQuestion{"ethnicity"}},
		"dossier-status":      {OK: result, NotFound: unknown},
		"registration-result": {OK: result, NotFound: unknown},
		"record": {
			OK:       entryQuestion{"marriage", EntryID(strconv.Itoa(marriage.ID))},
			NotFound: entryQuestion{"marriage", "99"},
		},
		"records-by-date": {OK: dayQuestion{"birth", adapters.Day(birth.Registered.String())}},
		"register":        {OK: s.newborn(marriage)},
	}
}

// newborn is a child of a couple, born Today.
func (s *service) newborn(couple synthetic.VitalRecord) Registration {
	father, mother := s.world.Person(couple.Subject), s.world.Person(couple.Partner)
	today := adapters.Date(synthetic.Today.String())
	who := func(p synthetic.Person) Person {
		return Person{
			CitizenID: adapters.CitizenID(p.CitizenID), FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String()),
			Ethnicity: adapters.Code(p.Ethnicity), Nationality: adapters.Code(p.Nationality), ResidenceType: adapters.Code{Code: "1"},
			Address:       adapters.Address{Detail: p.Permanent.Full()},
			IdentityPaper: IdentityPaper{PaperType: adapters.Code{Code: "4"}, PaperNumber: p.CitizenID},
		}
	}
	requester := who(father)
	requester.DateOfBirth, requester.Ethnicity, requester.Nationality = "", adapters.Code{}, adapters.Code{}
	requester.RelationToSubject, requester.Phone, requester.Email = "Cha", father.Phone, father.Email
	copies := 2
	return Registration{
		Office: "00004", RegisterType: "birth", DossierCode: "G22.99-261101-9999", ReceivedOn: today,
		Record: Record{
			RegistrationType: adapters.Code{Code: "1"}, Copies: &copies,
			Child: Person{FullName: adapters.PersonName(father.Surname + " Thử Nghiệm"), DateOfBirth: today, Sex: adapters.Code{Code: "2"},
				Ethnicity: adapters.Code(father.Ethnicity), Nationality: adapters.Code(father.Nationality),
				Origin: adapters.Address{Detail: father.Origin.Full()}},
			Birth:  Birth{Place: "Bệnh viện giả định Hoa Sen & Hoa Bưởi", Parentage: adapters.Code{Code: "1"}},
			Father: who(father), Mother: who(mother), Requester: requester,
		},
	}
}
