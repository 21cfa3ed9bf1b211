package civilservants

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
)

func TestMessageFitsItsKind(t *testing.T) {
	const about = `"staffNumber":"HN9000001"`
	const facts = `"general":{"servantNumber":"1","fullName":"Nguyễn Văn Thử","employingUnitId":"H26.11","managingUnitId":"H26"`
	b := newBench(t)
	for _, test := range []struct{ body, field string }{
		{`{"message":"M0001","action":"ADD",` + about + `,` + facts + `}}`, ""},
		{`{"message":"M0001","action":"EDIT",` + about + `,"pay":{},"education":{},"ratings":[]}`, ""},
		{`{"message":"M0001","action":"DEL",` + about + `}`, ""},
		{`{"message":"M0003","action":"EDIT",` + about + `,"pay":{"rank":{"code":"01.003","name":"bất kỳ"}}}`, ""},
		{`{"message":"M0003","action":"DEL",` + about + `}`, ""},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"trainings":[{"country":{"code":"ZZ"}}]}}`, ""}, // there is no table to compare with
		{`{"message":"M0001","action":"ADD",` + about + `,"pay":{}}`, "general"},
		{`{"message":"M0001","action":"EDIT",` + about + `}`, "message"},
		{`{"message":"M0002","action":"ADD",` + about + `,"career":{}}`, "action"},
		{`{"message":"M0002","action":"EDIT",` + about + `,"pay":{}}`, "pay"},
		{`{"message":"M0002","action":"EDIT",` + about + `}`, "message"},
		{`{"message":"M0003","action":"DEL",` + about + `,"pay":{}}`, "pay"},
		{`{"message":"M0007","action":"DEL",` + about + `}`, "message"},
		{`{"message":"M0001","action":"edit",` + about + `,"pay":{}}`, "action"},
		{`{"message":"M0001","action":"EDIT","staffNumber":"HN 1","pay":{}}`, "staffNumber"},
		{`{"message":"M0001","action":"EDIT",` + about + `,` + facts + `,"sex":{"code":"3"}}}`, "general.sex.code"},
		{`{"message":"M0001","action":"EDIT",` + about + `,` + facts + `,"ethnicity":{}}}`, "general.ethnicity.code"},
		{`{"message":"M0003","action":"EDIT",` + about + `,"pay":{"rank":{"code":"01.00"}}}`, "pay.rank.code"}, // a part of a code
		{`{"message":"M0003","action":"EDIT",` + about + `,"pay":{"allowances":[{},{"allowanceForm":{"code":"9"}}]}}`, "pay.allowances[1].allowanceForm.code"},
		{`{"message":"M0003","action":"EDIT",` + about + `,"pay":{"salaries":[{"salaryStep":{"code":"1"}}]}}`, "pay.salaries[0].salaryStep.code"},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"degree":{"code":"x"}}}`, "education.degree.code"},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"computerSkills":[{"skillLevel":{"code":"x"}}]}}`, "education.computerSkills[0].skillLevel.code"},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"languages":[{"language":{"code":"x"}}]}}`, "education.languages[0].language.code"},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"trainings":[{"major":{"code":"x"}}]}}`, "education.trainings[0].major.code"},
		{`{"message":"M0004","action":"EDIT",` + about + `,"education":{"trainings":[{"country":{"code":"V"}}]}}`, "education.trainings[0].country.code"},
		{`{"message":"M0001","action":"EDIT",` + about + `,` + facts + `,"citizenId":"001099000001","oldCitizenId":"019900001"}}`, "general.oldCitizenId"},
		{`{"message":"M0006","action":"EDIT",` + about + `,"ratings":[{"ratedYear":"2025-06"}]}`, "ratings[0].ratedYear"},
		{`{"message":"M0002","action":"EDIT",` + about + `,"career":{"postings":[{"jobPosition":{"code":"x"}}]}}`, "career.postings[0].jobPosition.code"},
		{`{"message":"M0005","action":"EDIT",` + about + `,"otherFacts":{"partyPosition":{"code":"x"}}}`, "otherFacts.partyPosition.code"},
		{`{"message":"M0006","action":"EDIT",` + about + `,"ratings":[{"rating":{"code":"x"}}]}`, "ratings[0].rating.code"},
	} {
		if got := b.Faults(t, "profile-sync", test.body); got != test.field {
			t.Errorf("%s: faults of %q, want %q", test.body, got, test.field)
		}
	}
}

// TestDatabaseTakesAPartOfACodeForTheCode holds why Check compares whole codes.
func TestDatabaseTakesAPartOfACodeForTheCode(t *testing.T) {
	b := newBench(t)
	m := someone(b, "M0003", "EDIT")
	m.Pay = &Pay{Rank: &adapters.Code{Code: "01.00"}}
	if _, err := profileSync(t.Context(), b.Way.Conn, adaptertest.Call, m); err != nil {
		t.Errorf("part of a code: %v", err)
	}
	m.Pay.Rank.Code = "99.999"
	if _, err := profileSync(t.Context(), b.Way.Conn, adaptertest.Call, m); !errors.Is(err, adapters.ErrRefusedInput) {
		t.Errorf("no code: got %v, want ErrRefusedInput", err)
	}
}

func TestTablesAgreeWithTheSharedCatalogues(t *testing.T) {
	for code, table := range map[string]catalogue{"madantoc": ethnicities, "matongiao": religions, "magioitinh": sexes} {
		if diff := cmp.Diff(sharedCatalogue(code), table); diff != "" {
			t.Errorf("%s (-shared +ours):\n%s", code, diff)
		}
	}
}

func TestDatabaseRefusesWhatItDocuments(t *testing.T) {
	b := newBench(t)
	m := someone(b, "M0005", "EDIT")
	m.OtherFacts = &OtherFacts{}
	from := func(agency string) adapters.Call { return adapters.Call{Agency: agency} }
	for name, test := range map[string]struct {
		call   adapters.Call
		change func(*Message)
		want   error
	}{
		"unknown unit":         {from("H99.1"), func(*Message) {}, adapters.ErrRejected},
		"unit of another":      {from("H17"), func(*Message) {}, adapters.ErrRejected},
		"no action":            {adaptertest.Call, func(m *Message) { m.Action = "" }, adapters.ErrRejected},
		"no number":            {adaptertest.Call, func(m *Message) { m.StaffNumber = "" }, adapters.ErrRefusedInput},
		"block that is absent": {adaptertest.Call, func(m *Message) { m.OtherFacts = nil }, adapters.ErrRejected},
		"foreign block":        {adaptertest.Call, func(m *Message) { m.Pay = &Pay{} }, adapters.ErrRejected},
		"unknown number":       {adaptertest.Call, func(m *Message) { m.StaffNumber = "HN0000000" }, adapters.ErrNotFound},
		"unknown country": {adaptertest.Call, func(m *Message) {
			m.Message, m.OtherFacts = "M0004", nil
			m.Education = &Education{Trainings: []Training{{Country: &adapters.Code{Code: "ZZ"}}}}
		}, adapters.ErrRefusedInput},
		"facts without a name": {adaptertest.Call, func(m *Message) { m.Message, m.General = "M0001", &General{} }, adapters.ErrRefusedInput},
	} {
		spoilt := m
		test.change(&spoilt)
		if _, err := profileSync(t.Context(), b.Way.Conn, test.call, spoilt); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

// held is an answer with a file.
func held(file string) string {
	content := `{"Data":{"Header":{},"Body":{"HOSO_CBCCVC":` + file + `}}}`
	return `{"message":"Thành công","err_code":0,"transaction_id":"t-1","jsonContent":"` + base64.StdEncoding.EncodeToString([]byte(content)) + `"}`
}

const (
	mandatory = `"SoHieuCBCCVC":"990000001","HoVaTen":"Nguyễn Văn Thử","MaDonviSuDung":"H26.11","MaDonViQuanLy":"H26"`
	smallest  = `"SoHieuCBCCVC_BNDP":"HN9000001","THONGTINCHUNG":{` + mandatory + `}`
)

func TestAnswersAreClassifiedByTheirBody(t *testing.T) {
	const person = "Nguyễn Văn Thử"
	b := newBench(t)
	refused := func(message string) string {
		return `{"message":"` + message + `","err_code":1,"transaction_id":"t-1"}`
	}
	for _, test := range []struct {
		name         string
		status       int
		body         string
		lookup, sync error // nil for a record or a receipt
	}{
		{"smallest file", 200, held(`{` + smallest + `}`), nil, nil},
		{"code as text", 200, strings.Replace(held(`{`+smallest+`}`), `"err_code":0`, `"err_code":"0"`, 1), nil, nil},
		{"receipt only", 200, `{"message":"","err_code":0,"transaction_id":"t-1"}`, adapters.ErrMalformed, nil},
		{"success without transaction", 200, `{"err_code":0}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"account", 200, refused("Tài khoản không được phép cập nhật dữ liệu của đơn vị"), adapters.ErrRejected, adapters.ErrRejected},
		{"unit", 200, refused("Mã đơn vị không tồn tại trong danh mục"), adapters.ErrRejected, adapters.ErrRejected},
		{"action", 200, refused("Action_Type không hợp lệ"), adapters.ErrRejected, adapters.ErrRejected},
		{"structure", 200, refused("Sai cấu trúc JSON"), adapters.ErrRejected, adapters.ErrRejected},
		{"number missing", 200, refused("SoHieuCBCCVC_BNDP không được để trống"), adapters.ErrRefusedInput, adapters.ErrRefusedInput},
		{"number exists", 200, refused("Số hiệu đã tồn tại: " + person), adapters.ErrRefusedInput, adapters.ErrRefusedInput},
		{"number not found", 200, refused("Số hiệu HN9000001 không tồn tại"), adapters.ErrNotFound, adapters.ErrNotFound},
		{"decomposed letters", 200, refused("Không ti\u0300m thấy"), adapters.ErrNotFound, adapters.ErrNotFound},
		{"catalogue", 200, refused("DanToc không tồn tại trong danh mục"), adapters.ErrRefusedInput, adapters.ErrRefusedInput},
		{"fault of its own", 200, refused("Lỗi hệ thống: không tìm thấy bảng"), adapters.ErrUnavailable, adapters.ErrUnavailable},
		{"unknown words", 200, refused(person + " 001099000001"), adapters.ErrRejected, adapters.ErrRejected},
		{"unknown code", 200, `{"message":"Số hiệu không tồn tại: ` + person + `","err_code":7}`, adapters.ErrRejected, adapters.ErrRejected},
		{"no code", 200, `{"message":"` + person + `","transaction_id":"t-1"}`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"content is not base64", 200, `{"err_code":0,"transaction_id":"t-1","jsonContent":"` + person + `"}`, adapters.ErrMalformed, nil},
		{"content is not JSON", 200, `{"err_code":0,"transaction_id":"t-1","jsonContent":"eA=="}`, adapters.ErrMalformed, nil},
		{"file of another", 200, held(strings.Replace(`{`+smallest+`}`, "HN9000001", "HN9000002", 1)), adapters.ErrMalformed, nil},
		{"facts of another", 200, held(strings.Replace(`{`+smallest+`}`, `"THONGTINCHUNG":{`, `"THONGTINCHUNG":{"SoHieuCBCCVC_BNDP":"HN9000002",`, 1)), adapters.ErrMalformed, nil},
		{"one row, no list", 200, held(`{` + smallest + `,"DS_KETQUA_DANHGIA_PHANLOAI":{"Nam":2024,"KetQuaDanhGia":"1"}}`), nil, nil},
		{"row null", 200, held(`{` + smallest + `,"DS_KETQUA_DANHGIA_PHANLOAI":[null]}`), adapters.ErrMalformed, nil},
		{"month for a year", 200, held(`{` + smallest + `,"DS_KETQUA_DANHGIA_PHANLOAI":[{"Nam":"06/2024"}]}`), adapters.ErrMalformed, nil},
		{"file without its number", 200, held(`{"THONGTINCHUNG":{` + mandatory + `}}`), adapters.ErrMalformed, nil},
		{"file without facts", 200, held(`{"SoHieuCBCCVC_BNDP":"HN9000001"}`), adapters.ErrMalformed, nil},
		{"facts without a unit", 200, held(strings.Replace(`{`+smallest+`}`, `"H26.11"`, `""`, 1)), adapters.ErrMalformed, nil},
		{"unreadable date", 200, held(`{"SoHieuCBCCVC_BNDP":"HN9000001","THONGTINCHUNG":{` + mandatory + `,"NgaySinh":"hôm qua"}}`), adapters.ErrMalformed, nil},
		{"unreadable number of identity", 200, held(`{"SoHieuCBCCVC_BNDP":"HN9000001","THONGTINCHUNG":{` + mandatory + `,"SoDinhDanh":"C1"}}`), adapters.ErrMalformed, nil},
		{"unreadable flag", 200, held(`{` + smallest + `,"TRINHDO_DAOTAO_BOIDUONG":{"BoiDuongQuocPhongAnNinh":"có"}}`), adapters.ErrMalformed, nil},
		{"wrong type", 200, `"unexpected"`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"web page", 200, `<!DOCTYPE html><html></html>`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"empty", 200, ``, adapters.ErrMalformed, adapters.ErrMalformed},
		{"broken", 200, `{"err_code":0,"transaction_id":"t`, adapters.ErrMalformed, adapters.ErrMalformed},
		{"credentials", 401, `{}`, adapters.ErrRejected, adapters.ErrRejected},
		{"down", 503, `down`, adapters.ErrUnavailable, adapters.ErrUnavailable},
		{"throttled", 429, `{}`, adapters.ErrUnavailable, adapters.ErrUnavailable},
		{"moved", 302, ``, adapters.ErrMalformed, adapters.ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := b.Answering(t, test.status, test.body)
			_, lookup := adaptertest.Ask[Profile](t, w, "profile-lookup", Question{"HN9000001"})
			_, sync := adaptertest.Ask[Receipt](t, w, "profile-sync", Message{Message: "M0001", Action: "DEL", StaffNumber: "HN9000001"})
			if !errors.Is(lookup, test.lookup) || !errors.Is(sync, test.sync) {
				t.Errorf("got %v and %v, want %v and %v", lookup, sync, test.lookup, test.sync)
			}
			for _, value := range []string{person, "001099000001", "HN9000001", "DanToc"} {
				if err := errors.Join(lookup, sync); err != nil && strings.Contains(err.Error(), value) {
					t.Errorf("error quotes the answer or the question: %v", err)
				}
			}
		})
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(held(`{` + smallest + `}`)))
	f.Add([]byte(`{"message":"Số hiệu không tồn tại","err_code":"1","transaction_id":"t-1"}`))
	f.Add([]byte(`{"err_code":0,"jsonContent":"e30="}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := open(&adapters.Answer{Status: http.StatusOK, Body: body})
		if err != nil {
			return
		}
		if r, err := a.receipt(); err == nil && r.TransactionID == "" {
			t.Errorf("receipt without its id for %q", body)
		}
		if p, err := a.profile("HN9000001"); err == nil && (p.StaffNumber != "HN9000001" || p.General == nil || p.General.FullName == "") {
			t.Errorf("file without its key for %q", body)
		}
	})
}

// FuzzFile fuzzes what is inside the base64, which FuzzAnswer seldom finds.
func FuzzFile(f *testing.F) {
	sample := Simulate(synthetic.New(1, synthetic.MinPeople), time.Now).Samples["profile-lookup"].OK.(Question)
	f.Add(`{` + smallest + `}`)
	f.Add(`{"SoHieuCBCCVC_BNDP":"` + string(sample.StaffNumber) + `","THONGTINCHUNG":{"SoHieuCBCCVC":1},"DS_KETQUA_DANHGIA_PHANLOAI":[{"Nam":2024}]}`)
	f.Fuzz(func(t *testing.T, file string) {
		a := answer{JSONContent: wire.Text(base64.StdEncoding.EncodeToString([]byte(`{"Data":{"Body":{"HOSO_CBCCVC":` + file + `}}}`)))}
		if p, err := a.profile("HN9000001"); err == nil && (p.StaffNumber != "HN9000001" || p.General == nil || p.General.FullName == "") {
			t.Errorf("file without its key for %q", file)
		}
	})
}
