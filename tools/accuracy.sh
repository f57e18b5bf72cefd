#!/bin/sh
# Usage: accuracy.sh [SEED]: draws micrographs with known truth, measures them with the release build, and writes
# modules/sem/ACCURACY.md. Seeds up to 100000 were looked at while developing; give another.
set -eu
cd "$(dirname "$0")/.."
seed=${1:-884411}
program=$PWD/build/release/tools/cli/lithoscope
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure KIND COMMAND COUNT: Markdown of the evaluation on stdout. Exit code 3, some items failed, is a result.
measure() {
  "$program" sample sem --kind "$1" -n "$3" --seed "$seed" --level mix --jobs 2 -o "$work/$1" >&2
  "$program" "$2" "$work/$1" -o "$work/run" --force --quiet >&2 || [ $? -eq 3 ]
  "$program" evaluate "$work/run" --truth "$work/$1" --markdown
  rm -r "$work/$1" "$work/run"
}

{
  echo "# Accuracy on synthetic micrographs"
  echo
  echo "Made by \`tools/accuracy.sh $seed\` with $("$program" --version | head -n 1). The micrographs are described in"
  echo "[samples/sem](../../samples/sem/README.md), the figures in [tools/evaluate](../../tools/evaluate/README.md). In brackets the"
  echo "95 % interval of a figure over other images of the kind. Three tenths of the images are clean, three tenths medium,"
  echo "three tenths rough; one tenth is hopeless and must be refused."
  echo
  echo "## Interphase: 450 sections of 2048 x 1536 px"
  echo
  measure interphase interphase 450
  echo
  echo "## Fracture: 100 pellets of 2048 x 1536 px"
  echo
  measure fracture fracture 100
} >"$work/table.md"
mv "$work/table.md" modules/sem/ACCURACY.md
