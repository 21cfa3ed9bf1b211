package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lgsp-vn/lgsp/gateway/internal/testpostgres"
)

var errOwn = errors.New("own error of a change")

// insert is a change that registers an agency.
func insert(id string) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO agencies (id, old_id, name_vi, name_en, suspended, fictional) VALUES ($1, '', '', '', false, false)", id)
		return err
	}
}

// committed puts changes into one commit and returns how each ended.
func committed(s *Store, changes ...func(context.Context, *sql.Tx) error) []error {
	var batch []*change
	for _, run := range changes {
		batch = append(batch, &change{ctx: context.Background(), run: run, done: make(chan struct{})})
	}
	s.commit(batch)
	var errs []error
	for _, c := range batch {
		<-c.done
		errs = append(errs, c.err)
	}
	return errs
}

func ids(t *testing.T, s *Store) string {
	t.Helper()
	agencies, _, err := s.Registry(t.Context())
	must(t, err)
	var all []string
	for _, agency := range agencies {
		all = append(all, agency.ID)
	}
	return strings.Join(all, " ")
}

func TestFaultyChangeUndoesItselfAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		errs := committed(s,
			insert("a"),
			func(ctx context.Context, tx *sql.Tx) error {
				return errors.Join(insert("b")(ctx, tx), errOwn)
			},
			insert("c"),
			insert("c"), // over what is not committed yet
			func(ctx context.Context, tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, "SELECT nonsense")
				return err
			},
			func(ctx context.Context, tx *sql.Tx) error { panic("a fault in a change") },
			insert("d"),
		)
		for i, failed := range []bool{false, true, false, true, true, true, false} {
			if (errs[i] != nil) != failed {
				t.Errorf("change %d: %v", i, errs[i])
			}
			if errors.Is(errs[i], ErrUnavailable) {
				t.Errorf("change %d blames the store: %v", i, errs[i])
			}
		}
		if !errors.Is(errs[1], errOwn) {
			t.Errorf("got %v, want the change's own error", errs[1])
		}
		if got := ids(t, s); got != "a c d" {
			t.Errorf("kept %q, want a c d", got)
		}
		if err := s.Health(); err != nil {
			t.Errorf("health: %v", err)
		}
	})
}

func TestFaultyChangeAloneLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		err := s.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			return errors.Join(insert("a")(ctx, tx), errOwn)
		})
		if !errors.Is(err, errOwn) || errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want the change's own error", err)
		}
		if got := ids(t, s); got != "" {
			t.Errorf("kept %q", got)
		}
	})
}

// PostgreSQL takes nothing more after an error; whoever passes over it has written nothing.
func TestChangeThatPassesOverAnErrorIsTold(t *testing.T) {
	s := opened(t, onServer(t))
	careless := func(ctx context.Context, tx *sql.Tx) error {
		_ = insert("a")(ctx, tx)
		_, _ = tx.ExecContext(ctx, "SELECT nonsense")
		return nil
	}
	for _, before := range [][]func(context.Context, *sql.Tx) error{{}, {insert("b")}} {
		errs := committed(s, append(before, careless)...)
		if err := errs[len(errs)-1]; err == nil || errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v, want an error of the change", err)
		}
	}
	if got := ids(t, s); got != "b" {
		t.Errorf("kept %q, want b", got)
	}
}

func TestFailureOfTheDatabaseIsEverybodys(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		blame := s.engine.blame
		s.engine.blame = func(err error) fault {
			if errors.Is(err, errOwn) {
				return faultAway
			}
			return blame(err)
		}
		errs := committed(s, insert("a"), func(context.Context, *sql.Tx) error { return errOwn }, insert("b"))
		for i, err := range errs {
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("change %d: got %v, want ErrUnavailable", i, err)
			}
		}
		if err := s.Health(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("health after a failed write: %v", err)
		}
		must(t, s.Write(t.Context(), insert("c")))
		if err := s.Health(); err != nil {
			t.Errorf("health after a good write: %v", err)
		}
		if got := ids(t, s); got != "c" {
			t.Errorf("kept %q, want c", got)
		}
	})
}

func TestWaitingChangesShareACommit(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		began, release := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := s.Write(context.Background(), func(context.Context, *sql.Tx) error {
				close(began)
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-began
		const waiting = 20
		transactions := make([]*sql.Tx, waiting)
		for i := range waiting {
			all.Go(func() {
				err := s.Write(context.Background(), func(ctx context.Context, tx *sql.Tx) error {
					transactions[i] = tx
					return insert(strconv.Itoa(i))(ctx, tx)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		for len(s.queue) < waiting {
			runtime.Gosched()
		}
		close(release)
		all.Wait()
		for i, tx := range transactions {
			if tx != transactions[0] {
				t.Errorf("change %d had a transaction of its own", i)
			}
		}
	})
}

func TestChangeOfCallerWhoLeftIsNotBegun(t *testing.T) {
	s := opened(t, inFile(t))
	gone, leave := context.WithCancel(t.Context())
	leave()
	left := &change{ctx: gone, run: insert("a"), done: make(chan struct{})}
	stays := &change{ctx: t.Context(), run: insert("b"), done: make(chan struct{})}
	s.commit([]*change{left, stays})
	if !errors.Is(left.err, context.Canceled) || stays.err != nil {
		t.Errorf("left: %v, stays: %v", left.err, stays.err)
	}
	if got := ids(t, s); got != "b" {
		t.Errorf("kept %q, want b", got)
	}
}

func TestCloseCommitsWhatWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		began, release := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		write := func(change func(context.Context, *sql.Tx) error) {
			all.Go(func() {
				if err := s.Write(context.Background(), change); err != nil {
					t.Error(err)
				}
			})
		}
		write(func(context.Context, *sql.Tx) error { close(began); <-release; return nil })
		<-began
		write(insert("a"))
		for len(s.queue) < 1 {
			runtime.Gosched()
		}
		all.Go(func() {
			<-s.quit
			close(release)
		})
		must(t, s.Close())
		all.Wait()
		if err := s.Write(t.Context(), insert("b")); !errors.Is(err, ErrUnavailable) {
			t.Errorf("write to a closed store: got %v, want ErrUnavailable", err)
		}
		must(t, s.Close())
		if got := ids(t, opened(t, o)); got != "a" {
			t.Errorf("kept %q, want a", got)
		}
	})
}

func TestReaderCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, o Options) {
		s := opened(t, o)
		if _, err := s.Reader().Exec("DELETE FROM counters"); err == nil {
			t.Error("a reader has written")
		}
		if n := number(t, s, "SELECT count(*) FROM counters"); n != 2 {
			t.Errorf("%d counters, want 2", n)
		}
	})
}

func TestCommitsWaitForTheDisk(t *testing.T) {
	setting := func(s *Store, query string) (value string) {
		must(t, s.engine.writer.QueryRow(query).Scan(&value))
		return value
	}
	s := opened(t, inFile(t))
	for query, want := range map[string]string{"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1"} {
		if got := setting(s, query); got != want {
			t.Errorf("%s is %s, want %s", query, got, want)
		}
	}
	o := onServer(t)
	o.URL += "&synchronous_commit=off"
	if got := setting(opened(t, o), "SHOW synchronous_commit"); got != "on" {
		t.Errorf("synchronous_commit is %s, want on", got)
	}
}

const childVariable = "LGSP_STORE_TEST_CHILD"

// TestChildWrites is the process that TestKilledProcessLosesNothingAcknowledged kills.
func TestChildWrites(t *testing.T) {
	file := os.Getenv(childVariable)
	if file == "" {
		t.Skip("runs only as a child process")
	}
	s := opened(t, Options{File: file})
	var mu sync.Mutex
	var all sync.WaitGroup
	for caller := range 16 {
		all.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), caller, n)
				if fresh, err := s.UseAssertion(context.Background(), "client", id, inAnHour()); err != nil || !fresh {
					t.Error(fresh, err)
					return
				}
				mu.Lock()
				fmt.Printf("acknowledged %s\n", id)
				mu.Unlock()
			}
		})
	}
	all.Wait()
}

func inAnHour() time.Time { return time.Now().Add(time.Hour) }

func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	o := inFile(t)
	var acknowledged []string
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestChildWrites$", "-test.v")
		child.Env = append(os.Environ(), childVariable+"="+o.File)
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		known := len(acknowledged)
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil { // the last line may be cut
				break
			}
			if id, ok := strings.CutPrefix(strings.TrimSpace(line), "acknowledged "); ok {
				if acknowledged = append(acknowledged, id); len(acknowledged) == known+500 {
					child.Process.Kill()
				}
			}
		}
		child.Wait()
		if len(acknowledged) < known+500 {
			t.Fatalf("round %d: the child ended after %d changes by itself", round, len(acknowledged)-known)
		}
		s, err := Open(t.Context(), o)
		must(t, err)
		for _, id := range acknowledged {
			if fresh, err := s.UseAssertion(t.Context(), "client", id, inAnHour()); err != nil || fresh {
				t.Fatalf("round %d: assertion %s was lost: %v", round, id, err)
			}
		}
		must(t, s.Close())
	}
}

func TestServerThatIsAwayIsAnErrorAndHeals(t *testing.T) {
	server := testpostgres.Own(t)
	s := opened(t, Options{URL: server.URL})
	var acknowledged []string
	use := func(id string) error {
		fresh, err := s.UseAssertion(t.Context(), "client", id, inAnHour())
		if err == nil && !fresh {
			t.Errorf("assertion %s is not fresh", id)
		}
		if err == nil {
			acknowledged = append(acknowledged, id)
		}
		return err
	}
	for round := range 2 {
		for n := range 20 {
			must(t, use(fmt.Sprintf("%d-%d", round, n)))
		}
		server.Kill()
		for n := range 3 {
			if err := use(fmt.Sprintf("%d-away-%d", round, n)); !errors.Is(err, ErrUnavailable) {
				t.Errorf("write while the server is away: got %v, want ErrUnavailable", err)
			}
		}
		if _, _, err := s.Registry(t.Context()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("read while the server is away: got %v, want ErrUnavailable", err)
		}
		if err := s.Health(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("health while the server is away: %v", err)
		}
		server.Restart()
		must(t, s.probe(t.Context()))
		if err := s.Health(); err != nil {
			t.Errorf("health after the server came back: %v", err)
		}
		must(t, use(fmt.Sprintf("%d-back", round)))
		if _, _, err := s.Registry(t.Context()); err != nil {
			t.Errorf("read after the server came back: %v", err)
		}
	}
	for _, id := range acknowledged {
		if fresh, err := s.UseAssertion(t.Context(), "client", id, inAnHour()); err != nil || fresh {
			t.Errorf("assertion %s was lost: %v", id, err)
		}
	}
}

func TestFullDiskIsAnErrorAndHeals(t *testing.T) {
	s := opened(t, inFile(t))
	pages := func(most int64) {
		must(t, s.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", most))
			return err
		}))
	}
	large := func() error {
		return s.PutAgency(t.Context(), Agency{ID: strings.Repeat("x", maxID), NameVI: strings.Repeat("x", maxLabel), NameEN: strings.Repeat("x", maxLabel)})
	}
	pages(number(t, s, "PRAGMA page_count"))
	var err error
	for i := 0; i < 20 && err == nil; i++ {
		err = s.PutAgency(t.Context(), Agency{ID: strconv.Itoa(i), NameVI: strings.Repeat("x", maxLabel)})
	}
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("write to a full disk: got %v, want ErrUnavailable", err)
	}
	if err := s.Health(); !errors.Is(err, ErrUnavailable) {
		t.Errorf("health on a full disk: %v", err)
	}
	pages(1 << 20)
	must(t, large())
	if err := s.Health(); err != nil {
		t.Errorf("health when there is room again: %v", err)
	}
}

func TestStalledDatabaseIsNoticed(t *testing.T) {
	now := newClock()
	o := inFile(t)
	o.Now = now.Now
	s := opened(t, o)
	err := s.Write(t.Context(), func(context.Context, *sql.Tx) error {
		if err := s.Health(); err != nil {
			t.Errorf("health of a transaction that has just begun: %v", err)
		}
		now.advance(stallAfter + time.Millisecond)
		if err := s.Health(); !errors.Is(err, ErrUnavailable) {
			t.Errorf("health of a transaction that does not end: %v", err)
		}
		return nil
	})
	must(t, err)
	must(t, s.Health())
}
