#!/bin/sh
# Usage: format.sh [-i] [FOLDER...]: is every C++ file as clang-format leaves it? -i makes it so.
set -eu
cd "$(dirname "$0")/../.."
mode="--dry-run -Werror"
if [ "${1:-}" = "-i" ]; then
  mode=-i
  shift
fi
[ $# -gt 0 ] || set -- pipeline calibration modules samples tools tests
# shellcheck disable=SC2086  # one word an option
find "$@" -type f \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 clang-format --style=file $mode
