#!/bin/sh
# Usage: packages.sh PYTHON LOCK
# Installs exactly what the lock file names, and checks that it is complete. pip resolves nothing (--no-deps) and builds
# nothing (--only-binary). So a release after the lock cannot change what is installed, whatever the version of pip.
set -eu

"$1" -m pip install --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r "$2"
"$1" -m pip check --disable-pip-version-check
