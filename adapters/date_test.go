package adapters

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestReadDateTellsThePrecisionOfTheLayout(t *testing.T) {
	tests := []struct {
		text    string
		layouts []string
		want    Date
		ok      bool
	}{
		{"19900517", []string{"20060102", "200601", "2006"}, "1990-05-17", true},
		{"199005", []string{"20060102", "200601", "2006"}, "1990-05", true},
		{"1990", []string{"20060102", "200601", "2006"}, "1990", true},
		{"17/05/1990", []string{"02/01/2006"}, "1990-05-17", true},
		{"7/5/1990", []string{"2/1/2006"}, "1990-05-07", true},
		{"5/1990", []string{"1/2006"}, "1990-05", true},
		{"17 May 1990", []string{"2 January 2006"}, "1990-05-17", true},
		{" 17/05/1990 15:04:05 ", []string{"02/01/2006", "02/01/2006 15:04:05"}, "1990-05-17", true},
		{"2026-10-30T23:59:59", []string{"2006-01-02T15:04:05"}, "2026-10-30", true},
		{"", []string{"2006"}, "", false},
		{"19900231", []string{"20060102"}, "", false},
		{"1990-05-17x", []string{"2006-01-02"}, "", false},
		{"0001-01-01T00:00:00", []string{"2006-01-02T15:04:05"}, "", false}, // "none" of some platforms
		{"1849", []string{"2006"}, "", false},
		{"1990", nil, "", false},
	}
	for _, test := range tests {
		if got, ok := ReadDate(test.text, test.layouts...); got != test.want || ok != test.ok {
			t.Errorf("ReadDate(%q) = %q, %v, want %q, %v", test.text, got, ok, test.want, test.ok)
		}
	}
}

func TestFormatWritesNoMoreThanIsKnown(t *testing.T) {
	for date, want := range map[Date]string{
		"1990-05-17": "17/05/1990", "1990-05": "05/1990", "1990": "1990",
		"": "", "19": "", "1990-5": "", "1990-05-17T00:00:00": "", "1990-13-01": "", "199a": "",
	} {
		if got := date.Format("02/01/2006", "01/2006", "2006"); got != want {
			t.Errorf("%q is written %q, want %q", date, got, want)
		}
	}
}

func TestReadDateUndoesFormat(t *testing.T) {
	layouts := [][3]string{{"20060102", "200601", "2006"}, {"02/01/2006", "01/2006", "2006"}, {"2/1/2006", "1/2006", "2006"}, {"2006-01-02", "2006-01", "2006"}}
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(rapid.IntRange(1850, 9999).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 364).Draw(t, "day"))
		known := rapid.SampledFrom([]string{"2006", "2006-01", "2006-01-02"}).Draw(t, "known")
		date := Date(day.Format(known))
		l := rapid.SampledFrom(layouts).Draw(t, "layouts")
		if got, ok := ReadDate(date.Format(l[0], l[1], l[2]), l[:]...); !ok || got != date {
			t.Fatalf("%s came back as %q", date, got)
		}
	})
}

func TestReadDateGivesOnlyDatesOfTheVocabulary(t *testing.T) {
	check := Date("").Form().Check
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprintf("%04d%02d%02d", rapid.IntRange(0, 9999).Draw(t, "y"), rapid.IntRange(0, 13).Draw(t, "m"), rapid.IntRange(0, 32).Draw(t, "d"))
		if date, ok := ReadDate(text, "20060102"); ok != (date != "") || ok && !check(string(date)) {
			t.Fatalf("%s became %q, %v", text, date, ok)
		}
	})
}

func TestOnlyAWholeDateIsFull(t *testing.T) {
	for date, want := range map[Date]bool{"1990-05-17": true, "1990-05": false, "1990": false, "": false} {
		if date.Full() != want {
			t.Errorf("%q: full = %v", date, !want)
		}
	}
}

func TestDayBeginsAtMidnightInVietnam(t *testing.T) {
	if got, want := Day("2026-10-30").Time(), time.Date(2026, 10, 29, 17, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTimesAreWrittenAsClocksInVietnamShowThem(t *testing.T) {
	for text, want := range map[string]string{"2026-11-01T01:30:00Z": "01/11/2026 08:30", "2026-11-01T08:30:00+07:00": "01/11/2026 08:30", "": "", "hôm qua": "", "2026-11-01T08:30:00": ""} {
		if got := LocalTime(text, "02/01/2006 15:04"); got != want {
			t.Errorf("%q: %q", text, got)
		}
		faults := TimeFaults("at", text, "none", "")
		if refused := want == "" && text != ""; refused != (len(faults) == 1 && faults[0].Field == "at") {
			t.Errorf("%q: %v", text, faults)
		}
	}
}
