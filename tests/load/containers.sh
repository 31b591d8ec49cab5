#!/usr/bin/env bash
# the same hello as an ASP.NET minimal API, as Express and here: what the developer owns, what is installed, first answer, memory; [APPS] [PROCESSES of a peer] [JAVASCRIPT APPS], default 1000 20 10
set -euo pipefail
source "$(dirname "$0")/common.sh"
need node npm dotnet curl
# More than a tenant has by default.
export Platform__Quotas__Apps=100000

apps=${1:-1000}
processes=${2:-20}
js_apps=${3:-10}
build_all
peers=$root/tests/load/peers
guests=$root/tests/guests
js=$("$guests/build.sh" --path js-hello)

# files and lines that the developer writes and keeps.
owned() { echo "$# files, $(cat "$@" | wc -l) lines"; }

# packages and lines of JavaScript under node_modules, without the packages' own tests.
installed() {
  local packages lines
  packages=$(find "$1/node_modules" -name package.json -not -path '*/test/*' -print0 \
    | xargs -0 node -e 'console.log(new Set(process.argv.slice(1).filter(f => /node_modules\/(@[^/]+\/)?[^/]+\/package.json$/.test(f))).size)')
  lines=$(find "$1/node_modules" -type f \( -name '*.js' -o -name '*.cjs' -o -name '*.mjs' \) -not -path '*/test/*' -print0 | xargs -0 cat | wc -l)
  echo "$packages packages, $lines lines"
}

mib() { du -sLk "$@" | awk '{sum += $1} END {printf "%.1f MiB", sum / 1024}'; }

# first_answer START...: milliseconds from starting the process to its first 200, the median of five.
first_answer() {
  local i begin
  for i in 1 2 3 4 5; do
    begin=$(now_ms)
    "$@"
    echo $(($(now_ms) - begin))
    stop_all
  done | sort -n | sed -n 3p
}

# many START: PSS of as many processes as there are apps, from a sample: pages that processes share count once.
many() {
  local i total=0 one
  for ((i = 0; i < processes; i++)); do "$@"; done
  for one in "${pids[@]}"; do total=$((total + $(pss_kb "$one"))); done
  stop_all
  echo $((total / processes))
}

one() {
  "$@"
  pss_kb "$pid"
  stop_all
}

kestrel_first=$(first_answer start_kestrel)
express_first=$(first_answer start_express)
kestrel_one=$(one start_kestrel)
express_one=$(one start_express)
kestrel_many=$(many start_kestrel)
express_many=$(many start_express)

# Here: a module of its own for each app (a custom section makes each another file), each asked once, so that each is loaded.
node "$peers/../variants.mjs" "$guests/bin/c-hello.wasm" "$work/variants" "$apps"
start_platform "$work/data"
idle=$(pss_kb "$pid")
api POST /tenants --json '{"name":"many"}' >/dev/null
begin=$(now_ms)
for ((i = 0; i < apps; i++)); do
  api POST "/tenants/many/apps/app-$i/deploy" -F "module=@$work/variants/$i.wasm" >/dev/null
done
deploy_all=$(($(now_ms) - begin))
for ((i = 0; i < apps; i++)); do
  curl -fsS -o /dev/null -H "Host: app-$i--many.localhost" "$url"
done
sleep 5
idle_many=$(pss_kb "$pid")

# From "I have a new .wasm" to its first answer on a platform that runs.
node "$peers/../variants.mjs" "$guests/bin/c-hello.wasm" "$work/fresh" 5 fresh
here_first=$(for i in 0 1 2 3 4; do
  begin=$(now_ms)
  api POST "/tenants/many/apps/first-$i/deploy" -F "module=@$work/fresh/$i.wasm" >/dev/null
  curl -fsS -o /dev/null -H "Host: first-$i--many.localhost" "$url"
  echo $(($(now_ms) - begin))
done | sort -n | sed -n 3p)
stop_all
restart=$(first_answer start_platform "$work/data")

# JavaScript takes seconds to compile and has a JavaScript engine in each module: fewer of them.
node "$peers/../variants.mjs" "$js" "$work/js" "$js_apps"
start_platform "$work/js-data"
api POST /tenants --json '{"name":"many"}' >/dev/null
for ((i = 0; i < js_apps; i++)); do
  begin=$(now_ms)
  api POST "/tenants/many/apps/app-$i/deploy" -F "module=@$work/js/$i.wasm" >/dev/null
  curl -fsS -o /dev/null -H "Host: app-$i--many.localhost" "$url"
  echo $(($(now_ms) - begin)) >>"$work/js-first"
done
js_first=$(sort -n "$work/js-first" | sed -n $(((js_apps + 1) / 2))p)
sleep 5
js_idle_many=$(pss_kb "$pid")
stop_all

dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
framework=$(mib "$dotnet_root"/shared/Microsoft.NETCore.App/10.* "$dotnet_root"/shared/Microsoft.AspNetCore.App/10.*)
to_mib() { awk -v kb="$1" 'BEGIN {printf "%.1f MiB", kb / 1024}'; }
gib() { awk -v kb="$1" -v n="$2" 'BEGIN {printf "%.1f GiB", kb * n / 1048576}'; }

cat <<EOF
$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)); ./load.sh containers $apps $processes $js_apps

| the same hello | ASP.NET minimal API | Express 5 | here, JavaScript | here, C |
|---|---|---|---|---|
| the developer owns | $(owned "$peers"/kestrel/Program.cs "$peers"/kestrel/kestrel.csproj) | $(owned "$peers"/express/server.mjs "$peers"/express/package.json) | $(owned "$guests"/js-hello/main.js) | $(owned "$guests"/c-hello/* "$guests"/include/{arena,http,wasi}.h) |
| installed to run it | 0 packages (the shared framework) | $(installed "$cache/peers/express") | nothing | nothing |
| installed to build it | .NET SDK | npm | $(installed "$cache/npm") (the tools of all guests) | clang, and jco of the same tools |
| artifact | $(mib "$cache/peers/kestrel") | $(mib "$cache/peers/express") | $(mib "$js") (of it a JavaScript engine) | $(wc -c <"$guests/bin/c-hello.wasm") bytes |
| under it, in its image | .NET runtime $framework, a system | Node $(mib "$(readlink -f "$(command -v node)")"), a system | nothing | nothing |
| to the first answer | $kestrel_first ms (process start) | $express_first ms (process start) | $js_first ms (deploy with compile) | $here_first ms (deploy with compile) |
| memory, one app idle (PSS) | $(to_mib "$kestrel_one") | $(to_mib "$express_one") | $(to_mib "$idle") (the whole platform) | the same process |
| memory, $apps apps idle | $(gib "$kestrel_many" "$apps") ($processes measured, $(to_mib "$kestrel_many") each) | $(gib "$express_many" "$apps") ($processes measured, $(to_mib "$express_many") each) | $(to_mib "$js_idle_many") with $js_apps of them (measured; beyond a bound, those used least are unloaded) | $(to_mib "$idle_many") (measured, a module each) |
| the web server has a vulnerability | rebuild and redeploy each app's image | rebuild and redeploy each app's image | restart the platform's new version; no app changes | the same |

Platform: $apps apps deployed in $((deploy_all / 1000)) s one after another; restarted with all of them, it answers after $restart ms.
EOF
