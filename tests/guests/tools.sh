#!/usr/bin/env bash
# usage: tests/guests/tools.sh [--npm]
# Installs what build.sh needs on a Debian 12 machine: compilers from Debian (as root), and npm's packages, by the lock file here, into the cache
# folder ${PLATFORM_CACHE:-~/.cache/platform}. --npm installs only the latter. What is there already is left alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${PLATFORM_CACHE:-$HOME/.cache/platform}

if [ "${1:-}" != --npm ]; then
  packages=(clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 rustc libstd-rust-dev-wasm32 make tcl xz-utils)
  command -v npm >/dev/null || packages+=(nodejs npm)
  missing=()
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
  fi
fi

# One at a time: several test runs may start with the cache empty.
mkdir -p "$cache/npm"
exec 9>"$cache/npm.lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$cache/npm/installed-lock.json"; then
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$cache/npm/"
  (cd "$cache/npm" && npm ci --ignore-scripts --loglevel=error)
  cp "$here/package-lock.json" "$cache/npm/installed-lock.json"
fi
