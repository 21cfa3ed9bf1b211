// Package testpostgres gives tests a real PostgreSQL.
//
// It owns finding or starting a server, an empty schema for each test, and taking both away again. It holds no test data,
// and only tests import it: those of the store and of whole gateways that share one.
package testpostgres

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

const (
	addressVariable = "LGSP_TEST_DATABASE_URL" // a server that is running already
	requireVariable = "LGSP_TEST_REQUIRE"      // 1: a missing server fails the test instead of skipping it
)

// Start returns the address of an empty PostgreSQL schema of this test's own, which is dropped when the test ends. All
// tests of a process share one server, which ends with the process: the one that LGSP_TEST_DATABASE_URL names, or a
// throw-away cluster. Without either the test is skipped, or fails where LGSP_TEST_REQUIRE is 1.
func Start(t testing.TB) (address string) {
	t.Helper()
	server := os.Getenv(addressVariable)
	if server == "" {
		binaries := find(t)
		shared.start.Do(func() { shared.server, shared.err = newServer(binaries, true) })
		if shared.err != nil {
			t.Fatalf("start postgres: %v", shared.err)
		}
		server = shared.server.URL
	}
	return schema(t, server)
}

var shared struct {
	start  sync.Once
	server *Server
	err    error
}

// Own starts a server of the test's own, which the test may kill and start again.
func Own(t testing.TB) *Server {
	t.Helper()
	s, err := newServer(find(t), false)
	if err != nil {
		t.Fatalf("start postgres: %v", err)
	}
	t.Cleanup(func() {
		s.Kill()
		os.RemoveAll(s.dir)
	})
	s.t = t
	return s
}

// Server is a throw-away cluster in a directory of its own, reached through a socket in it. Its processes end when this
// process does, however that ends.
type Server struct {
	URL string // the same after a restart

	t        testing.TB
	binaries string
	dir      string
	account  *syscall.SysProcAttr
	script   string
	process  *exec.Cmd // nil while it is down
	leash    io.Closer
}

// guard runs a server until its own input ends, which the end of the test process brings about.
const (
	guard = `"$@" & server=$!
exec >/dev/null 2>&1
cat
kill -QUIT $server
wait $server
`
	guardAndRemove = guard + `rm -rf "$LGSP_TEST_CLUSTER"`
)

func newServer(binaries string, shared bool) (*Server, error) {
	dir, err := os.MkdirTemp("", "lgsp-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{binaries: binaries, dir: dir, script: guard}
	if shared {
		s.script = guardAndRemove
	}
	s.URL = (&url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode(),
	}).String()
	if err := s.create(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) create() error {
	var err error
	if s.account, err = account(s.dir); err != nil {
		return err
	}
	// Nothing is synced while the cluster is made, everything while it runs: benchmarks pay for commits what others do.
	initdb := exec.Command(filepath.Join(s.binaries, "initdb"), "--pgdata", s.data(), "--username", "postgres",
		"--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = s.dir, s.account
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.start()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Kill ends the server at once and without cleaning up, as a crash would. Killing one that is down does nothing.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.leash.Close()
	_ = s.process.Wait() // reports the kill
	s.process = nil
}

// Restart starts the server again, with what it has on disk, at the same address.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.start(); err != nil {
		s.t.Fatalf("restart postgres: %v", err)
	}
}

func (s *Server) start() error {
	cmd := exec.Command("/bin/sh", "-c", s.script, "guard", filepath.Join(s.binaries, "postgres"),
		"-D", s.data(), "-c", "listen_addresses=", "-c", "unix_socket_directories="+s.dir, "-c", "shared_buffers=32MB")
	cmd.Dir, cmd.SysProcAttr = s.dir, s.account
	cmd.Env = append(os.Environ(), "LGSP_TEST_CLUSTER="+s.dir, "LC_ALL=C")
	leash, errIn := cmd.StdinPipe()
	said, errOut := cmd.StderrPipe()
	if err := cmp.Or(errIn, errOut); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var log strings.Builder
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		fmt.Fprintln(&log, lines.Text())
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() { // an unread pipe would stop the server once it is full
				for lines.Scan() {
				}
			}()
			s.process, s.leash = cmd, leash
			return nil
		}
	}
	_ = leash.Close()
	return fmt.Errorf("postgres ended before it was ready: %v\n%s", cmd.Wait(), log.String())
}

// account lets the server run as somebody else where this process is root, which PostgreSQL refuses.
func account(dir string) (*syscall.SysProcAttr, error) {
	// A group of its own: an interrupt from the keyboard must not reach the server before its guard.
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return attr, nil
	}
	someone, err := user.Lookup("postgres")
	if err != nil {
		someone, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, errUID := strconv.ParseUint(someone.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(someone.Gid, 10, 32)
	if err := errors.Join(errUID, errGID); err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, int(uid), int(gid))
}

// find returns the directory of the server's binaries. Debian keeps them out of the path.
func find(t testing.TB) string {
	t.Helper()
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(initdb); err == nil {
			return filepath.Dir(real)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		if os.Getenv(requireVariable) == "1" {
			t.Fatal("find initdb: not in the path, nor in /usr/lib/postgresql")
		}
		t.Skipf("needs PostgreSQL: install its server or set %s", addressVariable)
	}
	return filepath.Dir(slices.Max(found))
}

// schema makes an empty schema and returns the server's address with it as the place where everything happens.
func schema(t testing.TB, server string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	execute := func(statement string) error {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, statement)
		return err
	}
	if err := execute("CREATE SCHEMA " + name); err != nil {
		t.Fatalf("create schema: %v", err)
	}
	t.Cleanup(func() {
		if err := execute("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}
