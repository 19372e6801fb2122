#!/usr/bin/env bash
# make-roles.sh [what psql takes to connect]: makes the roles of roles.sql, with the passwords of these variables; a role
# whose variable is not set keeps the one that it has. This folder may also be mounted as the PostgreSQL image's
# /docker-entrypoint-initdb.d: then the roles are there when the database is first set up.
#   MIGRATE_DATABASE_PASSWORD IDENTITY_DATABASE_PASSWORD EVENT_DATABASE_PASSWORD ATTENDANCE_DATABASE_PASSWORD
#   TICKET_DATABASE_PASSWORD PAYMENT_DATABASE_PASSWORD
set -euo pipefail

if (($# == 0)) && [[ -n ${POSTGRES_USER:-} ]]; then
  set -- --username="$POSTGRES_USER" --dbname="${POSTGRES_DB:-$POSTGRES_USER}"
fi

# By psql's own hand, so that no password stands among the arguments of a process.
take_passwords() {
  local service
  for service in migrate identity event attendance ticket payment; do
    printf '%s\n' "\\set password ''" "\\getenv password ${service^^}_DATABASE_PASSWORD" \
      "select set_config('tixgo.${service}_password', :'password', false) \\g /dev/null"
  done
}

take_passwords | psql "$@" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=- \
  --file="$(dirname "${BASH_SOURCE[0]}")/roles.sql"
