#!/bin/sh
# Usage: real_layers.sh FOLDER [interphase options...]: measures FOLDER/images with one set of options and prints how the
# labels agree with the hand labels in FOLDER/labels (0 other, 1 layer, 2 crack in the layer). The scale does not matter here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
data=$1
shift
"$root/tools/build.sh" release lithoscope real_layers >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$root/build/release/tools/cli/lithoscope" interphase "$data/images" -o "$folder/run" --pixel-size "1 um" --quiet "$@" >&2 ||
  [ $? -eq 3 ]
"$root/build/release/tools/benchmarks/real_layers" "$folder/run" "$data/labels"
