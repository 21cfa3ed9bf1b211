package civilstatus

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/wire"
	"github.com/lgsp-vn/lgsp/adapters/places"
)

// sheet carries values between a record and its flat elements, in one direction or
// the other, so that one list of elements serves both.
type sheet struct {
	writing bool
	role    role          // of the person at hand; empty for all else
	asOf    adapters.Date // when the record was written down, "" where it may have been rewritten
	values  wire.Values
	from    map[string]json.RawMessage // what is read
	to      []leaf                     // what is written
	strays  []adapters.Fault           // values that would be lost
}

// element is a text, or since the two-level system an object of the parts of a
// name, a date of birth or an address.
type element struct {
	plain           wire.Text
	Ho, ChuDem, Ten wire.Text
	NgaySinh        wire.Text `json:"ngaySinh"`
	ThangSinh       wire.Text `json:"thangSinh"`
	NamSinh         wire.Text `json:"namSinh"`
	MaTinh          wire.Text `json:"maTinh"`
	MaHuyen         wire.Text `json:"maHuyen"`
	MaXa            wire.Text `json:"maXa"`
	DCChiTiet       wire.Text `json:"dcChiTiet"`
}

// UnmarshalJSON reads either form.
func (e *element) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return e.plain.UnmarshalJSON(raw)
	}
	type parts element
	return json.Unmarshal(raw, (*parts)(e))
}

// text is the element as one text, in either form. Only the first parts of a date may
// be missing: a day without its month is left for nobody to read as a month.
func (e element) text() wire.Text {
	if e.plain != "" {
		return e.plain
	}
	date := strings.TrimLeft(string(e.NgaySinh+"."+e.ThangSinh+"."+e.NamSinh), ".")
	return joined(" ", e.Ho, e.ChuDem, e.Ten) + wire.Text(date) + e.DCChiTiet
}

// joined leaves out what is empty.
func joined[T ~string](separator T, parts ...T) (all T) {
	for _, part := range parts {
		if all != "" && part != "" {
			all += separator
		}
		all += part
	}
	return all
}

// leaf is an element of the XML.
type leaf struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

// dossier is the XML in which a record is sent.
type dossier struct {
	XMLName  xml.Name `xml:"hotich"`
	Elements struct {
		Leaves []leaf `xml:",any"`
	} `xml:"hoso"`
}

// document writes a record as XML.
func (r *Record) document() ([]byte, error) {
	s := sheet{writing: true}
	r.lay(&s)
	var d dossier
	d.Elements.Leaves = s.to
	text, err := xml.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write dossier: %w", err)
	}
	return text, nil
}

// layouts of dates, of before and after mid-2025; some know the year alone.
var layouts = []string{"2.1.2006", "2/1/2006", "2006-01-02", "1.2006", "1/2006", "2006"}

// record reads a record, which has at least its number in the register. A newborn's
// citizen id is not among what is registered but comes of it.
func (s *sheet) record() (Record, error) {
	var r Record
	r.lay(s)
	text(s, "soDinhDanh", &r.Child.CitizenID)
	s.values.Require("so", wire.Text(r.RegisterNumber))
	if s.values.Err != nil {
		return Record{}, s.values.Err
	}
	r.Office = Office(padded(wire.Text(r.Office), 5))
	return r, nil
}

// get is the element of the person at hand; one that the register does not have
// of that person is empty, whatever comes under its name.
func (s *sheet) get(suffix string) (e element) {
	raw, there := s.from[s.role.prefix+suffix]
	if there && s.has(suffix) && json.Unmarshal(raw, &e) != nil {
		s.values.Fail(s.role.prefix+suffix, "a text or an object of its parts")
	}
	return e
}

func (s *sheet) has(suffix string) bool {
	return s.role.suffixes == "" || slices.Contains(strings.Fields(s.role.suffixes), suffix)
}

// put writes an element that is not empty.
func (s *sheet) put(suffix, value string) {
	switch {
	case value == "":
	case !s.has(suffix):
		s.stray(suffix, adapters.Text{VI: "sổ hộ tịch không có trường", EN: "the register has no element"})
	default:
		s.to = append(s.to, leaf{XMLName: xml.Name{Local: s.role.prefix + suffix}, Text: value})
	}
}

// stray notes a value that would be lost on the way.
func (s *sheet) stray(suffix string, why adapters.Text) {
	element := " " + s.role.prefix + suffix
	s.strays = append(s.strays, adapters.Fault{Field: strings.TrimSuffix("record."+s.role.member, "."),
		Message: adapters.Text{VI: why.VI + element, EN: why.EN + element}})
}

func text[T ~string](s *sheet, suffix string, member *T) {
	if s.writing {
		s.put(suffix, string(*member))
		return
	}
	*member = T(s.get(suffix).text())
}

func (s *sheet) date(suffix string, member *adapters.Date) {
	if s.writing {
		s.put(suffix, member.Format("02.01.2006", "01.2006", "2006"))
		return
	}
	*member = s.values.Date(s.role.prefix+suffix, s.get(suffix).text())
}

// code writes the code alone: its name is the reader's.
func (s *sheet) code(suffix string, member *adapters.Code, names map[wire.Text]string) {
	if s.writing {
		if s.put(suffix, member.Code); member.Code == "" && member.Name != "" {
			s.stray(suffix, adapters.Text{VI: "phải có mã của", EN: "there must be a code of"})
		}
		return
	}
	if code := wire.Code(s.get(suffix).text(), names); code != nil {
		*member = *code
	}
}

func (s *sheet) count(suffix string, member **int) {
	if !s.writing {
		*member = s.values.Count(s.role.prefix+suffix, s.get(suffix).text())
	} else if *member != nil {
		s.put(suffix, strconv.Itoa(**member))
	}
}

// address reads what has codes by its codes, and text as the detail.
func (s *sheet) address(suffix string, member *adapters.Address) {
	if s.writing {
		text, whole := line(*member)
		if s.put(suffix, text); !whole {
			s.stray(suffix, adapters.Text{VI: "phải có tên xã, tỉnh của", EN: "commune and province must be named in"})
		}
		return
	}
	e := s.get(suffix)
	*member = adapters.NationalAddress{ProvinceCode: padded(e.MaTinh, 2), DistrictCode: padded(e.MaHuyen, 3), CommuneCode: padded(e.MaXa, 5),
		Detail: string(e.text()), AsOf: s.asOf, Resident: suffix == "NoiCuTru"}.Address()
}

// line is an address from the house to the province. It is not whole where what the
// address says by a code alone is not in it.
func line(a adapters.Address) (text string, whole bool) {
	if commune, known := places.ByCode(string(a.CommuneCode)); known {
		a.CommuneName, a.ProvinceName = commune.FullName(), "Hà Nội"
	}
	whole = (a.CommuneName != "" || a.FormerCommuneCode+a.FormerDistrictCode == "") && (a.ProvinceName != "" || a.ProvinceCode == "")
	return joined(", ", a.Detail, a.CommuneName, a.ProvinceName), whole
}
