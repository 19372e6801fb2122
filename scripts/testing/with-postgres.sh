#!/usr/bin/env bash
# with-postgres.sh PROGRAMS COMMAND...: runs COMMAND on a new PostgreSQL server, made of the programs in the folder
# PROGRAMS and gone afterwards. Tests use it, because TEST_DATABASE_URL is set. As root it runs as the user postgres.
set -euo pipefail

programs=$1
shift
data=$(mktemp -d)

as_postgres() {
  if ((EUID == 0)); then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

stop() {
  as_postgres "$programs/pg_ctl" stop --pgdata="$data" --mode=immediate --silent || true
  rm -rf "$data"
}

# Prints the port. Nobody gives out free ports here, so that it tries some.
start() {
  local port
  for _ in {1..20}; do
    port=$((20000 + RANDOM % 10000))
    if as_postgres "$programs/pg_ctl" start --pgdata="$data" --silent --wait --log="$data/log" \
      --options="-p $port -c listen_addresses=localhost -c unix_socket_directories='' -c max_connections=300" >&2; then
      echo "$port"
      return
    fi
  done
  cat "$data/log" >&2
  return 1
}

if ((EUID == 0)); then chown postgres "$data"; fi
trap stop EXIT
trap 'exit 1' INT TERM
as_postgres "$programs/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
  --no-sync >/dev/null
port=$(start)
TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres "$@"
