package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// wholeClient is a client that uses every field.
func wholeClient(id, agency string) Client {
	return Client{
		ID: id, Agency: agency, Name: "Một cửa \"điện tử\"", Scopes: []string{"population:*", "usage:read"}, Suspended: true,
		Keys: []string{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", `{"kty":"OKP"}`}, JWKSURL: "https://example.vn/jwks.json",
		Certificates: []string{"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}, SecretHash: "$argon2id$v=19$m=1$a$b", DailyQuota: 1 << 40,
	}
}

func TestRegistryKeepsEveryFieldInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		want := []Agency{
			{ID: "H26.12", OldID: "000.00.12.H26", NameVI: "Phường Cửa Nam", NameEN: "Cua Nam ward", Suspended: true, Fictional: true,
				Clients: []Client{wholeClient("B", "H26.12"), wholeClient("a", "H26.12")}},
			{ID: "H26.2", NameVI: "Sở", NameEN: "Department"},
			{ID: "h26.1"}, // after all capitals, wherever the database would put it
		}
		for _, agency := range slices.Backward(want) {
			must(t, s.PutAgency(t.Context(), agency))
			for _, client := range slices.Backward(agency.Clients) {
				must(t, s.PutClient(t.Context(), client))
			}
		}
		must(t, s.Close())
		s = opened(t, o)
		got, version, err := s.Registry(t.Context())
		must(t, err)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("registry (-want +got):\n%s", diff)
		}
		if version != 5 {
			t.Errorf("version %d after 5 changes", version)
		}
	})
}

func TestIdentifiersBelongToOne(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		must(t, s.PutAgency(ctx, Agency{ID: "one", OldID: "old"}))
		must(t, s.PutAgency(ctx, Agency{ID: "two"}))
		must(t, s.PutAgency(ctx, Agency{ID: "three"})) // several have no old id
		must(t, s.PutClient(ctx, Client{ID: "client", Agency: "one"}))
		version, err := s.RegistryVersion(ctx)
		must(t, err)
		for what, refused := range map[string]struct{ err, want error }{
			"old id of another":        {s.PutAgency(ctx, Agency{ID: "two", OldID: "old"}), ErrExists},
			"client of another":        {s.PutClient(ctx, Client{ID: "client", Agency: "two"}), ErrExists},
			"client of nobody":         {s.PutClient(ctx, Client{ID: "new", Agency: "four"}), ErrNotFound},
			"suspend nobody":           {s.Suspend(ctx, "four", "", true), ErrNotFound},
			"suspend another's client": {s.Suspend(ctx, "two", "client", true), ErrNotFound},
			"no id":                    {s.PutAgency(ctx, Agency{}), ErrInvalid},
			"no text":                  {s.PutAgency(ctx, Agency{ID: "five", NameVI: "a\x00b"}), ErrInvalid},
			"no UTF-8":                 {s.PutClient(ctx, Client{ID: "five", Agency: "one", Keys: []string{"\xff"}}), ErrInvalid},
			"too much":                 {s.PutClient(ctx, Client{ID: "five", Agency: "one", Scopes: slices.Repeat([]string{"0123456789abcdef"}, maxList/16+1)}), ErrInvalid},
		} {
			if !errors.Is(refused.err, refused.want) {
				t.Errorf("%s: got %v, want %v", what, refused.err, refused.want)
			}
		}
		if now, err := s.RegistryVersion(ctx); err != nil || now != version {
			t.Errorf("refused changes moved the version from %d to %d: %v", version, now, err)
		}
	})
}

func TestImportIsAllOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		must(t, s.PutAgency(ctx, Agency{ID: "here", OldID: "old"}))
		must(t, s.PutClient(ctx, Client{ID: "client", Agency: "here"}))
		before, version, err := s.Registry(ctx)
		must(t, err)
		good := Agency{ID: "good", Clients: []Client{{ID: "new"}}}
		for what, refused := range map[string]struct {
			last Agency
			want error
		}{
			"old id of another": {Agency{ID: "last", OldID: "old"}, ErrExists},
			"client of another": {Agency{ID: "last", Clients: []Client{{ID: "client"}}}, ErrExists},
			"agency twice":      {Agency{ID: "good"}, ErrExists},
			"client twice":      {Agency{ID: "last", Clients: []Client{{ID: "new"}}}, ErrExists},
			"client elsewhere":  {Agency{ID: "last", Clients: []Client{{ID: "other", Agency: "here"}}}, ErrInvalid},
			"no id":             {Agency{}, ErrInvalid},
		} {
			added, changed, err := s.Import(ctx, []Agency{good, refused.last})
			if !errors.Is(err, refused.want) || added != 0 || changed != 0 {
				t.Errorf("%s: %d added, %d changed, %v; want %v", what, added, changed, err, refused.want)
			}
		}
		after, now, err := s.Registry(ctx)
		must(t, err)
		if diff := gocmp.Diff(before, after); diff != "" || now != version {
			t.Errorf("after refused imports, at version %d of %d (-want +got):\n%s", now, version, diff)
		}
	})
}

func TestImportCountsWhatChangesAndKeepsTheRest(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		must(t, s.PutAgency(ctx, Agency{ID: "stays"}))
		all := []Agency{
			{ID: "a", Clients: []Client{{ID: "a1"}, {ID: "a2"}}},
			{ID: "b", OldID: "old"},
			{ID: "c", Clients: []Client{{ID: "c1"}}},
		}
		importing := func(wantAdded, wantChanged int) {
			t.Helper()
			added, changed, err := s.Import(ctx, all)
			if err != nil || added != wantAdded || changed != wantChanged {
				t.Errorf("%d added, %d changed, %v; want %d and %d", added, changed, err, wantAdded, wantChanged)
			}
		}
		importing(3, 0)
		version, err := s.RegistryVersion(ctx)
		must(t, err)
		importing(0, 0)
		if now, err := s.RegistryVersion(ctx); err != nil || now != version {
			t.Errorf("an import of what is there already moved the version: %v", err)
		}
		all[0].Clients = []Client{{ID: "a2", DailyQuota: 7}} // a1 is not named and stays
		all[1].NameVI = "Phường"
		importing(0, 2)
		got, now, err := s.Registry(ctx)
		must(t, err)
		want := []Agency{
			{ID: "a", Clients: []Client{{ID: "a1", Agency: "a"}, {ID: "a2", Agency: "a", DailyQuota: 7}}},
			{ID: "b", OldID: "old", NameVI: "Phường"},
			{ID: "c", Clients: []Client{{ID: "c1", Agency: "c"}}},
			{ID: "stays"},
		}
		if diff := gocmp.Diff(want, got); diff != "" || now != version+1 {
			t.Errorf("at version %d after %d (-want +got):\n%s", now, version, diff)
		}
	})
}

func TestImportLiftsNoSuspension(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		ctx := t.Context()
		all := []Agency{{ID: "a", Clients: []Client{{ID: "a1"}}}}
		_, _, err := s.Import(ctx, all)
		must(t, err)
		must(t, s.Suspend(ctx, "a", "", true))
		must(t, s.Suspend(ctx, "a", "a1", true))
		_, _, err = s.Import(ctx, all)
		must(t, err)
		got, _, err := s.Registry(ctx)
		must(t, err)
		if !got[0].Suspended || !got[0].Clients[0].Suspended {
			t.Errorf("an import of an older list has lifted a suspension: %+v", got)
		}
	})
}

func TestRegistryIsReadAsOfOneVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		const rounds = 50
		var writing sync.WaitGroup
		writing.Go(func() {
			for n := range int64(rounds) {
				_, _, err := s.Import(context.Background(), []Agency{
					{ID: "a", Clients: []Client{{ID: "a1", DailyQuota: n + 1}}},
					{ID: "b", Clients: []Client{{ID: "b1", DailyQuota: n + 1}}},
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		defer writing.Wait()
		for last := int64(0); last < rounds && !t.Failed(); {
			agencies, version, err := s.Registry(t.Context())
			must(t, err)
			for _, agency := range agencies {
				if quota := agency.Clients[0].DailyQuota; quota != version {
					t.Errorf("version %d shows the quota of version %d", version, quota)
				}
			}
			if version < last {
				t.Errorf("version %d after %d", version, last)
			}
			last = version
		}
	})
}

// TestRegistryAgreesWithModel compares the registry with the simplest thing that could be one.
func TestRegistryAgreesWithModel(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		rapid.Check(t, func(r *rapid.T) {
			must(t, s.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, "DELETE FROM clients; DELETE FROM agencies")
				return err
			}))
			version, err := s.RegistryVersion(t.Context())
			must(t, err)
			m := model{agencies: map[string]Agency{}, clients: map[string]Client{}, version: version}
			r.Repeat(map[string]func(*rapid.T){
				"put agency": func(r *rapid.T) {
					a := someAgency(r)
					m.expect(r, s.PutAgency(t.Context(), a), m.putAgency(a))
				},
				"put client": func(r *rapid.T) {
					c := someClient(r)
					m.expect(r, s.PutClient(t.Context(), c), m.putClient(c))
				},
				"suspend": func(r *rapid.T) {
					agency, client, suspended := someID(r), rapid.SampledFrom([]string{"", "x", "y"}).Draw(r, "client"), rapid.Bool().Draw(r, "suspended")
					m.expect(r, s.Suspend(t.Context(), agency, client, suspended), m.suspend(agency, client, suspended))
				},
				"import": func(r *rapid.T) {
					all := someAgencies(r)
					added, changed, err := s.Import(t.Context(), all)
					wantAdded, wantChanged, want := m.imports(all)
					if m.expect(r, err, want); added != wantAdded || changed != wantChanged {
						r.Errorf("import: %d added, %d changed; want %d and %d", added, changed, wantAdded, wantChanged)
					}
				},
				"": func(r *rapid.T) {
					got, version, err := s.Registry(t.Context())
					if diff := gocmp.Diff(m.all(), got); diff != "" || err != nil || version != m.version {
						r.Fatalf("version %d, want %d, %v (-want +got):\n%s", version, m.version, err, diff)
					}
				},
			})
		})
	})
}

// Few values, so that they meet.
func someID(r *rapid.T) string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "agency") }

func someAgency(r *rapid.T) Agency {
	return Agency{
		ID: someID(r), OldID: rapid.SampledFrom([]string{"", "", "o", "p"}).Draw(r, "old id"),
		NameVI: rapid.SampledFrom([]string{"", "Sở"}).Draw(r, "name"), Suspended: rapid.Bool().Draw(r, "suspended"),
	}
}

func someClient(r *rapid.T) Client {
	return Client{
		ID: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(r, "client"), Agency: someID(r),
		Scopes:    rapid.SampledFrom([][]string{nil, {"s"}, {"s", "t"}}).Draw(r, "scopes"),
		Suspended: rapid.Bool().Draw(r, "suspended"), DailyQuota: rapid.Int64Range(0, 1).Draw(r, "quota"),
	}
}

func someAgencies(r *rapid.T) []Agency {
	all := rapid.SliceOfNDistinct(rapid.Custom(someAgency), 0, 3, func(a Agency) string { return a.ID }).Draw(r, "agencies")
	clients := rapid.SliceOfNDistinct(rapid.Custom(someClient), 0, 3, func(c Client) string { return c.ID }).Draw(r, "clients")
	for _, client := range clients {
		for i := range all {
			if all[i].ID == client.Agency {
				all[i].Clients = append(all[i].Clients, client)
			}
		}
	}
	return all
}

type model struct {
	agencies map[string]Agency // without clients
	clients  map[string]Client
	version  int64
}

// expect compares how a change ended with how it should have.
func (m *model) expect(r *rapid.T, got, want error) {
	if !errors.Is(got, want) {
		r.Fatalf("got %v, want %v", got, want)
	}
}

func (m *model) all() []Agency {
	var all []Agency
	for _, agency := range m.agencies {
		for _, client := range m.clients {
			if client.Agency == agency.ID {
				agency.Clients = append(agency.Clients, client)
			}
		}
		slices.SortFunc(agency.Clients, func(a, b Client) int { return cmp.Compare(a.ID, b.ID) })
		all = append(all, agency)
	}
	slices.SortFunc(all, func(a, b Agency) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func differs(a, b any) bool { return fmt.Sprintf("%#v", a) != fmt.Sprintf("%#v", b) }

func (m *model) putAgency(a Agency) error {
	for _, other := range m.agencies {
		if a.OldID != "" && other.OldID == a.OldID && other.ID != a.ID {
			return ErrExists
		}
	}
	if known, ok := m.agencies[a.ID]; !ok || differs(a, known) {
		m.agencies[a.ID] = a
		m.version++
	}
	return nil
}

func (m *model) putClient(c Client) error {
	known, ok := m.clients[c.ID]
	switch _, there := m.agencies[c.Agency]; {
	case !there:
		return ErrNotFound
	case ok && known.Agency != c.Agency:
		return ErrExists
	case !ok || differs(c, known):
		m.clients[c.ID] = c
		m.version++
	}
	return nil
}

func (m *model) suspend(agency, client string, suspended bool) error {
	if client == "" {
		a, ok := m.agencies[agency]
		if !ok {
			return ErrNotFound
		}
		a.Suspended = suspended
		return m.putAgency(a)
	}
	c, ok := m.clients[client]
	if !ok || c.Agency != agency {
		return ErrNotFound
	}
	c.Suspended = suspended
	return m.putClient(c)
}

func (m *model) imports(all []Agency) (added, changed int, err error) {
	next := model{agencies: map[string]Agency{}, clients: map[string]Client{}}
	for id, agency := range m.agencies {
		next.agencies[id] = agency
	}
	for id, client := range m.clients {
		next.clients[id] = client
	}
	for _, agency := range all {
		clients := agency.Clients
		agency.Clients = nil
		known, exists := next.agencies[agency.ID]
		agency.Suspended = agency.Suspended || known.Suspended
		before := next.version
		if err := next.putAgency(agency); err != nil {
			return 0, 0, err
		}
		for _, client := range clients {
			client.Suspended = client.Suspended || next.clients[client.ID].Suspended
			if err := next.putClient(client); err != nil {
				return 0, 0, err
			}
		}
		switch {
		case !exists:
			added++
		case next.version != before:
			changed++
		}
	}
	m.agencies, m.clients = next.agencies, next.clients
	if next.version > 0 {
		m.version++
	}
	return added, changed, nil
}
