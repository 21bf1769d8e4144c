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
