# Sourced by the scenarios on a cluster, after common.sh: deploy/local-cluster.sh on free ports in $cluster, and Platform.Load against its gateways.
configuration=${CONFIGURATION:-Release}
cluster=$work/cluster
cluster_port=$(node -e '
  const net = require("net"), free = port => new Promise(done => net.createServer().once("error", () => done(false)).listen(port, "127.0.0.1", function () { this.close(() => done(true)); }));
  (async () => { for (;;) { const first = 20000 + 20 * Math.floor(Math.random() * 500); let all = true; for (let i = 0; all && i < 20; i++) all = await free(first + i); if (all) { console.log(first); return; } } })();')
gateways=http://127.0.0.1:$cluster_port,http://127.0.0.1:$((cluster_port + 1))
host_program=$root/src/Platform.Host/bin/$configuration/net10.0/Platform.Host

# Linux weighs nice values within a session only (sched_autogroup): the generator and the cluster are in one, as if that were off. It isn't there for systemd's services and in containers.
export LOCAL_CLUSTER_SESSION=1

# The tests set PLATFORM_BUILT.
build_load() {
  [ -z "${PLATFORM_BUILT:-}" ] || return 0
  dotnet build "$root/src/Platform.Host" -c "$configuration" -nologo -clp:ErrorsOnly >&2
  dotnet build "$root/tests/Platform.Load" -c "$configuration" -nologo -clp:ErrorsOnly >&2
}

local_cluster() { "$root/deploy/local-cluster.sh" "$@" --dir "$cluster" --port "$cluster_port" --host "$host_program"; }

start_cluster() {
  # PostgreSQL, which as root has a user of its own, passes through.
  mkdir -p "$cluster"
  chmod o+x "$work" "$cluster"
  trap 'local_cluster down >/dev/null 2>&1 || true; stop_all; rm -rf "$work"' EXIT
  local_cluster up >&2
}

# load SCENARIO ARGUMENT...
load() {
  local scenario=$1
  shift
  "$root/tests/Platform.Load/bin/$configuration/net10.0/Platform.Load" "$scenario" "$gateways" "$cluster/control-1/operator-token" "$root/tests/guests/bin/c-hello.wasm" "$@"
}

# What the platform itself calls a fault is one, whatever clients saw of it.
check_logs() {
  if grep -hE '(fail|crit): ' "$cluster"/*-*.log >&2; then
    echo "load.sh: the log above is the cluster's" >&2
    exit 1
  fi
}
