#!/bin/sh
# A container engine that answers. One that does is taken as it is. Else, as root: one that is installed is started, and
# on Debian and Ubuntu it is installed first. Else this says what to type, and changes nothing.
set -eu
umask 022
cd "$(dirname "$0")/../.."
log=${PATCHGATE_DOCKERD_LOG:-/var/log/patchgate-dockerd.log}
wait_s=60

say() { echo "engine: $*" >&2; }

answers() { .venv/bin/python -m runner.sandbox.engines >/dev/null 2>&1; }

# until_answers SECONDS [PID]: false when the time is over, or when PID has ended.
until_answers() {
  end=$(($(date +%s) + $1))
  while ! answers; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    if [ -n "${2:-}" ] && ! kill -0 "$2" 2>/dev/null; then return 1; fi
    sleep 0.5
  done
}

# start_dockerd ARGUMENT...: in a session of its own, holding none of our files (a lock among them).
start_dockerd() {
  setsid dockerd "$@" >>"$log" 2>&1 </dev/null 9<&- &
  until_answers "$wait_s" $!
}

if answers; then exit 0; fi

if [ "$(id -u)" != 0 ]; then
  .venv/bin/python -m runner.sandbox.engines || true
  exit 4
fi

if ! command -v dockerd >/dev/null 2>&1; then
  if ! command -v apt-get >/dev/null 2>&1; then
    .venv/bin/python -m runner.sandbox.engines || true
    exit 4
  fi
  say "installing docker.io (apt-get; its output is in build/logs/docker.log)"
  mkdir -p build/logs
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y docker.io; } \
      >build/logs/docker.log 2>&1; then
    tail -n 25 build/logs/docker.log >&2
    say "docker.io could not be installed. Type: apt-get update && apt-get install -y docker.io, then: make engine"
    exit 4
  fi
fi

# The package may have started it, or somebody else is starting it right now.
if [ -d /run/systemd/system ] && systemctl start docker >/dev/null 2>&1 && until_answers "$wait_s"; then exit 0; fi
if pgrep -x dockerd >/dev/null 2>&1 && until_answers "$wait_s"; then exit 0; fi

# Without an init nobody may have mounted the control groups that limits need.
if [ ! -e /sys/fs/cgroup/cgroup.controllers ] && [ ! -d /sys/fs/cgroup/memory ] && command -v cgroupfs-mount >/dev/null 2>&1
then
  cgroupfs-mount
fi

say "starting dockerd (its log is $log)"
if start_dockerd; then exit 0; fi
# Without the kernel's packet filter it will not start as it is. Our containers have no network, so none is needed.
say "dockerd did not start; trying without its network bridge"
if start_dockerd --bridge=none --iptables=false --ip6tables=false; then exit 0; fi

tail -n 15 "$log" >&2
say "dockerd does not start here. Its log is $log. When it runs, type again: make engine"
exit 4
