# shellcheck shell=bash disable=SC2154
# What both trials share; sourced by them, in the folder of the project.

# The Node of npm ci first: an older one of the machine reads no TypeScript.
PATH=$PWD/node_modules/.bin:$PATH
readonly services=(identity event ticket payment attendance)
readonly project=tixgo-trial
work=$(mktemp -d)
step='looking around'
load=

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

compose() {
  # A file of its own, so that an operator's .env has no say; what counts is exported.
  "${compose_command[@]}" --project-name "$project" --env-file "$work/trial.env" "${files[@]}" "$@"
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
  if [[ -n $load ]]; then kill "$load" 2>/dev/null || true; fi
  if ((code != 0)); then
    printf 'FAIL %s\n' "$step" >&2
    compose ps --all >&2 || true
    compose logs --no-color --tail=20 >&2 || true
  fi
  # KEEP=yes leaves all of it running, to be looked at.
  if [[ -z ${KEEP:-} ]]; then
    compose down --volumes --remove-orphans >"$work/down.log" 2>&1 || cat "$work/down.log" >&2
    rm -rf "$work"
  fi
  exit "$code"
}

quietly() {
  "$@" >"$work/out.log" 2>&1 || {
    cat "$work/out.log" >&2
    return 1
  }
}

wait_until_ready() {
  local deadline=$((SECONDS + 180))
  until curl "${curl_options[@]}" --fail --silent --output /dev/null --max-time 5 "$url/ready"; do
    if ((SECONDS >= deadline)); then fail 'not ready within three minutes'; fi
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
  curl "${curl_options[@]}" --fail-with-body --silent --show-error --max-time 20 \
    --header 'content-type: application/json' ${2:+--header "authorization: Bearer $2"} \
    --data "{\"query\":\"${1//$'\n'/ }\"}" "$url/graphql"
}

sign_in() {
  ask "mutation { login(input: { username: \\\"$ADMIN_USERNAME\\\", password: \\\"$ADMIN_PASSWORD\\\" }) { accessToken } }" |
    sed -n 's/.*"accessToken":"\([^"]*\)".*/\1/p'
}

read_everything() {
  ask '{ users(first: 50) { totalCount edges { node { id username role } } }
         myEvents(first: 50) { edges { node { id status ticketTypes { id available }
           summary { attendance { totalCheckedIn refused } } } } } }' "$1"
}

# The token is from before a restart, so that its secret is seen to be kept, too.
note_everything() {
  token=$(sign_in)
  everything=$(read_everything "$token")
  [[ $everything =~ \"totalCheckedIn\":[1-9] ]] || fail "nobody is checked in: $everything"
  if [[ $everything == *'"errors"'* ]]; then fail "a part is missing: $everything"; fi
}

assert_kept() {
  local now deadline=$((SECONDS + 30))
  # A service that comes back is asked again a moment later.
  until now=$(read_everything "$token") && [[ $now == "$everything" ]]; do
    if ((SECONDS >= deadline)); then fail "it was $everything and is $now"; fi
    sleep 1
  done
}

assert_nothing_runs_as_root() {
  local service
  for service in "${services[@]}"; do
    [[ $(compose exec -T "$service" id -un) == node ]] || fail "the user of $service is not node"
    if compose exec -T "$service" sh -c 'echo >/app/file' 2>/dev/null; then fail "$service can write to its code"; fi
  done
}

# Level 30 is info; what is higher, or no log line at all, has no place in a run without faults.
# That no money moves is the one warning that belongs here.
assert_ended_well() {
  local service container code
  local sandbox='"msg":"PAYMENT_PROVIDER is sandbox: payments move no money"}$'
  for service in "${services[@]}"; do
    container=$(compose ps --all --quiet "$service")
    code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
    ((code == 0)) || fail "$service ended with exit code $code"
    if docker logs "$container" 2>&1 | grep -v -e '^{"level":30,' -e "^{\"level\":40,.*$sandbox"; then
      fail "the log of $service has more to say"
    fi
  done
}

show_memory() {
  local container
  for container in $(compose ps --quiet); do
    docker stats --no-stream --format '   {{.Name}} {{.MemUsage}}' "$container"
  done
}
