package socialinsurance

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

const (
	loginPath = "/api/token/take"
	checkPath = "/api/egw/KQNhanLichSuKCB2024"

	longestLife = 24 * time.Hour
	// shortLife is that of a login whose end cannot be read: expires_in is
	// documented without its form. A token that ends sooner is replaced when refused.
	shortLife = 5 * time.Minute
)

// loginResults say why a login failed; only success is documented.
var loginResults = map[wire.Text]error{"401": adapters.ErrRejected, "402": adapters.ErrRejected, "403": adapters.ErrRejected,
	"500": adapters.ErrUnavailable}

// result is what a maKetQua of the check means: an answer with a name, or an error.
type result struct {
	name   string
	over   bool // the card no longer holds
	bare   bool // may come without the card
	kind   error
	detail string
}

// results are the values of maKetQua. A card that has ended, was replaced or is
// another ministry's is an answer. A number that does not fit its card (051 to 053)
// was mistyped and is the caller's to correct; that there is no such card is 050.
// Only 401 is not documented.
var results = map[string]result{
	"000": {name: "Thẻ còn giá trị sử dụng"},
	"001": {name: "Thẻ do Bộ Quốc phòng quản lý", bare: true},
	"002": {name: "Thẻ do Bộ Công an quản lý", bare: true},
	"003": {name: "Thẻ hết giá trị sử dụng, đã được cấp thẻ mới", over: true},
	"004": {name: "Thẻ còn giá trị sử dụng, đã được cấp thẻ mới"},
	"010": {name: "Thẻ hết giá trị sử dụng", over: true},
	"110": {name: "Thẻ đã bị thu hồi", over: true},
	"050": {kind: adapters.ErrNotFound},
	"051": {kind: adapters.ErrRefusedInput, detail: "wrong card number"},
	"052": {kind: adapters.ErrRefusedInput, detail: "wrong province in the card number"},
	"053": {kind: adapters.ErrRefusedInput, detail: "wrong benefit level in the card number"},
	"060": {kind: adapters.ErrNoMatch, detail: "name differs"},
	"061": {kind: adapters.ErrNoMatch, detail: "name differs after its first letter"},
	"070": {kind: adapters.ErrNoMatch, detail: "date of birth differs"},
	"100": {kind: adapters.ErrUnavailable, detail: "portal cannot read its data"},
	"101": {kind: adapters.ErrUnavailable, detail: "portal reports a fault of its own"},
	"401": {kind: adapters.ErrTokenRefused},
}

// cardAnswer is that of the check.
type cardAnswer struct {
	MaKetQua, GhiChu, MaThe, HoTen, NgaySinh, GioiTinh, DiaChi, MaDKBD, GtTheTu, GtTheDen, MaKV wire.Text
}

// checkCard is KQNhanLichSuKCB2024.
func checkCard(ctx context.Context, c *adapters.Conn, call adapters.Call, q CardQuestion) (HealthCard, error) {
	question := map[string]string{
		"maThe": q.identifier(), "hoTen": string(q.FullName), "ngaySinh": q.DateOfBirth.Format("02/01/2006", "2006", "2006"),
		"hoTenCb": cmp.Or(string(q.OfficialName), call.Official), "cccdCb": cmp.Or(string(q.OfficialID), call.Official),
	}
	var card HealthCard
	err := c.LoggedIn(ctx, call, login, func(tokens string) error {
		access, identity, _ := strings.Cut(tokens, " ")
		answer, err := c.Do(ctx, call, adapters.Request{Path: checkPath, JSON: question, Query: url.Values{
			"token": {access}, "id_token": {identity}, "username": {c.Secret("username")}, "password": {digest(c.Secret("password"))}}})
		if err == nil {
			card, err = readCard(answer, q)
		}
		return err
	})
	return card, err
}

// identifier is the one number given; the portal tells them apart by their length.
func (q CardQuestion) identifier() string {
	return string(q.HealthCard) + string(q.InsuranceNumber) + string(q.CitizenID)
}

// digest is how the portal wants the password. It protects nothing: who learns it
// can log in with it.
func digest(password string) string {
	sum := md5.Sum([]byte(password))
	return hex.EncodeToString(sum[:])
}

// login gets both tokens. They are of one login and live and end together, so the
// session holds them as one, with a space between that neither can have.
func login(ctx context.Context, c *adapters.Conn, call adapters.Call) (string, time.Duration, error) {
	form := url.Values{"username": {c.Secret("username")}, "password": {digest(c.Secret("password"))}}
	answer, err := c.Do(ctx, call, adapters.Request{Path: loginPath, Body: []byte(form.Encode()), Type: "application/x-www-form-urlencoded"})
	if err != nil {
		return "", 0, err
	}
	return readLogin(answer, c.Now())
}

func readLogin(answer *adapters.Answer, now time.Time) (string, time.Duration, error) {
	if err := answer.Fault(); err != nil {
		return "", 0, err
	}
	var got struct {
		MaKetQua wire.Text
		APIKey   struct {
			AccessToken string    `json:"access_token"`
			IDToken     string    `json:"id_token"`
			ExpiresIn   wire.Text `json:"expires_in"`
		}
	}
	if err := answer.JSON(&got); err != nil {
		return "", 0, err
	}
	if got.MaKetQua != "200" {
		kind, known := loginResults[got.MaKetQua]
		switch {
		case got.MaKetQua == "":
			return "", 0, adapters.Malformed("login answer without maKetQua")
		case !known:
			kind = adapters.ErrRejected
		}
		return "", 0, adapters.Fail(kind, string(got.MaKetQua), "login refused")
	}
	if !adapters.UsableToken(got.APIKey.AccessToken) || !adapters.UsableToken(got.APIKey.IDToken) {
		return "", 0, adapters.Malformed("login answer without two usable tokens")
	}
	return got.APIKey.AccessToken + " " + got.APIKey.IDToken, life(got.APIKey.ExpiresIn, now), nil
}

// life reads expires_in, a number of seconds or the moment of the end.
func life(expires wire.Text, now time.Time) time.Duration {
	var left time.Duration
	if seconds, err := strconv.Atoi(string(expires)); err == nil {
		left = time.Duration(min(seconds, int(longestLife.Seconds()))) * time.Second
	} else if end, err := time.Parse(time.RFC3339, string(expires)); err == nil {
		left = end.Sub(now)
	}
	if left <= 0 {
		return shortLife
	}
	return min(left, longestLife)
}

// readCard reads the answer about the holder asked for.
func readCard(answer *adapters.Answer, q CardQuestion) (HealthCard, error) {
	if answer.Status == http.StatusUnauthorized {
		return HealthCard{}, adapters.ErrTokenRefused
	}
	if err := answer.Fault(); err != nil {
		return HealthCard{}, err
	}
	var a cardAnswer
	if err := answer.JSON(&a); err != nil {
		return HealthCard{}, err
	}
	code := string(a.MaKetQua)
	r, known := results[code]
	switch {
	case code == "":
		return HealthCard{}, adapters.Malformed("answer without maKetQua")
	case !known:
		return HealthCard{}, adapters.Fail(adapters.ErrRejected, code, "maKetQua that is not documented")
	case errors.Is(r.kind, adapters.ErrTokenRefused):
		return HealthCard{}, adapters.ErrTokenRefused
	case r.kind != nil:
		return HealthCard{}, adapters.Fail(r.kind, code, r.detail)
	}
	return a.card(r, q)
}

func (a *cardAnswer) card(r result, q CardQuestion) (HealthCard, error) {
	v := wire.Values{Layouts: []string{"02/01/2006", "01/2006", "2006"}}
	card := HealthCard{
		Status: adapters.Code{Code: string(a.MaKetQua), Name: r.name}, Note: string(a.GhiChu), HealthCard: HealthCardNumber(a.MaThe),
		FullName: adapters.PersonName(a.HoTen), DateOfBirth: v.Date("ngaySinh", a.NgaySinh), Sex: sexOf(a.GioiTinh), AddressText: string(a.DiaChi),
		Facility: wire.Code(a.MaDKBD, nil), ValidFrom: v.Date("gtTheTu", a.GtTheTu), ExpiresOn: v.Date("gtTheDen", a.GtTheDen),
		LivingArea: wire.Code(a.MaKV, nil),
	}
	if v.Err != nil {
		return HealthCard{}, v.Err
	}
	if r.bare && a.MaThe == "" && a.HoTen == "" && a.NgaySinh == "" {
		return HealthCard{Status: card.Status, Note: card.Note}, nil // nothing says whose the rest would be
	}
	return card, a.belongs(card, q)
}

// belongs makes sure that a card is the one asked for, or its holder's: who asks by
// an old card may be shown the new one. A citizen id is not repeated in the answer,
// so name and birth have to do.
func (a *cardAnswer) belongs(card HealthCard, q CardQuestion) error {
	asked := string(q.InsuranceNumber)
	if q.HealthCard != "" {
		asked = string(q.HealthCard[5:])
	}
	switch {
	case len(a.MaThe) != 15 || !wire.Digits(string(a.MaThe[5:])):
		return adapters.Malformed("maThe is not the number of a card")
	case asked != "" && string(a.MaThe[5:]) != asked, !sameName(q.FullName, card.FullName):
		return adapters.Malformed("card of another person")
	case sameBirth(q.DateOfBirth, card.DateOfBirth):
		return nil
	case len(q.DateOfBirth) == len("2006-01"): // the month could not be asked
		return adapters.Fail(adapters.ErrNotFound, "", "month of birth differs")
	}
	return adapters.Malformed("card of another date of birth")
}

// sexOf reads the portal's word for a sex; that it is a word is assumed.
func sexOf(t wire.Text) adapters.Code {
	for _, code := range []wire.Text{"1", "2"} {
		if strings.EqualFold(string(t), adapters.SexName(string(code))) {
			return sex(code)
		}
	}
	return sex(t)
}
