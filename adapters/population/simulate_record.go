package population

import (
	"fmt"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/soap"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// record writes a CongDan in the documented order. What is not known is left
// out; a few records are as incomplete and odd as real ones are.
func (s *service) record(p synthetic.Person) soap.Element {
	card := p.CitizenID
	if p.Age() < 14 {
		card = "" // children have a number but no card
	}
	blood, current := p.BloodGroup.Code, lies("NoiOHienTai", p.Current)
	if incomplete(p) {
		blood, current = "", soap.Element{}
	}
	household := s.world.Household(p.Household)
	return known("CongDan",
		soap.Leaf("SoDinhDanh", p.CitizenID),
		soap.Leaf("SoCMND", p.OldCitizenID),
		soap.Leaf("SoCCCD", card),
		ownName(p),
		soap.Leaf("GioiTinh", p.Sex.Coded().Code),
		soap.Leaf("DanToc", p.Ethnicity.Code),
		soap.Leaf("TonGiao", p.Religion.Code),
		soap.Leaf("TinhTrangHonNhan", p.MaritalStatus.Code),
		soap.Leaf("NhomMau", blood),
		born(p.Birth),
		lies("NoiDangKyKhaiSinh", p.BirthRegistered),
		lies("QueQuan", p.Origin),
		lies("ThuongTru", p.Permanent),
		current,
		soap.Leaf("QuocTich", p.Nationality.Code),
		s.kin("Cha", p.Father, p.FatherName),
		s.kin("Me", p.Mother, p.MotherName),
		s.spouse(p),
		s.representative(p),
		s.head(p, household),
		soap.Leaf("SoSoHoKhau", household.Book),
	)
}

// descent writes the CongDan limited to a person and the parents.
func (s *service) descent(p synthetic.Person) soap.Element {
	parent := func(element string, index int, name string) soap.Element {
		id, _ := s.numbers(index)
		return known(element, soap.Leaf("SoDinhDanh", id), soap.Leaf("QuocTich", "VN"), nameParts(name))
	}
	return known("CongDan",
		soap.Leaf("SoDinhDanh", p.CitizenID),
		soap.Leaf("SoCMND", p.OldCitizenID),
		ownName(p),
		born(p.Birth),
		parent("Cha", p.Father, p.FatherName),
		parent("Me", p.Mother, p.MotherName),
	)
}

// kin writes another person, whose name here is plain text.
func (s *service) kin(element string, index int, name string) soap.Element {
	id, old := s.numbers(index)
	return known(element, soap.Leaf("HoVaTen", name), soap.Leaf("QuocTich", "VN"), soap.Leaf("SoDinhDanh", id), soap.Leaf("SoCMND", old))
}

// numbers of another person: the dead, and those who are not in the register,
// have none there.
func (s *service) numbers(index int) (id, old string) {
	if index == synthetic.None {
		return "", ""
	}
	other := s.world.Person(index)
	if !other.Alive() {
		return "", ""
	}
	return other.CitizenID, other.OldCitizenID
}

func (s *service) spouse(p synthetic.Person) soap.Element {
	if p.Spouse == synthetic.None {
		return soap.Element{}
	}
	return s.kin("VoChong", p.Spouse, s.world.Person(p.Spouse).FullName())
}

// representative is a parent of somebody under age.
func (s *service) representative(p synthetic.Person) soap.Element {
	if p.Age() >= 18 {
		return soap.Element{}
	}
	for _, parent := range []int{p.Father, p.Mother} {
		if parent != synthetic.None && s.world.Person(parent).Alive() {
			return s.kin("NguoiDaiDien", parent, s.world.Person(parent).FullName())
		}
	}
	return soap.Element{}
}

func (s *service) head(p synthetic.Person, h synthetic.Household) soap.Element {
	head := s.world.Person(h.Head)
	return known("ChuHo", soap.Leaf("QuanHe", p.Relation.Code), soap.Leaf("SoDinhDanh", head.CitizenID),
		soap.Leaf("SoCMND", head.OldCitizenID), soap.Leaf("HoVaTen", head.FullName()))
}

// known is a Node without its empty children; itself empty if none is left.
func known(name string, children ...soap.Element) soap.Element {
	var kept []soap.Element
	for _, child := range children {
		if child.Text != "" || len(child.Children) > 0 {
			kept = append(kept, child)
		}
	}
	return soap.Node(name, kept...)
}

// ownName is in three parts, or for some whole in Ten.
func ownName(p synthetic.Person) soap.Element {
	if nameWhole(p) {
		return soap.Node("HoVaTen", soap.Leaf("Ten", p.FullName()))
	}
	return soap.Node("HoVaTen", soap.Leaf("Ho", p.Surname), soap.Leaf("ChuDem", p.Middle), soap.Leaf("Ten", p.Given))
}

// nameParts takes a full name apart.
func nameParts(full string) soap.Element {
	words := strings.Fields(full)
	last := len(words) - 1
	return known("HoVaTen", soap.Leaf("Ho", words[0]), soap.Leaf("ChuDem", strings.Join(words[1:last], " ")), soap.Leaf("Ten", words[last]))
}

// born knows a day or a year; the schema has no form for a month.
func born(d synthetic.Date) soap.Element {
	if d.Day() != 0 {
		return soap.Node("NgayThangNamSinh", soap.Leaf("NgayThangNam", d.Digits()))
	}
	return soap.Node("NgayThangNamSinh", soap.Leaf("Nam", fmt.Sprint(d.Year())))
}

func lies(name string, a synthetic.Address) soap.Element {
	return known(name, soap.Leaf("MaTinhThanh", a.ProvinceCode), soap.Leaf("MaQuanHuyen", a.DistrictCode),
		soap.Leaf("MaPhuongXa", a.CommuneCode), soap.Leaf("ChiTiet", a.Detail), soap.Leaf("QuocGia", "VN"))
}

// Which records are odd follows from the index, so that it is always the same.
func incomplete(p synthetic.Person) bool { return p.Index%11 == 5 }
func nameWhole(p synthetic.Person) bool  { return p.Index%7 == 3 }

// samples shows the first person with a rich record, and a number nobody has.
func (s *service) samples() map[string]simulator.Samples {
	var rich synthetic.Person
	most := -1
	for i := 0; i < s.world.Len() && most < 7; i++ {
		p := s.world.Person(i)
		if n := richness(p); n > most {
			rich, most = p, n
		}
	}
	ok := question{CitizenID: adapters.CitizenID(rich.CitizenID), FullName: adapters.PersonName(rich.FullName()), DateOfBirth: adapters.Date(rich.Birth.String())}
	if ok.CitizenID == "" {
		ok.OldCitizenID = adapters.OldCitizenID(rich.OldCitizenID)
	}
	nobody := question{CitizenID: s.unusedID(), FullName: "Nguyễn Không Có", DateOfBirth: "1999-01-01"}
	return map[string]simulator.Samples{
		"citizen-lookup":   {OK: ok, NotFound: nobody},
		"relatives-verify": {OK: ok, NotFound: nobody},
		// A verification has an answer for somebody who does not exist.
		"citizen-verify": {OK: verifyQuestion{CitizenID: ok.CitizenID, OldCitizenID: ok.OldCitizenID, FullName: ok.FullName}},
	}
}

// richness counts what makes a record a good example.
func richness(p synthetic.Person) int {
	n := 0
	for _, has := range []bool{p.Alive(), p.CitizenID != "", p.OldCitizenID != "", p.Birth.Day() != 0,
		p.Father != synthetic.None, p.Spouse != synthetic.None, !incomplete(p) && !nameWhole(p)} {
		if has {
			n++
		}
	}
	return n
}

func (s *service) unusedID() adapters.CitizenID {
	for n := 1_099_999_999; ; n-- {
		candidate := fmt.Sprintf("%012d", n)
		if _, taken := s.world.PersonByCitizenID(candidate); !taken {
			return adapters.CitizenID(candidate)
		}
	}
}
