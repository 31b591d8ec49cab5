#!/usr/bin/env bash
# usage: tests/guests/build.sh [NAME...]         build these guests (all of them): small ones into bin/, large ones into the cache
#        tests/guests/build.sh --check [NAME...] build the small ones elsewhere and compare them with bin/ byte for byte
#        tests/guests/build.sh --path NAME       print where a guest's .wasm is, building a large one if it isn't there yet
# Run tools.sh once before. A large guest (JavaScript, 13 MB) is kept under the hash of everything it is made of, so it is built once a machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${PLATFORM_CACHE:-$HOME/.cache/platform}
tools=$cache/npm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

small=(c-hello c-echo c-faults)
large=(js-fetch js-hono)

is_large() { [[ " ${large[*]} " == *" $1 "* ]]; }

# C without libc, as a component. --stack-first: a stack that overflows traps instead of overwriting data.
c_component() {
  local name=$1 out=$2 version
  version=$(grep -oEm1 '@0\.2\.[0-9]+' "$here/$name/world.wit")
  clang-14 --target=wasm32 -nostdlib -O2 -mbulk-memory -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter \
    -I "$here/include" "-DWASI_VERSION=\"${version#@}\"" \
    -Wl,--no-entry,--strip-all,--stack-first,-z,stack-size=16384 -o "$work/$name.core.wasm" "$here/$name/main.c"
  node "$here/encode.mjs" "$tools" "$work/$name.core.wasm" "$here/$name/world.wit" "$out"
}

build() {
  local name=$1 out=$2
  case $name in
    c-hello | c-echo | c-faults) c_component "$name" "$out" ;;
    js-*) node "$here/componentize.mjs" "$tools" "$here/$name/main.js" "$here/$name/world.wit" "$out" ;;
    *) echo "build.sh: no guest is named '$name'; there are: ${small[*]} ${large[*]}" >&2; return 2 ;;
  esac
}

large_path() {
  local hash
  hash=$(cd "$here" && find "$1" wit wit.mjs componentize.mjs build.sh package-lock.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32)
  echo "$cache/guests/$hash/$1.wasm"
}

# Built beside its place and moved there, so that no one ever sees half a file.
build_large() {
  local path
  path=$(large_path "$1")
  if [ ! -f "$path" ]; then
    mkdir -p "$(dirname "$path")"
    build "$1" "$work/$1.wasm" >&2
    cp "$work/$1.wasm" "$path.$$" && mv "$path.$$" "$path"
  fi
  echo "$path"
}

case ${1:-} in
  --path)
    if is_large "$2"; then build_large "$2"; else echo "$here/bin/$2.wasm"; fi
    ;;
  --check)
    shift
    failed=0
    [ $# -gt 0 ] || set -- "${small[@]}"
    for name; do
      build "$name" "$work/$name.wasm"
      cmp "$work/$name.wasm" "$here/bin/$name.wasm" || failed=1
    done
    [ $failed = 0 ] || { echo "build.sh: bin/ is not what its sources give: run tests/guests/build.sh and commit" >&2; exit 1; }
    ;;
  *)
    [ $# -gt 0 ] || set -- "${small[@]}" "${large[@]}"
    for name; do
      if is_large "$name"; then
        build_large "$name"
      else
        build "$name" "$work/$name.wasm"
        install -D -m 644 "$work/$name.wasm" "$here/bin/$name.wasm"
        echo "$here/bin/$name.wasm"
      fi
    done
    ;;
esac
