package eid

import (
	"net/http"
	"time"

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

// What ketQua says of an account and of a consent code, and when it is a failure.
var (
	accountStatuses = map[wire.Text]string{good: "Đang hoạt động", "2": "Bị khóa"}
	consentStatuses = map[wire.Text]string{good: "Còn hiệu lực", "2": "Hết hiệu lực", "3": "Đã sử dụng"}
	failures        = map[wire.Text]error{
		"0": adapters.ErrNotFound,
		"4": adapters.ErrNoMatch, // a code of another citizen
		"5": adapters.ErrNoMatch, // or for another purpose
		"8": adapters.ErrRefusedInput,
		"9": adapters.ErrUnavailable,
	}
)

// oauthError is the error that an answer names by RFC 6749 section 5.2 or RFC 6750
// section 3.1, "" where it names none. Some servers do so inside HTTP 200.
func oauthError(answer *adapters.Answer) string {
	var body struct {
		Error string `json:"error"`
	}
	if answer.JSON(&body) != nil {
		return ""
	}
	return body.Error
}

// fault is the verdict on an answer by the error it names, else by its status.
func fault(answer *adapters.Answer) error {
	name := oauthError(answer)
	switch {
	case name == "" || answer.Status == http.StatusTooManyRequests || answer.Status >= http.StatusInternalServerError:
		return answer.Fault()
	case name == "server_error" || name == "temporarily_unavailable":
		return adapters.Fail(adapters.ErrUnavailable, name, "told by the identity platform")
	}
	return adapters.Fail(adapters.ErrRejected, name, "refused by the identity platform")
}

// readVerdict takes an answer that must be about the citizen asked after and whose
// ketQua is one of the statuses.
func readVerdict(answer *adapters.Answer, asked adapters.CitizenID, statuses map[wire.Text]string) (n nationalVerdict, err error) {
	if err := answer.JSON(&n); err != nil {
		return n, err
	}
	kind, failed := failures[n.KetQua]
	_, known := statuses[n.KetQua]
	switch {
	case n.KetQua == "":
		return n, adapters.Malformed("answer without ketQua")
	case n.SoDinhDanh != "" && n.SoDinhDanh != wire.Text(asked):
		return n, adapters.Malformed("answer about another citizen than asked")
	case failed:
		return n, adapters.Fail(kind, string(n.KetQua), "told in ketQua")
	case !known:
		return n, adapters.Fail(adapters.ErrRejected, string(n.KetQua), "undocumented ketQua")
	}
	return n, nil
}

// readIdentity believes a yes only at the level asked for or above.
func readIdentity(answer *adapters.Answer, asked IdentityQuestion) (Identity, error) {
	n, err := readVerdict(answer, asked.CitizenID, accountStatuses)
	if err != nil {
		return Identity{}, err
	}
	level, known := held[n.MucDoDinhDanh]
	if !known && (n.KetQua == good || n.MucDoDinhDanh != "") {
		return Identity{}, adapters.Malformed("account without a known level of assurance")
	}
	var v wire.Values
	out := Identity{
		Verified:      n.KetQua == good && levels[level] >= levels[asked.ACRValues],
		LoAs:          level,
		AccountStatus: *wire.Code(n.KetQua, accountStatuses),
		CheckedAt:     moment(&v, "thoiDiem", n.ThoiDiem),
	}
	return out, v.Err
}

// readConsent refuses a yes that by the platform's own clock is over already.
func readConsent(answer *adapters.Answer, asked ConsentQuestion) (Consent, error) {
	n, err := readVerdict(answer, asked.CitizenID, consentStatuses)
	if err != nil {
		return Consent{}, err
	}
	var v wire.Values
	out := Consent{
		Verified:      n.KetQua == good,
		ConsentStatus: *wire.Code(n.KetQua, consentStatuses),
		ExpiresAt:     moment(&v, "hieuLucDen", n.HieuLucDen),
		CheckedAt:     moment(&v, "thoiDiem", n.ThoiDiem),
	}
	if out.Verified && out.ExpiresAt != "" && out.ExpiresAt < out.CheckedAt {
		v.Fail("hieuLucDen", "after thoiDiem")
	}
	return out, v.Err
}

// momentLayout is how the platform writes times: local, to the second.
const momentLayout = "20060102150405"

// moment reads a time of day; no text is none.
func moment(v *wire.Values, member string, t wire.Text) string {
	if t == "" {
		return ""
	}
	at, err := time.ParseInLocation(momentLayout, string(t), adapters.Vietnam)
	if err != nil {
		v.Fail(member, "a time")
		return ""
	}
	return at.Format(time.RFC3339)
}
