package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// placesAreThoseOfTheSharedCatalogues: the trap is that a code of today is that of
// some old commune with another name, so only the two together tell where it is.
func placesAreThoseOfTheSharedCatalogues(t *testing.T, c *clerk) {
	districts, communes := c.catalogue(t, "donvihanhchinhcap2"), c.catalogue(t, "donvihanhchinhcap3")
	ethnicities, religions := c.catalogue(t, "madantoc"), c.catalogue(t, "matongiao")
	old, modern, undecided := 0, 0, 0
	for i := range c.some(7) {
		p := c.identity(t, i)
		if ethnicities[p.Ethnicity.Code] == "" || religions[p.Religion.Code] == "" {
			t.Errorf("%s is of unknown ethnicity %q or religion %q", p.FullName, p.Ethnicity.Code, p.Religion.Code)
		}
		for _, at := range []adapters.Address{p.BirthRegistration.Address, p.Origin.Address, p.PermanentResidence.Address, p.CurrentResidence.Address} {
			switch {
			case at.ProvinceCode != "01":
			case at.CommuneCode != "" && communes[string(at.CommuneCode)] != at.CommuneName:
				t.Errorf("%s is %q in an address and %q in the catalogue", at.CommuneCode, at.CommuneName, communes[string(at.CommuneCode)])
			case at.FormerDistrictCode != "" && districts[at.FormerDistrictCode] == "":
				t.Errorf("no district %s", at.FormerDistrictCode)
			case at.FormerDistrictCode != "":
				old++
			case at.CommuneCode == "":
				undecided++
			default:
				modern++
			}
		}
	}
	if old == 0 || modern == 0 || undecided == 0 {
		t.Errorf("addresses: %d of before the reform, %d of today, %d that might be either", old, modern, undecided)
	}
}

func landBelongsToPeopleOfTheRegister(t *testing.T, c *clerk) {
	couples := 0
	for _, paper := range c.world.Certificates() {
		if paper.Index%2 > 0 {
			continue
		}
		type parcel struct{ MapSheet, ParcelNumber, OwnerName string }
		var found struct {
			Certificate struct{ SerialNumber, BookNumber, IssuedOn string }
			Owners      []struct {
				somebody
				Address adapters.Address
			}
			Parcels []parcel
		}
		c.must(t, "land/certificate-lookup", question{"serialNumber": paper.Number}, &found)
		var names []string
		for k, owner := range found.Owners {
			p := c.identity(t, paper.Owners[k])
			same(t, "land owner", p.somebody, owner.somebody)
			names = append(names, owner.FullName)
			if !strings.HasPrefix(owner.Address.Detail, p.PermanentResidence.Address.Detail) || c.died(t, paper.Owners[k]) != "" {
				t.Errorf("%s owns land and lives elsewhere, or not at all", p.FullName)
			}
			if owner.CitizenID+owner.OldCitizenID == "" || found.Certificate.IssuedOn < p.DateOfBirth {
				t.Errorf("%s owns land since %s", p.FullName, found.Certificate.IssuedOn)
			}
		}
		if len(found.Owners) == 2 {
			couples++
			same(t, "owners who are married", c.identity(t, paper.Owners[0]).Spouse, found.Owners[1].somebody)
		}
		for k, lot := range found.Parcels {
			if lot.OwnerName != "" && len(names) > 0 && lot.OwnerName != strings.Join(names, ", ") {
				t.Errorf("certificate of %v, parcel of %s", names, lot.OwnerName)
			}
			key := c.world.Parcels()[paper.Parcels[k]]
			commune := "communeCode"
			if key.Address.OldForm() {
				commune = "formerCommuneCode"
			}
			var again struct {
				Parcel       parcel
				Certificates []struct{ SerialNumber, BookNumber, IssuedOn string }
			}
			c.must(t, "land/parcel-lookup", question{commune: key.Key.Commune, "mapSheet": lot.MapSheet, "parcelNumber": lot.ParcelNumber}, &again)
			if again.Parcel != lot || !slices.Contains(again.Certificates, found.Certificate) {
				t.Errorf("parcel %+v by its key is %+v", lot, again)
			}
		}
	}
	if couples == 0 {
		t.Error("no couple owns land")
	}
}

func enterprisesAreRunByPeopleOfTheRegister(t *testing.T, c *clerk) {
	communes, companies := c.catalogue(t, "donvihanhchinhcap3"), 0
	for _, e := range c.world.Enterprises() {
		found := c.enterprise(t, e.TaxCode)
		for k, i := range e.Representatives {
			p := c.identity(t, i)
			same(t, "representative", p.somebody, found.Representatives[k])
			if found.LegalNames[k] != p.FullName {
				t.Errorf("%s is represented by %s and by %s", found.Name, found.LegalNames[k], p.FullName)
			}
			if group := c.card(t, i).group(); group == "HC" || group == "DN" || c.died(t, i) != "" {
				t.Errorf("%s stands for %s with a card of group %s", p.FullName, found.Name, group)
			}
		}
		for k, m := range e.Members {
			if m.Person != synthetic.None {
				same(t, "member", c.identity(t, m.Person).somebody, somebody{FullName: found.Members[k].Name})
			} else if owner := c.enterprise(t, c.world.Enterprises()[m.Enterprise].TaxCode); owner.Name != found.Members[k].Name || owner.FoundedOn > found.FoundedOn {
				t.Errorf("%s is owned by %s, which is called %s", found.Name, found.Members[k].Name, owner.Name)
			} else {
				companies++
			}
		}
		if seat := found.Address; seat.CommuneCode != "" && communes[string(seat.CommuneCode)] != seat.CommuneName {
			t.Errorf("%s has its seat in %s, which is called %s", found.Name, seat.CommuneName, communes[string(seat.CommuneCode)])
		}
		if parent, _, branch := strings.Cut(e.TaxCode, "-"); branch && c.enterprise(t, parent).Status != found.Status {
			t.Errorf("%s is not in the state of its parent", found.Name)
		}
	}
	if companies == 0 {
		t.Error("no company owns another")
	}
}

func businessDossiersAreOfPeopleAndEnterprises(t *testing.T, c *clerk) {
	type dossier struct {
		JournalNumber, TaxCode, Name, ReceivedOn, RegisteredOn string
		EnterpriseType, Status, DocumentType                   adapters.Code
		Contact                                                struct {
			somebody
			Address adapters.Address
		}
	}
	days := map[string][]dossier{}
	for k, d := range c.world.Dossiers() {
		if k%3 > 0 {
			continue
		}
		var found dossier
		c.must(t, "business-registration/dossier-status", question{"journalNumber": d.JournalNo}, &found)
		p := c.identity(t, d.Contact)
		same(t, "contact of a dossier", p.somebody, found.Contact.somebody)
		c.remember(t, found.Contact.somebody)
		if c.died(t, d.Contact) != "" || !strings.HasPrefix(found.Contact.Address.Detail, p.PermanentResidence.Address.Detail) {
			t.Errorf("%s is to be contacted elsewhere, or dead", p.FullName)
		}
		if found.TaxCode != "" {
			if e := c.enterprise(t, found.TaxCode); e.Name != found.Name || e.EnterpriseType.Code != found.EnterpriseType.Code ||
				found.RegisteredOn > max(e.AmendedOn, e.FoundedOn) || e.FoundedOn > found.RegisteredOn && found.RegisteredOn != "" {
				t.Errorf("dossier %+v of %+v", found, e)
			}
		}
		if day := found.ReceivedOn; days[day] == nil {
			var list struct{ Dossiers []dossier }
			c.must(t, "business-registration/dossiers-by-date", question{"from": day, "to": day, "limit": 100}, &list)
			days[day] = list.Dossiers
		}
		if !slices.ContainsFunc(days[found.ReceivedOn], func(row dossier) bool {
			return row.JournalNumber == found.JournalNumber && row.Status == found.Status && row.Name == found.Name && row.DocumentType == found.DocumentType
		}) {
			t.Errorf("dossier %s is not in the list of its day", found.JournalNumber)
		}
	}
}

func postGoesToPeopleOfTheRegister(t *testing.T, c *clerk) {
	var feed struct {
		Events []struct {
			OrderNumber string
			Status      adapters.Code
		}
	}
	c.must(t, "postal/tracking-feed", question{"limit": 1000}, &feed)
	reached := map[string]bool{}
	for _, e := range feed.Events {
		reached[e.OrderNumber+" "+e.Status.Code] = true
	}
	for k, order := range c.world.PostOrders() {
		if k%5 > 0 {
			continue
		}
		if c.ask(t, "criminal-record/result", question{"dossierCode": order.Number}, &struct{}{}) {
			t.Errorf("the post carries papers of dossier %s, which another system has as another's", order.Number)
		}
		for operation, state := range map[string]string{"postal/acceptance": "2", "postal/delivery": "3"} {
			var q question
			if err := json.Unmarshal(c.samples["postal"]["acceptance"].OK, &q); err != nil {
				t.Fatal(err)
			}
			var told struct{ Confirmed bool }
			if c.must(t, operation, q.with("orderNumber", order.Number), &told); told.Confirmed != reached[order.Number+" "+state] {
				t.Errorf("order %s: %s says %v, the feed otherwise", order.Number, operation, told.Confirmed)
			}
		}
	}
	// Of an order only who placed it knows for whom it is.
	var sample struct {
		OrderNumber      string
		Sender, Receiver struct{ Name, Phone, Email, AddressText string }
	}
	if err := json.Unmarshal(c.samples["postal"]["acceptance"].OK, &sample); err != nil {
		t.Fatal(err)
	}
	for _, order := range c.world.PostOrders() {
		if order.Number != sample.OrderNumber {
			continue
		}
		p, party := c.identity(t, order.Citizen), sample.Receiver
		if order.PickUp {
			party = sample.Sender
		}
		same(t, "party of an order", p.somebody, somebody{FullName: party.Name})
		c.remember(t, somebody{CitizenID: p.CitizenID, FullName: party.Name, Phone: party.Phone, Email: party.Email})
		if p.CurrentResidence != (place{}) && !strings.HasPrefix(party.AddressText, p.CurrentResidence.Address.Detail) {
			t.Errorf("the post goes to %s, but %s lives at %+v", party.AddressText, p.FullName, p.CurrentResidence)
		}
	}
}

func budgetUnitsAreOfTheCommunes(t *testing.T, c *clerk) {
	communes, served := c.catalogue(t, "donvihanhchinhcap3"), map[string]bool{}
	type unit struct {
		BudgetUnitCode, Name, ReceivingUnitCode, ClosedOn string
		Address                                           adapters.Address
	}
	closed := 0
	for _, u := range c.world.BudgetUnits() {
		var found, receiver unit
		c.must(t, "budget-units/unit-lookup", question{"budgetUnitCode": u.Code}, &found)
		name, ofCommune := strings.CutPrefix(found.Name, "Ủy ban nhân dân ")
		switch {
		case found.ClosedOn != "":
			closed++
			if c.must(t, "budget-units/unit-lookup", question{"budgetUnitCode": found.ReceivingUnitCode}, &receiver); receiver.ClosedOn != "" {
				t.Errorf("%s was received by %s, which is closed too", found.Name, receiver.Name)
			}
		case ofCommune && found.Address.CommuneCode != "":
			served[string(found.Address.CommuneCode)] = true
			if !strings.EqualFold(communes[string(found.Address.CommuneCode)], name) {
				t.Errorf("%s is of %s", found.Name, communes[string(found.Address.CommuneCode)])
			}
		}
	}
	if closed == 0 || len(served) < len(communes)/2 {
		t.Errorf("%d of %d communes have a unit, %d units are closed", len(served), len(communes), closed)
	}
}
