package budgetunits

import "github.com/lgsp-vn/lgsp/adapters"

// UnitCode is a budget-relation code. No check digit is known.
type UnitCode string

// Form of UnitCode.
func (UnitCode) Form() adapters.Form {
	return adapters.Form{Name: "budget-unit-code", Pattern: `^[0-9]{7}$`, Max: 7, Example: "9000001",
		Rule: adapters.Text{VI: "phải gồm đúng 7 chữ số", EN: "must be exactly 7 digits"}}
}

// Question names a unit.
type Question struct {
	UnitCode UnitCode `json:"budgetUnitCode" lgsp:"required" vi:"Mã số đơn vị quan hệ ngân sách" en:"Budget-relation code"`
}

// Unit is the record of a unit, in use or closed.
type Unit struct {
	UnitCode     UnitCode         `json:"budgetUnitCode" lgsp:"required" vi:"Mã số đơn vị quan hệ ngân sách" en:"Budget-relation code"`
	Name         string           `json:"name,omitempty"`
	ParentCode   UnitCode         `json:"parentUnitCode,omitempty" vi:"Mã số đơn vị cấp trên" en:"Code of the unit above"`
	Type         *adapters.Code   `json:"budgetUnitType,omitempty" vi:"Loại đơn vị quan hệ ngân sách" en:"Kind of relation to the budget"`
	Category     *adapters.Code   `json:"unitCategory,omitempty" vi:"Loại hình đơn vị" en:"Category of the unit"`
	Level        *adapters.Code   `json:"budgetLevel,omitempty" vi:"Cấp ngân sách" en:"Level of the budget"`
	Chapter      *adapters.Code   `json:"budgetChapter,omitempty" vi:"Chương" en:"Chapter of the budget index"`
	Address      adapters.Address `json:"address,omitzero" lgsp:"public" vi:"Địa bàn" en:"Area"`
	LegalBasis   string           `json:"legalBasis,omitempty" vi:"Căn cứ pháp lý" en:"Legal basis"`
	EffectiveOn  adapters.Date    `json:"effectiveOn,omitempty" vi:"Ngày hiệu lực" en:"In force from"`
	CreatedOn    adapters.Date    `json:"createdOn,omitempty" vi:"Ngày phát sinh" en:"Date of the first record"`
	UpdatedOn    adapters.Date    `json:"updatedOn,omitempty" vi:"Ngày sửa đổi gần nhất" en:"Date of the last change"`
	Status       *adapters.Code   `json:"status,omitempty"`
	ClosedOn     adapters.Date    `json:"closedOn,omitempty" lgsp:"assumed" vi:"Ngày đóng mã" en:"Date of closing"`
	ReceiverCode UnitCode         `json:"receivingUnitCode,omitempty" lgsp:"assumed" vi:"Mã số đơn vị tiếp nhận" en:"Code of the unit that took it over"`
}
