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

small=(c-hello c-logging c-echo c-faults c-libc c-static c-proxy c-files c-files-wagi c-wagi c-cookies rust-wagi as-wagi hello-c hello-rust hello-as unknown-import wrong-type all-of-wasi
  c-values c-events c-utf16 c-latin1 c-host-utf16 c-host-latin1 c-gate composed-gate linked messages reenter memory64 threads core-import no-start no-handler)
large=(js-fetch js-hello js-events ts-hello js-hono js-spin js-calls js-wasi js-composed composed-values qjs-text qjs-text-async sqlite-wagi)

is_large() { [[ " ${large[*]} " == *" $1 "* ]]; }

warnings=(-Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter)

# C without libc, as a component. --stack-first: a stack that overflows traps instead of overwriting data.
c_component() {
  clang-14 --target=wasm32 -nostdlib -O2 -mbulk-memory "${warnings[@]}" -I "$here/include" "-DWASI_VERSION=\"$(wasi_version "$1")\"" \
    -Wl,--no-entry,--strip-all,--stack-first,-z,stack-size=16384 -o "$work/$1.core.wasm" "$here/$1/main.c"
  node "$here/encode.mjs" "$tools" "$work/$1.core.wasm" "$here/$1/world.wit" "$2" "${3:-}"
}

# Of components already built, the last of which has the handler.
composed() {
  node "$here/encode.mjs" "$tools" --dummy "$here/$1/world.wit" "$work/$1.shell.wasm"
  node "$here/compose.mjs" "$work/$1.shell.wasm" "$2" "${@:3}"
}

c_libc_component() {
  clang-14 --target=wasm32-wasi -mexec-model=reactor -ftls-model=local-exec -O2 -mbulk-memory "${warnings[@]}" -I "$here/include" \
    "-DWASI_VERSION=\"$(wasi_version "$1")\"" -Wl,--strip-all,--stack-first -o "$work/$1.core.wasm" "$here/$1/main.c"
  node "$here/encode.mjs" "$tools" "$work/$1.core.wasm" "$here/$1/world.wit" "$2" --reactor
}

wasi_version() { grep -oEm1 '@0\.2\.[0-9]+' "$here/$1/world.wit" | tr -d @; }

c_command() {
  clang-14 --target=wasm32-wasi -ftls-model=local-exec -O2 "${warnings[@]}" -Wl,--strip-all,--stack-first -o "$2" "$here/$1/main.c"
}

# Read-only files through a VFS without locks; no threads, no shared objects.
sqlite_command() {
  "$here/$1/source.sh" "$work/sqlite"
  clang-14 --target=wasm32-wasi -ftls-model=local-exec -O2 -w -DSQLITE_OS_OTHER=1 -DSQLITE_THREADSAFE=0 -DSQLITE_TEMP_STORE=3 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_WAL \
    -DSQLITE_ENABLE_FTS5 -I "$work/sqlite" -Wl,--strip-all,--stack-first,-z,stack-size=1048576 -o "$2" "$here/$1/main.c" "$work"/sqlite/{sqlite3,test_demovfs}.c
}

# Debian's compiler by its full path: another one in PATH has no wasm32-wasi library, or gives other bytes.
rust_command() {
  (cd "$here" && /usr/bin/rustc --target wasm32-wasi --edition 2021 -D warnings -C opt-level=s -C lto -C panic=abort -C strip=symbols \
    -C codegen-units=1 -o "$2" "$1/main.rs")
}

# The compiler keeps file names in the module and reads the shim's folder from the current one: so both are given from a folder of its own.
as_command() {
  mkdir -p "$work/as/$1"
  ln -sfn "$tools/node_modules" "$work/as/node_modules"
  cp "$here/$1/main.ts" "$work/as/$1/"
  (cd "$work/as" && node node_modules/assemblyscript/bin/asc.js "$1/main.ts" --config ./node_modules/@assemblyscript/wasi-shim/asconfig.json \
    -O3s --outFile "$2")
}

# By Spin's own tools, in a folder of its own as a project has.
spin_project() {
  cp -r "$here/$1" "$work/$1"
  ln -s "$tools/node_modules" "$work/$1/node_modules"
  (cd "$work/$1" && node build.mjs && node node_modules/@spinframework/build-tools/dist/index.js -i build/bundle.js -o "$2")
}

build() {
  case $1 in
    c-libc | c-files | c-static) c_libc_component "$@" ;;
    c-wagi | c-files-wagi | c-cookies) c_command "$@" ;;
    c-utf16 | c-host-utf16) c_component "$@" utf16 ;;
    c-latin1 | c-host-latin1) c_component "$@" compact-utf16 ;;
    c-* | unknown-import | wrong-type) c_component "$@" ;;
    composed-gate) composed "$@" "$here"/bin/{c-libc,c-gate}.wasm ;;
    composed-values) composed "$@" "$here"/bin/{c-values,c-utf16,c-latin1}.wasm "$(build_large js-composed)" ;;
    all-of-wasi) node "$here/encode.mjs" "$tools" --dummy "$here/$1/world.wit" "$2" ;;
    sqlite-wagi) sqlite_command "$@" ;;
    hello-c) c_command "$@" ;;
    rust-wagi | hello-rust) rust_command "$@" ;;
    as-wagi | hello-as) as_command "$@" ;;
    qjs-text) node "$here/componentize-qjs.mjs" "$tools" "$here/qjs-text/main.js" "$here/qjs-text/world.wit" "$2" ;;
    qjs-text-async) node "$here/componentize-qjs.mjs" "$tools" "$here/qjs-text/main.js" "$here/qjs-text/world.wit" "$2" --async ;;
    js-spin) spin_project "$@" ;;
    ts-*) node "$here/componentize.mjs" "$tools" "$here/$1/main.ts" "$here/$1/world.wit" "$2" ;;
    js-*) node "$here/componentize.mjs" "$tools" "$here/$1/main.js" "$here/$1/world.wit" "$2" ;;
    *) node "$here/parse.mjs" "$tools" "$here/wat/$1.wat" "$2" "$here/bin/all-of-wasi.wasm" ;;
  esac
}

large_path() {
  local hash
  local -a made_of=("$1")
  [ "$1" = qjs-text-async ] && made_of=(qjs-text)
  [ "$1" = composed-values ] && made_of+=(js-composed bin/c-values.wasm bin/c-utf16.wasm bin/c-latin1.wasm compose.mjs encode.mjs)
  hash=$(cd "$here" && find "${made_of[@]}" include/*.js include/*.wit wit wit.mjs componentize.mjs componentize-qjs.mjs build.sh package-lock.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32)
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

mode=build
case ${1:-} in --path | --check) mode=${1#--}; shift ;; esac
for name; do
  [[ " ${small[*]} ${large[*]} " == *" $name "* ]] && continue
  echo "build.sh: no guest is named '$name'; there are: ${small[*]} ${large[*]}" >&2
  exit 2
done

case $mode in
  path)
    if is_large "$1"; then build_large "$1"; else echo "$here/bin/$1.wasm"; fi
    ;;
  check)
    failed=0
    [ $# -gt 0 ] || set -- "${small[@]}"
    for name; do
      build "$name" "$work/$name.wasm"
      cmp "$work/$name.wasm" "$here/bin/$name.wasm" || failed=1
    done
    [ $failed = 0 ] || { echo "build.sh: bin/ is not what its sources give: run tests/guests/build.sh and commit" >&2; exit 1; }
    ;;
  build)
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
