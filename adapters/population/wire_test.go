package population

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
)

const (
	askedID  = "001099900001"
	otherID  = "001099900002"
	askedOld = "019900001"
)

func envelope(body string) string {
	return `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>` + body + `</S:Body></S:Envelope>`
}

// answerOf is a collection with these attributes and records.
func answerOf(attributes string, records ...string) string {
	return envelope(`<CongdanCollection xmlns="` + recordNS + `" ` + attributes + `>` + strings.Join(records, "") + `</CongdanCollection>`)
}

const person = `<CongDan><SoDinhDanh>` + askedID + `</SoDinhDanh><HoVaTen><Ho>Lê</Ho><ChuDem>Thị</ChuDem><Ten>Na</Ten></HoVaTen>` +
	`<NgayThangNamSinh><NgayThangNam>19990203</NgayThangNam></NgayThangNamSinh></CongDan>`

var asked = question{CitizenID: askedID, FullName: "Lê Thị Na", DateOfBirth: "1999-02-03"}

func faultOf(code string) string {
	return envelope(`<S:Fault><faultcode>` + code + `</faultcode><faultstring>Công dân ` + askedID + ` Lê Thị Na</faultstring></S:Fault>`)
}

func TestNationalAnswersAreClassifiedByBody(t *testing.T) {
	b := newBench(t)
	dead := strings.Replace(person, `</CongDan>`, `<Cha><HoVaTen>Lê Văn Xa</HoVaTen></Cha></CongDan>`, 1)
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   error
		code   string
	}{
		{"record", 200, answerOf(`SoCongDan="1"`, person), nil, ""},
		{"record without a count", 200, answerOf(``, person), nil, ""},
		{"record with a dead father", 200, answerOf(`SoCongDan="1"`, dead), nil, ""},
		{"nobody", 200, answerOf(`SoCongDan="0"`), adapters.ErrNotFound, ""},
		{"nobody without a count", 200, answerOf(``), adapters.ErrNotFound, ""},
		{"count of a record that is not there", 200, answerOf(`SoCongDan="1"`), adapters.ErrMalformed, ""},
		{"record that is not counted", 200, answerOf(`SoCongDan="0"`, person), adapters.ErrMalformed, ""},
		{"count is no number", 200, answerOf(`SoCongDan="một"`, person), adapters.ErrMalformed, ""},
		{"two records", 200, answerOf(`SoCongDan="2"`, person, person), adapters.ErrMalformed, ""},
		{"somebody else", 200, answerOf(`SoCongDan="1"`, strings.ReplaceAll(person, askedID, otherID)), adapters.ErrMalformed, ""},
		{"empty record", 200, answerOf(`SoCongDan="1"`, `<CongDan></CongDan>`), adapters.ErrMalformed, ""},
		{"only an old number", 200, answerOf(`SoCongDan="1"`, strings.NewReplacer("SoDinhDanh", "SoCMND", askedID, askedOld).Replace(person)), adapters.ErrMalformed, ""},
		{"number twice", 200, answerOf(`SoCongDan="1"`, strings.Replace(person, `<CongDan>`, `<CongDan><SoDinhDanh>`+otherID+`</SoDinhDanh>`, 1)), adapters.ErrMalformed, ""},
		{"another birth", 200, answerOf(`SoCongDan="1"`, strings.Replace(person, "19990203", "19990204", 1)), adapters.ErrMalformed, ""},
		{"birth that is no date", 200, answerOf(`SoCongDan="1"`, strings.Replace(person, "19990203", "19990231", 1)), adapters.ErrMalformed, ""},
		{"other namespace", 200, strings.ReplaceAll(answerOf(`SoCongDan="1"`, person), recordNS, "urn:x"), adapters.ErrMalformed, ""},
		{"answer to a verification", 200, envelope(`<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>`), adapters.ErrMalformed, ""},
		{"client fault", 500, faultOf("soapenv:Client"), adapters.ErrRejected, "soapenv:Client"},
		{"client fault in 200", 200, faultOf("soapenv:Client"), adapters.ErrRejected, "soapenv:Client"},
		{"server fault", 500, faultOf("soapenv:Server"), adapters.ErrUnavailable, "soapenv:Server"},
		{"fault that names the person", 500, faultOf("X" + askedID), adapters.ErrMalformed, ""},
		{"page", 200, "<html><body>" + askedID + "</body></html>", adapters.ErrMalformed, ""},
		{"page in 502", 502, "<html></html>", adapters.ErrUnavailable, "http-502"},
		{"plain 500", 500, "", adapters.ErrUnavailable, "http-500"},
		{"unauthorized", 401, "", adapters.ErrRejected, "http-401"},
		{"throttled", 429, "", adapters.ErrUnavailable, "http-429"},
		{"json", 200, `{"error_code":"0","message":"` + askedID + `"}`, adapters.ErrMalformed, ""},
		{"wrong type", 200, `<unexpected/>`, adapters.ErrMalformed, ""},
		{"empty", 200, ``, adapters.ErrMalformed, ""},
		{"truncated", 200, answerOf(`SoCongDan="1"`, person)[:380], adapters.ErrMalformed, ""},
	} {
		for _, operation := range []string{"citizen-lookup", "relatives-verify"} {
			_, err := adaptertest.Ask[any](t, b.Answering(t, test.status, test.body), operation, asked)
			adaptertest.Verdict(t, operation+" "+test.name, err, test.want, test.code, personal...)
		}
	}
}

// personal are values that no error may hold.
var personal = []string{askedID, otherID, askedOld, "1999", "Lê", "LÊ", "Na "}

func TestVerificationReadsBothSpellings(t *testing.T) {
	b := newBench(t)
	for _, test := range []struct {
		name, body string
		exists     bool
		want       error
	}{
		{"one spelling", `<x:KetQuaXacThuc xmlns:x="http://dancuquocgia.bca"><x:TonTai>true</x:TonTai></x:KetQuaXacThuc>`, true, nil},
		{"other spelling", `<KetQuaXacThucResponse xmlns="http://dancuquocgia.bca"><TonTai> true </TonTai></KetQuaXacThucResponse>`, true, nil},
		{"no namespace", `<KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc>`, false, nil},
		{"digit yes", `<KetQuaXacThuc><TonTai>1</TonTai></KetQuaXacThuc>`, true, nil},
		{"digit no", `<KetQuaXacThuc><TonTai>0</TonTai></KetQuaXacThuc>`, false, nil},
		{"nothing said", `<KetQuaXacThuc/>`, false, adapters.ErrMalformed},
		{"yes and no", `<KetQuaXacThuc><TonTai>true</TonTai><TonTai>false</TonTai></KetQuaXacThuc>`, false, adapters.ErrMalformed},
		{"word", `<KetQuaXacThuc><TonTai>` + askedID + `</TonTai></KetQuaXacThuc>`, false, adapters.ErrMalformed},
		{"other element", `<KetQua><TonTai>true</TonTai></KetQua>`, false, adapters.ErrMalformed},
		{"record instead", `<CongdanCollection xmlns="` + recordNS + `"/>`, false, adapters.ErrMalformed},
		{"client fault", `<S:Fault><faultcode>S:Client</faultcode></S:Fault>`, false, adapters.ErrRejected},
	} {
		got, err := adaptertest.Ask[existence](t, b.Answering(t, 200, envelope(test.body)), "citizen-verify", verifyQuestion{CitizenID: askedID, FullName: "Lê Na"})
		if !errors.Is(err, test.want) || got.Exists != test.exists || err != nil && strings.Contains(err.Error(), askedID) {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

func TestOldNumberFindsARecordThatHasOnlyIt(t *testing.T) {
	w := newBench(t).Answering(t, 200, answerOf(`SoCongDan="1"`, `<CongDan><SoCMND>`+askedOld+`</SoCMND><NgayThangNamSinh><Nam>1950</Nam></NgayThangNamSinh></CongDan>`))
	text := adaptertest.Get[json.RawMessage](t, w, "citizen-lookup", question{OldCitizenID: askedOld, FullName: "Lê Na", DateOfBirth: "1950"})
	if want := `{"oldCitizenId":"` + askedOld + `","dateOfBirth":"1950"}`; string(text) != want {
		t.Errorf("record %s, want %s", text, want)
	}
}

func TestRecordOfAnotherOldNumberIsMalformed(t *testing.T) {
	b := newBench(t)
	for _, record := range []string{`<SoCMND>019900009</SoCMND>`, `<SoDinhDanh>` + askedID + `</SoDinhDanh>`} {
		w := b.Answering(t, 200, answerOf(``, `<CongDan>`+record+`</CongDan>`))
		_, err := adaptertest.Ask[any](t, w, "citizen-lookup", question{OldCitizenID: askedOld, FullName: "Lê Na", DateOfBirth: "1950"})
		adaptertest.Verdict(t, record, err, adapters.ErrMalformed, "", personal...)
	}
}

func TestTextIsReadInComposedForm(t *testing.T) {
	var got text
	if err := got.UnmarshalText([]byte(" Le\u0302 Thi\u0323 ")); err != nil || got != "Lê Thị" {
		t.Errorf("read as %+q, %v", got, err)
	}
}

func TestMonthThatCouldNotBeAskedIsCompared(t *testing.T) {
	b := newBench(t)
	for written, want := range map[string]error{
		`<NgayThangNam>19500617</NgayThangNam>`: nil,
		`<Nam>1950</Nam>`:                       nil,
		`<NgayThangNam>19500717</NgayThangNam>`: adapters.ErrNotFound,
	} {
		w := b.Answering(t, 200, answerOf(``, `<CongDan><SoCMND>`+askedOld+`</SoCMND><NgayThangNamSinh>`+written+`</NgayThangNamSinh></CongDan>`))
		if _, err := adaptertest.Ask[any](t, w, "citizen-lookup", question{OldCitizenID: askedOld, FullName: "Lê Na", DateOfBirth: "1950-06"}); !errors.Is(err, want) {
			t.Errorf("recorded as %s: %v", written, err)
		}
	}
}

func TestNamesAreReadInEveryForm(t *testing.T) {
	for _, test := range []struct {
		in   name
		want adapters.PersonName
	}{
		{name{Ho: "Lê", Dem: "Thị", Ten: "Na"}, "Lê Thị Na"},
		{name{Ho: "Lê", Ten: "Na"}, "Lê Na"},
		{name{Ten: "Lê Thị Na"}, "Lê Thị Na"},
		{name{Ho: "Lê", Dem: "Thị", Ten: "LÊ THỊ NA"}, "LÊ THỊ NA"},
		{name{Ho: "Lê", Ten: "Lê  Na"}, "Lê Na"},
		{name{Ho: "Lê", Dem: "Lê", Ten: "Lê"}, "Lê Lê Lê"},
		{name{Ho: "Lê"}, "Lê"},
		{name{Whole: "Lê Thị Na"}, "Lê Thị Na"},
		{name{}, ""},
	} {
		if got := test.in.full(); got != test.want {
			t.Errorf("%+v read as %q, want %q", test.in, got, test.want)
		}
	}
}

func TestOnlyResidencesAreDatedByTheCollection(t *testing.T) {
	b := newBench(t)
	// 00025 is Giảng Võ today, and was Ngọc Khánh, which was split.
	const old, since = `<MaQuanHuyen>001</MaQuanHuyen>`, `ThoiDiemDuLieu="2026-10-30T08:00:00"`
	for _, test := range []struct {
		name, attributes, district string
		residence                  adapters.CommuneCode
	}{
		{"of today", since, "", "00025"},
		{"with a district", since, old, ""},
		{"from before the reform", `ThoiDiemDuLieu="2025-06-30T23:59:59"`, "", ""},
		{"last minute before the reform, written in UTC", `ThoiDiemDuLieu="2025-06-30T16:59:59Z"`, "", ""},
		{"first minute of the reform, written in UTC", `ThoiDiemDuLieu="2025-06-30T17:00:00Z"`, "", "00025"},
		{"undated", ``, "", ""},
		{"dated beyond reading", `ThoiDiemDuLieu="hôm qua"`, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			written := `<MaTinhThanh>01</MaTinhThanh>` + test.district + `<MaPhuongXa>00025</MaPhuongXa><ChiTiet>Số 1</ChiTiet><QuocGia>VN</QuocGia>`
			record := strings.Replace(person, `</CongDan>`, `<NoiDangKyKhaiSinh>`+written+`</NoiDangKyKhaiSinh><QueQuan>`+written+`</QueQuan><ThuongTru>`+
				written+`</ThuongTru><NoiOHienTai>`+written+`</NoiOHienTai></CongDan>`, 1)
			got := adaptertest.Get[citizen](t, b.Answering(t, 200, answerOf(test.attributes, record)), "citizen-lookup", asked)
			want := []adapters.CommuneCode{"", "", test.residence, test.residence}
			places := []place{got.BirthRegistration, got.Origin, got.PermanentResidence, got.CurrentResidence}
			for i, p := range places {
				if p.Address.CommuneCode != want[i] {
					t.Errorf("place %d: commune of today %q, want %q", i, p.Address.CommuneCode, want[i])
				}
				if p.Address.CommuneCode == "" && p.Address.FormerCommuneCode != "00025" {
					t.Errorf("place %d: the source's code is lost", i)
				}
				if p.Country.Code != "VN" || p.Address.Detail != "Số 1" || p.Address.ProvinceCode != "01" {
					t.Errorf("place %d read as %+v", i, p)
				}
			}
		})
	}
}

func TestTimeOfTheDataHasAZone(t *testing.T) {
	for written, want := range map[string]string{
		"2026-10-30T08:00:00":       "2026-10-30T08:00:00+07:00",
		"2026-10-30T08:00:00.123":   "2026-10-30T08:00:00+07:00",
		"2026-10-30T01:00:00Z":      "2026-10-30T08:00:00+07:00",
		"2026-10-30T08:00:00+07:00": "2026-10-30T08:00:00+07:00",
		"30/10/2026":                "",
		"":                          "",
	} {
		f := finding{asOf: readTime(written)}
		if got := f.dataAsOf(); got != want {
			t.Errorf("%q read as %q, want %q", written, got, want)
		}
	}
}

func FuzzFinding(f *testing.F) {
	f.Add([]byte(answerOf(`SoCongDan="1" ThoiDiemDuLieu="2026-10-30T08:00:00"`, person)))
	f.Add([]byte(answerOf(`SoCongDan="0"`)))
	f.Add([]byte(answerOf(``, person, person)))
	f.Add([]byte(faultOf("S:Server")))
	f.Fuzz(func(t *testing.T, document []byte) {
		var answer collection
		if err := soap.Decode(document, &answer); err != nil {
			return
		}
		found, err := answer.match(asked)
		if err != nil {
			if _, ok := errors.AsType[*adapters.Error](err); !ok {
				t.Errorf("verdict of no class: %v", err)
			}
			return
		}
		record := found.citizen()
		if record.CitizenID != askedID || found.relatives().CitizenID != askedID {
			t.Error("a record without its key came through")
		}
		if record.DateOfBirth != "" && !strings.HasPrefix(string(asked.DateOfBirth), string(record.DateOfBirth)) {
			t.Error("a record of another birth came through")
		}
		adaptertest.Writable(t, record)
	})
}

func FuzzVerdict(f *testing.F) {
	f.Add([]byte(envelope(`<KetQuaXacThuc><TonTai>true</TonTai></KetQuaXacThuc>`)))
	f.Add([]byte(envelope(`<KetQuaXacThucResponse><TonTai>0</TonTai></KetQuaXacThucResponse>`)))
	f.Fuzz(func(t *testing.T, document []byte) {
		var answer verdict
		if soap.Decode(document, &answer) != nil {
			return
		}
		if _, err := answer.exists(); err == nil && !(bytes.Contains(document, []byte("KetQuaXacThuc")) && bytes.Contains(document, []byte("TonTai"))) {
			t.Error("a verdict out of something else")
		}
	})
}

func BenchmarkReadRecord(b *testing.B) {
	r := newBench(b)
	q := r.Sim.Samples["citizen-lookup"].OK.(question)
	p, _ := r.World.PersonByCitizenID(string(q.CitizenID))
	s := &service{world: r.World, now: r.Clock.Now}
	document := soap.Envelope("ns1", recordNS, soap.Node("CongdanCollection", s.record(p)))
	b.ReportAllocs()
	for b.Loop() {
		var answer collection
		if err := soap.Decode(document, &answer); err != nil {
			b.Fatal(err)
		}
		found, err := answer.match(q)
		if err != nil {
			b.Fatal(err)
		}
		_ = found.citizen()
	}
}
