#!/bin/sh
# Usage: learned_layers.sh FOLDER: FOLDER/images with hand labels in FOLDER/labels (0 other, 1 layer, 2 crack in the layer), the
# file name up to the second _ being the specimen: trains without each specimen in turn, measures it with that model, and prints how the labels agree.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
data=$(cd "$1" && pwd)
"$root/tools/build.sh" release lithoscope real_layers >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program="$root/build/release/tools/cli/lithoscope"
specimens=$(for file in "$data"/images/*; do basename "$file" | cut -d_ -f1,2; done | sort -u)
for specimen in $specimens; do
  echo "file,labels,sample,pixel_size_nm" >"$folder/sheet.csv"
  for file in "$data"/images/*; do
    name=$(basename "$file")
    sample=$(echo "$name" | cut -d_ -f1,2)
    [ "$sample" = "$specimen" ] || echo "$file,$data/labels/$name,$sample,1000" >>"$folder/sheet.csv"
  done
  "$program" train "$folder/sheet.csv" -o "$folder/model" --classes "0=other,1=interphase,2=crack" --quiet >/dev/null
  "$program" interphase "$data/images/${specimen}"_* --model "$folder/model" -o "$folder/run" --force --pixel-size "1 um" --quiet >&2 ||
    [ $? -eq 3 ]
  "$root/build/release/tools/benchmarks/real_layers" "$folder/run" "$data/labels" | grep "^| $specimen"
done
