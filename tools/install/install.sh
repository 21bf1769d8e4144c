# Installing what a build or a test needs, quick when it is there already. Sourced by ./dev.
# shellcheck shell=bash

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "this needs root and there is no sudo; as root run: $*"
  fi
}

apt_install() {
  command -v apt-get >/dev/null || fail "these packages are missing and this is no Debian: $*"
  step "installing $# Debian packages: $*"
  mkdir -p build/log
  {
    as_root apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
      -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"
  } </dev/null >>build/log/apt.log 2>&1 || {
    tail -n 20 build/log/apt.log >&2
    fail "apt-get failed; the whole log is in build/log/apt.log"
  }
}

# install_packages LIST: the packages named in LIST that dpkg does not have.
install_packages() {
  local wanted missing
  mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1")
  mapfile -t missing < <(
    { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true; } |
      awk -v wanted="${wanted[*]}" '$1 == "installed" { have[$2] = 1 }
        END { count = split(wanted, names, " "); for (i = 1; i <= count; ++i) if (!(names[i] in have)) print names[i] }'
  )
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

# Node 18 or later and npm; one that is there is kept, wherever it came from.
install_node() {
  if ! command -v node >/dev/null; then
    apt_install nodejs
  fi
  # Some distributions of Node bring npm, Debian's does not.
  if ! command -v npm >/dev/null; then
    apt_install npm
  fi
  local version
  version=$(node --version)
  version=${version#v}
  [ "${version%%.*}" -ge 18 ] || fail "Node $version is too old: 18 or later is needed (apt-get install nodejs on Debian 12)"
}

# DuckDB's library and header, as third_party/duckdb/package-lock.json pins them. CMake prefers one of the system.
install_duckdb() {
  local folder=third_party/duckdb lock
  lock=$(sha256sum <"$folder/package-lock.json")
  [ "$(cat $folder/node_modules/.habitue-lock 2>/dev/null)" = "$lock" ] && return
  step "fetching DuckDB from the npm registry"
  mkdir -p build/log
  (cd "$folder" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error) \
    </dev/null >build/log/duckdb.log 2>&1 || {
    tail -n 20 build/log/duckdb.log >&2
    fail "npm could not fetch DuckDB; is the npm registry reachable?"
  }
  echo "$lock" >"$folder/node_modules/.habitue-lock"
}
