package land

import (
	"slices"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/simulator"
	"github.com/lgsp-vn/lgsp/adapters/internal/synthetic"
)

// samples are questions about the first rich records of a world. No sheet has
// the number of the missing parcel, no certificate the letters of the missing one.
func samples(w *synthetic.World) map[string]simulator.Samples {
	p := simulator.First(slices.Values(w.Parcels()), func(p synthetic.Parcel) bool {
		return !p.Address.OldForm() && len(p.Owners) > 0 && len(p.Certificates) > 0 && p.Address.Detail != "" && p.OldSheet != ""
	})
	c := simulator.First(slices.Values(w.Certificates()), func(c synthetic.Certificate) bool {
		return len(c.Owners) > 1 && len(c.Encumbrances) > 0 && w.Parcels()[c.Parcels[0]].Address.Detail != ""
	})
	return map[string]simulator.Samples{
		"dossier-submit": {OK: sampleDossier(w, p)},
		"parcel-lookup": {
			OK:       questionFor(p),
			NotFound: ParcelQuestion{CommuneCode: "00004", MapSheet: "99999", ParcelNumber: "1"},
		},
		"certificate-lookup": {
			OK:       CertificateQuestion{SerialNumber: SerialNumber(c.Number)},
			NotFound: CertificateQuestion{SerialNumber: "ZZ000000"},
		},
	}
}

// questionFor names a parcel by the kind of commune code it is filed under.
func questionFor(p synthetic.Parcel) ParcelQuestion {
	q := ParcelQuestion{MapSheet: CadastralNumber(p.Key.Sheet), ParcelNumber: CadastralNumber(p.Key.Number)}
	if p.Address.OldForm() {
		q.FormerCommuneCode = p.Key.Commune
	} else {
		q.CommuneCode = adapters.CommuneCode(p.Key.Commune)
	}
	return q
}
