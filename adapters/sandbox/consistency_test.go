package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/catalog"
	"github.com/lgsp-vn/lgsp/adapters/internal/ndxp"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// TestSystemsTellOneStory asks the systems, through their adapters and over the
// sandbox, about the same people and compares the answers with each other. The
// world only says whom to ask about and by which numbers.
func TestSystemsTellOneStory(t *testing.T) {
	c := newClerk(t, 4000)
	promises := []struct {
		name string
		hold func(*testing.T, *clerk)
	}{
		{"RelativesKnowEachOther", relativesKnowEachOther},
		{"PlacesAreThoseOfTheSharedCatalogues", placesAreThoseOfTheSharedCatalogues},
		{"InsuranceKnowsThePeopleOfTheRegister", insuranceKnowsThePeopleOfTheRegister},
		{"CardsAndContributionsFitAge", cardsAndContributionsFitAge},
		{"LicencesAreTheirHolders", licencesAreTheirHolders},
		{"LandBelongsToPeopleOfTheRegister", landBelongsToPeopleOfTheRegister},
		{"EnterprisesAreRunByPeopleOfTheRegister", enterprisesAreRunByPeopleOfTheRegister},
		{"BusinessDossiersAreOfPeopleAndEnterprises", businessDossiersAreOfPeopleAndEnterprises},
		{"BirthsAndMarriagesAreThoseOfTheFamilies", birthsAndMarriagesAreThoseOfTheFamilies},
		{"RecognitionsAndConfirmationsFitTheMaritalStatus", recognitionsAndConfirmationsFitTheMaritalStatus},
		{"TheDeadAreDeadEverywhere", theDeadAreDeadEverywhere},
		{"FamiliesKnowOfTheirDead", familiesKnowOfTheirDead},
		{"AllowancesFitAgeFamilyAndWork", allowancesFitAgeFamilyAndWork},
		{"AssistanceDossiersAreOfTheirApplicants", assistanceDossiersAreOfTheirApplicants},
		{"AccountsAndConsentsAreOfTheLiving", accountsAndConsentsAreOfTheLiving},
		{"CertificatesAreOfTheirApplicants", certificatesAreOfTheirApplicants},
		{"ServantsAreInsuredPeopleOfTheRegister", servantsAreInsuredPeopleOfTheRegister},
		{"PostGoesToPeopleOfTheRegister", postGoesToPeopleOfTheRegister},
		{"BudgetUnitsAreOfTheCommunes", budgetUnitsAreOfTheCommunes},
	}
	held := 0
	for _, promise := range promises {
		t.Run(promise.name, func(t *testing.T) { held++; promise.hold(t, c) })
	}
	if held == len(promises) && c.twice < 10 {
		t.Errorf("only %d people can be reached by what two systems say", c.twice)
	}
}

// clerk asks every system of one sandbox.
type clerk struct {
	world      *synthetic.World
	operations map[string]*adapters.Operation // by system and id
	ways       map[string]*adapters.Conn      // by system and protocol
	samples    map[string]map[string]struct{ OK json.RawMessage }
	identities map[int]identity
	deaths     map[int]string
	reached    map[string]somebody // by citizen id, with telephone and e-mail
	twice      int                 // how many were reached by what another system said
}

func newClerk(t *testing.T, people int) *clerk {
	s := New(Options{People: people})
	server := httptest.NewServer(s)
	transport := &http.Transport{}
	t.Cleanup(func() {
		s.Close()
		transport.CloseIdleConnections()
		server.Close()
	})
	gateway := GatewaySecrets()
	behind := ndxp.NewTransport(ndxp.Options{Base: transport, TokenURL: server.URL + "/ndxp/token", Key: gateway["key"],
		Secret: gateway["secret"], AccessToken: gateway["accessToken"], Now: time.Now})
	c := &clerk{world: s.world, operations: map[string]*adapters.Operation{}, ways: map[string]*adapters.Conn{}, identities: map[int]identity{}, reached: map[string]somebody{}}
	if err := json.Unmarshal(s.samples, &c.samples); err != nil {
		t.Fatal(err)
	}
	for _, system := range catalog.Descriptions(catalog.Systems()) {
		for i := range system.Operations {
			op := &system.Operations[i]
			c.operations[system.ID+"/"+op.ID] = op
			protocol := op.Protocol
			if protocol == "" {
				protocol = system.Usual()
			}
			o := adapters.ConnOptions{Base: server.URL + Path(system, protocol), Protocol: protocol, Transport: transport, Secrets: Secrets(*system), Now: time.Now}
			if s.BehindNDXP(system.ID) && protocol == system.Usual() {
				o.Transport = behind
			}
			if way := system.ID + "/" + op.Protocol; c.ways[way] == nil {
				c.ways[way] = adapters.NewConn(o)
			}
		}
	}
	return c
}

// ask puts one question and decodes the answer into out; false where the system
// says that it has no such record.
func (c *clerk) ask(t *testing.T, operation string, question, out any) bool {
	t.Helper()
	text, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	op := c.operations[operation]
	in, faults := op.Parse(text)
	if len(faults) > 0 {
		t.Fatalf("%s: question refused at %s: %s", operation, faults[0].Field, faults[0].Message.EN)
	}
	system, _, _ := strings.Cut(operation, "/")
	record, err := op.Invoke(t.Context(), c.ways[system+"/"+op.Protocol], adapters.Call{Request: "01K00000000000000000000000", Agency: "H26.11",
		Official: "officer-1", Purpose: "one-stop", Dossier: "H26.11-261101-0001", Time: time.Now()}, in)
	switch {
	case errors.Is(err, adapters.ErrNotFound):
		return false
	case err != nil:
		t.Fatalf("%s: %v", operation, err)
	}
	if err := json.Unmarshal(record.JSON, out); err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return true
}

// must is ask for a record that has to be there.
func (c *clerk) must(t *testing.T, operation string, question, out any) {
	t.Helper()
	if !c.ask(t, operation, question, out) {
		t.Fatalf("%s knows nothing of %v", operation, question)
	}
}

type question map[string]any

// with adds a member.
func (q question) with(name string, value any) question {
	q[name] = value
	return q
}

// somebody is what any system may tell of a person: the same thing has the same
// name in all of them.
type somebody struct {
	CitizenID, OldCitizenID, FullName, DateOfBirth string
	Sex, Ethnicity                                 adapters.Code
	Phone, Email                                   string
}

// known is the number by which a person is asked about.
func (s somebody) known() question {
	if s.CitizenID == "" {
		return question{"oldCitizenId": s.OldCitizenID}
	}
	return question{"citizenId": s.CitizenID}
}

// named is the number with name and birth, as most systems want them.
func (s somebody) named() question {
	return s.known().with("fullName", s.FullName).with("dateOfBirth", s.DateOfBirth)
}

// age is in years, that of this year's birthday included.
func (s somebody) age() int { return s.ageIn(synthetic.Today.String()) }

// ageIn is the age in the year of a date.
func (s somebody) ageIn(date string) int { return year(date) - year(s.DateOfBirth) }

func year(date string) int {
	n, _ := strconv.Atoi(date[:min(4, len(date))])
	return n
}

// same compares what two systems tell of a person, as far as both do.
func same(t *testing.T, what string, a, b somebody) {
	t.Helper()
	agree := func(member, one, other string) {
		if one != "" && other != "" && one != other {
			t.Errorf("%s: %s %q and %q of %s", what, member, one, other, a.FullName)
		}
	}
	n := min(len(a.DateOfBirth), len(b.DateOfBirth)) // as precise as both
	agree("name", a.FullName, b.FullName)
	agree("birth", a.DateOfBirth[:n], b.DateOfBirth[:n])
	agree("citizen id", a.CitizenID, b.CitizenID)
	agree("old card", a.OldCitizenID, b.OldCitizenID)
	agree("sex", a.Sex.Code, b.Sex.Code)
	agree("ethnicity", a.Ethnicity.Code, b.Ethnicity.Code)
	agree("telephone", a.Phone, b.Phone)
	agree("e-mail", a.Email, b.Email)
	if a.FullName == "" || b.FullName == "" {
		t.Errorf("%s: nobody is named", what)
	}
}
