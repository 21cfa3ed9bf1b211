package auth

import (
	"errors"
	"strings"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/auth/keyset"
)

func openRecords(t *testing.T, all ...AgencyRecord) (*Registry, *records) {
	t.Helper()
	source := &records{version: 1, all: all}
	w := &world{}
	registry, err := OpenRegistry(t.Context(), RegistryConfig{Source: source, Now: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	return registry, source
}

func TestOldAgencyIDsAreMapped(t *testing.T) {
	registry, _ := openRecords(t,
		AgencyRecord{ID: "000.00.12.H26", NameVI: "a", NameEN: "a"},
		AgencyRecord{ID: "H26.13.05", OldID: "007.05.13.H26", NameVI: "b", NameEN: "b"},
		AgencyRecord{ID: "H26", NameVI: "c", NameEN: "c"})
	for id, want := range map[string]string{
		"H26.12": "H26.12", "000.00.12.H26": "H26.12", "007.05.13.H26": "H26.13.05", "000.00.00.H26": "H26", "H26": "H26",
		"000.00.13.H26": "", "001.00.12.H26": "", "H26.1": "", "h26.12": "", "": "",
	} {
		got := ""
		agency, ok := registry.Agency(id)
		if ok {
			got = agency.ID
		}
		if got != want || ok != (want != "") {
			t.Errorf("%q is %q, want %q", id, got, want)
		}
	}
	if agency, _ := registry.Agency("H26.12"); agency.OldID != "000.00.12.H26" {
		t.Errorf("old id %q", agency.OldID)
	}
}

func TestFaultKeepsTheOldRegistryUntilMended(t *testing.T) {
	good := AgencyRecord{ID: "H26.12", NameVI: "a", NameEN: "a"}
	registry, source := openRecords(t, good)
	snapshot := registry.current.Load()
	for name, spoil := range map[string]func(){
		"faulty record": func() { source.all = []AgencyRecord{{ID: "H26.12"}} },
		"no record":     func() { source.all = nil },
		"store away":    func() { source.err = errors.New("away") },
	} {
		spoil()
		source.version++
		for range 2 { // a fault that stays must not turn into silence
			if err := registry.Reload(t.Context()); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if registry.current.Load() != snapshot {
			t.Fatalf("%s: the registry changed", name)
		}
		source.all, source.err = []AgencyRecord{good}, nil
		source.version++
		if err := registry.Reload(t.Context()); err != nil {
			t.Fatalf("%s, mended: %v", name, err)
		}
		snapshot = registry.current.Load()
	}
}

func TestUnchangedRecordsAreNotReadAgain(t *testing.T) {
	registry, source := openRecords(t, AgencyRecord{ID: "H26.12", NameVI: "a", NameEN: "a"})
	for range 3 {
		if err := registry.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	source.all = []AgencyRecord{{ID: "h"}}
	source.version++
	for range 3 {
		if err := registry.Reload(t.Context()); err == nil {
			t.Fatal("a faulty record was accepted")
		}
	}
	if source.loads != 2 {
		t.Errorf("read %d times, want once a version", source.loads)
	}
}

func TestSourceThatCouldNotBeReadIsReadAgain(t *testing.T) {
	registry, source := openRecords(t, AgencyRecord{ID: "H26.12", NameVI: "a", NameEN: "a"})
	source.all, source.version, source.err = []AgencyRecord{{ID: "H26.13", NameVI: "a", NameEN: "a"}}, 2, errors.New("away")
	if err := registry.Reload(t.Context()); err == nil {
		t.Fatal("no error")
	}
	source.err = nil
	if err := registry.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := registry.Agency("H26.13"); !ok {
		t.Error("the change was not taken")
	}
}

func TestEveryFaultOfTheRecordsNamesItsField(t *testing.T) {
	key := publicPEM(t, &newP256(t).PublicKey)
	faults := Check([]AgencyRecord{
		{ID: "h26", OldID: "H26", NameVI: strings.Repeat("x", 401), NameEN: " ", Clients: []ClientRecord{
			{ID: "a b", Name: "n", Scopes: []string{"x"}, Keys: []string{key, "?"}, JWKSURL: "http://a.example/keys", Certificates: []string{"x"}, SecretHash: "x", DailyQuota: -1},
			{ID: "ok", Name: "n", Keys: make([]string, 9), Certificates: make([]string, 9), JWKSURL: "https://a@b.example"},
		}},
		{ID: "H26.12", NameVI: "a", NameEN: "a", Clients: []ClientRecord{{ID: "ok", Name: "n"}}},
		{ID: "000.00.12.H26", NameVI: "a", NameEN: "a"},
	})
	var got []string
	for _, fault := range faults {
		got = append(got, fault.Where)
	}
	want := "agencies[0].name.vi agencies[0].name.en agencies[0].id agencies[0].oldId " +
		"agencies[0].clients[0].scopes[0] agencies[0].clients[0].id agencies[0].clients[0].dailyQuota agencies[0].clients[0].keys[1] " +
		"agencies[0].clients[0].certificates[0] agencies[0].clients[0].jwksUrl agencies[0].clients[0].jwksUrl agencies[0].clients[0].secretHash " +
		"agencies[0].clients[1].keys agencies[0].clients[1].certificates agencies[0].clients[1].jwksUrl agencies[0].clients[1].jwksUrl " +
		"agencies[1].clients[0].id agencies[2].id"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestReloadKeepsWhatWasParsedAndFetched(t *testing.T) {
	w := newWorld(t)
	w.change("H26.13", func(_ *AgencyRecord, c *ClientRecord) { c.Keys, c.JWKSURL = nil, "https://keys.example/13" })
	remote := func() *keyset.Remote { client, _ := w.registry.Client("H26.13-demo"); return client.published }
	before := remote()
	w.suspendAgency("H26.11")
	if before == nil || remote() != before {
		t.Error("a change of another agency forgot the keys that were fetched")
	}
	w.change("H26.13", func(_ *AgencyRecord, c *ClientRecord) { c.JWKSURL = "https://keys.example/other" })
	if remote() == before {
		t.Error("a new address has the keys of the old one")
	}
}
