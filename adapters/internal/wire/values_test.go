package wire

import (
	"encoding/json"
	"errors"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/lgsp-vn/lgsp/adapters"
)

func TestAmountsKeepEveryDigit(t *testing.T) {
	for given, want := range map[Text]string{
		"": "", "0": "0", "000": "0", "5000000000": "5000000000", "5000000000.000": "5000000000", "0.50": "0.5",
		"123456789012345678.125": "123456789012345678.125", "2.5E10": "25000000000", "1e3": "1000",
	} {
		var v Values
		if got := v.Decimal("AMOUNT", given); got != want || v.Err != nil {
			t.Errorf("%q: got %q (%v), want %q", given, got, v.Err, want)
		}
	}
	for _, given := range []Text{"-5", "1,000", "1.000.000", "5.", ".5", "abc", "1e99", "-1e5", "NaN", "12345678901234567890123"} {
		var v Values
		if v.Decimal("AMOUNT", given); !errors.Is(v.Err, adapters.ErrMalformed) {
			t.Errorf("%q is taken as an amount", given)
		}
	}
}

func TestTextNumberAndFlagComeInEverySpelling(t *testing.T) {
	var got struct {
		Text, Digits, Null   Text
		Number, Quoted, None Number
		Yes, One, No, Zero   Flag
		One1, Many           List[struct{ A Text }]
	}
	err := json.Unmarshal([]byte(`{"Text":" a ","Digits":12,"Null":null,"Number":1.5,"Quoted":"2.5","None":"","Yes":true,"One":"1","No":"False","Zero":0,
		"One1":{"A":1},"Many":[{"A":"x"},{"A":"y"}]}`), &got)
	if err != nil || got.Text != "a" || got.Digits != "12" || got.Null != "" || got.Number != 1.5 || got.Quoted != 2.5 || got.None != 0 ||
		!bool(got.Yes) || !bool(got.One) || bool(got.No) || bool(got.Zero) || len(got.One1) != 1 || got.One1[0].A != "1" || len(got.Many) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, wrong := range []string{`{"Text":true}`, `{"Text":{}}`, `{"Number":"0x1"}`, `{"Number":"1,5"}`, `{"Number":"NaN"}`, `{"Yes":"yes"}`, `{"Yes":2}`, `{"Many":"x"}`} {
		if err := adapters.DecodeJSON([]byte(wrong), &got); !errors.Is(err, adapters.ErrMalformed) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

func TestIdentityIsToldByItsForm(t *testing.T) {
	for given, want := range map[Text][3]string{"001099000001": {"001099000001"}, "019900001": {"", "019900001"}, "C1234567": {"", "", "C1234567"}, "": {}} {
		citizen, old, other := Identity(given)
		if got := [3]string{string(citizen), string(old), other}; got != want {
			t.Errorf("%q: %v", given, got)
		}
	}
}

func TestTimesAreThoseOfVietnam(t *testing.T) {
	const layout = "02/01/2006 15:04:05"
	var v Values
	if got := v.Time("luc", "01/10/2026 08:15:00", layout); got != "2026-10-01T08:15:00+07:00" || v.Time("luc", "", layout) != "" || v.Err != nil {
		t.Errorf("%q, %v", got, v.Err)
	}
	for _, given := range []Text{"01/10/2026", "01/01/0001 00:00:00", "31/02/2026 08:15:00", "null"} {
		var v Values
		if got := v.Time("luc", given, layout); got != "" || !errors.Is(v.Err, adapters.ErrMalformed) {
			t.Errorf("%q is taken as %q", given, got)
		}
	}
}

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, given := range []string{"Đã tiếp nhận", "ĐÃ TIẾP NHẬN", "da tiep nhan", norm.NFD.String("Đã tiếp nhận")} {
		if got := Unaccented(given); got != "da tiep nhan" {
			t.Errorf("%q becomes %q", given, got)
		}
	}
}

func TestUnreadableValuesNameTheMemberOnly(t *testing.T) {
	v := Values{Layouts: []string{"20060102"}}
	if got := v.Date("ngaySinh", "19900517"); got != "1990-05-17" || v.Date("none", "") != "" || v.Err != nil {
		t.Errorf("%v %v", got, v.Err)
	}
	v.Date("ngayCap", "hôm qua")
	v.Count("tong", "-1") // the first fault stands
	if v.Err == nil || v.Err.Error() != "malformed answer: ngayCap is not a date" {
		t.Error(v.Err)
	}
}
