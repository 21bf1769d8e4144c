# ./dev fuzz, and the phase of ./dev test. Sourced by ./dev.
# shellcheck shell=bash

# One target for some seconds: fuzz_one SOURCE SECONDS. What it finds new stays in build/fuzz/corpus; an input that
# breaks it is kept in build/fuzz/found.
fuzz_one() {
  local source=$1 seconds=$2 stem name folder log
  stem=$(basename "$source" _fuzz.cpp)
  folder=$(dirname "$source")
  name=fuzz_$(basename "$folder")_$stem
  local corpus=build/fuzz/corpus/$name
  mkdir -p "$corpus" build/fuzz/found build/log
  log=build/log/$name.log
  local arguments=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix="build/fuzz/found/$name-")
  [ ! -e "$folder/$stem.dict" ] || arguments+=(-dict="$folder/$stem.dict")
  arguments+=("$corpus")
  [ ! -d "$folder/${stem}_corpus" ] || arguments+=("$folder/${stem}_corpus")
  if fixed_addresses "build/asan/fuzz/$name" "${arguments[@]}" >"$log" 2>&1; then
    printf 'ok      %-40s %12s inputs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf 'FAILED  %s\n' "$name"
    grep -E -A 15 'ERROR|SUMMARY|runtime error|Test unit written' "$log" | head -n 60
    echo "repeat with: build/asan/fuzz/$name build/fuzz/found/$name-…"
    return 1
  fi
}

fuzz_sources() { find fuzz -name '*_fuzz.cpp' | sort; }

# fuzz_all SECONDS [NAME]: as many at a time as there are cores. Prints one line a target.
fuzz_all() {
  local seconds=$1 name=${2:-} failed=0 running=0
  while read -r source; do
    fuzz_one "$source" "$seconds" &
    running=$((running + 1))
    if [ $running -ge "$(jobs_wanted)" ]; then
      wait -n || failed=1
      running=$((running - 1))
    fi
  done < <(fuzz_sources | grep -F -- "$name")
  while [ $running -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
  done
  return $failed
}

dev_fuzz() {
  local name='' seconds=60 argument
  for argument in "$@"; do
    case $argument in *[!0-9]*) name=$argument ;; *) seconds=$argument ;; esac
  done
  install_packages tools/install/debian-packages.txt
  install_packages tools/install/debian-packages-test.txt
  install_node
  install_duckdb
  fuzz_sources | grep -qF -- "$name" || fail "no fuzz target has '$name' in its name: $(fuzz_sources | tr '\n' ' ')"
  build_preset asan fuzz_targets
  step "fuzzing, $seconds seconds each"
  fuzz_all "$seconds" "$name" || fail "a fuzz target broke"
}
