#!/usr/bin/env bash
# this program beside the one of an earlier [COMMIT] (default: the parent of the newest one that changed migrations/; . for this program twice) on one PostgreSQL for [SECONDS], default 60: deploys, rollbacks, lists and requests to both in turns; fails on the first wrong answer
set -euo pipefail
source "$(dirname "$0")/common.sh"
need dotnet curl node git
commit=${1:-$(git -C "$root" log -1 --format=%H -- migrations)^}
seconds=${2:-60}
cleanup() {
  stop_all
  git -C "$root" worktree remove --force "$work/old" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

old=$root
if [ "$commit" != . ]; then
  old=$work/old
  git -C "$root" worktree add --detach "$old" "$commit" >/dev/null 2>&1
  dotnet build "$old/src/Platform.Host" -c Release -v q -nologo -clp:ErrorsOnly >&2
fi
echo "upgrade: old is $(git -C "$old" log -1 --format='%h %s')" >&2
[ -n "${PLATFORM_BUILT:-}" ] || dotnet build "$root/src/Platform.Host" -c Release -v q -nologo -clp:ErrorsOnly >&2

# 1. PostgreSQL, the old program on it, then the new one beside it, with the same master key and operator's token.
start_postgres -c fsync=off
export ConnectionStrings__Postgres="Host=127.0.0.1;Port=$pg_port;Username=postgres;Database=postgres;Maximum Pool Size=20"

# start NAME TREE: its URL is in $url_NAME once it is ready.
start() {
  local port
  port=$(free_port)
  "$2/src/Platform.Host/bin/Release/net10.0/Platform.Host" --urls "http://127.0.0.1:$port" --data-dir "$work/$1-data" --demo false >"$work/$1.log" 2>&1 &
  pids+=($!)
  wait_for "http://127.0.0.1:$port/readyz"
  printf -v "url_$1" '%s' "http://127.0.0.1:$port"
}
start first "$old"
mkdir -m 700 "$work/second-data"
cp -p "$work/first-data/master.key" "$work/first-data/operator-token" "$work/second-data/"
start second "$root"
token=$(cat "$work/first-data/operator-token")

# call URL METHOD PATH STATUS [CURL ARGUMENT...]: the body, when the status is that.
call() {
  local url=$1 method=$2 path=$3 want=$4 got
  shift 4
  got=$(curl -s -o "$work/body" -w '%{http_code}' --max-time 30 -X "$method" -H "Authorization: Bearer $token" "$@" "$url/v1$path")
  [ "$got" = "$want" ] || { echo "upgrade: $method $url$path: $got instead of $want: $(cat "$work/body")" >&2; exit 1; }
  cat "$work/body"
}
live() { node -pe 'JSON.parse(require("fs").readFileSync(0)).version'; }

# 2. In turns: one changes, with a key that the other is then asked with too; both come to know and serve it.
call "$url_first" POST /tenants 201 -H 'Content-Type: application/json' -d '{"name":"acme"}' >/dev/null
app=/tenants/acme/apps/web
end=$(($(now_ms) + seconds * 1000)) version=0 turns=0
while [ "$(now_ms)" -lt $end ]; do
  for pair in "$url_first $url_second" "$url_second $url_first"; do
    read -r one other <<<"$pair"
    turns=$((turns + 1)) version=$((version + 1))
    for url in "$one" "$other"; do
      got=$(call "$url" POST "$app/deploy" 201 -H "Idempotency-Key: deploy-$version" -F "module=@$root/tests/guests/bin/c-hello.wasm" | live)
      [ "$got" = "$version" ] || { echo "upgrade: $url deployed version $got instead of $version" >&2; exit 1; }
    done
    if [ "$version" -gt 1 ]; then
      call "$other" POST "$app/rollback" 200 -H "Idempotency-Key: rollback-$version" >/dev/null
      [ "$(call "$one" GET "$app" 200 | live)" = $((version - 1)) ] || { echo "upgrade: the rollback to $((version - 1)) is not in the store" >&2; exit 1; }
    fi
    call "$one" GET "$app/versions" 200 >/dev/null
    for url in "$one" "$other"; do wait_for -H "Host: web--acme.localhost" "$url/"; done
  done
done
for name in first second; do
  if grep -E '(fail|crit): ' "$work/$name.log" >&2; then
    echo "upgrade: the log above is the $name program's" >&2
    exit 1
  fi
done
echo "upgrade: $turns turns in $seconds s, $version versions, no wrong answer"
