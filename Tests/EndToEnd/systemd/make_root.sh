#!/usr/bin/env bash
# Makes a small Debian 12 with systemd in the folder $1, once: a second run finds it there.
set -euo pipefail
root=$1
[ -e "$root/.complete" ] && exit
for tool in debootstrap systemd-nspawn; do
  command -v $tool >/dev/null || { echo "$tool is missing: apt-get install debootstrap systemd-container" >&2; exit 1; }
done
rm -rf "$root"
mkdir -p "$root"
debootstrap --variant=minbase --include=systemd bookworm "$root" >&2
touch "$root/.complete"
