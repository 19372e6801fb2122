#!/usr/bin/env bash
# Brings the production system to a version while people use it, and back when the version does not hold.
#
#   deploy/deploy.sh            builds this checkout, and deploys it under the name of its commit
#   deploy/deploy.sh VERSION    deploys images that are there, or pulls them from TIXGO_REGISTRY
#
# Each service gets new containers beside the old ones, and the old ones go once the new ones are healthy. Then the smoke
# test runs; when it fails, or anything before it, all services go back to the images that they had. It may be run again
# at any time: what is up to date stays as it is. Settings come from .env, where the version is noted at the end.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

# Subgraphs before the host, which may ask them for something new.
readonly services=(identity event ticket payment attendance)
# How long new containers may take to be healthy, in seconds.
readonly patience=${DEPLOY_PATIENCE:-180}
# Compose's own name for another place of its settings.
readonly settings=${COMPOSE_ENV_FILES:-.env}
work=$(mktemp -d)
step='looking around'
# What is to be undone when something fails: services in the order in which they were rolled, and the one that is being
# rolled, with its old containers.
rolled=()
under_way='' old=()
declare -A former_image former_name

begin() {
  step=$1
  printf '== %s\n' "$step"
}

fail() {
  printf 'deploy: %s\n' "$1" >&2
  exit 1
}

# With TIXGO_VERSION as it is at the time.
compose() { docker compose "$@"; }

quietly() {
  "$@" >"$work/out.log" 2>&1 || {
    cat "$work/out.log" >&2
    return 1
  }
}

finish() {
  local code=$?
  trap - EXIT
  trap '' INT TERM
  if ((code != 0)); then
    printf 'FAIL %s\n' "$step" >&2
    abandon || true
    if ((${#rolled[@]} > 0)); then roll_back || true; fi
  fi
  rm -rf "$work"
  exit "$code"
}

look_around() {
  local version
  command -v docker >/dev/null || fail 'docker is missing'
  version=$(docker compose version --short 2>/dev/null) || fail 'Compose 2.24 or newer is needed, as docker compose'
  version=${version#v}
  if [[ $(printf '2.24\n%s\n' "$version" | sort --version-sort | head -n 1) != 2.24 ]]; then
    fail "Compose 2.24 or newer is needed, not $version"
  fi
  if [[ -z ${COMPOSE_FILE:-} ]] && ! grep --quiet --no-messages '^COMPOSE_FILE=' "$settings"; then
    export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml
  fi
  compose config --quiet || fail 'a setting is missing: .env.example tells of all'
  # Read to its end: a grep that is done early would break the pipe.
  compose config --services | grep --line-regexp migrate >/dev/null || fail 'COMPOSE_FILE is without docker-compose.prod.yml'
  # The lock is on this file, so that nothing is left behind.
  exec 9<"${BASH_SOURCE[0]}"
  flock --nonblock 9 || fail 'another deployment is under way'
}

# The commit; where the files are not those of a commit, with the time.
version_of_checkout() {
  local version
  version=$(git rev-parse --short=12 HEAD)
  if [[ -n $(git status --porcelain) ]]; then version+=-$(date -u +%Y%m%dT%H%M%S); fi
  printf '%s\n' "$version"
}

image_of() { compose config --format json | sed -n "s|^ *\"image\": \"\(.*/$1:.*\)\".*|\1|p" | sort --unique; }

take_images() {
  local service missing=()
  for service in "${services[@]}"; do
    docker image inspect "$(image_of "$service")" >/dev/null 2>&1 || missing+=("$service")
  done
  if ((${#missing[@]} > 0)); then quietly compose pull "${missing[@]}"; fi
}

containers_of() { compose ps --quiet --status running "$1"; }

label_of() { docker inspect --format "{{index .Config.Labels \"$2\"}}" "$1"; }

# is_current SERVICE CONTAINER: whether it is what Compose would make now
is_current() {
  local service=$1 container=$2 image hash
  image=$(docker image inspect --format '{{.Id}}' "$(image_of "$service")")
  hash=$(compose config --hash "$service")
  [[ $(docker inspect --format '{{.Image}}' "$container") == "$image" &&
    $(label_of "$container" com.docker.compose.config-hash) == "${hash##* }" ]]
}

# health CONTAINER: healthy, starting, unhealthy, or ended
health() {
  docker inspect --format '{{if or (not .State.Running) (gt .RestartCount 0)}}ended{{else}}{{.State.Health.Status}}{{end}}' "$1"
}

# wait_until_healthy SERVICE CONTAINER...
wait_until_healthy() {
  local service=$1 container deadline=$((SECONDS + patience)) state
  shift
  for container in "$@"; do
    until state=$(health "$container") && [[ $state == healthy ]]; do
      if [[ $state == ended ]] || ((SECONDS >= deadline)); then
        printf '%s does not get healthy (%s):\n' "$service" "$state" >&2
        docker logs --tail 20 "$container" >&2
        return 1
      fi
      sleep 0.5
    done
  done
}

# Lets it finish what is under way. Compose has its stop_grace_period, which plain Docker does not read.
stop_container() {
  local code
  docker stop --time 30 "$1" >/dev/null
  code=$(docker inspect --format '{{.State.ExitCode}}' "$1")
  if ((code != 0)); then printf '   a container of before ended with exit code %s\n' "$code" >&2; fi
  docker rm "$1" >/dev/null
}

# remember SERVICE CONTAINER...: what to come back to
remember() {
  former_image[$1]=$(docker inspect --format '{{.Image}}' "$2")
  former_name[$1]=$(docker inspect --format '{{.Config.Image}}' "$2")
}

# Those of the service that is being rolled, one a line, without the old ones.
new_containers() {
  local container
  for container in $(compose ps --all --quiet "$under_way"); do
    if [[ " ${old[*]} " != *" $container "* ]]; then printf '%s\n' "$container"; fi
  done
}

# replace SERVICE: as many new containers as there are, and then the old ones go
replace() {
  local service=$1 new=() container count
  # Those that ended would be started anew in the place of new ones.
  quietly compose rm --force "$service"
  mapfile -t old < <(containers_of "$service")
  under_way=$service
  count=$((${#old[@]} > 0 ? 2 * ${#old[@]} : 1))
  quietly compose up --detach --no-deps --no-build --no-recreate --scale "$service=$count" "$service" || return 1
  mapfile -t new < <(new_containers)
  wait_until_healthy "$service" "${new[@]}" || return 1
  under_way=
  for container in "${old[@]}"; do stop_container "$container"; done
}

# The old containers of the service that was being rolled have served all the time.
abandon() {
  local new=()
  if [[ -z $under_way ]]; then return; fi
  mapfile -t new < <(new_containers)
  under_way=
  if ((${#old[@]} > 0 && ${#new[@]} > 0)); then docker rm --force "${new[@]}" >/dev/null; fi
}

# roll SERVICE: nothing, where its containers are what they should be
roll() {
  local service=$1 container current=yes
  mapfile -t old < <(containers_of "$service")
  for container in "${old[@]}"; do is_current "$service" "$container" || current=; done
  if [[ -n $current ]] && ((${#old[@]} > 0)); then
    wait_until_healthy "$service" "${old[@]}"
    printf '   %s is up to date\n' "$service"
    return
  fi
  if ((${#old[@]} > 0)); then remember "$service" "${old[@]}"; fi
  replace "$service" || fail "$service was not rolled"
  rolled+=("$service")
  printf '   %s: %s, instead of %s\n' "$service" "$TIXGO_VERSION" "${former_name[$service]:-nothing}"
}

roll_back() {
  local index service
  printf '== back to what was there\n' >&2
  for ((index = ${#rolled[@]} - 1; index >= 0; index -= 1)); do
    service=${rolled[index]}
    if [[ -z ${former_name[$service]:-} ]]; then
      printf '   %s: there was none before; it stays\n' "$service" >&2
      continue
    fi
    # The name may mean another image by now.
    docker tag "${former_image[$service]}" "${former_name[$service]}"
    if TIXGO_VERSION=${former_name[$service]##*:} replace "$service"; then
      printf '   %s: %s\n' "$service" "${former_name[$service]}" >&2
    else
      abandon || true
      printf '   %s could not be brought back: see docker compose logs %s\n' "$service" "$service" >&2
    fi
  done
}

# A wrong password must not look like a broken version.
assert_admin_signs_in() {
  if [[ -z $(containers_of attendance) || -z $(containers_of nginx) ]]; then return; fi
  quietly compose run --rm --no-deps -T --entrypoint 'node --no-warnings --eval' smoke '
    const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = process.env;
    const query = "mutation ($input: LoginInput!) { login(input: $input) { user { role } } }";
    const body = JSON.stringify({ query, variables: { input: { username, password } } });
    const headers = { "content-type": "application/json" };
    const answer = await (await fetch("https://nginx:8443/graphql", { method: "POST", headers, body })).json();
    if (answer.errors) throw new Error(answer.errors[0].message);' ||
    fail "ADMIN_USERNAME and ADMIN_PASSWORD do not sign in: the smoke test needs an admin's, as they are now"
}

# With the sales only where no real money moves. A second time where it fails: on a small machine the first one meets
# processes that have just started.
smoke_test() {
  local sales=()
  if compose config --format json | grep '"STRIPE_SECRET_KEY": "[rs]k_live_' >/dev/null; then sales=(--without-sales); fi
  compose run --rm --no-deps -T smoke "${sales[@]}" || {
    printf '   once more\n'
    compose run --rm --no-deps -T smoke "${sales[@]}"
  }
}

# Tells nginx of changed settings and renewed certificates; requests under way finish with the old ones.
refresh_nginx() {
  quietly compose up --detach --no-deps --wait nginx
  quietly compose exec -T nginx sh -ec '
    cat /etc/nginx/conf.d/*.conf /certificates/* | md5sum >/run/seen.new
    if ! cmp -s /run/seen.new /run/seen; then nginx -t && nginx -s reload; mv /run/seen.new /run/seen; fi'
}

# So that docker compose, by itself, means the same version from now on.
keep_version() {
  touch "$settings"
  sed -i '/^TIXGO_VERSION=/d' "$settings"
  printf 'TIXGO_VERSION=%s\n' "$TIXGO_VERSION" >>"$settings"
}

trap finish EXIT
trap 'exit 1' INT TERM
look_around
export TIXGO_VERSION=${1:-$(version_of_checkout)}

if (($# == 0)); then
  begin "build $TIXGO_VERSION"
  quietly compose build "${services[@]}"
else
  begin "take $TIXGO_VERSION"
  take_images
fi

begin 'start what the services stand on'
quietly compose up --detach --wait --no-recreate postgres nats
assert_admin_signs_in

begin 'bring the database up to date'
quietly compose run --rm --no-deps -T roles
compose run --rm --no-deps -T migrate

begin 'roll the services'
for service in "${services[@]}"; do roll "$service"; done
refresh_nginx

begin 'smoke test'
smoke_test

rolled=()
keep_version
begin "$TIXGO_VERSION is deployed"
