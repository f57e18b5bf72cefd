#!/bin/sh
# Every test: units, properties, end to end, lints and format. Ends with ctest's summary and its exit code.
set -eu
cd "$(dirname "$0")/.."

tools/build.sh release
ctest --preset release "$@"
