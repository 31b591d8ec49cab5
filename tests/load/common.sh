# Sourced by the scenarios: servers to measure, started one at a time on free ports, and stopped by their own process ids.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${PLATFORM_CACHE:-$HOME/.cache/platform}
work=$(mktemp -d)
pids=()
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# A server that doesn't end when it is asked to (workerd waits for its connections) is killed.
stop_all() {
  local pid i
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || continue
    for ((i = 0; i < 50; i++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT

need() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || { echo "load.sh: '$tool' is missing; install it (Debian package of that name)" >&2; exit 1; }
  done
}

# Below the ports that the system gives to whoever asks for any, so that a server that is started again finds its own free.
free_port() {
  node -e '
    const pick = () => {
      const server = require("net").createServer().once("error", pick).listen(30000 + Math.floor(Math.random() * 2000), "127.0.0.1", () => { console.log(server.address().port); server.close(); });
    };
    pick();'
}

now_ms() { date +%s%3N; }

# Polls until curl with these arguments gets a 200.
wait_for() {
  local end=$(($(now_ms) + 60000))
  until curl -fsS -o /dev/null --max-time 2 "$@" 2>/dev/null; do
    [ "$(now_ms)" -lt $end ] || { echo "load.sh: no answer from $*" >&2; exit 1; }
    sleep 0.005
  done
}

# Memory that a process alone accounts for (proportional set size), kB.
pss_kb() { awk '/^Pss:/ {print $2}' "/proc/$1/smaps_rollup"; }

# The tests set PLATFORM_BUILT: guests and platform are built then.
build_all() {
  if [ -z "${PLATFORM_BUILT:-}" ]; then
    "$root/tests/guests/tools.sh" >/dev/null
    "$root/tests/guests/build.sh" >/dev/null
    dotnet build "$root/src/Platform.Host" -c "${CONFIGURATION:-Release}" -nologo -clp:ErrorsOnly >&2
  fi
  dotnet publish "$root/tests/load/peers/kestrel" -c Release -nologo -clp:ErrorsOnly -o "$cache/peers/kestrel" >&2
  local peer
  for peer in express workerd; do
    mkdir -p "$cache/peers/$peer"
    if ! cmp -s "$root/tests/load/peers/$peer/package-lock.json" "$cache/peers/$peer/installed-lock.json"; then
      cp "$root/tests/load/peers/$peer"/package*.json "$cache/peers/$peer/"
      (cd "$cache/peers/$peer" && npm ci --omit=dev --loglevel=error --fund=false --audit=false >/dev/null)
      cp "$root/tests/load/peers/$peer/package-lock.json" "$cache/peers/$peer/installed-lock.json"
    fi
    cp "$root/tests/load/peers/$peer/"* "$cache/peers/$peer/"
  done
}

# start_postgres [ARGUMENT of postgres...]: the machine's own PostgreSQL, empty, at $pg_port; its programs are in $pg_bin. It refuses to run as root: then it runs as user postgres.
start_postgres() {
  local as=()
  pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  mkdir "$work/pg"
  chmod 755 "$work"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  (cd / && "${as[@]}" "$pg_bin/initdb" -D "$work/pg/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null)
  pg_port=$(free_port)
  (cd / && exec "${as[@]}" "$pg_bin/postgres" -D "$work/pg/data" -p "$pg_port" -k "$work/pg" -c listen_addresses=127.0.0.1 "$@") >"$work/postgres.log" 2>&1 &
  pids+=($!)
  until "$pg_bin/pg_isready" -q -h 127.0.0.1 -p "$pg_port"; do sleep 0.1; done
}

# start_NAME sets: pid, url, and host (empty when the server needs no Host header).
start_kestrel() {
  local port
  port=$(free_port)
  ASPNETCORE_URLS=http://127.0.0.1:$port "$cache/peers/kestrel/kestrel" >/dev/null &
  started "$!" "http://127.0.0.1:$port/"
}

start_express() {
  local port
  port=$(free_port)
  NODE_ENV=production PORT=$port node "$cache/peers/express/server.mjs" >/dev/null &
  started "$!" "http://127.0.0.1:$port/"
}

start_workerd() {
  local port
  port=$(free_port)
  "$cache/peers/workerd/node_modules/@cloudflare/workerd-linux-64/bin/workerd" serve "$cache/peers/workerd/config.capnp" --socket-addr "http=127.0.0.1:$port" >/dev/null &
  started "$!" "http://127.0.0.1:$port/"
}

# start_platform DATA_DIR: the sample app (c-hello) answers when it returns.
start_platform() {
  local port
  port=$(free_port)
  data=$1
  "$root/src/Platform.Host/bin/${CONFIGURATION:-Release}/net10.0/Platform.Host" --urls "http://127.0.0.1:$port" --data-dir "$data" >"$work/platform.log" &
  started "$!" "http://127.0.0.1:$port/" hello--demo.localhost
}

started() {
  pid=$1 url=$2 host=${3:-}
  pids+=("$pid")
  wait_for ${host:+-H "Host: $host"} "$url"
}

# api METHOD PATH [CURL ARGUMENT...]: a call in the operator's name.
api() {
  local method=$1 path=$2
  shift 2
  curl -fsS -X "$method" -H "Authorization: Bearer $(cat "$data/operator-token")" "$@" "${url%/}/v1$path"
}
