package eid

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

const (
	// tokenLife is what the simulated token address answers in expires_in.
	tokenLife = 30 * time.Minute
	// codeLife is how long a consent code holds.
	codeLife = 15 * time.Minute
)

// platform is the simulated identity platform.
type platform struct {
	world  *synthetic.World
	now    func() time.Time
	tokens simulator.Tokens
}

// Simulate makes the identity platform of a world.
func Simulate(w *synthetic.World, now func() time.Time) simulator.Simulator {
	p := &platform{world: w, now: now, tokens: simulator.NewTokens(tokenLife, now)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, p.tokens.Grant(id, "client_credentials"))
	mux.Handle("POST "+identityPath, p.guarded("identity-verify", p.identity))
	mux.Handle("POST "+consentPath, p.guarded("consent-verify", p.consent))
	return simulator.Simulator{Handler: mux, Samples: p.samples()}
}

// shownVerdict is every answer as the platform writes it.
type shownVerdict struct {
	SoDinhDanh    string      `json:"soDinhDanh,omitempty"`
	KetQua        json.Number `json:"ketQua"`
	MucDoDinhDanh int         `json:"mucDoDinhDanh,omitempty"`
	HieuLucDen    string      `json:"hieuLucDen,omitempty"`
	ThoiDiem      string      `json:"thoiDiem"`
}

// question is what either operation may be asked.
type question struct {
	SoDinhDanh, MaDongY, MucDich string
	MucDo                        int
}

// guarded counts the call, checks token and question, and answers with the time.
func (p *platform) guarded(operation string, answer func(q question) shownVerdict) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		simulator.Received(r, operation)
		if !p.tokens.Admits(r) {
			w.Header().Set("Www-Authenticate", `Bearer error="invalid_token"`)
			simulator.Status(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
			return
		}
		var q question
		shown := shownVerdict{KetQua: "8"}
		if simulator.ReadJSON(w, r, &q) && len(q.SoDinhDanh) == 12 {
			shown = answer(q)
		}
		shown.ThoiDiem = p.moment(p.now())
		simulator.JSON(w, shown)
	})
}

func (p *platform) moment(t time.Time) string { return t.In(adapters.Vietnam).Format(timeLayout) }

// identity answers xacThucDinhDanh. It says yes to every account in force, also
// where its level is lower than asked: that is for the asker to compare.
func (p *platform) identity(q question) shownVerdict {
	person, ok := p.world.PersonByCitizenID(q.SoDinhDanh)
	switch {
	case q.MucDo != 1 && q.MucDo != 2:
		return shownVerdict{KetQua: "8"}
	case !ok:
		return shownVerdict{KetQua: "0"}
	}
	account, ok := p.world.ElectronicIdentity(person.Index)
	switch {
	case !ok:
		return shownVerdict{KetQua: "0"}
	case account.Locked:
		return shownVerdict{SoDinhDanh: q.SoDinhDanh, KetQua: "2", MucDoDinhDanh: account.Level}
	}
	return shownVerdict{SoDinhDanh: q.SoDinhDanh, KetQua: good, MucDoDinhDanh: account.Level}
}

// consent answers xacThucMaDongY. Whether a code is used up is told only to who may
// know of it.
func (p *platform) consent(q question) shownVerdict {
	if q.MaDongY == "" || q.MucDich == "" {
		return shownVerdict{KetQua: "8"}
	}
	given, ok := p.world.ConsentByCode(q.MaDongY)
	switch {
	case !ok:
		return shownVerdict{KetQua: "0"}
	case p.world.Person(given.Holder).CitizenID != q.SoDinhDanh:
		return shownVerdict{KetQua: "4"}
	case given.Purpose != q.MucDich:
		return shownVerdict{KetQua: "5"}
	}
	until := given.Given.Time().Add(8 * time.Hour) // when offices open
	if given.State == synthetic.ConsentValid {
		until = p.now()
	}
	result := map[synthetic.ConsentState]json.Number{synthetic.ConsentValid: good, synthetic.ConsentExpired: "2", synthetic.ConsentUsed: "3"}
	return shownVerdict{SoDinhDanh: q.SoDinhDanh, KetQua: result[given.State], HieuLucDen: p.moment(until.Add(codeLife))}
}

// samples ask about the first citizen with an account of level 2 and a consent to the
// counter, and about one without an account. No code ends as the missing one.
func (p *platform) samples() map[string]simulator.Samples {
	citizen := simulator.First(p.world.People(), func(one synthetic.Person) bool {
		consents := p.world.Consents(one.Index)
		return len(consents) > 0 && consents[0].Purpose == "one-stop"
	})
	stranger := simulator.First(p.world.People(), func(one synthetic.Person) bool {
		_, account := p.world.ElectronicIdentity(one.Index)
		return one.CitizenID != "" && one.Alive() && !account
	})
	asked := IdentityQuestion{CitizenID: adapters.CitizenID(citizen.CitizenID), ACRValues: "LoA2"}
	unknown := asked
	unknown.CitizenID = adapters.CitizenID(stranger.CitizenID)
	given := ConsentQuestion{CitizenID: asked.CitizenID, Code: "ZC99999999", Purpose: "one-stop"}
	missing := given
	if consents := p.world.Consents(citizen.Index); len(consents) > 0 {
		given.Code = ConsentCode(consents[0].Code)
	}
	another := given
	another.CitizenID = unknown.CitizenID
	return map[string]simulator.Samples{
		"identity-verify": {OK: asked, NotFound: unknown},
		"consent-verify":  {OK: given, NotFound: missing, NoMatch: another},
	}
}
