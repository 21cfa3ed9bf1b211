package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

func relativesKnowEachOther(t *testing.T, c *clerk) {
	married, descended := 0, 0
	for i := range c.some(6) {
		p, w := c.identity(t, i), c.world.Person(i)
		var again identity
		c.must(t, "population/relatives-verify", p.named(), &again)
		same(t, "both look-ups of the register", p.somebody, again.somebody)
		same(t, "father by both look-ups", p.Father, again.Father)
		same(t, "mother by both look-ups", p.Mother, again.Mother)
		var verdict struct{ Exists bool }
		if c.must(t, "population/citizen-verify", p.known().with("fullName", p.FullName), &verdict); !verdict.Exists {
			t.Errorf("%s is found and does not exist", p.FullName)
		}
		for parent, told := range map[int]somebody{w.Father: p.Father, w.Mother: p.Mother} {
			if parent == synthetic.None {
				continue
			}
			descended++
			same(t, "parent", c.identity(t, parent).somebody, told)
			if gap := c.identity(t, parent).age() - p.age(); gap < 18 || gap > 45 {
				t.Errorf("%s is %d years younger than a parent", p.FullName, gap)
			}
		}
		if w.Spouse != synthetic.None {
			married++
			spouse := c.identity(t, w.Spouse)
			same(t, "spouse", spouse.somebody, p.Spouse)
			same(t, "spouse of the spouse", p.somebody, spouse.Spouse)
			if spouse.HouseholdBook != p.HouseholdBook || spouse.Sex == p.Sex {
				t.Errorf("%s and the spouse have two households or one sex", p.FullName)
			}
		}
		if r := p.Representative; r.FullName != "" && r != p.Father && r != p.Mother {
			t.Errorf("%s is represented by a stranger", p.FullName)
		}
		head := c.identity(t, c.world.Household(w.Household).Head)
		same(t, "head of the household", head.somebody, p.HouseholdHead.somebody)
		if head.HouseholdBook != p.HouseholdBook || head.PermanentResidence != p.PermanentResidence {
			t.Errorf("%s lives elsewhere than the head of the household", p.FullName)
		}
	}
	if married < 50 || descended < 50 {
		t.Errorf("%d married people and %d parents were compared", married, descended)
	}
}

// insuranceKnowsThePeopleOfTheRegister searches with what the register tells.
func insuranceKnowsThePeopleOfTheRegister(t *testing.T, c *clerk) {
	for i := range c.some(11) {
		p := c.identity(t, i)
		home := p.PermanentResidence.Address
		who := question{"fullName": p.FullName, "dateOfBirth": p.DateOfBirth, "sex": question{"code": p.Sex.Code}, "placeKind": "household"}
		member := struct {
			participant
			AddressText string
		}{}
		c.must(t, "social-insurance/household-search", who.with("provinceCode", home.ProvinceCode).with("healthCardNumber", c.world.HealthCards(i)[0].Number), &member)
		same(t, "member of the insurance's household", p.somebody, member.somebody)
		delete(who, "provinceCode")
		delete(who, "healthCardNumber")
		if home.FormerDistrictCode == "" {
			who["communeCode"] = home.CommuneCode
		} else {
			who["formerCommuneCode"] = home.FormerCommuneCode
		}
		var found, record participant
		c.must(t, "social-insurance/number-search", who, &found)
		record = c.insured(t, i)
		if found.SocialInsuranceNumber != record.SocialInsuranceNumber || member.SocialInsuranceNumber != record.SocialInsuranceNumber || found.Status != record.Status {
			t.Errorf("%s is searched and found by different numbers or states", p.FullName)
		}
		at, registered := record.BirthRegistration.Address, p.BirthRegistration.Address
		if at.ProvinceCode != registered.ProvinceCode || at.FormerDistrictCode != registered.FormerDistrictCode || at.FormerCommuneCode != registered.FormerCommuneCode || at.CommuneCode != registered.CommuneCode {
			t.Errorf("%s was registered at %+v and at %+v", p.FullName, registered, at)
		}
		if p.CitizenID != "" && p.CitizenID[:3] != "0"+registered.ProvinceCode {
			t.Errorf("the citizen id of %s is of another province than %s", p.FullName, registered.ProvinceCode)
		}
		if card := c.card(t, i); !strings.HasPrefix(member.AddressText, home.Detail) || card.HealthCardNumber != "" && (card.AddressText != member.AddressText || card.HealthCardNumber[5:] != record.SocialInsuranceNumber) {
			t.Errorf("%s has another address or number on the card", p.FullName)
		}
	}
}

func cardsAndContributionsFitAge(t *testing.T, c *clerk) {
	today, states, groups := synthetic.Today.String(), map[string]int{}, map[string]int{}
	for i := range c.some(3) {
		p, record, card := c.identity(t, i), c.insured(t, i), c.card(t, i)
		states[record.Status.Code]++
		groups[card.group()]++
		switch {
		case record.Status.Code == payingIn && (p.age() < 18 || p.age() >= 62),
			record.Status.Code == drawingPension && p.age() < 62,
			record.Status.Code == neverPaidIn && record.InsuranceBookNumber != "":
			t.Errorf("%s, aged %d, stands as %s", p.FullName, p.age(), record.Status.Name)
		case (record.Status.Code == dead) != (card.Status.Code == "110"):
			t.Errorf("%s stands as %s and has a card in state %s", p.FullName, record.Status.Name, card.Status.Code)
		case (card.group() == "DN" || card.group() == "HC") && record.Status.Code != payingIn,
			record.Status.Code == drawingPension && card.group() != "HT",
			(card.group() == "TE") != (p.age() < 6),
			(card.group() == "HS") != (p.age() >= 6 && p.age() < 18):
			t.Errorf("%s, aged %d, stands as %s and has a card of group %s", p.FullName, p.age(), record.Status.Name, card.group())
		case card.ExpiresOn != "" && (card.ExpiresOn < today) != (card.Status.Code == "010" || card.Status.Code == "003") && card.Status.Code != "110",
			card.ValidFrom != "" && (card.ValidFrom > today || card.ValidFrom < p.DateOfBirth):
			t.Errorf("the card of %s, from %s to %s, is in state %s", p.FullName, card.ValidFrom, card.ExpiresOn, card.Status.Code)
		}
	}
	if len(states) != 5 || len(groups) < 8 {
		t.Errorf("too few kinds: participants %v, cards %v", states, groups)
	}
}

func licencesAreTheirHolders(t *testing.T, c *clerk) {
	replaced := 0
	for i := range c.some(7) {
		l, ok := c.world.Licence(i)
		if !ok {
			continue
		}
		p := c.identity(t, i)
		type class struct{ LicenceClass, FormerLicenceNumber, PassedOn string }
		var found struct {
			somebody
			LicenceClasses []class
		}
		q := question{"drivingLicenceNumber": l.Number, "dateOfBirth": p.DateOfBirth}
		c.must(t, "driving-licence/licence-lookup", q, &found)
		same(t, "driving licence", p.somebody, found.somebody)
		if found.CitizenID == "" && found.OldCitizenID == "" {
			t.Errorf("the licence of %s names no identity", p.FullName)
		}
		for _, class := range found.LicenceClasses {
			if age := p.ageIn(class.PassedOn); age < 18 {
				t.Errorf("%s passed a test at %d", p.FullName, age)
			}
		}
		if former := found.LicenceClasses[0].FormerLicenceNumber; former != "" {
			replaced++
			paper := found
			c.must(t, "driving-licence/licence-lookup", q.with("drivingLicenceNumber", former), &paper)
			same(t, "replaced licence", found.somebody, paper.somebody)
		}
		if c.died(t, i) != "" {
			t.Errorf("%s is dead and drives", p.FullName)
		}
	}
	if replaced == 0 {
		t.Error("no licence replaced another")
	}
}

func birthsAndMarriagesAreThoseOfTheFamilies(t *testing.T, c *clerk) {
	for r, e := range c.entries(t, "birth", 250) {
		p := c.identity(t, r.Subject)
		same(t, "child", p.somebody, e.Child)
		same(t, "father of a birth", p.Father, e.Father)
		same(t, "mother of a birth", p.Mother, e.Mother)
		registered := p.BirthRegistration.Address
		if code := string(registered.CommuneCode); e.RegisterOffice != registered.FormerCommuneCode && (registered.FormerDistrictCode != "" || e.RegisterOffice != code) || e.RegisteredOn < p.DateOfBirth {
			t.Errorf("%s, born %s, was entered on %s in %s, by the register in %+v", p.FullName, p.DateOfBirth, e.RegisteredOn, e.RegisterOffice, registered)
		}
		c.remember(t, e.Requester)
	}
	for r, e := range c.entries(t, "marriage", 200) {
		husband, wife := c.identity(t, r.Subject), c.identity(t, r.Partner)
		same(t, "husband", husband.somebody, e.Husband)
		same(t, "wife", wife.somebody, e.Wife)
		same(t, "husband by the wife's record", wife.Spouse, e.Husband)
		same(t, "wife by the husband's record", husband.Spouse, e.Wife)
		if husband.ageIn(e.RegisteredOn) < 20 || wife.ageIn(e.RegisteredOn) < 18 {
			t.Errorf("%s and %s married too young, on %s", husband.FullName, wife.FullName, e.RegisteredOn)
		}
		for _, partner := range []int{r.Subject, r.Partner} {
			if dead := c.died(t, partner); dead != "" && dead < e.RegisteredOn {
				t.Errorf("%s married after death", c.identity(t, partner).FullName)
			}
		}
		c.remember(t, e.Requester)
	}
}

func recognitionsAndConfirmationsFitTheMaritalStatus(t *testing.T, c *clerk) {
	statuses := c.catalogue(t, "matinhtranghonnhan")
	for r, e := range c.entries(t, "recognition", 50) {
		child, father := c.identity(t, r.Subject), c.identity(t, r.Partner)
		same(t, "recognised child", child.somebody, e.RecognisedChild)
		same(t, "recognising father", father.somebody, e.Parent)
		same(t, "father in the register", child.Father, e.Parent)
		if statuses[father.MaritalStatus.Code] != "Chưa kết hôn" {
			t.Errorf("%s is %s and recognised a child", father.FullName, statuses[father.MaritalStatus.Code])
		}
	}
	for r, e := range c.entries(t, "marital-status", 100) {
		p := c.identity(t, r.Subject)
		same(t, "confirmed person", p.somebody, e.ConfirmedPerson.somebody)
		if statuses[p.MaritalStatus.Code] != e.ConfirmedPerson.MaritalStatusText {
			t.Errorf("%s is %s in the register and %s by confirmation", p.FullName, statuses[p.MaritalStatus.Code], e.ConfirmedPerson.MaritalStatusText)
		}
	}
}

func theDeadAreDeadEverywhere(t *testing.T, c *clerk) {
	c.died(t, 0)
	for i, day := range c.deaths {
		p := c.identity(t, i)
		if status := c.insured(t, i).Status; status.Code != dead {
			t.Errorf("%s is dead and insured as %s", p.FullName, status.Name)
		}
		if state := c.card(t, i).Status; state.Code != "110" {
			t.Errorf("%s is dead and has a card that is %s", p.FullName, state.Name)
		}
		var account struct {
			Verified      bool
			AccountStatus adapters.Code
		}
		if p.CitizenID != "" && c.ask(t, "eid/identity-verify", question{"citizenId": p.CitizenID, "acrValues": "LoA1"}, &account) && (account.Verified || account.AccountStatus.Code != "2") {
			t.Errorf("%s is dead and has an account", p.FullName)
		}
		if a, ok := c.assisted(t, i); ok && a.StoppedOn != day {
			t.Errorf("%s died on %s and was paid until %s", p.FullName, day, a.StoppedOn)
		}
	}
	for i := range c.some(5) {
		if (c.insured(t, i).Status.Code == dead) != (c.died(t, i) != "") {
			t.Errorf("%s has no entry of death and is not insured any more, or the other way round", c.identity(t, i).FullName)
		}
	}
}

// familiesKnowOfTheirDead: in the records of others the dead have a name alone.
func familiesKnowOfTheirDead(t *testing.T, c *clerk) {
	c.died(t, 0)
	statuses := c.catalogue(t, "matinhtranghonnhan")
	for i := range c.deaths {
		name := c.identity(t, i).FullName
		nameless := func(told somebody, of identity) {
			if told.FullName != name || told.CitizenID+told.OldCitizenID != "" {
				t.Errorf("%s is dead and %+v in the record of %s", name, told, of.FullName)
			}
		}
		for _, child := range c.world.Children(i) {
			r, of := c.identity(t, child), c.world.Person(child)
			nameless(map[int]somebody{of.Father: r.Father, of.Mother: r.Mother}[i], r)
			if r.Representative.FullName == name {
				t.Errorf("%s is dead and represents %s", name, r.FullName)
			}
		}
		if spouse := c.world.Person(i).Spouse; spouse != synthetic.None {
			r := c.identity(t, spouse)
			nameless(r.Spouse, r)
			if c.died(t, spouse) == "" && statuses[r.MaritalStatus.Code] != "Góa" {
				t.Errorf("%s is %s after the death of %s", r.FullName, statuses[r.MaritalStatus.Code], name)
			}
		}
	}
}

func allowancesFitAgeFamilyAndWork(t *testing.T, c *clerk) {
	statuses, categories := c.catalogue(t, "matinhtranghonnhan"), map[string]int{}
	sixteenYearsAgo := synthetic.Today.AddYears(-16).String()
	for i := range c.some(1) {
		if _, receives := c.world.Assistance(i); !receives && i%9 > 0 {
			continue
		}
		a, ok := c.assisted(t, i)
		if !ok {
			continue
		}
		p := c.identity(t, i)
		same(t, "beneficiary", p.somebody, somebody{CitizenID: a.CitizenID, OldCitizenID: a.OldCitizenID, FullName: p.FullName})
		status, group := c.insured(t, i).Status.Code, c.card(t, i).group()
		categories[a.BeneficiaryCategory.Code]++
		fits := false
		switch a.BeneficiaryCategory.Code {
		case "NCT":
			fits = p.age() >= 75 && status != drawingPension && status != payingIn
		case "NKT":
			fits = group != "DN" && group != "HC"
		case "DTN":
			young := func(child int) bool { return c.identity(t, child).DateOfBirth > sixteenYearsAgo }
			fits = statuses[p.MaritalStatus.Code] != "Đang có vợ/chồng" && group != "DN" && group != "HC" &&
				(a.StoppedOn == "") == slices.ContainsFunc(c.world.Children(i), young)
		case "TMC":
			fits = (a.StoppedOn == "") == (p.DateOfBirth > sixteenYearsAgo) && p.Father.CitizenID+p.Father.OldCitizenID+p.Mother.CitizenID+p.Mother.OldCitizenID == "" && p.Representative.FullName == "" &&
				c.died(t, c.world.Person(i).Father) != "" && c.died(t, c.world.Person(i).Mother) != ""
		}
		if !fits || a.StartedOn < p.DateOfBirth[:4] {
			t.Errorf("%s, aged %d, insured as %s with a card of group %s, receives %+v", p.FullName, p.age(), status, group, a)
		}
	}
	if len(categories) < 4 {
		t.Errorf("too few grounds: %v", categories)
	}
}

func assistanceDossiersAreOfTheirApplicants(t *testing.T, c *clerk) {
	seen, decided := 0, 0
	for _, d := range c.world.AssistanceDossiers() {
		day := d.Received.Format("2006-01-02")
		var list struct {
			Dossiers []struct {
				Dossier struct {
					DossierCode, HandlingOffice string
					Applicant                   struct {
						somebody
						PermanentResidence, CurrentResidence place
					}
					Jurisdiction adapters.Address
					Decision     struct{ DecidedOn string }
				}
			}
		}
		c.must(t, "social-assistance/dossiers-by-period", question{"communeCode": d.Assistance.Commune.CommuneCode, "from": day, "to": day}, &list)
		for _, row := range list.Dossiers {
			if row.Dossier.DossierCode != d.Code {
				continue
			}
			seen++
			p, applicant := c.identity(t, d.Applicant), row.Dossier.Applicant
			same(t, "applicant for assistance", p.somebody, applicant.somebody)
			c.remember(t, applicant.somebody)
			if applicant.PermanentResidence != p.PermanentResidence || p.CurrentResidence != (place{}) && applicant.CurrentResidence != p.CurrentResidence {
				t.Errorf("%s lives at %+v and %+v", p.FullName, p.PermanentResidence, applicant.PermanentResidence)
			}
			a, ok := c.assisted(t, d.Assistance.Person)
			if !ok || a.PayingOffice != row.Dossier.HandlingOffice {
				t.Errorf("%s is paid by %q and applied to %q", p.FullName, a.PayingOffice, row.Dossier.HandlingOffice)
			}
			if !d.Change && row.Dossier.Decision.DecidedOn != "" {
				if decided++; row.Dossier.Decision.DecidedOn != a.StartedOn {
					t.Errorf("%s is paid from %s by a decision of %s", p.FullName, a.StartedOn, row.Dossier.Decision.DecidedOn)
				}
			}
		}
	}
	if seen != len(c.world.AssistanceDossiers()) || decided == 0 {
		t.Errorf("%d dossiers seen, %d new decisions", seen, decided)
	}
}

func accountsAndConsentsAreOfTheLiving(t *testing.T, c *clerk) {
	accounts, agreed := 0, 0
	for i := range c.some(9) {
		p := c.identity(t, i)
		if p.CitizenID == "" {
			continue
		}
		var account struct {
			Verified bool
			LoAs     string
		}
		found := c.ask(t, "eid/identity-verify", question{"citizenId": p.CitizenID, "acrValues": "LoA2"}, &account)
		if account.Verified && (c.died(t, i) != "" || p.age() < 14) || found && p.age() < 6 {
			t.Errorf("%s, aged %d, died %q, has an account of %s", p.FullName, p.age(), c.died(t, i), account.LoAs)
		}
		if found {
			accounts++
		}
		for _, given := range c.world.Consents(i) {
			var consent struct{ Verified bool }
			c.must(t, "eid/consent-verify", question{"citizenId": p.CitizenID, "consentCode": given.Code, "consentPurpose": given.Purpose}, &consent)
			if agreed++; !account.Verified {
				t.Errorf("%s agreed without an account", p.FullName)
			}
		}
	}
	if accounts == 0 || agreed == 0 {
		t.Errorf("%d accounts, %d consents", accounts, agreed)
	}
}

func certificatesAreOfTheirApplicants(t *testing.T, c *clerk) {
	// The states of the older generation, by those of the newer.
	older := map[string]string{"1": "3", "2": "3", "9": "5", "10": "5"}
	appointments, convicted := 0, 0
	for a := range c.world.RecordApplications() {
		if _, past := c.world.Conviction(a.Person); !past && a.Person%5 > 0 {
			continue
		}
		p := c.identity(t, a.Person)
		if p.age() < 18 || c.died(t, a.Person) != "" {
			t.Errorf("%s, aged %d, applies", p.FullName, p.age())
		}
		var status struct {
			Status   adapters.Code
			IssuedOn string
		}
		if a.Appointment != "" {
			appointments++
			c.must(t, "criminal-record/application-status", p.known().with("appointmentNumber", a.Appointment), &status)
			if c.ask(t, "criminal-record/application-status", question{"citizenId": "001099000001", "appointmentNumber": a.Appointment}, &status) {
				t.Errorf("the appointment of %s is anybody's", p.FullName)
			}
			continue // nothing more is told of it
		}
		var result struct {
			Status      adapters.Code
			Certificate *struct {
				IssuedOn         string
				ConvictionStatus adapters.Code
			}
		}
		c.must(t, "criminal-record/application-status", question{"dossierCode": a.DossierCode}, &status)
		c.must(t, "criminal-record/result", question{"dossierCode": a.DossierCode}, &result)
		if want := cmp.Or(older[result.Status.Code], "4"); status.Status.Code != want {
			t.Errorf("the application of %s is %s and %s", p.FullName, status.Status.Name, result.Status.Name)
		}
		if result.Certificate == nil {
			continue
		}
		if status.IssuedOn != result.Certificate.IssuedOn {
			t.Errorf("the certificate of %s was issued on %s and %s", p.FullName, status.IssuedOn, result.Certificate.IssuedOn)
		}
		if result.Certificate.ConvictionStatus.Code != "0" {
			convicted++
			if c.card(t, a.Person).group() == "HC" {
				t.Errorf("%s is convicted and a public servant", p.FullName)
			}
		}
	}
	if appointments == 0 || convicted == 0 {
		t.Errorf("%d appointments, %d convicted", appointments, convicted)
	}
}

func servantsAreInsuredPeopleOfTheRegister(t *testing.T, c *clerk) {
	units, seen := c.catalogue(t, "qlvanbandieuhanhcap2"), 0
	for s := range c.world.Servants() {
		if seen++; seen%2 > 0 {
			continue
		}
		p := c.identity(t, s.Person)
		var file struct {
			General struct {
				somebody
				Religion                                                                    adapters.Code
				EmployingUnitID, SocialInsuranceNumber, RecruitedOn, PermanentResidenceText string
			}
			Career struct {
				Postings []struct{ UnitName, EndedOn string }
			}
		}
		c.must(t, "civil-servants/profile-lookup", question{"staffNumber": s.StaffNumber}, &file)
		same(t, "public servant", p.somebody, file.General.somebody)
		record, postings := c.insured(t, s.Person), file.Career.Postings
		switch last := postings[len(postings)-1]; {
		case file.General.SocialInsuranceNumber != record.SocialInsuranceNumber || record.Status.Code != payingIn || c.card(t, s.Person).group() != "HC":
			t.Errorf("%s serves and is insured as %s under %s", p.FullName, record.Status.Name, record.SocialInsuranceNumber)
		case p.ageIn(file.General.RecruitedOn) < 18 || c.died(t, s.Person) != "":
			t.Errorf("%s, born %s, died %q, was recruited on %s", p.FullName, p.DateOfBirth, c.died(t, s.Person), file.General.RecruitedOn)
		case last.EndedOn != "" || units[file.General.EmployingUnitID] != last.UnitName+" (mã giả định)":
			t.Errorf("%s works in %s, last posting %q", p.FullName, file.General.EmployingUnitID, last.UnitName)
		case file.General.Religion.Code != p.Religion.Code || !strings.HasPrefix(file.General.PermanentResidenceText, p.PermanentResidence.Address.Detail):
			t.Errorf("%s believes or lives otherwise in the file", p.FullName)
		}
	}
	if seen < 50 {
		t.Errorf("only %d servants", seen)
	}
}
