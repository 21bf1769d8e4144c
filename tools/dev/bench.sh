# ./dev bench NAME. Sourced by ./dev.
# shellcheck shell=bash
: "${root:?}"

bench_names() { find bench -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | tr '\n' ' '; }

# bench/NAME/run, when there, is what runs (it finds the release binary in HABITUE_BINARY and the benchmark executable,
# if there is one, in HABITUE_BENCH_EXECUTABLE); otherwise the executable of bench/NAME/*_bench.cpp itself.
dev_bench() {
  local name=${1:-}
  [ -n "$name" ] || fail "which one? ./dev bench NAME with NAME one of: $(bench_names)"
  [ -d "bench/$name" ] || fail "there is no bench/$name; there are: $(bench_names)"
  shift
  install_packages tools/install/debian-packages.txt
  install_packages tools/install/debian-packages-test.txt
  install_node
  install_duckdb
  mkdir -p build/bench
  export HABITUE_BENCH_NAME=$name HABITUE_BENCH_JSON=$root/build/bench/$name.json
  export HABITUE_BINARY=$root/build/release/bin/habitue
  local executable=''
  if compgen -G "bench/$name/*_bench.cpp" >/dev/null; then
    configure_preset release
    # The benchmarks live in the release build, but a machine that only runs Habitué need not have their library.
    grep -q '^HABITUE_BENCH:[A-Z]*=ON' build/release/CMakeCache.txt || cmake --preset release -DHABITUE_BENCH=ON >/dev/null
    build_preset release "bench_$name"
    executable=$root/build/release/bench/bench_$name
    export HABITUE_BENCH_EXECUTABLE=$executable
  fi
  rm -f "$HABITUE_BENCH_JSON"
  if [ -x "bench/$name/run" ]; then
    build_preset release
    step "measuring $name"
    "bench/$name/run" "$@"
  elif [ -n "$executable" ]; then
    step "measuring $name"
    "$executable" "$@"
  else
    fail "bench/$name holds neither a *_bench.cpp nor an executable script 'run'"
  fi
  [ -s "$HABITUE_BENCH_JSON" ] || fail "bench/$name wrote no build/bench/$name.json"
  step "written to build/bench/$name.json"
}
