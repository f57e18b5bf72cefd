#!/bin/sh
# Usage: fit_accuracy.sh DATA [PEERS] [SEED]: runs every measurement of readers and fits with the release build and writes
# modules/xps/FIT_ACCURACY.md. DATA holds the real spectra, PEERS lmfit_xps.py and fityk_xps.sh. Seeds up to 100000 were
# looked at while developing; give another.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$1 peers=${2:-} seed=${3:-600011}
cd "$root"
JOBS=${JOBS:-2} tools/build.sh release lithoscope reader_table casaxps_areas fit_closure fit_benchmark test_nist \
  test_xps_quantification >/dev/null
bench=build/release/tools/benchmarks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code() {
  echo '```'
  "$@"
  echo '```'
}

# Files opened and refused, pairs and scatter; the list of files itself only where something is refused that is a spectrum.
"$bench/reader_table" "$data" >"$work/readers"
{
  echo "# Accuracy of readers and fits"
  echo
  echo "Made by \`tools/benchmarks/fit_accuracy.sh DATA PEERS $seed\` with $(build/release/tools/cli/lithoscope --version | head -n 1)."
  echo "What each program measures, and how, stands in [tools/benchmarks](../../tools/benchmarks/README.md)."
  echo
  echo "## Readers"
  echo
  echo "\`reader_table\` over the real files. VAMAS, VGD, SPECS and CasaXPS files among those refused:" \
    "$(grep -E '\.(vms|npl|VGD|xy)  *\| *\| *\|' "$work/readers" | wc -l)."
  echo
  sed -n '/files opened/,$p' "$work/readers"
  echo
  echo "## CasaXPS's own fits"
  echo
  echo "\`casaxps_areas\`: areas fitted under CasaXPS's shapes, positions, widths and background. Asked: 0.5 % in each component of FeO."
  echo
  "$bench/casaxps_areas" $(grep -rlE 'CASA comp' "$data" | grep -E '\.vms$' | sort)
  echo
  echo "## NIST StRD"
  echo
  echo "\`test_nist\`: certified digits reached (11 is all). Asked: 6, for Lanczos1's standard errors 3."
  echo
  code sh -c "build/release/tests/nist/test_nist 2>/dev/null | grep -vE '^\[|Running main'"
  echo
  echo "## Atomic percentages of Avantage"
  echo
  echo "Asked: within 0.1 given areas. \`test_xps_quantification\` holds 0.02:"
  echo
  code sh -c "build/release/modules/xps/quantification/test_xps_quantification --gtest_filter='*Avantage*' 2>/dev/null | grep -E '^\[  (PASSED|FAILED|SKIPPED)'"
  echo
  echo "## Synthetic closure"
  echo
  echo "\`fit_closure 2000 $seed\`. Asked: 93 to 97 %, area bias at most 0.3 %, a window moved by 1 eV under 0.5 sigma. *Efficient* is the share that the"
  echo "information in the counts allows: a window with other counts is another measurement, and an estimate that wastes none of them"
  echo "moves by var(short) - var(long). *Background known* is the same fit told which background drew the data."
  echo
  code "$bench/fit_closure" 2000 "$seed"
  echo
  echo "\`fit_closure 300 $seed bootstrap\`:"
  echo
  code "$bench/fit_closure" 300 "$seed" bootstrap
  echo
  echo "## Speed"
  echo
  echo "\`fit_benchmark\`: Cr 2p, metal and oxide doublets, active background, 500 points. Asked: 20 times lmfit, 8 times Fityk, at equal or lower"
  echo "chi-square. The column by Ceres is why the search of region fits is not Ceres: it agrees with it (test_xps_region_fit)."
  echo
  code "$bench/fit_benchmark" "$work" $peers
} >"$work/page"
sed -i "s#$work/##g" "$work/page"
mv "$work/page" modules/xps/FIT_ACCURACY.md
