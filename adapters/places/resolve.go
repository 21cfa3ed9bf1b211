package places

import "time"

// Source is a commune as a national record gives it. Only the code is always
// there; the more of the rest is filled in, the more can be resolved.
type Source struct {
	CommuneCode  string
	CommuneName  string    // with or without its prefix
	DistrictCode string    // three digits; empty means that the record has none
	AsOf         time.Time // when the address was written down; zero if unknown
	Resident     bool      // the address is where a person lives, not land or a seat
}

// Resolve returns the commune of today that the record means, if there is no
// doubt about it. Every code of today was the code of another unit before July
// 2025, so a code by itself never resolves: it takes a district (only old
// addresses have one), a date or a name. Evidence that contradicts itself, and
// an old unit that was split, leave the answer open; the caller then passes on
// the old form as it came.
//
// Of AsOf only the calendar date in its own location counts.
func Resolve(s Source) (Commune, bool) {
	if s.DistrictCode == "" && s.AsOf.IsZero() && s.CommuneName == "" {
		return Commune{}, false
	}
	var found Commune
	old, isOld := s.asOld()
	if isOld {
		var sure bool
		if found, sure = old.successor(s.Resident); !sure {
			return Commune{}, false
		}
	}
	today, isToday := s.asToday()
	if !isToday {
		return found, isOld
	}
	if isOld && today != found {
		return Commune{}, false
	}
	return today, true
}

// asOld returns the unit that the record means if it was written before the reform.
func (s Source) asOld() (OldCommune, bool) {
	if s.DistrictCode == "" && !s.AsOf.IsZero() && sinceReform(s.AsOf) {
		return OldCommune{}, false
	}
	old, ok := OldByCode(s.CommuneCode)
	if !ok || (s.DistrictCode != "" && s.DistrictCode != old.DistrictCode) {
		return OldCommune{}, false
	}
	if s.CommuneName != "" && !agrees(s.CommuneName, old.Kind, old.Name) {
		return OldCommune{}, false
	}
	return old, true
}

// asToday returns the commune that the record means if it was written since the reform.
func (s Source) asToday() (Commune, bool) {
	if s.DistrictCode != "" || (!s.AsOf.IsZero() && !sinceReform(s.AsOf)) {
		return Commune{}, false
	}
	commune, ok := ByCode(s.CommuneCode)
	if !ok {
		return Commune{}, false
	}
	if s.CommuneName != "" && !agrees(s.CommuneName, commune.Kind, commune.Name) {
		return Commune{}, false
	}
	return commune, true
}

// successor returns the commune that took over all that matters of the old unit:
// everything, or for a resident's address everybody.
func (o OldCommune) successor(resident bool) (Commune, bool) {
	for _, part := range o.Parts {
		if part.Extent == Whole || (resident && part.Extent == AllPeople) {
			return part.Into, true
		}
	}
	return Commune{}, false
}

// sinceReform reports whether a date is 1 July 2025 or later.
func sinceReform(t time.Time) bool {
	year, month, _ := t.Date()
	return year > 2025 || (year == 2025 && month >= time.July)
}
