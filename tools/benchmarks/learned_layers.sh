#!/bin/sh
# Usage: learned_layers.sh FOLDER [full|three|scribbles]: see learned_layers.py, which it builds for and runs.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/tools/build.sh" release lithoscope real_layers >&2
exec /usr/bin/python3 "$root/tools/benchmarks/learned_layers.py" "$root/build/release" "$@"
