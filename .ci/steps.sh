# shellcheck shell=bash
# What .ci/run and .ci/full share: steps that are timed, logged and counted. To be sourced in the
# project's root.

logs=build/ci/logs
passed=0
failed=0
mkdir -p "$logs"

# step NAME COMMAND...: runs the command, and shows what it printed only if it fails.
step() {
  local name=$1 start=$SECONDS
  shift
  if "$@" > "$logs/$name.log" 2>&1 < /dev/null; then
    passed=$((passed + 1))
    echo "ok    $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL  $name ($((SECONDS - start)) s): $*"
    tail -n 100 "$logs/$name.log"
  fi
}

# set_up NAME OPTION...: makes the build directory build/ci/NAME.
set_up() {
  local name=$1
  shift
  rm -rf "build/ci/$name"
  meson setup "build/ci/$name" -Dwerror=true "$@"
}

# build NAME OPTION...: sets up build/ci/NAME and compiles it.
build() {
  set_up "$@" && meson compile -C "build/ci/$1"
}

# count_tests DIR: adds the results of the last `meson test` in the build directory DIR.
count_tests() {
  local ok=0 bad=0
  # A log's name ends in that of the wrapper, if there was one.
  local -a logs_of_tests=("$1"/meson-logs/testlog*.json)
  if [[ -f ${logs_of_tests[0]} ]]; then
    ok=$(cat "${logs_of_tests[@]}" | grep -c '"result": "OK"')
    bad=$(cat "${logs_of_tests[@]}" | grep -cE '"result": "(FAIL|TIMEOUT|ERROR|INTERRUPT|UNEXPECTEDPASS)"')
  fi
  passed=$((passed + ok))
  failed=$((failed + bad))
  echo "      $ok tests passed, $bad failed in $1"
  if [[ $ok -eq 0 && $bad -eq 0 ]]; then
    failed=$((failed + 1))
    echo "FAIL  no test ran in $1"
  fi
}

# suite NAME OPTION...: builds build/ci/NAME and runs its tests, each of which counts.
suite() {
  local name=$1
  step "build $name" build "$@"
  run_tests "$name"
}

# run_tests NAME OPTION...: runs tests in build/ci/NAME, all of them or those that `meson test` picks by its
# options, and builds what these need.
run_tests() {
  local name=$1
  shift
  [[ -f build/ci/$name/build.ninja ]] || return 0
  step "test $name" meson test -C "build/ci/$name" --print-errorlogs "$@"
  count_tests "build/ci/$name"
}

# finish: the closing line, and the script's exit status.
finish() {
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
}
