package lookup

import "github.com/lgsp-vn/lgsp/adapters"

// maxOfficial bounds the name of an official, in characters.
const maxOfficial = 64

// officialFault checks the opaque name of the asking official. A number that
// could identify a person is refused, also inside a longer name: the name
// travels to national systems and into the audit.
func officialFault(name string, required bool) (adapters.Fault, bool) {
	var message adapters.Text
	switch {
	case name == "" && required:
		message = adapters.Text{VI: "bắt buộc với thao tác về dữ liệu cá nhân", EN: "is required on operations about personal data"}
	case len(name) > maxOfficial || !printable(name):
		message = adapters.Text{VI: "phải gồm tối đa 64 ký tự ASCII in được, không có khoảng trắng", EN: "must be up to 64 printable ASCII characters without spaces"}
	case personNumber(name):
		message = adapters.Text{VI: "không được chứa số định danh của một người", EN: "must not hold a person's identification number"}
	default:
		return adapters.Fault{}, false
	}
	return adapters.Fault{Field: "LGSP-Official", Message: message}, true
}

func printable(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}

// personNumber finds a run of exactly as many digits as a citizen's number has,
// or as the identity card before it.
func personNumber(text string) bool {
	run := 0
	for i := range len(text) + 1 {
		if i < len(text) && text[i] >= '0' && text[i] <= '9' {
			run++
			continue
		}
		if run == 12 || run == 9 {
			return true
		}
		run = 0
	}
	return false
}
