#!/usr/bin/env bash
# usage: ./load.sh NAME [ARGUMENT...]   runs a load scenario: tests/load/NAME.sh. Without NAME: lists them.
set -euo pipefail
cd "$(dirname "$0")"
if [ $# = 0 ] || [ ! -f "tests/load/$1.sh" ]; then
  echo "usage: ./load.sh NAME [ARGUMENT...]; there are:" >&2
  for script in tests/load/*.sh; do
    [ "$script" = tests/load/common.sh ] || [ "$script" = tests/load/cluster-common.sh ] || sed -n "2s|^# |  $(basename "$script" .sh): |p" "$script" >&2
  done
  exit 2
fi
name=$1
shift
exec "tests/load/$name.sh" "$@"
