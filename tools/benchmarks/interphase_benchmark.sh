#!/bin/sh
# Usage: interphase_benchmark.sh [IMAGES [PEER...]]: speed and memory of `lithoscope interphase` against a peer command,
# such as `/usr/bin/python3 skimage_sem.py thickness` (which needs Debian's python3-skimage and python3-tifffile).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
"$root/tools/build.sh" release lithoscope interphase_benchmark >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/build/release/tools/benchmarks/interphase_benchmark" "$root/build/release/tools/cli/lithoscope" "$folder/bench" "$@"
