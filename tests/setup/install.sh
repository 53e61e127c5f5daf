#!/bin/sh
# The versions of pip that Python 3.11 to 3.13 ship, and the newest: tests/setup installs a lock file with each of them.
# Nothing is done when they are there already.
set -eu
umask 022
cd "$(dirname "$0")/../.."

pips=build/pips
stamp=$pips/.patchgate-stamp
want=$(sha256sum < tests/setup/pips.txt)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi

mkdir -p "$pips"
while read -r line; do
  echo "$line" > "$pips/one.txt"
  .venv/bin/python -m pip download --disable-pip-version-check --quiet --no-deps --require-hashes --dest "$pips" \
    --requirement "$pips/one.txt"
done < tests/setup/pips.txt
rm "$pips/one.txt"
echo "$want" > "$stamp"
