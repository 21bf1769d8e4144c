# Configuring and building a preset. Sourced by ./dev.
# shellcheck shell=bash

# Sanitizers cost builds, so each looks where it finds most: address and undefined behaviour where bytes from outside
# are read and arithmetic is done, threads where they meet.
# shellcheck disable=SC2034
asan_modules="base intake ledger identity journey criteria config models knowledge insight"
# shellcheck disable=SC2034
tsan_modules="ledger journey workspace server"

# with_suites MODULE...: those that have tests.
with_suites() {
  local module found=()
  for module in "$@"; do
    if compgen -G "tests/$module/*_test.cpp" >/dev/null; then found+=("$module"); fi
  done
  echo "${found[*]}"
}

# configure PRESET: only when it never was, or when the preset itself changed; afterwards ninja sees to it.
configure_preset() {
  local preset=$1 stamp=build/$1/.habitue-preset
  if [ ! -e "build/$preset/build.ninja" ] || [ ! -e "$stamp" ] || [ CMakePresets.json -nt "$stamp" ]; then
    step "configuring $preset"
    mkdir -p build/log
    cmake --preset "$preset" >"build/log/configure-$preset.log" 2>&1 || {
      grep -A 12 'CMake Error' "build/log/configure-$preset.log" >&2 || tail -n 20 "build/log/configure-$preset.log" >&2
      fail "cmake failed; the whole log is in build/log/configure-$preset.log"
    }
    touch "$stamp"
  fi
}

# build_preset PRESET [TARGET...]: silent but for a line when there is nothing to do.
build_preset() {
  local preset=$1
  shift
  configure_preset "$preset"
  step "building $preset"
  NINJA_STATUS="  [%f/%t %es] " ninja -C "build/$preset" -j "$(jobs_wanted)" "$@"
}
