# Telling what happens. Sourced by ./dev.
# shellcheck shell=bash

# One line of progress, with the seconds since the start.
step() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

# What is wrong and how to mend it, then the end.
fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# The jobs a compiler run may use.
jobs_wanted() { echo "${HABITUE_JOBS:-$(nproc)}"; }

# Runs a program built with a sanitizer. The shadow memory of g++ 12 and clang 14 has fixed addresses, which kernels that
# place memory at random over more than 28 bits may take first; so randomness is off where that is allowed.
fixed_addresses() {
  if setarch -R true 2>/dev/null; then setarch -R "$@"; else "$@"; fi
}
