#!/usr/bin/env bash
# usage: tests/npm.sh FOLDER...   installs npm's packages, by the lock file in each of these folders of tests/, into node_modules there. What is there already is left alone.
set -euo pipefail
for folder; do
  (
    cd "$(dirname "$0")/$folder"
    mkdir -p node_modules
    exec 9<.
    flock 9
    if ! cmp -s package-lock.json node_modules/installed-lock.json; then
      npm ci --ignore-scripts --loglevel=error
      cp package-lock.json node_modules/installed-lock.json
    fi
  )
done
