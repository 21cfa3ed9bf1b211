package adapters

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNationalAddressIsMappedOnlyWithoutDoubt(t *testing.T) {
	tests := []struct {
		name string
		from NationalAddress
		want Address
	}{
		{"old, with its district",
			NationalAddress{ProvinceCode: "01", ProvinceName: "Hà Nội", DistrictCode: "001", CommuneCode: "00001", CommuneName: "Phường Phúc Xá", Detail: "1 Phố Thử"},
			Address{CommuneCode: "00097", CommuneName: "Phường Hồng Hà", ProvinceCode: "01", ProvinceName: "Hà Nội", FormerDistrictCode: "001", FormerCommuneCode: "00001", Detail: "1 Phố Thử"}},
		{"old, of a code that is in use again",
			NationalAddress{ProvinceCode: "01", DistrictCode: "001", CommuneCode: "00004"},
			Address{CommuneCode: "00004", CommuneName: "Phường Ba Đình", ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "00004"}},
		{"new, by its date",
			NationalAddress{ProvinceCode: "01", CommuneCode: "00008", AsOf: "2025-07-01"},
			Address{CommuneCode: "00008", CommuneName: "Phường Ngọc Hà", ProvinceCode: "01"}},
		{"new, by its name",
			NationalAddress{CommuneCode: "00008", CommuneName: "Phường Ngọc Hà"},
			Address{CommuneCode: "00008", CommuneName: "Phường Ngọc Hà"}},
		{"old, by its date",
			NationalAddress{ProvinceCode: "01", CommuneCode: "00001", AsOf: "2025-06-30"},
			Address{CommuneCode: "00097", CommuneName: "Phường Hồng Hà", ProvinceCode: "01", FormerCommuneCode: "00001"}},
		{"code alone",
			NationalAddress{ProvinceCode: "01", CommuneCode: "00008"},
			Address{ProvinceCode: "01", FormerCommuneCode: "00008"}},
		{"date that is only a year",
			NationalAddress{ProvinceCode: "01", CommuneCode: "00008", AsOf: "2026"},
			Address{ProvinceCode: "01", FormerCommuneCode: "00008"}},
		{"split",
			NationalAddress{ProvinceCode: "01", DistrictCode: "001", CommuneCode: "00007", Resident: true},
			Address{ProvinceCode: "01", FormerDistrictCode: "001", FormerCommuneCode: "00007"}},
		{"split land, all residents in one",
			NationalAddress{ProvinceCode: "01", DistrictCode: "003", CommuneCode: "00112", Resident: true},
			Address{CommuneCode: "00103", CommuneName: "Phường Tây Hồ", ProvinceCode: "01", FormerDistrictCode: "003", FormerCommuneCode: "00112"}},
		{"split land, and it is about land",
			NationalAddress{ProvinceCode: "01", DistrictCode: "003", CommuneCode: "00112"},
			Address{ProvinceCode: "01", FormerDistrictCode: "003", FormerCommuneCode: "00112"}},
		{"name that contradicts the code",
			NationalAddress{ProvinceCode: "01", CommuneCode: "00008", CommuneName: "Phường Thử Nghiệm", AsOf: "2026-01-01"},
			Address{ProvinceCode: "01", FormerCommuneCode: "00008"}},
		{"another province",
			NationalAddress{ProvinceCode: "48", ProvinceName: "Đà Nẵng", CommuneCode: "00008", AsOf: "2026-01-01"},
			Address{ProvinceCode: "48", ProvinceName: "Đà Nẵng", FormerCommuneCode: "00008"}},
		{"nothing but a detail", NationalAddress{Detail: "1 Phố Thử"}, Address{Detail: "1 Phố Thử"}},
		{"nothing", NationalAddress{}, Address{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.from.Address()); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
		})
	}
}
