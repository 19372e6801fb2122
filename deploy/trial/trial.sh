#!/usr/bin/env bash
# The system to try, docker-compose.yml alone, from build to removal, on data of its own: builds, starts, runs the smoke
# test, kills, restarts, backs up, stops, restores, and sees that bad settings are refused. Then, unless told otherwise,
# the same for production: production.sh. Nothing of it is left behind but the images.
#
#   deploy/trial/trial.sh [--development | --production]
#
# Needs an engine with Compose, curl, openssl and an npm ci. COMPOSE names the command where several are installed (1.29
# will do here, production needs 2.24); ATTENDANCE_PORT and IDENTITY_PORT are the ports to use on this machine where the
# usual ones are taken.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=common.sh
source deploy/trial/common.sh

readonly attendance_port=${ATTENDANCE_PORT:-18082} identity_port=${IDENTITY_PORT:-18081}
readonly url=http://localhost:$attendance_port identity_url=http://localhost:$identity_port
readonly curl_options=()
readonly files=(--file docker-compose.yml)

# refuses SERVICE VARIABLE ARGUMENT...: its image, run with these settings, ends with code 1 and one line about the variable
refuses() {
  local image variable=$2 code=0
  image=$(docker inspect --format '{{.Image}}' "$(compose ps --all --quiet "$1")")
  shift 2
  timeout 120 docker run --rm "$@" "$image" >"$work/refusal.log" 2>&1 || code=$?
  sed 's/^/   /' "$work/refusal.log"
  if ((code != 1)) || [[ $(wc -l <"$work/refusal.log") != 1 ]] || ! grep -q "^$variable" "$work/refusal.log"; then
    fail "expected one line about $variable and exit code 1, not $code"
  fi
}

try_refusals() {
  local name jwt=(--env JWT_SECRET) secret=(--env SERVICE_SECRET) keys=(--env TICKET_SIGNING_KEYS)
  local sandbox=(--env PAYMENT_PROVIDER=sandbox) nats=(--env NATS_URL=nats://nowhere)
  JWT_SECRET=$(openssl rand -hex 32)
  SERVICE_SECRET=$(openssl rand -hex 32)
  TICKET_SIGNING_KEYS=$(openssl genpkey -algorithm ed25519 -outform DER | openssl base64 -A)
  export JWT_SECRET SERVICE_SECRET TICKET_SIGNING_KEYS
  for name in identity event ticket payment; do
    refuses "$name" NATS_URL "${jwt[@]}" "${secret[@]}" "${keys[@]}" "${sandbox[@]}"
  done
  refuses attendance NATS_URL "${jwt[@]}" "${secret[@]}" "${keys[@]}" "${sandbox[@]}" --env EVENT_URL=http://event:8000/graphql
  refuses event SERVICE_SECRET "${nats[@]}"
  refuses identity JWT_SECRET "${secret[@]}" "${nats[@]}"
  refuses identity JWT_SECRET "${secret[@]}" "${nats[@]}" --env JWT_SECRET=short
  refuses ticket TICKET_SIGNING_KEYS "${secret[@]}" "${nats[@]}"
  refuses payment PAYMENT_PROVIDER "${secret[@]}" "${nats[@]}"
  refuses attendance SERVICE_SECRET "${jwt[@]}" "${keys[@]}" "${sandbox[@]}" --env SERVICE_SECRET="$JWT_SECRET"
  refuses identity ADMIN_PASSWORD "${jwt[@]}" "${secret[@]}" "${nats[@]}" --env ADMIN_USERNAME --env ADMIN_PASSWORD=admin123
  refuses event DATABASE_URL "${secret[@]}" "${nats[@]}" --env DATABASE_URL=mysql://nobody@nowhere/nothing
  refuses event NATS_URL "${secret[@]}" --env NATS_URL=http://nats:4222
}

try_development() {
  local name container

  begin 'a password that is missing stops Compose'
  if (unset ADMIN_PASSWORD; compose config --quiet) 2>"$work/missing.log"; then fail 'not without ADMIN_PASSWORD'; fi
  grep -q 'ADMIN_PASSWORD is required' "$work/missing.log" || fail 'ADMIN_PASSWORD is not named'

  begin 'build'
  quietly compose build

  begin 'start'
  quietly compose up --detach
  wait_until_ready
  show_memory

  begin 'nothing of TixGo runs as root, and only the two public ports are published'
  assert_nothing_runs_as_root
  [[ $(published attendance) == '18082/tcp ' ]] || fail "attendance publishes $(published attendance)"
  [[ $(published identity) == '18081/tcp ' ]] || fail "identity publishes $(published identity)"
  for name in postgres nats event ticket payment; do
    [[ -z $(published "$name") ]] || fail "$name publishes $(published "$name")"
  done

  begin 'all have the secrets that the first one made'
  compose exec -T event sh -c 'cd /data/secrets && stat --format "   %n %U %a" *' | tee "$work/secrets"
  [[ $(cut -d ' ' -f 4-6 "$work/secrets") == $'JWT_SECRET node 600\nSERVICE_SECRET node 600\nTICKET_SIGNING_KEYS node 600' ]] ||
    fail 'these are not the secrets'

  begin 'smoke test'
  npm run --silent smoke -- --url "$url" --identity-url "$identity_url"
  show_memory

  begin 'a restart keeps the data and the sessions'
  note_everything
  quietly compose restart "${services[@]}"
  wait_until_ready
  assert_kept

  begin 'so does a kill of each service, of the broker and of the database'
  for name in "${services[@]}" nats postgres; do
    container=$(compose ps --quiet "$name")
    docker kill "$container" >/dev/null
    docker start "$container" >/dev/null
    wait_until_ready
    assert_kept
  done

  begin 'back up'
  compose exec -T postgres pg_dump --username=tixgo --format=custom tixgo >"$work/tixgo.dump"
  # The kills are in the logs of these; what follows is about those of a life without faults.
  quietly compose up --detach --force-recreate "${services[@]}"
  wait_until_ready
  assert_kept

  begin 'SIGTERM ends each with exit code 0 and a clean log'
  quietly compose stop
  assert_ended_well

  begin 'settings that are missing or wrong are refused'
  try_refusals

  begin 'the backup brings everything into a new database'
  unset JWT_SECRET
  quietly compose rm --force --stop "${services[@]}" postgres nats
  docker volume rm "${project}_postgres" "${project}_nats" >/dev/null
  quietly compose up --detach postgres
  until compose exec -T postgres pg_isready --quiet --host=127.0.0.1 --username=tixgo; do sleep 0.5; done
  compose exec -T postgres sh -c 'dropdb --username=tixgo --if-exists tixgo && createdb --username=tixgo tixgo'
  compose exec -T postgres pg_restore --username=tixgo --dbname=tixgo --exit-on-error <"$work/tixgo.dump"
  quietly compose up --detach
  wait_until_ready
  assert_kept
}

if [[ ! -d node_modules ]]; then fail 'the smoke test runs from here: npm ci first'; fi
if [[ ${1:-} == --production ]]; then exec deploy/trial/production.sh; fi
trap clean_up EXIT
trap 'exit 1' INT TERM
choose_compose
: >"$work/trial.env"
ADMIN_PASSWORD=$(openssl rand -hex 32)
export ADMIN_USERNAME=admin ADMIN_PASSWORD
export PUBLISH_ATTENDANCE=127.0.0.1:$attendance_port PUBLISH_IDENTITY=127.0.0.1:$identity_port
if curl --silent --output /dev/null --max-time 2 "$url"; then fail "something else answers at $url"; fi
try_development
begin 'remove'
quietly compose down --volumes
echo 'The trial of the system to try passed.'
if [[ ${1:-} != --development ]]; then deploy/trial/production.sh; fi
