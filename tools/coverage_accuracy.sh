#!/bin/sh
# Usage: coverage_accuracy.sh [SEED] [FILMS]: draws films with known truth, spoils one file, measures them with the release
# build, runs coverage_benchmark, and writes modules/xps/ACCURACY.md. Seeds up to 100000 were looked at while developing;
# give another.
set -eu
cd "$(dirname "$0")/.."
seed=${1:-3141592}
films=${2:-1000}
program=$PWD/build/release/tools/cli/lithoscope
benchmark=$PWD/build/release/tools/benchmarks/coverage_benchmark
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

{
  echo "# Accuracy of coverage"
  echo
  echo "Made by \`tools/coverage_accuracy.sh $seed $films\` with $("$program" --version | head -n 1)."
  echo
  echo "## Films of the maker"
  echo
  echo "$films films of \`lithoscope sample xps\` ([samples/xps](../../samples/xps/README.md)), 3 to 30 sweeps of 0.1 s; figures as in"
  echo "[tools/evaluate](../../tools/evaluate/README.md), in brackets the 95 % interval over other films. \`found there at best, by"
  echo "information\` is what a test at p < 0.01 finds of these films when only a cubic, a step and the oxide share are free."
  echo
  "$program" sample xps -n "$films" --seed "$seed" -o "$work/films" >&2
  spoilt=$(printf 'xps_%04d' $((films / 2)))
  echo "no spectrum" >"$work/films/${spoilt}_plated.vms"
  start=$(date +%s)
  code=0
  "$program" coverage "$work/films/sheet.csv" -o "$work/run" --jobs 2 --quiet >&2 || code=$?
  end=$(date +%s)
  "$program" evaluate "$work/run" --truth "$work/films" --markdown
  echo
  echo "One plated file held no spectrum: exit code $code, $(grep -c '^xps_[0-9]*,failed,' "$work/run/coverage.csv") row failed,"
  echo "$(grep -c '^xps_[0-9]*,\(ok\|flagged\),' "$work/run/coverage.csv") have a verdict. The run, with fits, plots and report, took $((end - start)) s of"
  echo "wall clock on 2 threads beside a load of $(cut -d' ' -f1 /proc/loadavg)."
  echo
  echo "## Benchmark"
  echo
  echo "\`coverage_benchmark 2000\`, other shapes than the kernels' and the maker's, and real spectra:"
  echo
  echo '```'
  "$benchmark" 2000
  echo '```'
} >"$work/table.md"
mv "$work/table.md" modules/xps/ACCURACY.md
