package socialinsurance

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// tokenLife is how long a login to the simulated portal holds.
const tokenLife = 30 * time.Minute

// cardPortal is the simulated portal. Each of the two tokens is its own kind, so
// that one cannot stand for the other.
type cardPortal struct {
	world            *synthetic.World
	now              func() time.Time
	access, identity simulator.Tokens
}

func newPortal(w *synthetic.World, now func() time.Time) *cardPortal {
	return &cardPortal{w, now, simulator.NewTokens(tokenLife, now), simulator.NewTokens(tokenLife, now)}
}

func (p *cardPortal) serve(mux *http.ServeMux) {
	mux.HandleFunc("POST /"+portal+loginPath, p.login)
	mux.HandleFunc("POST /"+portal+checkPath, p.check)
}

// admits compares user and password, both always, so that the time taken does not
// tell which was wrong.
func admits(username, password string) bool {
	known := subtle.ConstantTimeCompare([]byte(password), []byte(digest(simulator.Secret(id, "password"))))
	return simulator.IsSecret(username, id, "username") && known == 1
}

// login takes a form, as the portal's instructions say, or JSON, as many send it.
func (p *cardPortal) login(w http.ResponseWriter, r *http.Request) {
	var q struct{ Username, Password string }
	if simulator.ReadForm(w, r) {
		q.Username, q.Password = r.PostForm.Get("username"), r.PostForm.Get("password")
	} else if !simulator.ReadJSON(w, r, &q) {
		simulator.JSON(w, map[string]string{"maKetQua": "500"})
		return
	}
	if !admits(q.Username, q.Password) {
		simulator.JSON(w, map[string]string{"maKetQua": "401"})
		return
	}
	simulator.JSON(w, map[string]any{"maKetQua": "200", "APIKey": map[string]string{
		"access_token": p.access.Issue(), "id_token": p.identity.Issue(), "token_type": "Bearer", "username": q.Username,
		"expires_in": p.now().Add(tokenLife).UTC().Format("2006-01-02T15:04:05.0000000Z07:00")}})
}

func (p *cardPortal) check(w http.ResponseWriter, r *http.Request) {
	simulator.Received(r, "health-card-check")
	query := r.URL.Query()
	known := admits(query.Get("username"), query.Get("password"))
	if !p.access.Valid(query.Get("token")) || !p.identity.Valid(query.Get("id_token")) || !known {
		simulator.JSON(w, map[string]string{"maKetQua": "401", "ghiChu": "Phiên làm việc không hợp lệ"})
		return
	}
	var q struct{ MaThe, HoTen, NgaySinh, HoTenCb, CccdCb string }
	if !simulator.ReadJSON(w, r, &q) || q.HoTenCb == "" || q.CccdCb == "" {
		simulator.JSON(w, map[string]string{"maKetQua": "100", "ghiChu": "Dữ liệu không hợp lệ"})
		return
	}
	card, code := p.find(q.MaThe)
	if code == "" {
		code = verify(p.world.Person(card.Holder), q.HoTen, q.NgaySinh)
	}
	if code != "" {
		simulator.JSON(w, map[string]string{"maKetQua": code})
		return
	}
	simulator.JSON(w, p.show(card))
}

// find takes the number of a card, or of a person, whose latest card is meant; else
// it says what is wrong with the number.
func (p *cardPortal) find(number string) (card synthetic.HealthCard, fault string) {
	holder, ok := p.world.PersonByCitizenID(number)
	switch len(number) {
	case 10:
		holder, ok = p.world.PersonByInsuranceNumber(number)
	case 15:
		if card, ok = p.world.HealthCardByNumber(number); ok {
			return card, ""
		}
		holder, ok = p.world.PersonByInsuranceNumber(number[5:])
	case 12:
	default:
		return card, "051"
	}
	if !ok {
		return card, "050"
	}
	cards := p.world.HealthCards(holder.Index)
	card = cards[len(cards)-1]
	switch {
	case len(number) != 15:
		return card, ""
	case number[3:5] != card.Number[3:5]:
		return card, "052"
	case number[:2] == card.Number[:2]: // so it is the level that is wrong
		return card, "053"
	}
	return card, "050"
}

// verify compares what was said of the holder, or says what differs.
func verify(p synthetic.Person, name, birth string) (fault string) {
	full := p.FullName()
	switch {
	case strings.EqualFold(strings.Join(strings.Fields(name), " "), full):
	case name != "" && strings.EqualFold(string([]rune(name)[0]), string([]rune(full)[0])):
		return "061"
	default:
		return "060"
	}
	if birth == strconv.Itoa(p.Birth.Year()) || birth == p.Birth.Slashed() || p.Birth.Day() == 0 && strings.HasSuffix(birth, p.Birth.Slashed()) {
		return ""
	}
	return "070"
}

// show writes an answer. Of the cards that the forces keep, the portal knows nothing more.
func (p *cardPortal) show(card synthetic.HealthCard) map[string]string {
	code := map[synthetic.CardState]string{synthetic.CardInForce: "000", synthetic.CardExpired: "010", synthetic.CardWithdrawn: "110"}[card.State]
	switch {
	case card.Keeper == synthetic.Defence:
		return map[string]string{"maKetQua": "001", "ghiChu": "Thẻ do Bộ Quốc phòng quản lý"}
	case card.Keeper == synthetic.PublicSecurity:
		return map[string]string{"maKetQua": "002", "ghiChu": "Thẻ do Bộ Công an quản lý"}
	case card.State == synthetic.CardReplaced && card.Last < synthetic.Today:
		code = "003"
	case card.State == synthetic.CardReplaced:
		code = "004"
	}
	holder := p.world.Person(card.Holder)
	birth := holder.Birth.Slashed()
	if holder.Birth.Day() == 0 {
		birth = strconv.Itoa(holder.Birth.Year())
	}
	return map[string]string{"maKetQua": code, "ghiChu": fmt.Sprintf("%s. Hạn thẻ: %s - %s", results[code].name, card.From.Slashed(), card.Last.Slashed()),
		"maThe": card.Number, "hoTen": holder.FullName(), "ngaySinh": birth, "gioiTinh": holder.Sex.Coded().Name, "diaChi": holder.Permanent.Full(),
		"maDKBD": card.Facility, "gtTheTu": card.From.Slashed(), "gtTheDen": card.Last.Slashed(), "maKV": card.Area}
}

// cardSamples shows a card with everything on it.
func cardSamples(w *synthetic.World) simulator.Samples {
	latest := func(p synthetic.Person) synthetic.HealthCard {
		cards := w.HealthCards(p.Index)
		return cards[len(cards)-1]
	}
	holder := simulator.First(w.People(), func(p synthetic.Person) bool {
		card := latest(p)
		return card.State == synthetic.CardInForce && card.Keeper == synthetic.SocialInsurance && card.Area != "" && p.Birth.Day() > 0
	})
	card := CardQuestion{HealthCard: HealthCardNumber(latest(holder).Number), FullName: adapters.PersonName(holder.FullName()),
		DateOfBirth: adapters.Date(holder.Birth.String())}
	noCard, otherName := card, card
	noCard.HealthCard, otherName.FullName = "GD401"+nobody, nobodyName
	return simulator.Samples{OK: card, NotFound: noCard, NoMatch: otherName}
}
