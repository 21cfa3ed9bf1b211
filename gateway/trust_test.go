package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lgsp-vn/lgsp/gateway/server"
)

func TestCertificatesAndKeysAreKeptByCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(want int, arguments ...string) result {
		t.Helper()
		got := finish(t, command(t, dir, arguments...))
		if got.code != want {
			t.Errorf("%v: exit code %d, want %d: %s", arguments, got.code, want, got.stderr)
		}
		return got
	}
	run(1, "certs", "issue", "bus") // no authority yet
	run(0, "certs", "init")
	run(1, "certs", "init") // never replaced
	run(0, "certs", "issue", "bus", "--for", "server", "--host", "127.0.0.1", "--days", "30")
	run(0, "certs", "issue", "H26.12-client")
	run(0, "certs", "renew", "bus")
	run(2, "certs", "issue")
	run(2, "certs", "list", "--output", "xml")
	if got := run(1, "certs", "issue", "x", "--for", "server"); !strings.Contains(got.stderr, "hosts:") {
		t.Errorf("a server without hosts: %s", got.stderr)
	}
	var listed []struct {
		Name, For, Thumbprint string
		Hosts                 []string
	}
	if err := json.Unmarshal([]byte(run(0, "certs", "list", "--output", "json").stdout), &listed); err != nil || len(listed) != 3 || listed[1].Name != "bus" || listed[1].For != "server" {
		t.Errorf("%+v, %v", listed, err)
	}

	if got := run(1, "keys", "list"); !strings.Contains(got.stderr, "LGSP_KEYS_DIR") { // only a gateway makes keys
		t.Error(got.stderr)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "keys", "*")); err != nil || len(left) > 0 {
		t.Errorf("looking made %v", left)
	}
}

func TestSigningKeyRotatesUnderARunningGateway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := command(t, dir)
	var stdout output
	running.Stdout = &stdout
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the gateway says how to call it", func() bool { return strings.Contains(stdout.String(), "curl ") })
	addresses, err := server.ReadAddresses(dir)
	if err != nil {
		t.Fatal(err)
	}
	token := func() string {
		t.Helper()
		got := finish(t, command(t, dir, "token", "--agency", "H26.11"))
		if got.code != 0 {
			t.Fatal(got.stderr)
		}
		return strings.TrimSpace(got.stdout)
	}
	key := func(token string) string { header, _, _ := strings.Cut(token, "."); return header } // it names the key
	old := token()
	if got := finish(t, command(t, dir, "keys", "rotate", "--wait", "0s")); got.code != 0 || !strings.Contains(got.stdout, "version 2 of signing is in use") {
		t.Fatalf("%d %s%s", got.code, got.stdout, got.stderr)
	}
	eventually(t, "the new key signs", func() bool { return key(token()) != key(old) })
	const path = "/v1/shared-catalogues/catalogues"
	if status := get(t, addresses.API+path, old); status != 200 {
		t.Errorf("a token of the old key is answered %d after the rotation", status)
	}
	if got := finish(t, command(t, dir, "keys", "retire", "--version", "1")); got.code != 0 {
		t.Fatal(got.stderr)
	}
	eventually(t, "what the retired key signed ends", func() bool { return get(t, addresses.API+path, old) == 401 })
	if status := get(t, addresses.API+path, token()); status != 200 {
		t.Errorf("a token of the new key is answered %d", status)
	}
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := running.Wait(); err != nil {
		t.Error(err)
	}
}
