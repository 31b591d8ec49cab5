#!/usr/bin/env bash
# a cluster of an earlier [COMMIT] (default: the one before; . for this program twice) is brought to this program process by process, at [RATE] requests a second to apps and the API by both gateways (default 50): control planes, shard, workers, gateways, or the [PROCESSES] alone; fails when one request fails
set -euo pipefail
source "$(dirname "$0")/common.sh"
source "$(dirname "$0")/cluster-common.sh"
need dotnet curl node git
commit=${1:-HEAD^}
rate=${2:-50}
read -ra processes <<<"${3:-control-1 control-2 sqlite-1 worker-1 worker-2 worker-3 gateway-1 gateway-2}"
build_load
new=$host_program
if [ "$commit" != . ]; then
  git -C "$root" worktree add --detach "$work/old" "$commit" >/dev/null 2>&1
  trap 'git -C "$root" worktree remove --force "$work/old" 2>/dev/null || true; rm -rf "$work"' EXIT
  dotnet build "$work/old/src/Platform.Host" -c "$configuration" -v q -nologo -clp:ErrorsOnly >&2
  host_program=$work/old/src/Platform.Host/bin/$configuration/net10.0/Platform.Host
  echo "rolling: old is $(git -C "$work/old" log -1 --format='%h %s')" >&2
fi
start_cluster
[ "$commit" = . ] || trap 'local_cluster down >/dev/null 2>&1 || true; git -C "$root" worktree remove --force "$work/old" 2>/dev/null || true; stop_all; rm -rf "$work"' EXIT
load soak 12 "$rate" 3600 "$work/over" 100 api >"$work/rolling" &
soak=$!
host_program=$new
sleep 2
for process in "${processes[@]}"; do
  kill -0 $soak 2>/dev/null || { cat "$work/rolling"; exit 1; }
  local_cluster stop $process
  local_cluster start $process
  case $process in
    worker-*) for gateway in gateway-1 gateway-2; do until [ "$(grep -o '"id"' "$cluster/$gateway/workers.json" | wc -l)" = 3 ]; do sleep 0.1; done; done ;;
    gateway-*) wait_for "http://127.0.0.1:$((cluster_port + ${process#gateway-} - 1))/readyz" ;;
  esac
done
touch "$work/over"
code=0
wait $soak || code=$?
cat "$work/rolling"
[ $code = 0 ] || exit 1
check_logs
echo "rolling: ${#processes[@]} processes were brought to this program, no request failed"
