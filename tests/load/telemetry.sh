#!/usr/bin/env bash
# what telemetry costs: requests a second with kept requests, series and a scraper of metrics, and without, and their ratio; [SECONDS] a run, default 10, in [ROUNDS] of both in turn, default 5
set -euo pipefail
source "$(dirname "$0")/common.sh"
need wrk node dotnet curl
seconds=${1:-10}
rounds=${2:-5}
if [ -z "${PLATFORM_BUILT:-}" ]; then
  "$root/tests/guests/tools.sh" >/dev/null
  "$root/tests/guests/build.sh" >/dev/null
  dotnet build "$root/src/Platform.Host" -c "${CONFIGURATION:-Release}" -nologo -clp:ErrorsOnly >&2
fi

# A scraper asks every second, fifteen times as often as in deploy/observability.
run() {
  local name=$1 out scraper=
  wrk -t1 -c32 -d"$((seconds / 2 + 1))s" -H "Host: $host" "$url" >/dev/null
  if [ "$name" = with ]; then
    while curl -fsS -o /dev/null "${url}metrics"; do sleep 1; done &
    scraper=$!
    pids+=("$scraper")
  fi
  out=$(wrk -t1 -c32 -d"${seconds}s" -H "Host: $host" "$url")
  [ -z "$scraper" ] || kill "$scraper"
  if grep -q 'Non-2xx\|Socket errors' <<<"$out"; then
    echo "telemetry: $name answered with errors:" >&2
    echo "$out" >&2
    exit 1
  fi
  awk -v name="$name" '/Requests\/sec/ {print name, $2}' <<<"$out" >>"$work/results"
  if [ "$name" = with ]; then
    check
  fi
}

# What was measured was there: each request in a minute of the app's series, and some of them kept.
check() {
  local end kept=0 counted=0
  end=$(($(now_ms) + 30000))
  until [ "$kept" -gt 0 ] && [ "$counted" -gt "$((seconds * 100))" ]; do
    [ "$(now_ms)" -lt "$end" ] || { echo "telemetry: $kept requests are kept and $counted counted" >&2; exit 1; }
    kept=$(api GET "/tenants/demo/apps/hello/requests" | node -pe 'JSON.parse(require("fs").readFileSync(0)).items.length')
    counted=$(api GET "/tenants/demo/apps/hello/metrics?resolution=hour" | node -pe 'JSON.parse(require("fs").readFileSync(0)).points.reduce((sum, point) => sum + point.requests, 0)')
  done
}

for ((round = 1; round <= rounds; round++)); do
  start_platform "$work/with-$round"
  run with
  stop_all
  export Platform__Worker__RequestsKept=0 Platform__Worker__FailedRequestsKept=0 Platform__Worker__Series=false
  start_platform "$work/without-$round"
  run without
  stop_all
  unset Platform__Worker__RequestsKept Platform__Worker__FailedRequestsKept Platform__Worker__Series
  echo "round $round of $rounds done" >&2
done

median() { awk -v name="$1" '$1 == name {print $2}' "$work/results" | sort -n | awk '{all[NR] = $1} END {print all[int((NR + 1) / 2)]}'; }
with=$(median with)
without=$(median without)
echo "$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)), wrk -t1 -c32 -d${seconds}s, median of $rounds; wrk runs on the same processors"
echo
echo "| | requests/s |"
echo "|---|---|"
printf '| with telemetry | %.0f |\n' "$with"
printf '| without | %.0f |\n' "$without"
printf '| ratio | %.3f |\n' "$(awk -v with="$with" -v without="$without" 'BEGIN {print with / without}')"
