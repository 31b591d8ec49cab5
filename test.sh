#!/usr/bin/env bash
# usage: ./test.sh [PROJECT...]   builds everything and runs all test projects, or those named (Runtime, FunctionalTests, ...).
# A fresh Debian 12 with the .NET 10 SDK is enough: compilers for the guests are installed when they are missing (as root). The last line is
# "N passed, N failed, N skipped"; the exit code is 0 only when something ran and nothing failed.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Release}

# Servers and clients that the tests use, and that a fresh machine lacks; tests start their own servers, so that Debian's cluster is left alone.
missing=()
for package in chromium jq openssl faketime prometheus systemd postgresql redis-server mariadb-server-core mariadb-client-core mosquitto curl wrk procps util-linux; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
fi

tests/guests/tools.sh </dev/null
tests/npm.sh client axe deploy </dev/null
tests/guests/build.sh </dev/null
dotnet build Platform.sln -c "$configuration" -nologo -clp:ErrorsOnly </dev/null

passed=0 failed=0 skipped=0
projects=(tests/*Tests/)
if [ $# -gt 0 ]; then
  projects=()
  for name; do projects+=(tests/*"$name"*/); done
fi

for folder in "${projects[@]}"; do
  name=$(basename "$folder")
  log=$(mktemp)
  echo "== $name"
  code=0
  "tests/$name/bin/$configuration/net10.0/$name" --no-ansi --progress off --show-slowest-tests 5 </dev/null 2>&1 | tee "$log" || code=$?
  count() { grep -oE "^ *$1: [0-9]+" "$log" | tail -1 | grep -oE '[0-9]+' || echo 0; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  rm -f "$log"
  # A run that broke without counting a failure, or that ran nothing, is a failure of its own.
  if [ "$f" = 0 ] && { [ "$code" != 0 ] || [ "$p" = 0 ]; }; then
    echo "$name: exit code $code with $p tests passed" >&2
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
