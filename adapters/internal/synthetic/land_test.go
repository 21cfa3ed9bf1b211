package synthetic

import (
	"regexp"
	"slices"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters/places"
)

func TestLandIsConsistent(t *testing.T) { checkLand(t, theWorld()) }

var (
	numberForm = regexp.MustCompile(`^[A-Z]{2}([0-9]{6}|[0-9]{8})$`)
	keyForm    = regexp.MustCompile(`^[0-9]{1,5}$`)
)

// checkLand checks every promise about parcels and certificates.
func checkLand(t *testing.T, w *World) {
	t.Helper()
	for i, p := range w.Parcels() {
		if found, ok := w.ParcelByKey(p.Key); !ok || found.Index != i || p.Index != i {
			t.Errorf("parcel %d: its key finds %d, %v", i, found.Index, ok)
		}
		if !keyForm.MatchString(p.Key.Sheet) || !keyForm.MatchString(p.Key.Number) || p.Key.Commune != p.Address.CommuneCode {
			t.Errorf("parcel %d: key %+v in %s", i, p.Key, p.Address.CommuneCode)
		}
		if p.LegalArea <= 0 || p.LegalArea > p.Area {
			t.Errorf("parcel %d: %v m², %v m² certified", i, p.Area, p.LegalArea)
		}
		if fault := purposeFault(p); fault != "" {
			t.Errorf("parcel %d: %s", i, fault)
		}
		for _, c := range p.Certificates {
			if !slices.Contains(w.Certificates()[c].Parcels, i) {
				t.Errorf("parcel %d: certificate %d is for others", i, c)
			}
		}
	}
	for i, c := range w.Certificates() {
		checkCertificate(t, w, i, c)
	}
}

func purposeFault(p Parcel) string {
	kind := places.Rural
	if c, ok := places.ByCode(p.Key.Commune); ok && !p.Address.OldForm() {
		kind = c.Kind
	}
	if o, ok := places.OldByCode(p.Key.Commune); ok && p.Address.OldForm() {
		kind = o.Kind
	}
	if (p.Purpose.Code == "ODT" && kind == places.Rural) || (p.Purpose.Code == "ONT" && kind != places.Rural) {
		return p.Purpose.Name + " in " + p.Address.CommuneName
	}
	return ""
}

func checkCertificate(t *testing.T, w *World, i int, c Certificate) {
	t.Helper()
	if found, ok := w.CertificateByNumber(c.Number); !ok || found.Index != i || c.Index != i {
		t.Errorf("certificate %d: its number finds %d, %v", i, found.Index, ok)
	}
	if found, ok := w.CertificateByBook(c.Book); !ok || found.Index != i {
		t.Errorf("certificate %d: its book number finds %d, %v", i, found.Index, ok)
	}
	if !numberForm.MatchString(c.Number) || len(c.Parcels) == 0 || c.Issued > Today {
		t.Errorf("certificate %d: %+v", i, c)
	}
	for _, p := range c.Parcels {
		parcel := w.Parcels()[p]
		if !slices.Contains(parcel.Certificates, i) {
			t.Errorf("certificate %d: parcel %d has another", i, p)
		}
		if len(parcel.Owners) > 0 && !slices.Equal(parcel.Owners, c.Owners) {
			t.Errorf("certificate %d belongs to %v, its parcel %d to %v", i, c.Owners, p, parcel.Owners)
		}
		if parcel.Address.OldForm() && c.Issued >= reform {
			t.Errorf("certificate %d of %s lies in a district", i, c.Issued)
		}
	}
	for _, owner := range c.Owners {
		if p := w.Person(owner); !p.Alive() || c.Issued.Year()-p.Birth.Year() < 18 {
			t.Errorf("certificate %d of %s: owner born %s, died %s", i, c.Issued, p.Birth, p.Died)
		}
	}
	for _, e := range c.Encumbrances {
		if e.Registered < c.Issued || (!e.Released.IsZero() && e.Released < e.Registered) || e.Holder == "" {
			t.Errorf("certificate %d of %s: %+v", i, c.Issued, e)
		}
	}
}

func TestLandHasEveryCase(t *testing.T) {
	w := theWorld()
	count := map[string]int{}
	for _, p := range w.Parcels() {
		count["purpose "+p.Purpose.Code]++
		if len(p.Owners) == 0 {
			count["no owner"]++
		}
		if p.Address.Detail == "" {
			count["no address"]++
		}
		if p.OldSheet != "" {
			count["old map"]++
		}
		if len(p.Certificates) == 0 {
			count["no certificate"]++
		}
	}
	for _, c := range w.Certificates() {
		count["state "+c.State.Code]++
		if len(c.Parcels) > 1 {
			count["two parcels"]++
		}
		for _, e := range c.Encumbrances {
			count[e.Kind.Name]++
		}
	}
	for _, name := range []string{
		"purpose ODT", "purpose ONT", "purpose CLN", "purpose LUC", "purpose SKC", "no owner", "no address", "old map",
		"no certificate", "state 1", "state 2", "state 3", "two parcels", "Thế chấp", "Kê biên",
	} {
		if count[name] < 3 {
			t.Errorf("%s: %d", name, count[name])
		}
	}
	if share := len(w.Parcels()) * 100 / w.Households(); share < 22 || share > 30 {
		t.Errorf("%d parcels for 100 households, want about 25", share)
	}
	t.Log(len(w.Parcels()), len(w.Certificates()), count)
}
