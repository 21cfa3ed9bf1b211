package synthetic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// reform is the day on which districts ended and commune codes changed hands.
const reform Date = 2025_07_01

// Address is a place as a national record holds it. About half of the addresses
// in Hà Nội are in the form of before the reform, with a district and an old
// commune code; the others have no district and a code of today. The two kinds
// of code look alike and overlap. Outside Hà Nội only the province is known, by
// its code and name of before the mergers.
type Address struct {
	ProvinceCode string // two digits
	ProvinceName string
	DistrictCode string // three digits; empty in the form of today
	DistrictName string // with its prefix
	CommuneCode  string // five digits; empty outside Hà Nội
	CommuneName  string // with its prefix
	Detail       string // house and street, or hamlet
}

// OldForm reports whether the address is in the form of before the reform.
func (a Address) OldForm() bool { return a.DistrictCode != "" }

// Full returns the address in one line, from the house to the province.
func (a Address) Full() string {
	var parts []string
	for _, part := range []string{a.Detail, a.CommuneName, a.DistrictName, a.ProvinceName} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

// spot is an address in eight bytes. Area counts through the communes of today,
// then the old ones, then the provinces.
type spot struct {
	area   uint16
	house  uint16
	lane   uint8 // 0 for a house on the street itself
	street uint8
}

// heir is the commune of today that took over an old one.
type heir struct {
	commune uint16 // its index
	whole   bool   // all people went there; else it is the first of those to which some did
}

// linkCommunes finds the heir of each old commune.
func (w *World) linkCommunes() {
	w.heirs = make([]heir, len(w.old))
	for i, o := range w.old {
		part := o.Parts[0]
		for _, extent := range []places.Extent{places.Whole, places.AllPeople, places.Some} {
			if k := slices.IndexFunc(o.Parts, func(p places.Part) bool { return p.Extent == extent }); k >= 0 {
				part = o.Parts[k]
				break
			}
		}
		commune := slices.IndexFunc(w.communes, func(c places.Commune) bool { return c.Code == part.Into.Code })
		w.heirs[i] = heir{uint16(commune), part.Extent == places.Whole || part.Extent == places.AllPeople}
	}
}

// heirOf returns the code of the heir of the old commune of this index.
func (w *World) heirOf(i int) string { return w.communes[w.heirs[i].commune].Code }

// isOld reports whether a spot is given by an old commune.
func (w *World) isOld(s spot) bool {
	area := int(s.area)
	return area >= len(w.communes) && area < len(w.communes)+len(w.old)
}

// modern gives a spot in the form of today, where that is certain.
func (w *World) modern(s spot) (spot, bool) {
	if !w.isOld(s) {
		return s, true
	}
	heir := w.heirs[int(s.area)-len(w.communes)]
	if heir.whole {
		s.area = heir.commune
	}
	return s, heir.whole
}

// officeAt gives a spot in the form of a day: before the reform it stays as it is,
// since then it lies in the heir of its commune.
func (w *World) officeAt(s spot, on Date) spot {
	if w.isOld(s) && on >= reform {
		s.area = w.heirs[int(s.area)-len(w.communes)].commune
	}
	return s
}

// area writes a spot out without what lies below its commune.
func (w *World) area(s spot) Address {
	a := w.address(s)
	a.Detail = ""
	return a
}

// spotInTown returns some spot in Hà Nội, so many times in a hundred in old form.
func (w *World) spotInTown(r *stream, oldPercent int) spot {
	s := spot{
		house:  uint16(r.between(1, 400)),
		street: uint8(r.below(len(streets))),
	}
	if r.percent(40) {
		s.lane = uint8(r.between(1, 250))
	}
	if r.percent(oldPercent) {
		s.area = uint16(len(w.communes) + r.below(len(w.old)))
	} else {
		s.area = uint16(r.below(len(w.communes)))
	}
	return s
}

// spotElsewhere returns a spot in the province of this index.
func (w *World) spotElsewhere(r *stream, province int) spot {
	return spot{area: uint16(len(w.communes) + len(w.old) + province), house: uint16(r.between(1, 12))}
}

// address writes a spot out.
func (w *World) address(s spot) Address {
	area := int(s.area)
	if area < len(w.communes) {
		c := w.communes[area]
		return Address{
			ProvinceCode: "01", ProvinceName: "Hà Nội",
			CommuneCode: c.Code, CommuneName: c.FullName(),
			Detail: detail(s, c.Kind),
		}
	}
	area -= len(w.communes)
	if area < len(w.old) {
		o := w.old[area]
		return Address{
			ProvinceCode: "01", ProvinceName: "Hà Nội",
			DistrictCode: o.DistrictCode, DistrictName: o.DistrictName,
			CommuneCode: o.Code, CommuneName: o.FullName(),
			Detail: detail(s, o.Kind),
		}
	}
	p := w.provinces[area-len(w.old)]
	return Address{ProvinceCode: p.Code[1:], ProvinceName: p.Before, Detail: fmt.Sprintf("Thôn %d", s.house)}
}

func detail(s spot, kind places.Kind) string {
	switch {
	case kind == places.Rural:
		return fmt.Sprintf("Số %d, thôn %s", s.house, streets[s.street])
	case s.lane > 0:
		return fmt.Sprintf("Số %d, ngõ %d, phố %s", s.house, s.lane, streets[s.street])
	}
	return fmt.Sprintf("Số %d, phố %s", s.house, streets[s.street])
}

// streets are made up, so that no address is anybody's.
var streets = []string{
	"Hoa Sen", "Hoa Bưởi", "Hoa Gạo", "Hoa Ban", "Lá Cọ", "Cây Thị", "Cây Khế", "Tre Ngà",
	"Bình Minh", "Hoàng Hôn", "Trăng Non", "Sao Khuê", "Mây Trắng", "Gió Nồm", "Mưa Xuân", "Nắng Hạ",
	"Giấy Điệp", "Lụa Vàng", "Gốm Nâu", "Trống Cơm", "Đèn Lồng", "Cánh Diều", "Con Thoi", "Cối Xay",
	"Thuyền Nan", "Bến Đợi", "Cầu Tre", "Giếng Ngọc", "Ao Sen", "Đồng Lúa", "Vườn Ổi", "Đồi Chè",
}
