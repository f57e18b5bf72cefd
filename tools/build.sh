#!/bin/sh
# Usage: build.sh PRESET [TARGET...]: configures where it was not yet, and builds. JOBS=N sets the number of compilers.
# What CMake says is shown only if it fails: Debian's ITK reports many optional programs it can do without.
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift

if [ ! -f "build/$preset/build.ninja" ]; then
  mkdir -p "build/$preset"
  log="build/$preset/configure.log"
  cmake --preset "$preset" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
fi
jobs=${JOBS:-$(nproc)}
if [ $# -gt 0 ]; then
  cmake --build --preset "$preset" -j "$jobs" --target "$@"
else
  cmake --build --preset "$preset" -j "$jobs"
fi
