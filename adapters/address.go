package adapters

import (
	"time"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

// Address is where a person or a unit is. The new commune is filled only where
// it follows from the source without doubt; the source's own codes stay.
type Address struct {
	CommuneCode        CommuneCode `json:"communeCode,omitempty"`
	CommuneName        string      `json:"communeName,omitempty"`
	ProvinceCode       string      `json:"provinceCode,omitempty"`
	ProvinceName       string      `json:"provinceName,omitempty"`
	FormerDistrictCode string      `json:"formerDistrictCode,omitempty"`
	FormerCommuneCode  string      `json:"formerCommuneCode,omitempty"`
	Detail             string      `json:"detail,omitempty"`
}

// NationalAddress is an address as a national system wrote it.
type NationalAddress struct {
	ProvinceCode, ProvinceName string
	DistrictCode               string // only addresses from before 1 July 2025 have one
	CommuneCode, CommuneName   string
	Detail                     string
	AsOf                       Date // when it was written down; only a full date helps
	Resident                   bool // where a person lives, not land or a seat
}

// hanoi is the province whose communes the bus can map.
const hanoi = "01"

// Address puts a national address into the vocabulary. The new commune is
// resolved for Hà Nội alone, and only without doubt (see package places);
// otherwise the code stays what the source said, under formerCommuneCode.
func (n NationalAddress) Address() Address {
	a := Address{ProvinceCode: n.ProvinceCode, ProvinceName: n.ProvinceName, FormerDistrictCode: n.DistrictCode, Detail: n.Detail}
	var asOf time.Time
	if n.AsOf.Full() {
		asOf = Day(n.AsOf).Time()
	}
	present, ok := places.Commune{}, false
	if n.CommuneCode != "" && (n.ProvinceCode == hanoi || n.ProvinceCode == "") {
		present, ok = places.Resolve(places.Source{CommuneCode: n.CommuneCode, CommuneName: n.CommuneName,
			DistrictCode: n.DistrictCode, AsOf: asOf, Resident: n.Resident})
	}
	if ok {
		a.CommuneCode, a.CommuneName = CommuneCode(present.Code), present.FullName()
	}
	if !ok || n.DistrictCode != "" || present.Code != n.CommuneCode {
		a.FormerCommuneCode = n.CommuneCode
	}
	return a
}
