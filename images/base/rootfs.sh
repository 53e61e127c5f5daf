#!/bin/sh
# Usage: rootfs.sh OUT.tar PACKAGE,PACKAGE...
# A Debian root file system out of packages alone, for where no image registry answers. Needs mmdebstrap; as root on
# Debian or Ubuntu it is installed when it is missing.
set -eu
umask 022

out=$1
packages=$2

if ! command -v mmdebstrap >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mmdebstrap debian-archive-keyring
  else
    echo "mmdebstrap is missing. Type: sudo apt-get install -y mmdebstrap debian-archive-keyring" >&2
    exit 3
  fi
fi

# Nothing here needs documentation, translations or set-uid programs.
exec mmdebstrap --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/cache/debconf/* "$1"/var/log/*' \
  --customize-hook='rm -f "$1"/etc/resolv.conf "$1"/etc/hostname "$1"/etc/apt/sources.list "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
  --customize-hook='find "$1" -xdev -type f -perm /6000 -exec chmod a-s {} +' \
  bookworm "$out"
