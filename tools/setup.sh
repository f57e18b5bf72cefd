#!/bin/sh
# Usage: setup.sh [PACKAGE...]: installs what the project is built and tested with on Debian 12, and packages named
# beside. Runs as root or through sudo; may be run again.
set -eu

packages="
  g++ cmake ninja-build ccache pkg-config git ca-certificates clang-format python3
  libopencv-dev libinsighttoolkit5-dev libfftw3-dev libceres-dev libtbb-dev
  libtiff-dev libpng-dev libdeflate-dev libzip-dev libcairo2-dev libpugixml-dev
  libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libfmt-dev
  libboost-dev libgtest-dev libgmock-dev libbenchmark-dev libxy-bin
  python3-openpyxl python3-tifffile python3-jsonschema librsvg2-bin poppler-utils
"

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
  echo "setup: packages can only be installed by root; run this as root or install sudo" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "setup: this script knows apt-get only; install these packages by hand:$packages" >&2
  exit 1
fi

# Node.js bundles the report's page; it may be there from elsewhere than Debian.
command -v node >/dev/null || packages="$packages nodejs"
command -v npm >/dev/null || packages="$packages npm"

missing=""
for package in $packages "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "setup: everything is installed"
  exit 0
fi

as_root apt-get update
# shellcheck disable=SC2086  # one word a package
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
