# ./dev test: phases, each with its time, its counts and its log. Sourced by ./dev.
# shellcheck shell=bash
: "${root:?}" "${asan_modules:?}" "${tsan_modules:?}"

# shellcheck source=tools/dev/format.sh
. tools/dev/format.sh
# shellcheck source=tools/dev/lint.sh
. tools/dev/lint.sh
# shellcheck source=tools/dev/fuzz.sh
. tools/dev/fuzz.sh
# shellcheck source=tools/dev/package.sh
. tools/dev/package.sh

summary=()
passed_total=0 failed_total=0 skipped_total=0 any_failed=0

# --- what a phase does; each runs by itself with its output in build/log/test-NAME.log -------------------------------

# count PASSED FAILED [SKIPPED]: what a phase leaves for the last line.
count() { echo "$1 $2 ${3:-0}" >>"build/log/test-$phase.counts"; }

phase_format() { check_format; }
phase_docs() { tools/dev/check-docs; }
phase_shell() { check_shell; }

# The page's own checks, without a server: types, then the unit tests.
phase_web() {
  tools/embed/build-page deps
  npm --prefix web run --loglevel=error typecheck
  npm --prefix web run --loglevel=error --if-present lint
  local status=0
  npm --prefix web run --loglevel=error test || status=$?
  # "Tests  1 failed | 41 passed | 2 skipped (44)"
  count_words 'Tests '
  return $status
}

phase_build() {
  build_preset test
  count 0 0
}

# ctest_suites PRESET [MODULE...]: the tests of the modules named, or all; counts from CTest's own report.
ctest_suites() {
  local preset=$1 status=0 labels=()
  shift
  [ $# -eq 0 ] || labels=(-L "^($(tr ' ' '|' <<<"$*"))\$")
  fixed_addresses ctest --test-dir "build/$preset" -j "$(jobs_wanted)" --output-on-failure --no-tests=error --timeout 600 \
    --output-junit "$root/build/log/ctest-$preset.xml" "${labels[@]}" || status=$?
  local suite tests failures skipped
  suite=$(grep -m 1 -A 12 '<testsuite' "build/log/ctest-$preset.xml" | tr '\n' ' ')
  tests=$(attribute tests "$suite") failures=$(attribute failures "$suite") skipped=$(attribute skipped "$suite")
  count $((tests - failures - skipped)) "$failures" "$skipped"
  return $status
}

attribute() {
  local value
  value=$(grep -oE "[[:space:]]$1=\"[0-9]+\"" <<<"$2" | head -n 1 | tr -dc 0-9)
  echo "${value:-0}"
}

phase_unit() { ctest_suites test; }

# Playwright drives Chromium against the binary of the test build.
phase_page() {
  local status=0
  export HABITUE_BINARY=$root/build/test/bin/habitue HABITUE_CHROMIUM=/usr/bin/chromium
  npm --prefix web run --loglevel=error test:e2e || status=$?
  # "  1 failed", "  23 passed (41.0s)", each on a line of its own
  count_words
  return $status
}

# count_words [START]: adds up "N passed", "N failed", "N skipped" in this phase's log, on lines that begin with START.
count_words() {
  local text
  text=$(sed 's/\x1b\[[0-9;]*m//g' "build/log/test-$phase.log" | grep -E "^ *${1:-[0-9]+ (passed|failed|skipped|flaky)}" || true)
  count "$(word_sum passed "$text")" "$(word_sum failed "$text")" "$(word_sum skipped "$text")"
}

word_sum() { grep -oE "[0-9]+ $1" <<<"$2" | awk '{ sum += $1 } END { print sum + 0 }'; }

phase_package() {
  make_package test
  packaging/check-package build/package/*.deb ${HABITUE_PACKAGE_INSTALL:+--install}
}

# sanitizer PRESET MODULE...: builds and runs the suites of those modules that have tests.
sanitizer() {
  local preset=$1 modules targets
  shift
  read -ra modules <<<"$(with_suites "$@")"
  targets=("${modules[@]/#/test_}")
  build_preset "$preset" "${targets[@]}"
  # The suites that were not built are not asked for their tests.
  ctest_suites "$preset" "${modules[@]}"
}

phase_asan() {
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
  # shellcheck disable=SC2086
  sanitizer asan $asan_modules
}

# The detector of deadlocks counts locks: those of DuckDB's library, of which it sees only half, overflow it.
phase_tsan() {
  export TSAN_OPTIONS=halt_on_error=1:detect_deadlocks=0:suppressions=$root/tools/dev/tsan.supp
  # shellcheck disable=SC2086
  sanitizer tsan $tsan_modules
}

phase_fuzz() {
  local seconds=${HABITUE_FUZZ_SECONDS:-10} status=0 log=build/log/test-fuzz.log
  [ -n "$(fuzz_sources)" ] || fail "there is no fuzz target under fuzz/"
  build_preset asan fuzz_targets
  fuzz_all "$seconds" || status=$?
  count "$(grep -c '^ok  ' "$log" || true)" "$(grep -c '^FAILED  fuzz_' "$log" || true)"
  return $status
}

# --- running them ---------------------------------------------------------------------------------------------------

# Runs phase_NAME in a process of its own, because `set -e` sleeps in whatever is called with `||` behind it; says how it
# goes now and then.
run_phase() {
  local phase=$1 title=$2 log=build/log/test-$1.log begin=$SECONDS status=0 pid
  rm -f "build/log/test-$phase.counts"
  step "$title"
  set -m
  "$root/dev" phase "$phase" </dev/null >"$log" 2>&1 &
  pid=$!
  set +m
  # shellcheck disable=SC2064
  trap "kill -- -$pid 2>/dev/null; exit 130" INT TERM
  local told=$SECONDS
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ $((SECONDS - told)) -ge 30 ]; then
      told=$SECONDS
      step "  … $(grep -v "^[[:space:]]*$" "$log" | tail -n 1 | tr -d '\r' | cut -c1-100)"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM

  local passed=0 failed=0 skipped=0 p f s word=ok
  if [ -s "build/log/test-$phase.counts" ]; then
    while read -r p f s; do
      passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    done <"build/log/test-$phase.counts"
  elif [ $status = 0 ]; then
    passed=1
  fi
  if [ $status != 0 ]; then
    word=FAILED any_failed=1
    # A phase that broke down without a failing test counts as one.
    [ $failed -gt 0 ] || failed=1
    show_failure "$log"
  fi
  passed_total=$((passed_total + passed)) failed_total=$((failed_total + failed))
  skipped_total=$((skipped_total + skipped))
  summary+=("$(printf '%-9s %-7s %5ds %7d passed %4d failed %4d skipped' \
    "$phase" "$word" $((SECONDS - begin)) "$passed" "$failed" "$skipped")")
  return $status
}

# The part of a log that says what went wrong: what follows the first error, else the end.
show_failure() {
  local first lines
  lines=$(wc -l <"$1")
  first=$(grep -nE -m 1 '^FAILED: |error:|\*\*\*(Failed|Timeout|Exception)|Failed  ' "$1" | cut -d: -f1 || true)
  echo "---- $1"
  if [ -n "$first" ] && [ $((lines - first)) -gt 120 ]; then
    sed -n "$first,$((first + 79))p" "$1"
    echo "   …"
    tail -n 40 "$1"
  else
    tail -n +"${first:-$((lines > 80 ? lines - 80 : 1))}" "$1"
  fi
  echo "----"
}

wanted() { case ,${HABITUE_TEST_ONLY:-}, in ,, | *,"$1",*) return 0 ;; *) return 1 ;; esac; }

leave_out() { summary+=("$(printf '%-9s %s' "$1" "left out: $2")"); }

# try PHASE TITLE: runs it when wanted; succeeds when there was nothing to complain about.
try() {
  wanted "$1" || return 0
  run_phase "$1" "$2"
}

# ./dev phase NAME: one phase in the foreground, for run_phase and for looking closer.
dev_phase() {
  phase=$1
  mkdir -p build/log
  # Colours are for people; logs are read by grep.
  export NO_COLOR=1 FORCE_COLOR=0
  "phase_$phase"
}

dev_test() {
  rm -rf build/log
  mkdir -p build/log
  step "installing what the tests need"
  install_packages tools/install/debian-packages.txt
  install_packages tools/install/debian-packages-test.txt
  install_node
  install_duckdb

  try format "format of the C++ sources" || true
  try docs "documents and lock files" || true
  try shell "shell scripts" || true
  local have_web=0 built=1
  [ ! -e web/package.json ] || have_web=1
  [ $have_web = 0 ] || try web "the page: types and unit tests" || true

  if wanted build || wanted unit || wanted page || wanted package; then
    run_phase build "building the suites and the program, optimised with asserts" || built=0
  fi
  if [ $built = 1 ]; then
    try unit "unit and integration tests" || built=0
    [ $have_web = 0 ] || try page "the page in Chromium" || true
    try package "the Debian package" || true
  fi
  # Sanitizers and fuzzing take minutes: after a failure they would only say it again.
  if [ $built = 1 ]; then
    try asan "address and undefined-behaviour sanitizers: $asan_modules" || true
    try tsan "thread sanitizer: $tsan_modules" || true
    try fuzz "fuzz targets" || true
  else
    leave_out "the rest" "the suites have to be built and to pass first"
  fi

  printf '\n'
  printf '%s\n' "${summary[@]}"
  printf '\n%d skipped; %d min %02d s; logs in build/log\n' $skipped_total $((SECONDS / 60)) $((SECONDS % 60))
  printf '%d passed, %d failed\n' $passed_total $failed_total
  return $any_failed
}
