package synthetic

import (
	"fmt"
	"time"
)

// Date is a calendar date as the digits yyyymmdd. Day, or month and day, are
// zero where a record knows only the month or the year; the zero Date is none.
type Date int32

// newDate returns the date of these parts.
func newDate(year, month, day int) Date { return Date(year*10_000 + month*100 + day) }

// dateOf returns the calendar date of t in its own location.
func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return newDate(year, int(month), day)
}

// Year returns the year.
func (d Date) Year() int { return int(d) / 10_000 }

// Month returns the month, or 0 if it is not known.
func (d Date) Month() int { return int(d) / 100 % 100 }

// Day returns the day of the month, or 0 if it is not known.
func (d Date) Day() int { return int(d) % 100 }

// IsZero reports whether there is no date at all.
func (d Date) IsZero() bool { return d == 0 }

// String returns yyyy-mm-dd, yyyy-mm or yyyy, as precise as the date is.
func (d Date) String() string { return d.text("%04d-%02d-%02d", "%04d-%02d", "%04d") }

// Digits returns yyyymmdd, yyyymm or yyyy.
func (d Date) Digits() string { return d.text("%04d%02d%02d", "%04d%02d", "%04d") }

// Slashed returns dd/mm/yyyy, mm/yyyy or yyyy.
func (d Date) Slashed() string { return d.text("%02[3]d/%02[2]d/%04[1]d", "%02[2]d/%04[1]d", "%04d") }

func (d Date) text(full, month, year string) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month() == 0:
		return fmt.Sprintf(year, d.Year())
	case d.Day() == 0:
		return fmt.Sprintf(month, d.Year(), d.Month())
	}
	return fmt.Sprintf(full, d.Year(), d.Month(), d.Day())
}

// Time returns the start of the day in local time, UTC+7. What is not known is
// taken as January and as the first.
func (d Date) Time() time.Time {
	return time.Date(d.Year(), time.Month(max(d.Month(), 1)), max(d.Day(), 1), 0, 0, 0, 0, localZone)
}

// AddDays returns the date so many days later, or earlier if n is negative.
func (d Date) AddDays(n int) Date { return dateOf(d.Time().AddDate(0, 0, n)) }

// AddYears returns the same day so many years later; what is not known of it is
// taken as January and as the first.
func (d Date) AddYears(n int) Date { return dateOf(d.Time().AddDate(n, 0, 0)) }

// localZone is the offset in which all national systems write their times.
var localZone = time.FixedZone("+07", 7*60*60)

// at is a time of this day, in minutes since midnight.
func (d Date) at(minute int) time.Time { return d.Time().Add(time.Duration(minute) * time.Minute) }

// officeMinute is a minute of a day at which offices are open.
func (s *stream) officeMinute() int { return s.between(8*60, 17*60) }

// within returns a day of these years, the last included, and never one after Today.
func (s *stream) within(first, last int) Date {
	return s.day(newDate(first, 1, 1), newDate(last, 12, 31))
}

// day returns a day from first to last that is not after Today, and first if there
// is none.
func (s *stream) day(first, last Date) Date {
	last = min(last, Today)
	days := int(last.Time().Sub(first.Time()).Hours() / 24)
	return first.AddDays(s.between(0, max(days, 0)))
}
