package testpostgres

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
)

// count runs statements and returns how many rows the table that they make holds.
func count(t *testing.T, address string, statements ...string) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM kept").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	create = "CREATE TABLE kept (n bigint)" // fails where it is there already
	fill   = "INSERT INTO kept VALUES (1)"
)

func TestEachTestHasASchemaOfItsOwn(t *testing.T) {
	for range 2 {
		if n := count(t, Start(t), create, fill); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	}
}

func TestKilledServerComesBackWithItsData(t *testing.T) {
	s := Own(t)
	count(t, s.URL, create, fill)
	s.Kill()
	if conn, err := pgx.Connect(context.Background(), s.URL); err == nil {
		conn.Close(context.Background())
		t.Error("a killed server still answers")
	}
	s.Restart()
	if n := count(t, s.URL); n != 1 {
		t.Errorf("%d rows after a restart, want 1", n)
	}
}
