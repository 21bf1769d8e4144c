# ./dev lint: what can be said about the sources without running them. Sourced by ./dev.
# shellcheck shell=bash

# The C++ sources to look at: what differs from the last commit, or from the main branch when nothing does.
changed_sources() {
  local base=HEAD
  if git diff --quiet HEAD -- src tests bench fuzz tools 2>/dev/null; then
    base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || git rev-parse HEAD)
  fi
  git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' 'tests/*.cpp' | grep -v /fixture/ || true
}

check_shell() {
  local scripts
  mapfile -t scripts < <(
    grep -rlIE --exclude-dir=node_modules --exclude-dir=build --exclude-dir=.git --exclude-dir=.habitue \
      '^#!(/usr/bin/env bash|/bin/(ba)?sh)' . | sort
    find tools -name '*.sh' | sort
  )
  shellcheck -x -S warning "${scripts[@]}"
}

check_tidy() {
  configure_preset dev
  # clang-tidy is given g++'s command lines, some of whose warnings clang does not know.
  xargs -r -P "$(jobs_wanted)" -n 1 clang-tidy-14 -p build/dev --quiet --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-unused-command-line-argument
}

dev_lint() {
  local failed=0
  install_packages tools/install/debian-packages.txt
  install_packages tools/install/debian-packages-test.txt
  install_node
  install_duckdb
  # shellcheck source=tools/dev/format.sh
  . tools/dev/format.sh
  step "format"
  check_format || failed=1
  step "shell scripts"
  check_shell || failed=1
  step "documents and lock files"
  tools/dev/check-docs || failed=1
  step "clang-tidy"
  if [ "${1:-}" = --all ]; then
    find src tests -name '*.cpp' -not -path '*/fixture/*' | sort | check_tidy || failed=1
  else
    changed_sources | check_tidy || failed=1
  fi
  if [ -e web/package.json ]; then
    step "the page: types and lint"
    tools/embed/build-page deps
    { npm --prefix web run --loglevel=error typecheck && npm --prefix web run --loglevel=error --if-present lint; } || failed=1
  fi
  [ $failed = 0 ] || fail "lint found something"
  step "nothing to complain about"
}
