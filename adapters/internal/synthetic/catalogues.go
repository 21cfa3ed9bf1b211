package synthetic

import (
	"fmt"
	"strings"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// Catalogue is one of the shared electronic catalogues (DMDC): a table with a
// description of its columns.
type Catalogue struct {
	Code       string
	Name       string
	Properties []Property
	Rows       [][]string // one value per property; empty means null
}

// Property describes a column of a catalogue.
type Property struct {
	Code string
	Name string
	Type PropertyType
}

// PropertyType says how the values of a column are written.
type PropertyType string

// The types. Dates are written dd/MM/yyyy.
const (
	Text     PropertyType = "String"
	DateTime PropertyType = "DateTime"
)

// Record returns a row as the service delivers it: every property by its code,
// nil for null.
func (c Catalogue) Record(row int) map[string]*string {
	record := make(map[string]*string, len(c.Properties))
	for i, p := range c.Properties {
		record[p.Code] = nil
		if value := c.Rows[row][i]; value != "" {
			record[p.Code] = &value
		}
	}
	return record
}

// Catalogues returns the shared catalogues, made afresh at each call. Property
// names other than those of qlvanbandieuhanh are assumed, as are the codes of
// religions, blood groups and document types. Provinces have the code of the
// former province of the same name, which the merged one may not have kept.
func Catalogues() []Catalogue {
	return []Catalogue{
		provinceCatalogue(),
		districtCatalogue(),
		communeCatalogue(),
		plainCatalogue("madantoc", "Danh mục dân tộc", decision{"121-TCTK/PPCĐ", "02/03/1979", "Tổng cục Thống kê"}, ethnicities),
		plainCatalogue("matongiao", "Danh mục tôn giáo", decision{}, religions),
		plainCatalogue("magioitinh", "Danh mục giới tính", decision{}, sexes),
		plainCatalogue("manhommau", "Danh mục nhóm máu", decision{}, bloodGroups),
		plainCatalogue("matinhtranghonnhan", "Danh mục tình trạng hôn nhân", decision{}, maritalStatuses),
		plainCatalogue("maquocgia", "Danh mục quốc gia", decision{}, countries),
		ministryCatalogue(),
		cityAgencyCatalogue(),
		plainCatalogue("dokhanvanban", "Danh mục độ khẩn văn bản", decision{}, urgencies),
		plainCatalogue("maloaivanbantheoqdpl", "Danh mục loại văn bản quy phạm pháp luật", decision{}, legalDocumentTypes),
		plainCatalogue("mabuuchinhcap1", "Danh mục mã bưu chính cấp 1", decision{}, postcodes),
	}
}

// decision is the act by which an authority issued a catalogue, where it is known.
type decision struct{ number, date, authority string }

func (d decision) values() []string { return []string{d.number, d.date, d.authority} }

// decisionProperties close every catalogue.
func decisionProperties() []Property {
	return []Property{
		{"QdBanHanhQdSuaDoi", "Quyết định ban hành, sửa đổi", Text},
		{"NgayBanHanhQd", "Ngày ban hành quyết định", DateTime},
		{"CoQuanBanHanhQd", "Cơ quan ban hành quyết định", Text},
	}
}

// plainCatalogue is a list of codes with names.
func plainCatalogue(code, name string, by decision, values []Coded) Catalogue {
	c := Catalogue{Code: code, Name: name, Properties: append([]Property{
		{"Ma", "Mã", Text}, {"Ten", "Tên", Text},
	}, decisionProperties()...)}
	for _, v := range values {
		c.Rows = append(c.Rows, append([]string{v.Code, v.Name}, by.values()...))
	}
	return c
}

// unitProperties are those of the administrative units of one level, with the
// codes of the levels above.
func unitProperties(above ...Property) []Property {
	properties := append([]Property{{"Ma", "Mã", Text}, {"Ten", "Tên", Text}}, above...)
	properties = append(properties,
		Property{"NgayHieuLuc", "Ngày hiệu lực", DateTime},
		Property{"NgayHetHieuLuc", "Ngày hết hiệu lực", DateTime})
	return append(properties, decisionProperties()...)
}

func provinceCatalogue() Catalogue {
	c := Catalogue{Code: "donvihanhchinhcap1", Name: "Danh mục đơn vị hành chính cấp 1", Properties: unitProperties()}
	by := decision{"202/2025/QH15", "12/06/2025", "Quốc hội"}
	for _, p := range places.Provinces() {
		if strings.HasSuffix(p.Before, p.After) {
			c.Rows = append(c.Rows, append([]string{p.Code[1:], p.After, "01/07/2025", ""}, by.values()...))
		}
	}
	return c
}

// districtCatalogue keeps the 30 districts, closed by the reform.
func districtCatalogue() Catalogue {
	c := Catalogue{Code: "donvihanhchinhcap2", Name: "Danh mục đơn vị hành chính cấp 2", Properties: unitProperties(
		Property{"MaCap1", "Mã đơn vị hành chính cấp 1", Text})}
	seen := map[string]bool{}
	for _, o := range places.OldCommunes() {
		if !seen[o.DistrictCode] {
			seen[o.DistrictCode] = true
			c.Rows = append(c.Rows, append([]string{o.DistrictCode, o.DistrictName, "01", "", "30/06/2025"}, decision{}.values()...))
		}
	}
	return c
}

func communeCatalogue() Catalogue {
	c := Catalogue{Code: "donvihanhchinhcap3", Name: "Danh mục đơn vị hành chính cấp 3", Properties: unitProperties(
		Property{"MaCap1", "Mã đơn vị hành chính cấp 1", Text},
		Property{"MaCap2", "Mã đơn vị hành chính cấp 2", Text})}
	by := decision{"1656/NQ-UBTVQH15", "16/06/2025", "Ủy ban Thường vụ Quốc hội"}
	for _, unit := range places.Communes() {
		row := []string{unit.Code, unit.FullName(), "01", "", "01/07/2025", ""}
		c.Rows = append(c.Rows, append(row, by.values()...))
	}
	return c
}

// agencyProperties are those of the agency identifiers of one level.
func agencyProperties(level int) []Property {
	properties := []Property{{"MaDinhDanhCap1", "Mã định danh cấp 1", Text}}
	if level > 1 {
		properties = append(properties, Property{
			fmt.Sprintf("MaDinhDanhCap%d", level), fmt.Sprintf("Mã định danh cấp %d", level), Text,
		})
	}
	properties = append(properties,
		Property{"TenDonVi", "Tên đơn vị", Text}, Property{"DiaChi", "Địa chỉ", Text},
		Property{"Email", "Thư điện tử", Text}, Property{"SoDienThoai", "Số điện thoại", Text},
		Property{"Fax", "Fax", Text}, Property{"Website", "Trang thông tin điện tử", Text})
	return append(properties, decisionProperties()...)
}

func ministryCatalogue() Catalogue {
	c := Catalogue{
		Code: "qlvanbandieuhanhcap1", Name: "Danh mục mã định danh cơ quan, tổ chức cấp 1",
		Properties: agencyProperties(1),
	}
	by := decision{"20/2020/QĐ-TTg", "22/07/2020", "Thủ tướng Chính phủ"}
	for _, a := range topAgencies {
		c.Rows = append(c.Rows, append([]string{a.Code, a.Name, "", "", "", "", ""}, by.values()...))
	}
	return c
}

// cityAgencyCatalogue holds agencies under H26. The real table of codes is not
// public: each row says that its code is made up.
func cityAgencyCatalogue() Catalogue {
	c := Catalogue{
		Code: "qlvanbandieuhanhcap2", Name: "Danh mục mã định danh cơ quan, tổ chức cấp 2",
		Properties: agencyProperties(2),
	}
	for i, a := range cityAgencies {
		code := fmt.Sprintf("H26.%d", i+1)
		mail := fmt.Sprintf("donvi%02d@example.com", i+1)
		row := []string{"H26", code, a + " (mã giả định)", "Thành phố Hà Nội", mail, "", "", "https://example.com"}
		c.Rows = append(c.Rows, append(row, decision{}.values()...))
	}
	return c
}
