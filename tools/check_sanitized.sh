#!/bin/sh
# Usage: check_sanitized.sh asan|tsan LABELS: builds and runs the tests whose label matches the whole expression.
set -eu
cd "$(dirname "$0")/.."
preset=$1
labels="^($2)\$"

mkdir -p "build/$preset"
cmake --preset "$preset" >"build/$preset/configure.log" 2>&1 || {
  cat "build/$preset/configure.log" >&2
  exit 1
}
# Tests are built one by one: the whole tree under a sanitizer takes far longer than what is asked for.
targets=$(ctest --test-dir "build/$preset" -N -L "$labels" | sed -n 's/^ *Test *#[0-9]*: \(test_[a-z0-9_]*\)$/\1/p')
if [ -z "$targets" ]; then
  echo "no tests with a label like $labels" >&2
  exit 1
fi
# shellcheck disable=SC2086  # one word a target
tools/build.sh "$preset" $targets
# shellcheck disable=SC2086
names="^($(echo $targets | tr ' ' '|'))\$"
ctest --test-dir "build/$preset" -R "$names" -j 2 --output-on-failure
