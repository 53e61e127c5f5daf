#!/bin/sh
# Provides a container engine. If one answers, it is used as it is. Otherwise, as root, an installed one is started; on
# Debian and Ubuntu it is installed first. If none of this is possible, the script prints what to type and changes nothing.
set -eu
umask 022
cd "$(dirname "$0")/../.."
log=${PATCHGATE_DOCKERD_LOG:-/var/log/patchgate-dockerd.log}
wait_s=60

say() { echo "engine: $*" >&2; }

answers() { .venv/bin/python -m runner.sandbox.engines >/dev/null 2>&1; }

# until_answers SECONDS [PID]: false after that time, or once PID has ended.
until_answers() {
  end=$(($(date +%s) + $1))
  while ! answers; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    if [ -n "${2:-}" ] && ! kill -0 "$2" 2>/dev/null; then return 1; fi
    sleep 0.5
  done
}

# start_dockerd ARGUMENT...: in its own session, without our open files (one of them is a lock).
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

# The package may have started it, or another process may be starting it right now.
if [ -d /run/systemd/system ] && systemctl start docker >/dev/null 2>&1 && until_answers "$wait_s"; then exit 0; fi
if pgrep -x dockerd >/dev/null 2>&1 && until_answers "$wait_s"; then exit 0; fi

# Without an init system, the control groups that limits need may not be mounted.
if [ ! -e /sys/fs/cgroup/cgroup.controllers ] && [ ! -d /sys/fs/cgroup/memory ] && command -v cgroupfs-mount >/dev/null 2>&1
then
  cgroupfs-mount
fi

say "starting dockerd (its log is $log)"
if start_dockerd; then exit 0; fi
# Without the kernel's packet filter, dockerd needs these flags to start. Our containers have no network anyway.
say "dockerd did not start; trying without its network bridge"
if start_dockerd --bridge=none --iptables=false --ip6tables=false; then exit 0; fi

tail -n 15 "$log" >&2
say "dockerd does not start here. Its log is $log. When it runs, type again: make engine"
exit 4
