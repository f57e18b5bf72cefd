#!/bin/sh
# Measures the shipped batch as start.sh does and makes samples/report.png, the README's picture of its report, anew.
set -eu
cd "$(dirname "$0")/.."

tools/build.sh release lithoscope
build/release/tools/cli/lithoscope interphase samples/data/batch.csv -o run --force
node tools/report/test/picture.mjs run/report.html samples/report.png build/release/tools/report/npm/node_modules
