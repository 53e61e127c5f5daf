#!/bin/sh
# Makes requirements.lock again: what the product, its tests and its build need, with hashes and without any address.
set -eu
umask 022
cd "$(dirname "$0")/../.."

tools=build/lock-tools
[ -x "$tools/bin/uv" ] || { "${PYTHON:-python3}" -m venv "$tools" && "$tools/bin/pip" install --quiet uv; }
trap 'rm -f build/build-system.in build/requirements.lock' EXIT
"$tools/bin/python" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
  > build/build-system.in
echo '# Everything .venv holds, pinned with hashes. Made from pyproject.toml by: make lock' > build/requirements.lock
"$tools/bin/uv" pip compile pyproject.toml build/build-system.in --extra dev --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet >> build/requirements.lock
cp build/requirements.lock requirements.lock
