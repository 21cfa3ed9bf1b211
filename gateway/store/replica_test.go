package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
)

// replicas are stores that share a database, as gateways on several machines do.
func replicas(t *testing.T, n int) []*Store {
	t.Helper()
	o := onServer(t)
	all := make([]*Store, n)
	var opening sync.WaitGroup
	for i := range all {
		opening.Go(func() {
			s, err := Open(context.Background(), o)
			if err != nil {
				t.Error(err)
				return
			}
			all[i] = s
		})
	}
	opening.Wait()
	t.Cleanup(func() {
		for _, s := range all {
			if s != nil {
				must(t, s.Close())
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return all
}

func TestReplicasMigrateTogether(t *testing.T) {
	for _, s := range replicas(t, 4) {
		must(t, s.Health())
		if n := number(t, s, "SELECT count(*) FROM counters"); n != 2 {
			t.Errorf("%d counters, want 2", n)
		}
	}
}

func TestReplicasAgree(t *testing.T) {
	both := replicas(t, 2)
	one, other := both[0], both[1]
	ctx := t.Context()

	if fresh, err := one.UseAssertion(ctx, "client", "jti", inAnHour()); err != nil || !fresh {
		t.Fatalf("first use: %v, %v", fresh, err)
	}
	if fresh, err := other.UseAssertion(ctx, "client", "jti", inAnHour()); err != nil || fresh {
		t.Errorf("an assertion was used once on each replica: %v", err)
	}

	before, err := other.RegistryVersion(ctx)
	must(t, err)
	must(t, one.PutAgency(ctx, Agency{ID: "H26.12"}))
	must(t, one.Suspend(ctx, "H26.12", "", true))
	after, err := other.RegistryVersion(ctx)
	must(t, err)
	if after != before+2 {
		t.Errorf("the other replica sees version %d after two changes of %d", after, before)
	}
	agencies, version, err := other.Registry(ctx)
	must(t, err)
	if version != after || len(agencies) != 1 || !agencies[0].Suspended {
		t.Errorf("the other replica sees %v at version %d", agencies, version)
	}

	must(t, one.Revoke(ctx, Revocation{TokenID: "token", Client: "client", Until: inAnHour()}))
	revoked, err := other.Revocations(ctx, 0)
	must(t, err)
	if len(revoked) != 1 || revoked[0].TokenID != "token" {
		t.Errorf("the other replica sees the revocations %v", revoked)
	}

	attempt := Attempt{Client: "client", Key: "key", Digest: [32]byte{1}, Until: inAnHour()}
	if kept, err := one.BeginAttempt(ctx, attempt); err != nil || kept != nil {
		t.Fatalf("begin: %v, %v", kept, err)
	}
	if kept, err := other.BeginAttempt(ctx, attempt); err != nil || kept == nil {
		t.Errorf("an attempt was begun on each replica: %v", err)
	}
	must(t, one.FinishAttempt(ctx, "client", "key", Kept{Digest: [32]byte{1}, Status: 201}))
	if kept, err := other.BeginAttempt(ctx, attempt); err != nil || kept == nil || kept.Status != 201 {
		t.Errorf("the other replica knows %v of a finished attempt: %v", kept, err)
	}
}

func TestWhoFollowsRevocationsMissesNone(t *testing.T) {
	all := replicas(t, 3)
	const each = 100
	var writing sync.WaitGroup
	for r, s := range all[:2] {
		for caller := range 4 {
			writing.Go(func() {
				for n := range each {
					r := Revocation{TokenID: fmt.Sprintf("%d-%d-%d", r, caller, n), Client: "client", Until: inAnHour()}
					if err := s.Revoke(context.Background(), r); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	written := make(chan struct{})
	go func() {
		writing.Wait()
		close(written)
	}()
	seen, last := map[string]bool{}, int64(0)
	for ending := false; ; {
		revoked, err := all[2].Revocations(t.Context(), last)
		must(t, err)
		for _, r := range revoked {
			if r.Sequence <= last {
				t.Fatalf("sequence %d after %d", r.Sequence, last)
			}
			seen[r.TokenID], last = true, r.Sequence
		}
		if ending {
			break
		}
		select {
		case <-written:
			ending = true // one last look
		default:
		}
	}
	if len(seen) != 2*4*each {
		t.Errorf("saw %d revocations of %d", len(seen), 2*4*each)
	}
}

// Each replica locks one row and then wants the other's: PostgreSQL ends one of the two.
func TestChangeThatLosesAgainstAnotherReplicaRunsAgain(t *testing.T) {
	both := replicas(t, 2)
	must(t, both[0].PutAgency(t.Context(), Agency{ID: "a"}))
	must(t, both[0].PutAgency(t.Context(), Agency{ID: "b"}))
	lock := func(ctx context.Context, tx *sql.Tx, id string) error {
		_, err := tx.ExecContext(ctx, "UPDATE agencies SET name_vi = name_vi || 'x' WHERE id = $1", id)
		return err
	}
	var holding, all sync.WaitGroup
	holding.Add(2)
	for i, ids := range [][2]string{{"a", "b"}, {"b", "a"}} {
		all.Go(func() {
			var met sync.Once
			err := both[i].Write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
				if err := lock(ctx, tx, ids[0]); err != nil {
					return err
				}
				met.Do(func() {
					holding.Done()
					holding.Wait()
				})
				return lock(ctx, tx, ids[1])
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	agencies, _, err := both[0].Registry(t.Context())
	must(t, err)
	for _, agency := range agencies {
		if agency.NameVI != "xx" {
			t.Errorf("%s was changed %q, want both changes once", agency.ID, agency.NameVI)
		}
	}
}
