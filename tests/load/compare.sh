#!/usr/bin/env bash
# requests a second of this platform (C and JavaScript guests), bare Kestrel, Express and workerd, and their ratios; [SECONDS] a run, default 10, in [ROUNDS], default 3
set -euo pipefail
source "$(dirname "$0")/common.sh"
need wrk node npm dotnet curl
seconds=${1:-10}
rounds=${2:-3}
build_all

# One thread and 32 connections, as design section 8 measured the peers; a warm-up first, since two of them compile while they run.
run() {
  local name=$1 out rps p50 p99
  wrk -t1 -c32 -d"$((seconds / 2 + 1))s" ${host:+-H "Host: $host"} "$url" >/dev/null
  out=$(wrk -t1 -c32 -d"${seconds}s" --latency ${host:+-H "Host: $host"} "$url")
  if grep -q 'Non-2xx\|Socket errors' <<<"$out"; then
    echo "compare: $name answered with errors:" >&2
    echo "$out" >&2
    exit 1
  fi
  rps=$(awk '/Requests\/sec/ {print $2}' <<<"$out")
  p50=$(awk '$1 == "50%" {print $2}' <<<"$out")
  p99=$(awk '$1 == "99%" {print $2}' <<<"$out")
  echo "$name $rps $p50 $p99 $(($(pss_kb "$pid") / 1024))" >>"$work/results"
}

# The rounds go through all servers in turn, so that a machine that slows down slows all of them down.
for ((round = 1; round <= rounds; round++)); do
  start_kestrel && run kestrel && stop_all
  start_platform "$work/data"
  if [ "$round" = 1 ]; then
    api POST /tenants/demo/apps/hello-js/deploy -F "module=@$("$root/tests/guests/build.sh" --path js-hello)" >/dev/null
  fi
  run platform-c
  host=hello-js--demo.localhost
  run platform-js
  stop_all
  start_workerd && run workerd && stop_all
  start_express && run express && stop_all
  echo "round $round of $rounds done" >&2
done

echo "$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)), wrk -t1 -c32 -d${seconds}s, best of $rounds; wrk runs on the same processors"
echo
echo "| server | requests/s | of bare Kestrel | p50 | p99 | memory (PSS) |"
echo "|---|---|---|---|---|---|"
best() { sort -k2,2nr "$work/results" | awk -v name="$1" '$1 == name {print; exit}'; }
ceiling=$(best kestrel | cut -d' ' -f2)
row() {
  best "$1" | awk -v label="$2" -v ceiling="$ceiling" '{printf "| %s | %.0f | %.2f | %s | %s | %d MiB |\n", label, $2, $2 / ceiling, $3, $4, $5}'
}
row kestrel "bare Kestrel minimal API (C#, no isolation)"
row platform-c "this platform, C component, fresh sandbox a request"
row workerd "workerd (JavaScript, isolate reused)"
row express "Express 5 on Node $(node --version | cut -d. -f1)"
row platform-js "this platform, JavaScript component, fresh sandbox a request"
