#!/usr/bin/env bash
# the API over PostgreSQL with [TENANTS] of [APPS] each: lists, gets and deploys of a compiled module for [SECONDS] at [RATE] a second, p50 to max of each kind; fails on the first wrong answer; default 1000 10 180 50
set -euo pipefail
source "$(dirname "$0")/common.sh"
need dotnet curl node
tenants=${1:-1000}
apps=${2:-10}
seconds=${3:-180}
rate=${4:-50}
configuration=${CONFIGURATION:-Release}
if [ -z "${PLATFORM_BUILT:-}" ]; then
  dotnet build "$root/src/Platform.Host" -c "$configuration" -nologo -clp:ErrorsOnly >&2
  dotnet build "$root/tests/Platform.Load" -c "$configuration" -nologo -clp:ErrorsOnly >&2
fi

# 1. PostgreSQL, durable as in production, with its statistics of statements.
start_postgres -c shared_preload_libraries=pg_stat_statements
psql() { "$pg_bin/psql" -X -q -h 127.0.0.1 -p "$pg_port" -U postgres "$@"; }
psql -c 'CREATE EXTENSION pg_stat_statements'
export ConnectionStrings__Postgres="Host=127.0.0.1;Port=$pg_port;Username=postgres;Database=postgres"

# 2. The whole platform on it.
port=$(free_port)
"$root/src/Platform.Host/bin/$configuration/net10.0/Platform.Host" --urls "http://127.0.0.1:$port" --data-dir "$work/data" --demo false >"$work/platform.log" 2>&1 &
platform=$!
pids+=("$platform")
wait_for "http://127.0.0.1:$port/readyz"

# 3. The tenants, the load, and what it left. Seconds of processor time, of the platform and of all of PostgreSQL.
busy() { awk -v hz="$(getconf CLK_TCK)" '{sum += $14 + $15 + $16 + $17} END {printf "%.0f", sum / hz}' "$@"; }
echo "$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)); ./load.sh control $tenants $apps $seconds $rate; load average at the start $(cut -d' ' -f1-3 /proc/loadavg)"
echo
"$root/tests/Platform.Load/bin/$configuration/net10.0/Platform.Load" control "http://127.0.0.1:$port" "$work/data/operator-token" "$root/tests/guests/bin/c-hello.wasm" "$tenants" "$apps" "$seconds" "$rate"
echo
echo "Load average at the end $(cut -d' ' -f1-3 /proc/loadavg); processor seconds since the start: platform $(busy /proc/$platform/stat), PostgreSQL $(busy "/proc/${pids[0]}/stat" $(pgrep -P "${pids[0]}" | sed 's|.*|/proc/&/stat|')); the platform's memory (PSS) $(($(pss_kb "$platform") / 1024)) MiB."
echo
echo '| PostgreSQL, by total time | calls | mean ms | max ms | rows a call |'
echo '|---|---|---|---|---|'
psql -At -F ' | ' -c "SELECT '| ' || left(regexp_replace(replace(query, '|', '\\|'), '\\s+', ' ', 'g'), 110), calls, round(mean_exec_time::numeric, 3), round(max_exec_time::numeric, 1), round(rows::numeric / calls, 1) || ' |' FROM pg_stat_statements WHERE query !~ '^(CREATE|ALTER)' ORDER BY total_exec_time DESC LIMIT 12"
if grep -E '(fail|crit): ' "$work/platform.log" >&2; then
  echo "control: the log above is the platform's" >&2
  exit 1
fi

# 4. Started again with all of them.
kill "$platform"
wait "$platform" || true
begin=$(now_ms)
"$root/src/Platform.Host/bin/$configuration/net10.0/Platform.Host" --urls "http://127.0.0.1:$port" --data-dir "$work/data" --demo false >"$work/platform.log" 2>&1 &
pids+=($!)
wait_for "http://127.0.0.1:$port/readyz"
echo
echo "Started again with all of them, the platform is ready after $(($(now_ms) - begin)) ms."
