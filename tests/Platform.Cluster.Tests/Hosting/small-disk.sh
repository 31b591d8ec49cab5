#!/usr/bin/env bash
# usage: small-disk.sh mount|unmount DIRECTORY   a disk of 1 MiB there, in memory; as root
set -euo pipefail
case $1 in
  mount) mount -t tmpfs -o size=1m,mode=700 tmpfs "$2" ;;
  unmount) umount "$2" ;;
  *) sed -n 2p "$0" >&2; exit 2 ;;
esac
