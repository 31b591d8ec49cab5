#!/usr/bin/env bash
# usage: deploy/local-cluster.sh up|down|status|kill NAME|stop NAME|start NAME [--dir DIRECTORY] [--port PORT] [--host PROGRAM]
# A whole cluster on this machine, without containers: PostgreSQL, Redis, control-1, control-2, gateway-1, gateway-2, worker-1, worker-2, worker-3, sqlite-1, each a process.
#   up     starts what doesn't run, and waits until it is ready; its second line says what to call
#   down   stops all of it; the data stays in the directory
#   kill   ends a process without a word (SIGKILL); stop tells it to stop and waits; start starts it again
#   --dir  where data and logs are kept (default .cluster)
#   --port the first of twenty ports on 127.0.0.1 (default 18080): gateways have the first two
#   --host the program (default: this tree's, built when it isn't there)
# Needs Debian's postgresql and redis-server. As root, PostgreSQL runs as user postgres.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
processes=(control-1 control-2 sqlite-1 worker-1 worker-2 worker-3 gateway-1 gateway-2)

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }

[ $# -gt 0 ] || usage
arguments=("$@")
command=$1 name='' directory=.cluster port=18080 program=$root/src/Platform.Host/bin/Release/net10.0/Platform.Host
shift
case $command in
  kill | stop | start) [ $# -gt 0 ] || usage; name=$1; shift ;;
  up | down | status) ;;
  *) usage ;;
esac
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || usage
  case $1 in
    --dir) directory=$2 ;;
    --port) port=$2 ;;
    --host) program=$2 ;;
    *) usage ;;
  esac
  shift 2
done
[ -z "$name" ] || [[ " ${processes[*]} redis postgres " == *" $name "* ]] || { echo "no process is called '$name'; there are ${processes[*]} redis postgres" >&2; exit 2; }
# What is started outlives the terminal: it is of a session of its own, and all of one, since Linux weighs the nice values of processes (workers' long guests have one) only within a session.
case $command in
  up | start) [ -n "${LOCAL_CLUSTER_SESSION:-}" ] || LOCAL_CLUSTER_SESSION=1 exec setsid --wait "$0" "${arguments[@]}" ;;
esac
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1) || true

pid_of() { cat "$directory/$1.pid" 2>/dev/null || true; }
# A process that ended is there until the system's first process has read how; in containers that may take a while.
ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }
# A number may be another process' by now, after a restart of the machine: ours names the directory, PostgreSQL and Redis by where they run.
ours() { tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$directory" || [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$directory/redis" ]; }
runs() { local pid; pid=$(pid_of "$1"); [ -n "$pid" ] && ! ended "$pid" && ours "$pid"; }

# As root, PostgreSQL gets its user, which has to pass through directories that may be root's alone.
postgres_user=()
if [ "$(id -u)" = 0 ]; then
  postgres_user=(setpriv --reuid=postgres --regid=postgres --init-groups)
  "${postgres_user[@]}" test -x "$directory" || postgres_user+=(--inh-caps=+dac_read_search --ambient-caps=+dac_read_search)
fi

# The port of a process: gateways first, then what listens for people, then internal listeners.
port_of() {
  case $1 in
    gateway-1) echo "$port" ;;
    gateway-2) echo $((port + 1)) ;;
    control-1) echo $((port + 2)) ;;
    control-2) echo $((port + 7)) ;;
    worker-*) echo $((port + 2 + ${1#worker-})) ;;
    sqlite-1) echo $((port + 6)) ;;
    internal-control-1) echo $((port + 10)) ;;
    internal-control-2) echo $((port + 15)) ;;
    internal-sqlite-1) echo $((port + 14)) ;;
    internal-worker-*) echo $((port + 10 + ${1#internal-worker-})) ;;
    postgres) echo $((port + 18)) ;;
    redis) echo $((port + 19)) ;;
  esac
}

wait_for() {
  local what=$1
  shift
  for _ in $(seq 1800); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "$what isn't ready after three minutes; see $directory/*.log" >&2
  exit 1
}

start_postgres() {
  [ -n "$postgres_bin" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }
  local data=$directory/postgres
  if [ ! -d "$data" ]; then
    mkdir "$data"
    [ "$(id -u)" != 0 ] || chown postgres "$data"
    (cd / && "${postgres_user[@]}" "$postgres_bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-locale) >"$directory/postgres.log"
  fi
  # A lock that a killed server left names a process that is gone.
  (cd / && exec bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$directory/postgres.pid" \
    "${postgres_user[@]}" "$postgres_bin/postgres" -D "$data" -p "$(port_of postgres)" -k /tmp \
    -c listen_addresses=127.0.0.1 -c max_connections=200 >>"$directory/postgres.log" 2>&1 </dev/null) &
  wait_for PostgreSQL psql -h 127.0.0.1 -p "$(port_of postgres)" -U postgres -c 'SELECT 1'
  psql -h 127.0.0.1 -p "$(port_of postgres)" -U postgres -tAc "SELECT 1 FROM pg_database WHERE datname = 'platform'" | grep -q 1 \
    || psql -q -h 127.0.0.1 -p "$(port_of postgres)" -U postgres -c 'CREATE DATABASE platform'
}

start_redis() {
  command -v redis-server >/dev/null || { echo "Redis is missing: apt-get install redis-server" >&2; exit 1; }
  mkdir -p "$directory/redis"
  bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$directory/redis.pid" redis-server --bind 127.0.0.1 --port "$(port_of redis)" --dir "$directory/redis" --appendonly yes \
    --maxmemory-policy noeviction >>"$directory/redis.log" 2>&1 </dev/null &
  wait_for Redis redis-cli -p "$(port_of redis)" ping
}

start_process() {
  local role=${1%-*} internal=()
  [ "$role" = gateway ] || internal=(--internal-urls "http://127.0.0.1:$(port_of "internal-$1")")
  # Ten processes on the same processors: threads of .NET's pool that look out for work would take them from the others' (docs/operations.md, "Several processes").
  local settings=(DOTNET_ThreadPool_UnfairSemaphoreSpinLimit="${DOTNET_ThreadPool_UnfairSemaphoreSpinLimit:-0}" Platform__ClusterKeyFile="$directory/cluster.key" Platform__ControlUrls__0="http://127.0.0.1:$(port_of internal-control-1)" Platform__ControlUrls__1="http://127.0.0.1:$(port_of internal-control-2)" Platform__SqliteUrls__0="http://127.0.0.1:$(port_of internal-sqlite-1)" Platform__Zone=local)
  [ "$role" = gateway ] || [ "$role" = sqlite ] || settings+=(ConnectionStrings__Redis="127.0.0.1:$(port_of redis)")
  [ "$role" != control ] || settings+=(ConnectionStrings__Postgres="Host=127.0.0.1;Port=$(port_of postgres);Username=postgres;Database=platform" Platform__PublicUrl="http://localhost:$(port_of gateway-1)")
  # Control planes have the master key and the operator's token in common, which the first makes.
  [ "$1" != control-2 ] || settings+=(Platform__MasterKey="$(cat "$directory/control-1/master.key")" Platform__OperatorTokenFile="$directory/control-1/operator-token")
  env -u LOCAL_CLUSTER_SESSION "${settings[@]}" bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$directory/$1.pid" "$program" --roles "$role" --urls "http://127.0.0.1:$(port_of "$1")" \
    "${internal[@]}" --data-dir "$directory/$1" >>"$directory/$1.log" 2>&1 </dev/null &
  wait_for "$1" curl -sf "http://127.0.0.1:$(port_of "$1")/healthz"
}

start_one() {
  runs "$1" && return
  case $1 in
    postgres) start_postgres ;;
    redis) start_redis ;;
    *) start_process "$1" ;;
  esac
}

stop_one() {
  local pid
  pid=$(pid_of "$1")
  if runs "$1"; then
    kill -"$2" "$pid"
    wait_for "the end of $1" ended "$pid"
  fi
  rm -f "$directory/$1.pid"
}

case $command in
  up)
    [ -x "$program" ] || dotnet build "$root/src/Platform.Host" -c Release -nologo -clp:ErrorsOnly
    [ -f "$directory/cluster.key" ] || (umask 077 && head -c 32 /dev/urandom | base64 >"$directory/cluster.key")
    # The first control plane makes what the others share; the rest start side by side.
    for one in postgres redis control-1; do start_one "$one"; done
    starting=()
    for one in "${processes[@]:1}"; do start_one "$one" & starting+=($!); done
    for one in "${starting[@]}"; do wait "$one"; done
    for one in gateway-1 gateway-2; do wait_for "$one" curl -sf "http://127.0.0.1:$(port_of "$one")/readyz"; done
    for gateway in gateway-1 gateway-2; do wait_for "workers at $gateway" bash -c "[ \$(grep -o '\"id\"' '$directory/$gateway/workers.json' | wc -l) = 3 ]"; done
    echo "A cluster of ${#processes[@]} processes in $directory"
    echo "http://localhost:$(port_of gateway-1) http://localhost:$(port_of gateway-2)"
    echo "The operator's token is in $directory/control-1/operator-token"
    ;;
  down)
    for one in gateway-2 gateway-1 worker-3 worker-2 worker-1 sqlite-1 control-2 control-1; do stop_one "$one" TERM; done
    stop_one redis TERM
    stop_one postgres INT
    ;;
  status) for one in postgres redis "${processes[@]}"; do runs "$one" && echo "$one runs ($(pid_of "$one"))" || echo "$one doesn't run"; done ;;
  kill) stop_one "$name" KILL ;;
  stop) stop_one "$name" "$([ "$name" = postgres ] && echo INT || echo TERM)" ;;
  start) start_one "$name" ;;
esac
