package socialinsurance

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// The sandbox's account at the portal.
var username, password = simulator.Secret(id, "username"), simulator.Secret(id, "password")

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, adapters.Vietnam)

var cardAsked = CardQuestion{HealthCard: "GD4010199000001", FullName: "Lê Thị Thử", DateOfBirth: "1989-08-12"}

// holding asks for a card in the name of its holder.
func holding(w *synthetic.World, c synthetic.HealthCard) CardQuestion {
	p := w.Person(c.Holder)
	return CardQuestion{HealthCard: HealthCardNumber(c.Number), FullName: adapters.PersonName(p.FullName()), DateOfBirth: adapters.Date(p.Birth.String())}
}

func TestEveryCardAnswersWithItsStatus(t *testing.T) {
	b := newBench(t)
	seen := map[string]int{}
	for p := range b.World.People() {
		for _, c := range b.World.HealthCards(p.Index) {
			got := adaptertest.Get[HealthCard](t, b.Way, "health-card-check", holding(b.World, c))
			if seen[got.Status.Code]++; got.Status.Code == "001" || got.Status.Code == "002" {
				if c.Keeper == synthetic.SocialInsurance || got.HealthCard != "" || got.FullName != "" {
					t.Errorf("person %d: card of the forces %+v", p.Index, got)
				}
				continue
			}
			born := adapters.Date(p.Birth.String())
			if !born.Full() {
				born = born[:4] // the portal's form has no month alone
			}
			want := HealthCard{Status: got.Status, Note: got.Note, HealthCard: HealthCardNumber(c.Number), FullName: adapters.PersonName(p.FullName()),
				DateOfBirth: born, Sex: adapters.Code(p.Sex.Coded()), AddressText: p.Permanent.Full(), Facility: &adapters.Code{Code: c.Facility},
				ValidFrom: adapters.Date(c.From.String()), ExpiresOn: adapters.Date(c.Last.String())}
			if c.Area != "" {
				want.LivingArea = &adapters.Code{Code: c.Area}
			}
			if diff := cmp.Diff(want, got); diff != "" || got.Status.Name == "" || got.Note == "" {
				t.Fatalf("person %d: %s", p.Index, diff)
			}
			if holds := c.Last >= synthetic.Today && c.State != synthetic.CardWithdrawn; got.Negative() == holds {
				t.Errorf("person %d: card to %v in state %d is told as over: %v", p.Index, c.Last, c.State, got.Negative())
			}
		}
	}
	for _, code := range []string{"000", "001", "002", "003", "004", "010", "110"} {
		if seen[code] == 0 {
			t.Errorf("no card answers %s", code)
		}
	}
}

func TestHolderIsFoundByEitherNumberWithTheLatestCard(t *testing.T) {
	b := newBench(t)
	for i := 0; i < b.World.Len(); i += 7 {
		cards := b.World.HealthCards(i)
		latest := cards[len(cards)-1]
		q := holding(b.World, latest)
		for name, q := range map[string]CardQuestion{
			"insurance number": {InsuranceNumber: adapters.SocialInsuranceNumber(b.World.InsuranceNumber(i)), FullName: q.FullName, DateOfBirth: q.DateOfBirth},
			"citizen id":       {CitizenID: adapters.CitizenID(b.World.Person(i).CitizenID), FullName: q.FullName, DateOfBirth: q.DateOfBirth[:4]},
		} {
			if q.identifier() == "" {
				continue // has an old card of identity only
			}
			got, err := adaptertest.Ask[HealthCard](t, b.Way, "health-card-check", q)
			if err != nil || latest.Keeper == synthetic.SocialInsurance && string(got.HealthCard) != latest.Number {
				t.Errorf("person %d by %s: %+v, %v", i, name, got.Status, err)
			}
		}
	}
}

func TestPortalSaysWhatIsWrong(t *testing.T) {
	b := newBench(t)
	good := b.Sim.Samples["health-card-check"].OK.(CardQuestion)
	with := func(change func(*CardQuestion)) CardQuestion {
		q := good
		change(&q)
		return q
	}
	number := func(replace, by string) func(*CardQuestion) {
		return func(q *CardQuestion) {
			q.HealthCard = HealthCardNumber(strings.Replace(string(q.HealthCard), replace, by, 1))
		}
	}
	kind := string(good.HealthCard[:3])
	level := string('1' + (kind[2]-'1'+1)%5)
	for code, test := range map[string]struct {
		q    CardQuestion
		want error
	}{
		"050": {with(number(kind, "ZZ4")), adapters.ErrNotFound},
		"052": {with(number(kind+"01", kind+"96")), adapters.ErrRefusedInput},
		"053": {with(number(kind, kind[:2]+level)), adapters.ErrRefusedInput},
		"060": {with(func(q *CardQuestion) { q.FullName = "Ông Thử" }), adapters.ErrNoMatch},
		"061": {with(func(q *CardQuestion) { q.FullName = q.FullName[:len(q.FullName)-1] + "zz" }), adapters.ErrNoMatch},
		"070": {with(func(q *CardQuestion) { q.DateOfBirth = "1901" }), adapters.ErrNoMatch},
	} {
		_, err := adaptertest.Ask[any](t, b.Way, "health-card-check", test.q)
		adaptertest.Verdict(t, code, err, test.want, code)
	}
	month := with(func(q *CardQuestion) {
		q.DateOfBirth = q.DateOfBirth[:5] + map[bool]adapters.Date{true: "02", false: "01"}[q.DateOfBirth[5:7] == "01"]
	})
	if _, err := adaptertest.Ask[any](t, b.Way, "health-card-check", month); !errors.Is(err, adapters.ErrNotFound) {
		t.Errorf("another month: %v", err)
	}
}

func TestEveryResultOfTheCheckHasItsMeaning(t *testing.T) {
	for code, want := range map[string]error{"050": adapters.ErrNotFound, "051": adapters.ErrRefusedInput, "052": adapters.ErrRefusedInput,
		"053": adapters.ErrRefusedInput, "060": adapters.ErrNoMatch, "061": adapters.ErrNoMatch, "070": adapters.ErrNoMatch,
		"100": adapters.ErrUnavailable, "101": adapters.ErrUnavailable, "401": adapters.ErrTokenRefused, "999": adapters.ErrRejected} {
		if _, err := readCard(adaptertest.Answer(200, `{"maKetQua":"`+code+`"}`), cardAsked); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
	for _, code := range []string{"000", "001", "002", "003", "004", "010", "110"} {
		got, err := readCard(adaptertest.Answer(200, `{"maKetQua":"`+code+`","maThe":"HT3010199000001","hoTen":"LE THI THU","ngaySinh":"1989"}`), cardAsked)
		if err != nil || got.Status.Code != code || got.Status.Name == "" || got.HealthCard == "" {
			t.Errorf("%s: %+v, %v", code, got, err)
		}
	}
}

func TestCardsThatCannotBeTrustedAreMalformed(t *testing.T) {
	byCitizen := CardQuestion{CitizenID: "001189900001", FullName: cardAsked.FullName, DateOfBirth: cardAsked.DateOfBirth}
	for name, test := range map[string]struct {
		q    CardQuestion
		body string
	}{
		"nothing":         {cardAsked, `{}`},
		"null":            {cardAsked, `null`},
		"list":            {cardAsked, `[]`},
		"no card":         {cardAsked, `{"maKetQua":"000","hoTen":"Lê Thị Thử","ngaySinh":"12/08/1989"}`},
		"half a card":     {cardAsked, `{"maKetQua":"001","hoTen":"Lê Thị Thử"}`},
		"short card":      {cardAsked, `{"maKetQua":"000","maThe":"0199000001","hoTen":"Lê Thị Thử","ngaySinh":"12/08/1989"}`},
		"card of letters": {byCitizen, `{"maKetQua":"000","maThe":"GD401<b>9900001","hoTen":"Lê Thị Thử","ngaySinh":"12/08/1989"}`},
		"another card":    {cardAsked, `{"maKetQua":"000","maThe":"GD4010199000002","hoTen":"Lê Thị Thử","ngaySinh":"12/08/1989"}`},
		"another name":    {byCitizen, `{"maKetQua":"000","maThe":"GD4010199000001","hoTen":"Lê Thị Khác","ngaySinh":"12/08/1989"}`},
		"another birth":   {byCitizen, `{"maKetQua":"000","maThe":"GD4010199000001","hoTen":"Lê Thị Thử","ngaySinh":"13/08/1989"}`},
		"no birth":        {byCitizen, `{"maKetQua":"000","maThe":"GD4010199000001","hoTen":"Lê Thị Thử"}`},
		"unreadable date": {cardAsked, `{"maKetQua":"000","maThe":"GD4010199000001","hoTen":"Lê Thị Thử","ngaySinh":"12/08/1989","gtTheDen":"hôm nay"}`},
		"wrong type":      {cardAsked, `{"maKetQua":"000","maThe":["GD4010199000001"]}`},
		"truncated":       {cardAsked, `{"maKetQua":"000","maThe":"GD401`},
		"HTML":            {cardAsked, `<!DOCTYPE html><p>Bảo trì`},
	} {
		_, err := readCard(adaptertest.Answer(200, test.body), test.q)
		adaptertest.Verdict(t, name, err, adapters.ErrMalformed, "", "Lê", "1989", "01990000", "hôm")
	}
}

func TestBothTokensServeUntilTheyEnd(t *testing.T) {
	b := newBench(t)
	b.TestLogin(t, adaptertest.Login{Path: loginPath, Life: tokenLife, Operation: "health-card-check", Refusal: adaptertest.Answers(200, `{"maKetQua":"401"}`)})
}

func TestCheckIsAskedWithAllOfItsLogin(t *testing.T) {
	b := newBench(t)
	var query url.Values
	w := b.Serve(t, b.AfterLogin(loginPath, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query()
		b.Sim.Handler.ServeHTTP(w, r)
	})))
	adaptertest.Get[any](t, w, "health-card-check", b.Sim.Samples["health-card-check"].OK)
	if query.Get("username") != username || query.Get("password") != digest(password) || query.Get("token") == query.Get("id_token") || len(query) != 4 {
		t.Errorf("the check is asked with %d parameters, not with those of one login", len(query))
	}
}

func TestOfficialIsNamedAsTheAgencyOrElseTheBusKnowsThem(t *testing.T) {
	b := newBench(t)
	tap := &adaptertest.Tap{Handler: adaptertest.Answers(200, `{"maKetQua":"050"}`)}
	w := b.Serve(t, b.AfterLogin(loginPath, tap))
	sent := func(q CardQuestion) (members map[string]string) {
		t.Helper()
		_, _ = adaptertest.Ask[any](t, w, "health-card-check", q) // only the question matters
		_, body, _ := strings.Cut(tap.Lines()[0], " {")
		if err := json.Unmarshal([]byte("{"+body), &members); err != nil {
			t.Error(err)
		}
		return members
	}
	want := map[string]string{"maThe": "GD4010199000001", "hoTen": "Lê Thị Thử", "ngaySinh": "12/08/1989", "hoTenCb": "cb-17", "cccdCb": "cb-17"}
	if diff := cmp.Diff(want, sent(cardAsked)); diff != "" {
		t.Error(diff)
	}
	told := cardAsked
	told.OfficialName, told.OfficialID = "Cán Bộ Thử", "001099900001"
	want["hoTenCb"], want["cccdCb"] = "Cán Bộ Thử", "001099900001"
	if diff := cmp.Diff(want, sent(told)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingOfTheAddressIsInAnError(t *testing.T) {
	b := newBench(t)
	question := b.Sim.Samples["health-card-check"].OK.(CardQuestion)
	var issued atomic.Pointer[[]string]
	for name, fail := range map[string]func(w http.ResponseWriter, r *http.Request){
		"broken connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"redirect":          func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
		"address as page": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "<html>"+r.URL.String(), http.StatusOK)
		},
		"address as code": func(w http.ResponseWriter, r *http.Request) {
			simulator.JSON(w, map[string]string{"maKetQua": r.URL.RawQuery})
		},
		"address as date": func(w http.ResponseWriter, r *http.Request) {
			simulator.JSON(w, map[string]string{"maKetQua": "000", "ngaySinh": r.URL.RawQuery})
		},
		"status": func(w http.ResponseWriter, r *http.Request) { http.Error(w, r.URL.String(), http.StatusBadGateway) },
	} {
		w := b.Serve(t, b.AfterLogin(loginPath, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			issued.Store(&[]string{query.Get("token"), query.Get("id_token")})
			fail(w, r)
		})))
		_, err := adaptertest.Ask[any](t, w, "health-card-check", question)
		own, ok := errors.AsType[*adapters.Error](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		told := fmt.Sprintln(err, own.Code, own.Detail, own.Err)
		for _, secret := range append(*issued.Load(), username, password, digest(password), "id_token") {
			if strings.Contains(told, secret) {
				t.Errorf("%s: a secret in %q", name, told)
			}
		}
	}
}

func TestLoginAnswersAreJudgedByTheirResult(t *testing.T) {
	const tokens = `"access_token":"a","id_token":"b"`
	for body, want := range map[string]error{
		`{"maKetQua":"401"}`: adapters.ErrRejected,
		`{"maKetQua":"402"}`: adapters.ErrRejected,
		`{"maKetQua":"403"}`: adapters.ErrRejected,
		`{"maKetQua":"777"}`: adapters.ErrRejected,
		`{"maKetQua":"500"}`: adapters.ErrUnavailable,
		`{}`:                 adapters.ErrMalformed,
		`{"maKetQua":"200"}`: adapters.ErrMalformed,
		`{"maKetQua":"200","APIKey":{"access_token":"a"}}`:      adapters.ErrMalformed,
		`{"maKetQua":"200","APIKey":{"id_token":"b"}}`:          adapters.ErrMalformed,
		`{"maKetQua":"200","APIKey":"a b"}`:                     adapters.ErrMalformed,
		`{"maKetQua":200,"APIKey":{` + tokens + `}}`:            nil,
		`{"maKetQua":"200","APIKey":{` + tokens + `,"x":true}}`: nil,
	} {
		token, life, err := readLogin(adaptertest.Answer(200, body), noon)
		if !errors.Is(err, want) || err == nil && (token != "a b" || life != shortLife) {
			t.Errorf("%s: %q for %v, %v", body, token, life, err)
		}
	}
	if _, _, err := readLogin(adaptertest.Answer(502, ""), noon); !errors.Is(err, adapters.ErrUnavailable) {
		t.Errorf("status 502: %v", err)
	}
	for expires, want := range map[string]time.Duration{
		`"3600"`: time.Hour, `1800`: 30 * time.Minute, `"999999999999"`: longestLife, `-5`: shortLife, `"99999999999999999999"`: shortLife, `""`: shortLife,
		`"2026-11-01T05:30:00.1234567Z"`: 30*time.Minute + 123456700, `"2026-11-01T12:30:00+07:00"`: 30 * time.Minute,
		`"2030-01-01T00:00:00Z"`: longestLife, `"2026-11-01T04:00:00Z"`: shortLife, `"01/11/2026 12:30"`: shortLife,
	} {
		_, got, err := readLogin(adaptertest.Answer(200, `{"maKetQua":"200","APIKey":{`+tokens+`,"expires_in":`+expires+`}}`), noon)
		if err != nil || got != want {
			t.Errorf("expires_in %s: %v, %v, want %v", expires, got, err, want)
		}
	}
}

func TestSimulatedPortalRefusesWhatTheRealOneDoes(t *testing.T) {
	b := newBench(t)
	post := func(target, mediaType, body string) (got map[string]any) {
		t.Helper()
		if err := json.Unmarshal(b.Post("/"+portal+target, mediaType, body).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	good, _ := json.Marshal(map[string]string{"username": username, "password": digest(password)})
	login := post(loginPath, "application/json", string(good))
	key, _ := login["APIKey"].(map[string]any)
	plain, _ := json.Marshal(map[string]string{"username": username, "password": password})
	for name, body := range map[string]string{"password as it is": string(plain), "nothing": `{}`} {
		if got := post(loginPath, "application/json", body); got["maKetQua"] != "401" {
			t.Errorf("%s: login answers %v", name, got["maKetQua"])
		}
	}
	if got := post(loginPath, "text/plain", string(good)); got["maKetQua"] != "500" {
		t.Errorf("login as text answers %v", got["maKetQua"])
	}
	access, _ := key["access_token"].(string)
	identity, _ := key["id_token"].(string)
	const question = `{"maThe":"GD4010100000000","hoTen":"Lê Na","ngaySinh":"1989","hoTenCb":"a","cccdCb":"b"}`
	for name, test := range map[string]struct{ token, identity, username, password, body, want string }{
		"good":             {access, identity, username, digest(password), question, "050"},
		"short number":     {access, identity, username, digest(password), strings.Replace(question, "GD401", "GD4", 1), "051"},
		"no official":      {access, identity, username, digest(password), `{"maThe":"GD4010100000000"}`, "100"},
		"not JSON":         {access, identity, username, digest(password), `maThe`, "100"},
		"tokens exchanged": {identity, access, username, digest(password), question, "401"},
		"no id token":      {access, "", username, digest(password), question, "401"},
		"no user":          {access, identity, "", digest(password), question, "401"},
		"plain password":   {access, identity, username, password, question, "401"},
	} {
		query := url.Values{"token": {test.token}, "id_token": {test.identity}, "username": {test.username}, "password": {test.password}}
		if got := post(checkPath+"?"+query.Encode(), "application/json", test.body); got["maKetQua"] != test.want {
			t.Errorf("%s: %v, want %s", name, got["maKetQua"], test.want)
		}
	}
}

func TestSamplesAreRich(t *testing.T) {
	b := newBench(t)
	for _, operation := range []string{"health-card-check", "participant-lookup", "household-search", "number-search"} {
		if lacking := b.Lacking(t, operation); lacking != nil {
			t.Errorf("sample of %s lacks %v", operation, lacking)
		}
	}
}

func FuzzCardAnswer(f *testing.F) {
	f.Add(`{"maKetQua":"000","ghiChu":"Thẻ còn giá trị","maThe":"GD4010199000001","hoTen":"LE THI THU","ngaySinh":"12/08/1989","gioiTinh":"Nữ","diaChi":"Số 1","maDKBD":"01Z01","gtTheTu":"01/01/2026","gtTheDen":"31/12/2026","maKV":"K1"}`)
	f.Add(`{"maKetQua":"001","ghiChu":"Thẻ do Bộ Quốc phòng quản lý","diaChi":"Số 1","gtTheTu":"01/01/2026"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readCard(adaptertest.Answer(200, body), cardAsked)
		if err != nil {
			return
		}
		kept := got.Status.Code == "001" || got.Status.Code == "002"
		if !strings.HasSuffix(string(got.HealthCard), "0199000001") && (!kept || got != HealthCard{Status: got.Status, Note: got.Note}) {
			t.Errorf("card %+v of %q", got, body)
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzLoginAnswer(f *testing.F) {
	f.Add(`{"maKetQua":"200","APIKey":{"access_token":"a","id_token":"b","token_type":"Bearer","username":"u","expires_in":"2026-11-01T05:30:00Z"}}`)
	f.Add(`{"maKetQua":"401"}`)
	f.Fuzz(func(t *testing.T, body string) {
		tokens, life, err := readLogin(adaptertest.Answer(200, body), noon)
		access, identity, both := strings.Cut(tokens, " ")
		if err == nil && (!both || !adapters.UsableToken(access) || !adapters.UsableToken(identity) || life <= 0 || life > longestLife) {
			t.Errorf("%q for %v", tokens, life)
		}
	})
}
