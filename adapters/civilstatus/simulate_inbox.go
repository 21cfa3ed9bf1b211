package civilstatus

import (
	"maps"
	"time"

	"github.com/lgsp-vn/lgsp/adapters"
)

// taken is a dossier that was sent in.
type taken struct {
	at, received time.Time
	elements     map[string]any
}

// registered is the last state of a dossier.
const registered = "4"

// state is how far the office has come: it looks at a dossier within a minute and
// registers it within two.
func (d taken) state(now time.Time) string {
	switch waited := now.Sub(d.at); {
	case waited < time.Minute:
		return "1"
	case waited < 2*time.Minute:
		return "3"
	}
	return registered
}

// entry is what a dossier became in the register of an office, which numbers its
// entries by their dossiers.
func (d taken) entry(office, dossier string) map[string]any {
	entry := maps.Clone(d.elements)
	entry["so"], entry["quyenSo"], entry["trangSo"] = dossier, "01/"+d.received.Format("2006"), "1"
	entry["noiDangKy"], entry["ngayDangKy"] = office, d.at.In(adapters.Vietnam).Format("02/01/2006")
	return entry
}
