package drivinglicence

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
)

// known is a question with every part.
var known = Question{CitizenID: "001060900001", Number: "019179000001", DateOfBirth: "1960-05-17"}

// read is what the adapter makes of an answer.
func read(answer *adapters.Answer) (Licence, error) {
	data, err := open(answer)
	if err != nil {
		return Licence{}, err
	}
	return readLicence(data, known)
}

func TestEveryAnswerIsClassifiedByItsBody(t *testing.T) {
	const row = `"SoGPLX":"019179000001","HangGPLX":"B2"`
	for name, tt := range map[string]struct {
		status     int
		body, code string
		kind       error
	}{
		"record":                  {200, `{"error_code":0,"data":[{` + row + `}]}`, "", nil},
		"one record, no list":     {200, `{"error_code":"00","data":{` + row + `}}`, "", nil},
		"year of birth only":      {200, `{"error_code":0,"data":[{` + row + `,"NgaySinh":"19600000"}]}`, "", nil},
		"number of the old card":  {200, `{"error_code":0,"data":[{` + row + `,"SoCMT":"019900001"}]}`, "", nil},
		"nothing found":           {200, `{"error_code":"0","data":[]}`, "", adapters.ErrNotFound},
		"data null":               {200, `{"error_code":0,"data":null}`, "", adapters.ErrNotFound},
		"not found as a failure":  {200, `{"error_code":5,"data":[]}`, "5", adapters.ErrNotFound},
		"details differ":          {200, `{"error_code":"06"}`, "06", adapters.ErrNoMatch},
		"input refused":           {200, `{"error_code":4}`, "4", adapters.ErrRefusedInput},
		"not entitled":            {200, `{"error_code":3}`, "3", adapters.ErrRejected},
		"session ended":           {200, `{"error_code":2}`, "", adapters.ErrTokenRefused},
		"too many calls":          {200, `{"error_code":"8"}`, "8", adapters.ErrUnavailable},
		"fault of its own":        {200, `{"error_code":"09"}`, "09", adapters.ErrUnavailable},
		"undocumented code":       {200, `{"error_code":-77}`, "-77", adapters.ErrRejected},
		"failure beats data":      {200, `{"error_code":9,"data":[{` + row + `}]}`, "9", adapters.ErrUnavailable},
		"code of a person":        {200, `{"error_code":"001099900001"}`, "", adapters.ErrRejected},
		"no code":                 {200, `{"data":[{` + row + `}]}`, "", adapters.ErrMalformed},
		"code null":               {200, `{"error_code":null,"data":[{` + row + `}]}`, "", adapters.ErrMalformed},
		"no data":                 {200, `{"error_code":0}`, "", adapters.ErrMalformed},
		"data a text":             {200, `{"error_code":0,"data":"B2"}`, "", adapters.ErrMalformed},
		"no key":                  {200, `{"error_code":0,"data":[{"HangGPLX":"B2"}]}`, "", adapters.ErrMalformed},
		"row null":                {200, `{"error_code":0,"data":[null]}`, "", adapters.ErrMalformed},
		"no class":                {200, `{"error_code":0,"data":[{"SoGPLX":"019179000001"}]}`, "", adapters.ErrMalformed},
		"another licence":         {200, `{"error_code":0,"data":[{"SoGPLX":"019179000002","HangGPLX":"B2"}]}`, "", adapters.ErrMalformed},
		"another licence besides": {200, `{"error_code":0,"data":[{` + row + `},{"SoGPLX":"019179000002","HangGPLX":"A1"}]}`, "", adapters.ErrMalformed},
		"two holders":             {200, `{"error_code":0,"data":[{` + row + `,"HoVaTen":"A"},{` + row + `,"HoVaTen":"B"}]}`, "", adapters.ErrMalformed},
		"another birth":           {200, `{"error_code":0,"data":[{` + row + `,"NgaySinh":"19600518"}]}`, "", adapters.ErrMalformed},
		"another citizen":         {200, `{"error_code":0,"data":[{` + row + `,"SoCMT":"001060900002"}]}`, "", adapters.ErrMalformed},
		"no date":                 {200, `{"error_code":0,"data":[{` + row + `,"NgayHHGPLX":"20301399"}]}`, "", adapters.ErrMalformed},
		"points beyond twelve":    {200, `{"error_code":0,"data":[{` + row + `,"DiemGPLX":13}]}`, "", adapters.ErrMalformed},
		"list":                    {200, `[]`, "", adapters.ErrMalformed},
		"truncated":               {200, `{"error_code":0,"data":[{`, "", adapters.ErrMalformed},
		"nothing":                 {200, ``, "", adapters.ErrMalformed},
		"page":                    {200, `<html>502 Bad Gateway</html>`, "", adapters.ErrMalformed},
		"down":                    {503, ``, "http-503", adapters.ErrUnavailable},
		"401":                     {401, `{}`, "http-401", adapters.ErrRejected},
	} {
		_, err := read(adaptertest.Answer(tt.status, tt.body))
		adaptertest.Verdict(t, name, err, tt.kind, tt.code)
	}
}

func TestEveryMemberIsReadInEverySpellingAndARowOnce(t *testing.T) {
	got, err := read(adaptertest.Answer(200, `{"error_code":"000","data":[
		{"SoGPLX":"019179000001","HangGPLX":"A1","NgayHHGPLX":"KHÔNG THỜI HẠN","NgayCapGPLX":"2019-05-17","TrangThai":1,"DiemGPLX":"10","HoVaTen":"Nguyễn Văn Thử","GioiTinh":"1","MaQuocTich":"XXX","SoCMT":"B1234567"},
		{"SoGPLX":"019179000001","HangGPLX":"B2","NgayHHGPLX":"20290517","TrangThai":"7","NgayTTGPLX":null,"HoVaTen":"Nguyễn Văn Thử","GioiTinh":1,"MaQuocTich":"XXX","SoCMT":"B1234567"},
		{"SoGPLX":"019179000001","HangGPLX":"B2","NgayHHGPLX":"20290517","TrangThai":7,"HoVaTen":"Nguyễn Văn Thử","GioiTinh":"1","MaQuocTich":"XXX","SoCMT":"B1234567"}]}`))
	ten := 10
	want := Licence{Number: known.Number, FullName: "Nguyễn Văn Thử", Sex: &adapters.Code{Code: "1", Name: "Nam"}, Nationality: &adapters.Code{Code: "XXX"},
		OtherIdentity: "B1234567", Classes: []Class{
			{Class: "A1", NeverExpires: true, IssuedOn: "2019-05-17", Status: &adapters.Code{Code: "1", Name: "Đang có hiệu lực"}, Points: &ten},
			{Class: "B2", ExpiresOn: "2029-05-17", Status: &adapters.Code{Code: "7"}}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func FuzzLicenceAnswer(f *testing.F) {
	f.Add(`{"error_code":0,"data":[{"SoGPLX":"019179000001","HangGPLX":"B2","NgaySinh":"19600517","SoCMT":"019900001","NgayHHGPLX":"Không thời hạn","DiemGPLX":"12"}]}`)
	f.Add(`{"error_code":"00","data":{"SoGPLX":"019179000001","HangGPLX":"A","NgayCapGPLX":"2025-01-02"}}`)
	f.Add(`{"error_code":"02","result":"x"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := read(adaptertest.Answer(200, body))
		if err != nil {
			return
		}
		if got.Number != known.Number || len(got.Classes) == 0 || got.CitizenID != "" && got.CitizenID != known.CitizenID {
			t.Errorf("licence %+v for %q", got, body)
		}
		for _, c := range got.Classes {
			if c.Class == "" || c.NeverExpires && c.ExpiresOn != "" {
				t.Errorf("class %+v for %q", c, body)
			}
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzLoginAnswer(f *testing.F) {
	f.Add(`{"error_code":0,"result":"ok","session":"abc"}`)
	f.Add(`{"error_code":"00","session":"a\nb"}`)
	f.Add(`{"error_code":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		session, err := readSession(adaptertest.Answer(200, body))
		if err == nil && !adapters.UsableToken(session) || errors.Is(err, adapters.ErrTokenRefused) {
			t.Errorf("session %q, %v", session, err)
		}
	})
}
