// Package testredis gives tests a real Redis.
//
// It owns finding or starting a server and taking it away again. It holds no client and no test data, and only tests
// import it: those of the cache, of shared limits and of the whole gateway.
package testredis

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

const (
	addressVariable = "LGSP_TEST_REDIS_URL" // a server that is running already
	requireVariable = "LGSP_TEST_REQUIRE"   // 1: a missing server fails the test instead of skipping it
)

// Start returns the address of a Redis for this test and a function that ends its use early; the end of the test does
// so in any case. A server named by LGSP_TEST_REDIS_URL is shared by all tests, so a test must not expect it empty.
func Start(t testing.TB) (url string, stop func()) {
	t.Helper()
	if url := os.Getenv(addressVariable); url != "" {
		return url, func() {}
	}
	s := Own(t)
	return s.URL, s.Kill
}

// Server is a Redis process that belongs to one test, which may kill it and start it again.
type Server struct {
	URL string // redis://127.0.0.1:port, the same after a restart

	t       testing.TB
	binary  string
	dir     string
	port    int
	process *exec.Cmd // nil while it is down
}

// Own starts a server of the test's own, without persistence, on a free port. Without a redis-server binary the test is
// skipped, or fails where LGSP_TEST_REQUIRE is 1.
func Own(t testing.TB) *Server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv(requireVariable) == "1" {
			t.Fatalf("find redis-server: %v", err)
		}
		t.Skipf("needs Redis: install redis-server or set %s", addressVariable)
	}
	s := &Server{t: t, binary: binary, dir: t.TempDir()}
	t.Cleanup(s.Kill)
	// Another process may take the free port between asking for it and using it.
	for range 5 {
		if s.port, err = freePort(); err == nil {
			err = s.start()
		}
		if err == nil {
			s.URL = "redis://127.0.0.1:" + strconv.Itoa(s.port)
			return s
		}
	}
	t.Fatalf("start redis-server: %v", err)
	return nil
}

// Kill ends the process at once, as a crash would. Killing a server that is down does nothing.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait() // reports the kill
	s.process = nil
}

// Restart starts the server again, empty, at the same address.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.start(); err != nil {
		s.t.Fatalf("restart redis-server: %v", err)
	}
}

func (s *Server) start() error {
	cmd := exec.Command(s.binary, "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--dir", s.dir, "--daemonize", "no", "--loglevel", "notice")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go func() { // an unread pipe would stop the server once it is full
				for lines.Scan() {
				}
			}()
			s.process = cmd
			return nil
		}
	}
	_ = cmd.Process.Kill()
	return fmt.Errorf("redis-server ended before it was ready: %v", cmd.Wait())
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
