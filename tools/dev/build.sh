# Configuring and building a preset. Sourced by ./dev.
# shellcheck shell=bash

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
