#!/usr/bin/env bash
# usage: source.sh DIRECTORY   puts sqlite3.c, sqlite3.h and test_demovfs.c there, made from Debian's source package of SQLite (half a minute).
set -euo pipefail
target=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work/parts" "$work/lists/partial"

# The machine's own sources, of which it usually takes the binary packages only.
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ ! -f "$list" ] || sed -n 's/^deb \(\[[^]]*\] \)\?/deb-src \1/p' "$list" > "$work/parts/$(basename "$list" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
  [ ! -f "$list" ] || sed 's/^Types: deb$/Types: deb-src/' "$list" > "$work/parts/$(basename "$list")"
done
apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists" -o APT::Sandbox::User=root)
cd "$work"
"${apt[@]}" update >&2
"${apt[@]}" source --download-only sqlite3 >&2
tar xf sqlite3_*.orig.tar.xz
source=$(echo "$work"/sqlite3-*)
mkdir build
cd build
CC=clang-14 BCC=clang-14 "$source/configure" --disable-tcl >/dev/null
make -s sqlite3.c >/dev/null
mkdir -p "$target"
cp sqlite3.c sqlite3.h "$source/src/test_demovfs.c" "$target/"
