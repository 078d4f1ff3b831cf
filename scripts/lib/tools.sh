# What scripts have in common that need tools from outside. Sourced, not run.

missing=()

say() { printf '\n== %s\n' "$*"; }

has() { command -v "$1" >/dev/null 2>&1; }

has_postgres() {
  [ -n "${STALL_TEST_POSTGRES:-}" ] || has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
    compgen -G '/usr/pgsql-*/bin/initdb' >/dev/null
}

has_chromium() {
  [ -x "${CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome
}

has_node() {
  has node && [ "$(node --print 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 20 ]
}

# need PACKAGE "Name for people" CHECK…: installs a package where the check fails and it can.
need() {
  local package=$1 name=$2
  shift 2
  "$@" && return
  if has apt-get && [ "$(id -u)" = 0 ]; then
    say "$name is missing, installing $package"
    [ -n "${updated:-}" ] || apt-get update -qq || true
    updated=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" || true
    "$@" && return
  fi
  missing+=("$name (Debian: apt-get install $package)")
}

# Ends the script when something is missing that could not be installed.
missing_ends() {
  [ "${#missing[@]}" -gt 0 ] || return 0
  printf 'missing and not installed: %s\n' "${missing[@]}" >&2
  exit 1
}
