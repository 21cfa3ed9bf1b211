package synthetic

import (
	"fmt"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// ParcelKey identifies a parcel. The commune code is the one under which the
// cadastre still keeps the parcel, which may be an old one.
type ParcelKey struct {
	Commune string // five digits
	Sheet   string // map sheet, up to five digits
	Number  string // on the sheet, up to five digits
}

// Parcel is a piece of land. As in the real cadastre some records are
// incomplete: no owner, or no address.
type Parcel struct {
	Index        int
	Key          ParcelKey
	OldSheet     string  // on the map before the last survey; mostly empty
	OldNumber    string  // likewise
	Area         float64 // m², to a tenth, as surveyed
	LegalArea    float64 // m², to a tenth, as certified
	Purpose      Coded   // such as ODT, land for housing in a ward
	Address      Address // without Detail where the record is incomplete
	Owners       []int   // people; empty where the record is incomplete
	Certificates []int   // mostly one, sometimes none
}

// Certificate is a certificate of land use and ownership.
type Certificate struct {
	Index        int
	Number       string // SoPhatHanh: two letters and six or eight digits
	Book         string // SoVaoSo
	Issued       Date
	State        Coded
	Owners       []int // people; empty where the record is incomplete
	Parcels      []int
	Encumbrances []Encumbrance
}

// Encumbrance is a restriction on what the owners may do.
type Encumbrance struct {
	Kind       Coded  // mortgage or seizure
	Holder     string // the bank or the authority
	Registered Date
	Released   Date // zero while in force
}

// Parcels returns all parcels; a parcel's Index is its place here.
func (w *World) Parcels() []Parcel { return w.parcels }

// Certificates returns all certificates; a certificate's Index is its place here.
func (w *World) Certificates() []Certificate { return w.certificates }

// ParcelByKey returns the parcel at this place in the cadastre.
func (w *World) ParcelByKey(key ParcelKey) (Parcel, bool) {
	return find(w.parcelKeys, key, w.parcels)
}

// CertificateByNumber returns the certificate printed with this number.
func (w *World) CertificateByNumber(number string) (Certificate, bool) {
	return find(w.certificateNumbers, number, w.certificates)
}

// CertificateByBook returns the certificate with this number in the land book.
func (w *World) CertificateByBook(book string) (Certificate, bool) {
	return find(w.certificateBooks, book, w.certificates)
}

// surveyor fills a world with land.
type surveyor struct {
	w *World
	r *stream
}

// survey gives about every fourth household its land.
func (w *World) survey(r *stream) {
	s := surveyor{w: w, r: r}
	for _, h := range w.households {
		if r.percent(25) {
			s.estate(h)
		}
	}
}

// estate adds a household's parcel, now and then a second one on the same
// certificate, and the certificate, which few parcels lack.
func (s surveyor) estate(h household) {
	owners := s.owners(h)
	youngest := 0
	for _, owner := range owners {
		youngest = max(youngest, s.w.people[owner].birth.Year())
	}
	issued := s.r.within(max(1995, youngest+20), Today.Year())
	place := h.place
	if s.r.percent(30) {
		place = s.w.spotInTown(s.r, 50)
	}
	if s.w.isOld(place) && issued >= reform {
		place = s.w.spotInTown(s.r, 0)
	}
	if s.r.percent(2) {
		owners = nil
	}
	parcels := []int{s.parcel(place, owners)}
	if s.r.percent(5) {
		parcels = append(parcels, s.parcel(place, owners))
	}
	if s.r.percent(92) {
		s.certify(issued, owners, parcels)
	}
}

// owners are the head of a household and the spouse who lives there too.
func (s surveyor) owners(h household) []int {
	owners := []int{int(h.head)}
	spouse := s.w.people[h.head].spouse
	if spouse != None && s.w.people[spouse].alive() {
		owners = append(owners, int(spouse))
	}
	return owners
}

// parcel adds a parcel and returns its index.
func (s surveyor) parcel(place spot, owners []int) int {
	p := Parcel{Index: len(s.w.parcels), Address: s.w.address(place), Owners: owners}
	p.Key = s.key(p.Address.CommuneCode)
	p.Purpose = s.purpose(place)
	tenths := s.r.between(250, 1500)
	if p.Purpose.Code != "ODT" {
		tenths = s.r.between(1000, 12_000)
	}
	p.Area, p.LegalArea = float64(tenths)/10, float64(tenths)/10
	if s.r.percent(15) {
		p.LegalArea = float64(tenths-s.r.between(1, 40)) / 10
	}
	if s.r.percent(35) {
		p.OldSheet, p.OldNumber = fmt.Sprint(s.r.between(1, 40)), fmt.Sprint(s.r.between(1, 400))
	}
	if s.r.percent(2) {
		p.Owners = nil
	}
	if s.r.percent(2) {
		p.Address.Detail = ""
	}
	s.w.parcelKeys[p.Key] = int32(p.Index)
	s.w.parcels = append(s.w.parcels, p)
	return p.Index
}

// key returns a place in the cadastre of a commune that is still free.
func (s surveyor) key(commune string) ParcelKey {
	for {
		key := ParcelKey{
			Commune: commune,
			Sheet:   fmt.Sprint(s.r.between(1, 120)),
			Number:  fmt.Sprint(s.r.between(1, 900)),
		}
		if _, taken := s.w.parcelKeys[key]; !taken {
			return key
		}
	}
}

// purpose is mostly housing, under the code for a ward or for a commune.
func (s surveyor) purpose(place spot) Coded {
	if s.r.percent(75) {
		if s.w.isUrban(place) {
			return purposes[0]
		}
		return purposes[1]
	}
	return purposes[2+s.r.below(len(purposes)-2)]
}

// certify adds a certificate for parcels of the same owners.
func (s surveyor) certify(issued Date, owners, parcels []int) {
	i := len(s.w.certificates)
	width, size := 6, 1_000_000
	if issued.Year() >= 2020 {
		width, size = 8, 100_000_000
	}
	c := Certificate{
		Index:   i,
		Number:  fmt.Sprintf("Z%c%0*d", 'A'+rune(s.r.below(25)), width, scatter(i, size)),
		Book:    fmt.Sprintf("%s%06d", one(s.r, []string{"CH", "CS", "CT"}), scatter(i, 1_000_000)),
		Issued:  issued,
		State:   certificateStates[s.r.weighted(94, 2, 4)],
		Owners:  owners,
		Parcels: parcels,
	}
	for range s.r.weighted(82, 16, 2) {
		c.Encumbrances = append(c.Encumbrances, s.encumbrance(issued))
	}
	for _, p := range parcels {
		s.w.parcels[p].Certificates = []int{i}
	}
	s.w.certificateNumbers[c.Number], s.w.certificateBooks[c.Book] = int32(i), int32(i)
	s.w.certificates = append(s.w.certificates, c)
}

func (s surveyor) encumbrance(issued Date) Encumbrance {
	e := Encumbrance{Kind: mortgage, Holder: one(s.r, banks), Registered: s.r.day(issued, Today)}
	if s.r.percent(6) {
		e.Kind, e.Holder = seizure, "Cơ quan thi hành án giả định"
	}
	if s.r.percent(45) {
		e.Released = s.r.day(e.Registered, Today)
	}
	return e
}

// isUrban reports whether a spot in Hà Nội lies in a ward or a town.
func (w *World) isUrban(s spot) bool {
	if w.isOld(s) {
		return w.old[int(s.area)-len(w.communes)].Kind != places.Rural
	}
	return w.communes[s.area].Kind != places.Rural
}

// The codes of purposes are those of the land law's map legend; states and kinds
// are assumed. The banks are invented.
var (
	purposes = []Coded{
		{"ODT", "Đất ở tại đô thị"}, {"ONT", "Đất ở tại nông thôn"},
		{"CLN", "Đất trồng cây lâu năm"}, {"LUC", "Đất chuyên trồng lúa"},
		{"SKC", "Đất cơ sở sản xuất phi nông nghiệp"},
	}
	certificateStates = []Coded{{"1", "Đang có hiệu lực"}, {"2", "Đã thu hồi"}, {"3", "Đã cấp đổi"}}

	mortgage = Coded{"TC", "Thế chấp"}
	seizure  = Coded{"KB", "Kê biên"}
	banks    = []string{"Ngân hàng giả định Sông Hồng", "Ngân hàng giả định Hoa Gạo", "Ngân hàng giả định Tre Ngà"}
)
