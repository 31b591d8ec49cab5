#!/usr/bin/env bash
# usage: tests/axe/tools.sh   installs npm's packages, by the lock file here, into node_modules beside it. What is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p node_modules
exec 9<.
flock 9
if ! cmp -s package-lock.json node_modules/installed-lock.json; then
  npm ci --ignore-scripts --loglevel=error
  cp package-lock.json node_modules/installed-lock.json
fi
