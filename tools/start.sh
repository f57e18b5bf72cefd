#!/bin/sh
# From a fresh checkout to a measured sample: packages, release build, and the shipped micrographs measured into run/.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh
tools/build.sh release lithoscope
build/release/tools/cli/lithoscope interphase samples/data/batch.csv -o run --force

echo
echo "Measured: run/interphase.csv   one row an image: thickness, its intervals, roughness, filaments"
echo "Open:     run/report.html     the same to look through: pictures, plots, remarks, settings"
echo "Look at:  run/overlays/        the boundaries drawn on each micrograph"
echo "          run/labels/          what each pixel was taken for"
