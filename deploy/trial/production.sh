#!/usr/bin/env bash
# Production, both Compose files, on data of its own: refused without secrets, deployed by deploy.sh, tried, killed, rolled
# under load with no failed request, rolled back from versions that are broken, backed up and restored, stopped. Images
# of the versions of this trial stay: tixgo/<service>:trial-….
#
#   deploy/trial/production.sh
#
# Needs what trial.sh needs, and Compose 2.24. HTTPS_PORT and HTTP_PORT are nginx's on this machine.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."
source deploy/trial/common.sh

readonly https_port=${HTTPS_PORT:-18443} http_port=${HTTP_PORT:-18080}
readonly url=https://localhost:$https_port
readonly curl_options=(--cacert "$work/certificates/fullchain.pem")
readonly files=(--file docker-compose.yml --file docker-compose.prod.yml)
readonly required=(POSTGRES_PASSWORD MIGRATE_DATABASE_PASSWORD IDENTITY_DATABASE_PASSWORD EVENT_DATABASE_PASSWORD
  TICKET_DATABASE_PASSWORD PAYMENT_DATABASE_PASSWORD ATTENDANCE_DATABASE_PASSWORD NATS_PASSWORD JWT_SECRET
  SERVICE_SECRET ADMIN_PASSWORD TICKET_SIGNING_KEYS PAYMENT_PROVIDER PUBLIC_URL TLS_CERTIFICATES)
# What of these the version under trial is built as.
readonly version=trial-1

make_settings() {
  local name
  mkdir "$work/certificates"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/certificates/privkey.pem" \
    -out "$work/certificates/fullchain.pem" 2>"$work/openssl.log"
  for name in "${required[@]}"; do export "$name=$(openssl rand -hex 32)"; done
  TICKET_SIGNING_KEYS=$(openssl genpkey -algorithm ed25519 -outform DER | openssl base64 -A)
  export ADMIN_USERNAME=admin TICKET_SIGNING_KEYS PAYMENT_PROVIDER=sandbox
  export PUBLIC_URL=$url TLS_CERTIFICATES=$work/certificates
  export PUBLISH_HTTP=127.0.0.1:$http_port PUBLISH_HTTPS=127.0.0.1:$https_port
  # The load comes from one address.
  export LIMIT_REQUESTS_PER_MINUTE=0 LIMIT_VIEWER_REQUESTS_PER_MINUTE=0
  # For deploy.sh, which takes its project and its settings from the environment; it notes the version there.
  export COMPOSE_PROJECT_NAME=$project COMPOSE_ENV_FILES=$work/trial.env
  : >"$work/trial.env"
}

# another_version NAME: the same under another name, as if something had been built
another_version() {
  local service
  for service in "${services[@]}"; do
    printf 'FROM tixgo/%s:%s\nLABEL trial=%s\n' "$service" "$version" "$1" |
      quietly docker build --tag "tixgo/$service:$1" -
  done
}

# broken_version NAME SERVICE COMMAND: where this one is changed by a command
broken_version() {
  another_version "$1"
  printf 'FROM tixgo/%s:%s\nUSER root\nRUN %s\nUSER node\n' "$2" "$version" "$3" |
    quietly docker build --tag "tixgo/$2:$1" -
}

start_load() {
  NODE_EXTRA_CA_CERTS=$work/certificates/fullchain.pem \
    node deploy/trial/steady-load.ts --url "$url" --token "$token" --event "$event" >"$work/load.log" 2>&1 &
  load=$!
}

assert_load_saw_no_failure() {
  local code=0
  # One that has ended already has said why.
  kill "$load" 2>/dev/null || true
  wait "$load" || code=$?
  load=
  sed 's/^/   load: /' "$work/load.log"
  ((code == 0)) || fail 'requests failed while it was deployed'
}

# assert_runs VERSION
assert_runs() {
  local service container
  for service in "${services[@]}"; do
    mapfile -t container < <(compose ps --all --quiet "$service")
    ((${#container[@]} == 1)) || fail "$service has ${#container[@]} containers"
    [[ $(docker inspect --format '{{.Config.Image}}' "${container[0]}") == "tixgo/$service:$1" ]] || fail "$service is not $1"
  done
}

# From outside: Docker does not restart what it killed itself, and the first process of a container hears no SIGKILL from
# its own room.
kill_whole() {
  local process
  process=$(docker inspect --format '{{.State.Pid}}' "$1")
  docker run --rm --pid host --user root --entrypoint sh node:24-slim -c "kill -KILL $process"
}

# is_restarted CONTAINER TIMES: whether it runs, and was started oftener than so many times
is_restarted() {
  local running restarts
  read -r running restarts < <(docker inspect --format '{{.State.Running}} {{.RestartCount}}' "$1")
  [[ $running == true ]] && ((restarts > $2))
}

database_of() {
  compose exec -T "$1" node --eval "
    const { Client } = await import('pg').then((module) => module.default);
    const client = new Client(process.env.DATABASE_URL);
    await client.connect();
    try { console.log((await client.query(process.argv[1])).rowCount); }
    catch (error) { console.log(error.message); }
    await client.end();" "$2"
}

try_production() {
  local name container restarts

  begin 'each required setting that is missing stops Compose'
  for name in "${required[@]}"; do
    if (unset "$name"; compose config --quiet) 2>"$work/missing.log"; then fail "not without $name"; fi
    grep -q "$name is required" "$work/missing.log" || fail "$name is not named"
  done

  begin 'deploy.sh brings up what was not there'
  export TIXGO_VERSION=$version
  quietly compose build "${services[@]}"
  unset TIXGO_VERSION
  deploy/deploy.sh "$version"
  grep -qx "TIXGO_VERSION=$version" "$work/trial.env" || fail 'the version is not noted'
  assert_runs "$version"
  show_memory

  begin 'nothing of TixGo runs as root, and nginx alone is published, with TLS'
  assert_nothing_runs_as_root
  [[ $(published nginx) == '8080/tcp 8443/tcp ' ]] || fail "nginx publishes $(published nginx)"
  for name in postgres nats "${services[@]}"; do
    [[ -z $(published "$name") ]] || fail "$name publishes $(published "$name")"
  done
  [[ $(curl --silent --output /dev/null --write-out '%{http_code} %{redirect_url}' "http://localhost:$http_port/e/1") == \
  '301 https://localhost/e/1' ]] || fail 'HTTP is not sent to HTTPS'
  curl "${curl_options[@]}" --fail --silent --head "$url/health" | grep -i '^strict-transport-security' >/dev/null || fail 'no HSTS'

  begin 'each service reads its own schema, and the broker knows its own'
  [[ $(database_of event 'select from event.event limit 1') =~ ^[01]$ ]] || fail 'event does not read its events'
  [[ $(database_of event 'select from identity.user') =~ 'permission denied' ]] || fail 'event reads accounts'
  [[ $(database_of event 'create table event.more ()') =~ 'permission denied' ]] || fail 'event makes tables'
  if compose exec -T event node --eval "
    const { connect } = await import('@nats-io/transport-node');
    await connect({ servers: 'nats:4222', reconnect: false });" 2>/dev/null; then fail 'the broker takes anyone'; fi

  begin 'a service that is killed comes back, and nothing is lost'
  note_everything
  for name in "${services[@]}" nats postgres nginx; do
    container=$(compose ps --quiet "$name")
    restarts=$(docker inspect --format '{{.RestartCount}}' "$container")
    kill_whole "$container"
    until is_restarted "$container" "$restarts"; do sleep 0.2; done
    wait_until_ready
    assert_kept
  done
  quietly compose up --detach --wait

  begin 'deploying the same again changes nothing'
  deploy/deploy.sh "$version" | tee "$work/again.log"
  (($(grep -c 'is up to date' "$work/again.log") == ${#services[@]})) || fail 'something was rolled'

  begin 'a new version is rolled with no failed request'
  another_version trial-2
  event=$(ask "mutation { createEvent(input: { name: \\\"Load\\\", admission: OPEN, startsAt: \\\"$(date -u +%FT%TZ)\\\",
    endsAt: \\\"$(date -u -d '+5 hours' +%FT%TZ)\\\", timezone: \\\"Europe/Berlin\\\" }) { id } }" "$token" |
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
  [[ -n $event ]] || fail 'there is no event for the load'
  start_load
  deploy/deploy.sh trial-2
  assert_load_saw_no_failure
  assert_runs trial-2

  begin 'a version that does not start is not let in'
  broken_version trial-3 ticket 'rm subgraphs/ticket/facts.ts'
  start_load
  if DEPLOY_PATIENCE=120 deploy/deploy.sh trial-3; then fail 'it was deployed'; fi
  assert_load_saw_no_failure
  assert_runs trial-2
  grep -qx 'TIXGO_VERSION=trial-2' "$work/trial.env" || fail 'the version is not the former one'

  begin 'a version that starts and does not hold is rolled back'
  broken_version trial-4 event \
    "sed -i 's/await services.createEvent.*/await Promise.reject(new Error(\"broken\"));/' subgraphs/event/resolvers/mutations/createEvent.ts"
  start_load
  if deploy/deploy.sh trial-4 >"$work/broken.log" 2>&1; then fail 'it was deployed'; fi
  grep -E '^(==|FAIL|   [a-z]+:|[0-9]+ passed)' "$work/broken.log"
  assert_load_saw_no_failure
  assert_runs trial-2

  begin 'two of a service share its work, and are rolled as two'
  quietly compose --env-file "$work/trial.env" up --detach --wait --no-recreate --scale event=2 "${services[@]}"
  TIXGO_VERSION=trial-2 quietly compose run --rm --no-deps -T smoke
  quietly compose up --detach --wait --no-recreate "${services[@]}"

  begin 'back up'
  note_everything
  compose exec -T postgres pg_dump --username=tixgo --format=custom tixgo >"$work/tixgo.dump"

  begin 'SIGTERM ends each with exit code 0 and a clean log'
  quietly compose up --detach --wait --force-recreate "${services[@]}"
  wait_until_ready
  assert_kept
  quietly compose stop
  assert_ended_well

  begin 'the backup brings everything into a new database'
  quietly compose down --volumes
  quietly compose up --detach --wait postgres
  quietly compose run --rm roles
  compose exec -T postgres sh -c 'dropdb --username=tixgo --if-exists tixgo && createdb --username=tixgo tixgo'
  compose exec -T postgres pg_restore --username=tixgo --dbname=tixgo --exit-on-error <"$work/tixgo.dump"
  quietly compose up --detach
  wait_until_ready
  assert_kept
}

trap clean_up EXIT
trap 'exit 1' INT TERM
choose_compose
make_settings
try_production
begin 'remove'
quietly compose down --volumes
echo 'The trial of production passed.'
