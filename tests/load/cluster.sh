#!/usr/bin/env bash
# a cluster of ten processes on this machine under load, part by part: connections [COUNT] [ROUNDS]; noisy [SECONDS] [CLIENTS]; storm [CLIENTS] [OUTAGE SECONDS]; density [TENANTS] [APPS] [DEPLOYS] [SECONDS]; soak [SECONDS] [RATE] [KILL A WORKER EACH SECONDS]; overhead [SECONDS] [SECONDS BEFORE]; several parts are separated by +. Default: connections + noisy + storm + density, as they are in docs/load.md; fails on a wrong answer, the soak below 99.9 %
set -euo pipefail
source "$(dirname "$0")/common.sh"
source "$(dirname "$0")/cluster-common.sh"
need dotnet curl node wrk
ulimit -n "$(ulimit -Hn)"
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(connections + noisy + storm + density)
build_load
start_cluster
echo "$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)), generator, PostgreSQL, Redis and the cluster all on them; ./load.sh cluster ${parts[*]}; load average at the start $(cut -d' ' -f1-3 /proc/loadavg)"

memory() {
  local name
  for name in control-1 gateway-1 gateway-2 worker-1 worker-2 worker-3; do printf '%s %s MiB; ' "$name" $(($(pss_kb "$(cat "$cluster/$name.pid")") / 1024)); done
  echo
}

run_part() {
  local part=$1
  shift
  echo
  echo "== $part $*"
  case $part in
    connections) load connections "${1:-10000}" "${2:-3}" ;;
    noisy) load noisy "${1:-30}" "${2:-64}" "$root/tests/guests/bin/c-faults.wasm" ;;
    storm)
      rm -f "$work/outage" "$work/back"
      load storm "${1:-100}" "$work/outage" "$work/back" >"$work/storm" &
      local storm=$!
      until grep -q storming "$work/storm"; do kill -0 $storm || { cat "$work/storm"; exit 1; }; sleep 0.1; done
      for worker in 1 2 3; do local_cluster kill "worker-$worker"; done
      touch "$work/outage"
      sleep "${2:-10}"
      for worker in 1 2 3; do local_cluster start "worker-$worker"; done
      touch "$work/back"
      wait $storm || { cat "$work/storm"; exit 1; }
      sed 1d "$work/storm"
      ;;
    density) load density "${1:-1000}" "${2:-10}" "${3:-300}" "${4:-30}" ;;
    soak)
      load soak 12 "${2:-50}" "${1:-3600}" '' 99.9 >"$work/soak" &
      local soak=$! kills=0
      while sleep "${3:-60}" && kill -0 $soak 2>/dev/null; do
        local_cluster kill "worker-$((1 + kills % 3))"
        local_cluster start "worker-$((1 + kills % 3))"
        kills=$((kills + 1))
      done
      wait $soak || { cat "$work/soak"; exit 1; }
      cat "$work/soak"
      echo "$kills times a worker was killed and started again"
      ;;
    overhead)
      # The same app in one process and through a gateway, in turns: three rounds, their medians.
      local port round
      port=$(free_port)
      "$host_program" --urls "http://127.0.0.1:$port" --data-dir "$work/one" >"$work/one.log" 2>&1 &
      pids+=($!)
      wait_for -H 'Host: hello--demo.localhost' "http://127.0.0.1:$port/"
      api() { curl -fsS -o /dev/null -H "Authorization: Bearer $(cat "$cluster/control-1/operator-token")" "$@"; }
      api -X POST -H 'Content-Type: application/json' -d '{"name":"demo"}' "${gateways%%,*}/v1/tenants"
      api -X POST -F "module=@$root/tests/guests/bin/c-hello.wasm" "${gateways%%,*}/v1/tenants/demo/apps/hello/deploy"
      rate() { wrk -t1 -c32 -d"$1s" -H 'Host: hello--demo.localhost' "$2/" | awk '/^Requests\/sec/ {print $2} /Non-2xx/ {exit 1}'; }
      rate "${2:-3}" "http://127.0.0.1:$port" >/dev/null
      rate "${2:-3}" "${gateways%%,*}" >/dev/null
      for round in 1 2 3; do
        rate "${1:-10}" "http://127.0.0.1:$port" >>"$work/rate-one"
        rate "${1:-10}" "${gateways%%,*}" >>"$work/rate-gateway"
      done
      awk -v one="$(sort -n "$work/rate-one" | sed -n 2p)" -v gateway="$(sort -n "$work/rate-gateway" | sed -n 2p)" \
        'BEGIN {printf "requests a second, medians of three: %d in one process, %d by a gateway to one of three workers, %.2f of it\n", one, gateway, gateway / one}'
      ;;
    *) echo "cluster: there is no part '$part'" >&2; exit 2 ;;
  esac
  echo "memory (PSS): $(memory)"
}

part=()
for word in "${parts[@]}" +; do
  if [ "$word" = + ]; then
    run_part "${part[@]}"
    part=()
  else
    part+=("$word")
  fi
done
check_logs
