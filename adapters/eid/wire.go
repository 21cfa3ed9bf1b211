package eid

import (
	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

// The messages, as the platform is assumed to spell them.
type (
	nationalIdentityQuestion struct {
		SoDinhDanh string `json:"soDinhDanh"`
		MucDo      int    `json:"mucDo"`
	}
	nationalConsentQuestion struct {
		SoDinhDanh string `json:"soDinhDanh"`
		MaDongY    string `json:"maDongY"`
		MucDich    string `json:"mucDich"`
	}
	nationalVerdict struct {
		SoDinhDanh    wire.Text `json:"soDinhDanh"` // where the answer names the citizen
		KetQua        wire.Text `json:"ketQua"`
		MucDoDinhDanh wire.Text `json:"mucDoDinhDanh"`
		HieuLucDen    wire.Text `json:"hieuLucDen"`
		ThoiDiem      wire.Text `json:"thoiDiem"`
	}
)

// levels of assurance by their names in the login flow; accounts have the first two.
var levels = map[string]int{"LoA1": 1, "LoA2": 2}

// held names the level of an account.
var held = map[wire.Text]string{"1": "LoA1", "2": "LoA2"}

// good is the ketQua of an account or a code that holds.
const good = "1"

// result is what a ketQua means: a state with its name, or an error.
type result struct {
	name   string
	kind   error
	detail string
}

// What ketQua says of an account and of a consent code.
var (
	accountResults = map[wire.Text]result{
		"0":  {kind: adapters.ErrNotFound},
		good: {name: "Đang hoạt động"},
		"2":  {name: "Bị khóa"},
		"8":  {kind: adapters.ErrRefusedInput, detail: "platform refuses the question"},
		"9":  {kind: adapters.ErrUnavailable, detail: "platform reports a fault of its own"},
	}
	consentResults = map[wire.Text]result{
		"0":  accountResults["0"],
		good: {name: "Còn hiệu lực"},
		"2":  {name: "Hết hiệu lực"},
		"3":  {name: "Đã sử dụng"},
		"4":  {kind: adapters.ErrNoMatch, detail: "code of another citizen"},
		"5":  {kind: adapters.ErrNoMatch, detail: "code for another purpose"},
		"8":  accountResults["8"],
		"9":  accountResults["9"],
	}
)

// readVerdict takes an answer that must be about the citizen asked after, with the
// state that its ketQua tells.
func readVerdict(answer *adapters.Answer, asked adapters.CitizenID, results map[wire.Text]result) (n nationalVerdict, state adapters.Code, err error) {
	if err := answer.JSON(&n); err != nil {
		return n, state, err
	}
	code := string(n.KetQua)
	r, known := results[n.KetQua]
	switch {
	case code == "":
		return n, state, adapters.Malformed("answer without ketQua")
	case n.SoDinhDanh != "" && n.SoDinhDanh != wire.Text(asked):
		return n, state, adapters.Malformed("answer about another citizen than asked")
	case !known:
		return n, state, adapters.Fail(adapters.ErrRejected, code, "ketQua that is not documented")
	case r.kind != nil:
		return n, state, adapters.Fail(r.kind, code, r.detail)
	}
	return n, adapters.Code{Code: code, Name: r.name}, nil
}

// readIdentity believes a yes only at the level asked for or above.
func readIdentity(answer *adapters.Answer, asked IdentityQuestion) (Identity, error) {
	n, state, err := readVerdict(answer, asked.CitizenID, accountResults)
	if err != nil {
		return Identity{}, err
	}
	level, known := held[n.MucDoDinhDanh]
	if !known && (n.KetQua == good || n.MucDoDinhDanh != "") {
		return Identity{}, adapters.Malformed("account without a known level of assurance")
	}
	var v wire.Values
	return wire.Whole(&v, Identity{
		Verified:      n.KetQua == good && levels[level] >= levels[asked.ACRValues],
		LoAs:          level,
		AccountStatus: state,
		CheckedAt:     v.Time("thoiDiem", n.ThoiDiem, timeLayout),
	})
}

// readConsent refuses a yes that by the platform's own clock is over already, or
// whose end cannot be held against that clock.
func readConsent(answer *adapters.Answer, asked ConsentQuestion) (Consent, error) {
	n, state, err := readVerdict(answer, asked.CitizenID, consentResults)
	if err != nil {
		return Consent{}, err
	}
	var v wire.Values
	out := Consent{
		Verified:      n.KetQua == good,
		ConsentStatus: state,
		ExpiresAt:     v.Time("hieuLucDen", n.HieuLucDen, timeLayout),
		CheckedAt:     v.Time("thoiDiem", n.ThoiDiem, timeLayout),
	}
	if out.Verified && out.ExpiresAt != "" && (out.CheckedAt == "" || out.ExpiresAt < out.CheckedAt) {
		v.Fail("hieuLucDen", "after thoiDiem")
	}
	return wire.Whole(&v, out)
}

// timeLayout is how the platform writes times: local, to the second.
const timeLayout = "20060102150405"
