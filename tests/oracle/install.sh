#!/bin/sh
# The reference implementation that tests/oracle runs beside ours, as its lock file says, without running any package's
# scripts. Nothing is done when it is there already. NPM names another npm than the one of .venv.
set -eu
umask 022
cd "$(dirname "$0")"

want=$(cat package.json package-lock.json | sha256sum | cut -d ' ' -f 1)
stamp=node_modules/.patchgate-stamp
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

npm=${NPM:-../../.venv/bin/npm}
[ -x "$npm" ] || npm=$(command -v "$npm" || command -v npm || true)
if [ -z "$npm" ]; then
  echo "oracle: there is no npm. Type: make setup" >&2
  exit 4
fi
"$npm" ci --ignore-scripts --no-audit --no-fund
echo "$want" > "$stamp"
