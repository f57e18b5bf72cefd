#!/bin/sh
# Usage: bundle.sh SOURCE WORK OUTPUT NEEDED: installs the pinned npm packages in WORK and bundles the page of SOURCE into OUTPUT. Where npm
# cannot (no Node.js, no registry) NEEDED=ON fails; otherwise the report is built without a script, and this says so.
set -eu
source=$1 work=$2 output=$3 needed=$4
mkdir -p "$work" "$output"
cp "$source/package.json" "$source/package-lock.json" "$source/build.mjs" "$work"
rm -rf "$work/page"
cp -r "$source/page" "$work/page"
# Node.js has certificates of its own and would not know those that a site added to Debian's.
certificates=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -f "$certificates" ]; then
  export NODE_EXTRA_CA_CERTS="$certificates"
fi
cd "$work"

bundle() {
  if ! cmp -s package-lock.json installed-lock.json; then
    npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || return 1
    cp package-lock.json installed-lock.json
  fi
  node build.mjs "$output" >>npm.log 2>&1
}

if bundle; then exit 0; fi
if [ "$needed" = ON ]; then
  cat npm.log >&2 || true
  echo "report: npm could not bundle the page; see above, or configure with -DLITHOSCOPE_REPORT_SCRIPT=OFF" >&2
  exit 1
fi
echo "report: npm could not bundle the page ($work/npm.log); reports will show their tables without a script" >&2
: >"$output/report.js"
: >"$output/report.css"
