package civilstatus

import (
	"encoding/xml"
	"slices"
	"testing"

	"github.com/lgsp-vn/lgsp/adapters"
	"github.com/lgsp-vn/lgsp/adapters/internal/adaptertest"
)

func FuzzEntryAnswer(f *testing.F) {
	f.Add(`{"status":1,"value":[{"id":17,"so":"5","nksHoTen":"A","nksNgaySinh":"01.09.2026","soLuongBanSao":2}]}`)
	f.Add(`{"status":"1","value":"[{\"id\":\"17\",\"so\":5,\"chaHoTen\":{\"Ho\":\"A\"},\"chaNgaySinh\":{\"namSinh\":1990}}]"}`)
	f.Add(`{"status":0,"errorCode":"201"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readEntry(adaptertest.Answer(200, body), askedEntry)
		if err == nil && (got.EntryID != askedEntry.EntryID || got.Record.RegisterNumber == "") {
			t.Errorf("entry without its key: %+v", got)
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzResultAnswer(f *testing.F) {
	f.Add(`{"status":1,"value":{"so":"5","noiDangKy":4,"voNoiCuTru":{"maTinh":"01","maXa":8,"dcChiTiet":"A"}}}`)
	f.Add(`{"status":0,"errorCode":"200"}`)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readResult(adaptertest.Answer(200, body), askedDossier)
		if err == nil && (got.Record.Office != askedDossier.Office || got.Record.RegisterNumber == "") {
			t.Errorf("result without its key: %+v", got)
		}
		adaptertest.Writable(t, got)
	})
}

func FuzzOtherAnswers(f *testing.F) {
	f.Add(`{"status":1,"value":[{"id":1,"maDonVi":4}]}`)
	f.Add(`{"status":"1","value":"[{\"ma\":\"01\",\"ten\":null}]"}`)
	f.Add(`{"status":0,"errorDescription":"đã được tiếp nhận"}`)
	f.Fuzz(func(t *testing.T, body string) {
		entries, _ := readEntries(adaptertest.Answer(200, body))
		for _, e := range entries.Entries {
			if e.EntryID == "" {
				t.Error("entry without its id")
			}
		}
		adaptertest.Writable(t, entries)
		catalogue, _ := readCatalogue(adaptertest.Answer(200, body), "ethnicity")
		adaptertest.Writable(t, catalogue)
		state, err := readDossierStatus(adaptertest.Answer(200, body), askedDossier)
		if err == nil && state.Status.Code == "" {
			t.Error("state without its code")
		}
		adaptertest.Writable(t, state)
		receipt, _ := readReceipt(adaptertest.Answer(200, body), sent)
		adaptertest.Writable(t, receipt)
	})
}

// FuzzDocument holds that no text of a dossier can end its own element.
func FuzzDocument(f *testing.F) {
	f.Add("A & B", "</nksHoTen><so>1</so>", "]]>")
	f.Fuzz(func(t *testing.T, name, place, note string) {
		r := Record{Note: note, Birth: Birth{Place: place}, Child: Person{FullName: adapters.PersonName(name)}}
		out, err := r.document()
		if err != nil {
			t.Fatal(err)
		}
		var d dossier
		if err := xml.Unmarshal(out, &d); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		for _, e := range d.Elements.Leaves {
			if !slices.Contains([]string{"nksHoTen", "nksNoiSinh", "ghiChu"}, e.XMLName.Local) {
				t.Errorf("element %s came of a text", e.XMLName.Local)
			}
		}
	})
}
