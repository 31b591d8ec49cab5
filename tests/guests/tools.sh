#!/usr/bin/env bash
# usage: tests/guests/tools.sh [--npm]
# Installs what build.sh needs on a Debian 12 machine: compilers from Debian (as root), npm's packages, by the lock file here, into the cache
# folder ${PLATFORM_CACHE:-~/.cache/platform}. --npm installs only the latter. What is there already is left alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${PLATFORM_CACHE:-$HOME/.cache/platform}

if [ "${1:-}" != --npm ]; then
  packages="clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 rustc libstd-rust-dev-wasm32 nodejs npm"
  command -v npm >/dev/null && packages=${packages% nodejs npm}
  # shellcheck disable=SC2086 # one word a package
  if ! dpkg-query -W -f '${db:Status-Status}\n' $packages 2>/dev/null | grep -vqx installed && dpkg-query -W $packages >/dev/null 2>&1; then
    :
  else
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $packages
  fi
fi

if ! cmp -s "$here/package-lock.json" "$cache/npm/installed-lock.json"; then
  mkdir -p "$cache/npm"
  exec 9>"$cache/npm.lock"
  flock 9
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$cache/npm/"
  (cd "$cache/npm" && npm ci --ignore-scripts --loglevel=error)
  cp "$here/package-lock.json" "$cache/npm/installed-lock.json"
fi
