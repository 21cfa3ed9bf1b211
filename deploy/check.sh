#!/usr/bin/env bash
# All checks and tests. Brings up what they need: on a bare Debian machine with Go, as root,
# it installs Redis, PostgreSQL and a C compiler (for the race detector); elsewhere it uses what is
# there. PostgreSQL is needed as binaries only: tests start clusters of their own, as an unprivileged
# user, and never touch the distribution's. LGSP_TEST_REDIS_URL and LGSP_TEST_DATABASE_URL name
# servers that run already.
# FUZZ=10s lengthens each fuzz run; FUZZ=0 leaves them out.
set -euo pipefail
cd "$(dirname "$0")/.."

STATICCHECK=honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZ=${FUZZ:-3s}

step() { printf '\n== %s\n' "$*"; }

# need COMMAND PACKAGE...: makes sure that a command is there.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    return
  fi
  echo "check.sh: $command is missing; install $*" >&2
  exit 1
}

step "what the tests need"
need gcc gcc libc6-dev # go test -race
if [ -z "${LGSP_TEST_REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then
  if [ "$(id -u)" != 0 ] && docker compose version >/dev/null 2>&1; then
    docker compose up -d --wait redis
    export LGSP_TEST_REDIS_URL=redis://127.0.0.1:6379
    trap 'docker compose stop redis' EXIT
  else
    need redis-server redis-server
  fi
fi
if [ -z "${LGSP_TEST_DATABASE_URL:-}" ] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common # or Debian's package would make a cluster and start it
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  need initdb postgresql
fi
export LGSP_TEST_REQUIRE=1 # a test that lacks its server fails here; in plain "go test" it skips

step "gofmt"
unformatted=$(gofmt -l $(git ls-files '*.go'))
if [ -n "$unformatted" ]; then
  printf 'not formatted:\n%s\n' "$unformatted" >&2
  exit 1
fi

step "go.mod is tidy"
go mod tidy -diff

step "vet"
go vet ./...

step "staticcheck"
go run "$STATICCHECK" ./...

step "tests, with the race detector"
go test -race ./...

if [ "$FUZZ" != 0 ]; then
  step "fuzz, $FUZZ each"
  # One package at a time: go test accepts one fuzz target per run.
  git grep -n --no-column -o -E '^func Fuzz[A-Za-z0-9_]*' -- '*_test.go' | while IFS=: read -r file _ match; do
    go test -run '^$' -fuzz "^${match#func }\$" -fuzztime "$FUZZ" "./$(dirname "$file")"
  done
fi

step "shell and compose files"
bash -n deploy/check.sh
if command -v docker >/dev/null && docker compose version >/dev/null 2>&1; then
  docker compose config --quiet
fi

step "all checks passed"
