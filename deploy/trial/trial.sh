#!/usr/bin/env bash
# The composed system from build to removal, on a database of its own: builds, starts, runs the smoke test, restarts,
# backs up, stops, restores, and sees that bad settings are refused. Nothing of it is left behind.
#
#   deploy/trial/trial.sh
#
# Needs an engine with Compose (1.29 or newer), curl, openssl and an npm ci. COMPOSE names the command where several are
# installed; ATTENDANCE_PORT and IDENTITY_PORT are the ports to use on this machine where the usual ones are taken.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."

readonly project=tixgo-trial
readonly attendance_port=${ATTENDANCE_PORT:-18082} identity_port=${IDENTITY_PORT:-18081}
readonly url=http://localhost:$attendance_port identity_url=http://localhost:$identity_port
work=$(mktemp -d)
step='looking around'

compose() {
  # A file of its own, so that an operator's .env has no say; what counts is exported below.
  "${compose_command[@]}" --project-name "$project" --env-file "$work/empty.env" "$@"
}

begin() {
  step=$1
  printf '== %s\n' "$step"
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

clean_up() {
  local code=$?
  trap - EXIT
  if ((code != 0)); then
    printf 'FAIL %s\n' "$step" >&2
    compose logs --no-color --tail=40 >&2 || true
  fi
  compose down --volumes --rmi local >"$work/down.log" 2>&1 || cat "$work/down.log" >&2
  rm -rf "$work"
  exit "$code"
}

choose_compose() {
  if [[ -n ${COMPOSE:-} ]]; then
    read -ra compose_command <<<"$COMPOSE"
  elif docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  else
    compose_command=(docker-compose)
  fi
  "${compose_command[@]}" version
}

make_settings() {
  : >"$work/empty.env"
  local name
  for name in POSTGRES_PASSWORD JWT_SECRET SERVICE_SECRET ADMIN_PASSWORD; do
    export "$name=$(openssl rand -hex 32)"
  done
  TICKET_SIGNING_KEYS=$(openssl genpkey -algorithm ed25519 -outform DER | openssl base64 -A)
  export TICKET_SIGNING_KEYS
  export ADMIN_USERNAME=admin PAYMENT_PROVIDER=sandbox
  export PUBLISH_ATTENDANCE=127.0.0.1:$attendance_port PUBLISH_IDENTITY=127.0.0.1:$identity_port
}

quietly() { "$@" >"$work/out.log" 2>&1 || { cat "$work/out.log" >&2; return 1; }; }

wait_until_ready() {
  local deadline=$((SECONDS + 90))
  until curl --fail --silent --output /dev/null --max-time 5 "$url/ready"; do
    if ((SECONDS >= deadline)); then fail 'not ready within 90 seconds'; fi
    sleep 0.5
  done
}

# published SERVICE: the container's ports that are open on this machine
published() {
  docker inspect --format '{{range $port, $to := .NetworkSettings.Ports}}{{if $to}}{{$port}} {{end}}{{end}}' \
    "$(compose ps -q "$1")"
}

# ask QUERY [TOKEN]
ask() {
  # JSON allows no line break in a text.
  curl --fail-with-body --silent --show-error --max-time 20 --header 'content-type: application/json' \
    ${2:+--header "authorization: Bearer $2"} --data "{\"query\":\"${1//$'\n'/ }\"}" "$url/graphql"
}

sign_in() {
  ask "mutation { login(input: { username: \\\"$ADMIN_USERNAME\\\", password: \\\"$ADMIN_PASSWORD\\\" }) { accessToken } }" |
    sed -n 's/.*"accessToken":"\([^"]*\)".*/\1/p'
}

read_everything() {
  ask '{ users(first: 50) { totalCount edges { node { id username role } } }
         myEvents(first: 50) { edges { node { id status summary { attendance { totalCheckedIn refused } } } } } }' "$1"
}

# The token is from before a restart, so that its secret is seen to be kept, too.
assert_kept() {
  local now
  now=$(read_everything "$token")
  if [[ $now != "$everything" ]]; then fail "it was $everything and is $now"; fi
}

# refuses VARIABLE ARGUMENT...: the image, run with these settings, ends with code 1 and one line about the variable
refuses() {
  local variable=$1 code=0
  shift
  timeout 60 docker run --rm "$@" "$image" >"$work/refusal.log" 2>&1 || code=$?
  cat "$work/refusal.log"
  if ((code != 1)) || [[ $(wc -l <"$work/refusal.log") != 1 ]] || ! grep -q "^$variable" "$work/refusal.log"; then
    fail "expected one line about $variable and exit code 1, not $code"
  fi
}

trap clean_up EXIT
trap 'exit 1' INT TERM
choose_compose
make_settings
if [[ ! -d node_modules ]]; then fail 'the smoke test runs from here: npm ci first'; fi
if curl --silent --output /dev/null --max-time 2 "$url"; then fail "something else answers at $url"; fi

begin 'a required setting that is missing stops Compose'
for name in POSTGRES_PASSWORD JWT_SECRET SERVICE_SECRET TICKET_SIGNING_KEYS PAYMENT_PROVIDER ADMIN_PASSWORD; do
  if (unset "$name"; compose config --quiet) 2>"$work/missing.log"; then fail "not without $name"; fi
  grep -q "$name is required" "$work/missing.log" || fail "$name is not named"
done

begin 'build'
quietly compose build

begin 'start'
quietly compose up --detach
wait_until_ready
tixgo=$(compose ps -q tixgo)
image=$(docker inspect --format '{{.Image}}' "$tixgo")
readonly tixgo image

begin 'nothing runs as root, and only the two public ports are published'
[[ $(compose exec -T tixgo id -un) == node ]] || fail 'the user is not node'
[[ $(published tixgo) == '18081/tcp 18082/tcp ' ]] || fail "tixgo publishes $(published tixgo)"
[[ -z $(published postgres) ]] || fail "postgres publishes $(published postgres)"

begin 'smoke test'
npm run --silent smoke -- --url "$url" --identity-url "$identity_url"

begin 'a restart keeps the data and the sessions'
token=$(sign_in)
everything=$(read_everything "$token")
readonly token everything
[[ $everything =~ \"totalCheckedIn\":[1-9] ]] || fail "nobody is checked in: $everything"
quietly compose restart tixgo
wait_until_ready
assert_kept

begin 'back up'
compose exec -T postgres pg_dump --username=tixgo --format=custom tixgo >"$work/tixgo.dump"

begin 'SIGTERM ends it with exit code 0 and a clean log'
quietly compose stop tixgo
code=$(docker inspect --format '{{.State.ExitCode}}' "$tixgo")
((code == 0)) || fail "exit code $code"
# Level 30 is info; what is higher, or no log line at all, has no place in a run without faults.
# That no money moves is the one warning that belongs here.
sandbox='"msg":"PAYMENT_PROVIDER is sandbox: payments move no money"}$'
if docker logs "$tixgo" 2>&1 | grep -v -e '^{"level":30,' -e "^{\"level\":40,.*$sandbox"; then fail 'the log has more to say'; fi

begin 'the backup brings everything into a new database'
quietly compose down --volumes
quietly compose up --detach postgres
until compose exec -T postgres pg_isready --quiet --host=127.0.0.1 --username=tixgo; do sleep 0.5; done
compose exec -T postgres sh -c 'dropdb --username=tixgo --if-exists tixgo && createdb --username=tixgo tixgo'
compose exec -T postgres pg_restore --username=tixgo --dbname=tixgo --exit-on-error <"$work/tixgo.dump"
quietly compose up --detach
wait_until_ready
assert_kept

begin 'settings that are missing or wrong are refused'
jwt=(--env JWT_SECRET)
service=(--env SERVICE_SECRET)
keys=(--env TICKET_SIGNING_KEYS)
provider=(--env PAYMENT_PROVIDER)
refuses JWT_SECRET "${service[@]}"
refuses JWT_SECRET --env JWT_SECRET=short "${service[@]}"
refuses SERVICE_SECRET "${jwt[@]}" "${keys[@]}" "${provider[@]}"
refuses SERVICE_SECRET "${jwt[@]}" "${keys[@]}" "${provider[@]}" --env SERVICE_SECRET="$JWT_SECRET"
refuses TICKET_SIGNING_KEYS "${jwt[@]}" "${service[@]}" "${provider[@]}"
refuses PAYMENT_PROVIDER "${jwt[@]}" "${service[@]}" "${keys[@]}"
all=("${jwt[@]}" "${service[@]}" "${keys[@]}" "${provider[@]}")
refuses ADMIN_PASSWORD "${all[@]}" --env ADMIN_USERNAME --env ADMIN_PASSWORD=admin123
refuses DATABASE_URL "${all[@]}" --env DATABASE_URL=mysql://nobody@nowhere/nothing

begin 'remove'
echo 'The trial passed.'
