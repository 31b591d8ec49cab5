#!/usr/bin/env bash
# usage: unshare --mount --net --propagation private tests/deploy/image.sh APP UID:GID 'START...' 'HEALTH...' GUEST   (as root)
# Runs what deploy/Dockerfile puts into an image as a container would: a root file system that is read-only and has nothing but the published program, .NET and the libraries that chiselled
# images have; /data and /tmp to write to; a user without privileges. Then asks for its health, deploys the guest, calls it, and stops it.
set -euo pipefail
app=$1 user=$2 guest=$5
read -ra start <<<"$3"
read -ra health <<<"$4"
root=$(mktemp -d)
answer=$(mktemp)
ip link set lo up
mount -t tmpfs -o mode=0755 tmpfs "$root"
cd "$root"

mkdir -p app data tmp proc sys dev usr/lib/x86_64-linux-gnu usr/share/dotnet etc
ln -s usr/lib lib
ln -s usr/lib/x86_64-linux-gnu lib64
for library in ld-linux-x86-64.so.2 libc.so.6 libdl.so.2 libm.so.6 libpthread.so.0 librt.so.1 libresolv.so.2 libnss_files.so.2 libgcc_s.so.1 libstdc++.so.6 libssl.so.3 libcrypto.so.3 libz.so.1; do
  cp -L "/usr/lib/x86_64-linux-gnu/$library" usr/lib/x86_64-linux-gnu/
done
echo 'hosts: files dns' >etc/nsswitch.conf
echo '127.0.0.1 localhost' >etc/hosts
for mounted in "$app app" "$(dirname "$(readlink -f "$(command -v dotnet)")") usr/share/dotnet"; do
  read -r from to <<<"$mounted"
  mount --bind "$from" "$to"
  mount -o remount,bind,ro,nosuid,nodev "$to"
done
mount --rbind /proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=0700,uid="${user%:*}",gid="${user#*:}" tmpfs data
mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmpfs tmp
mount -o remount,ro "$root"

# The variables that aspnet images set.
within() { exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true \
  setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"; }

(within "${start[@]}") &
server=$!
trap 'kill -9 $server 2>/dev/null || true; rm -f "$answer"; cd / && umount -lR "$root" && rmdir "$root"' EXIT
for attempt in $(seq 300); do
  kill -0 $server
  (within "${health[@]}") >"$answer" 2>&1 && break
  [ "$attempt" -lt 300 ] || { cat "$answer" >&2; exit 1; }
  sleep 0.2
done
cat "$answer"
grep -E '^(Uid|NoNewPrivs|CapEff):' /proc/$server/status
if touch "/proc/$server/root/app/x" 2>/dev/null; then echo "the program's files can be written"; fi

token=$(cat data/platform/operator-token)
api() { curl -sS -f -H "Authorization: Bearer $token" "$@"; }
api --json '{"name":"acme"}' http://127.0.0.1:8080/v1/tenants >/dev/null
api -F "module=@$guest" http://127.0.0.1:8080/v1/tenants/acme/apps/hello/deploy >/dev/null
echo "guest: $(curl -sS -f http://hello--acme.localhost:8080/)"

kill -TERM $server
code=0
wait $server || code=$?
echo "stopped: $code"
if (within "${health[@]}") 2>/dev/null; then echo "healthy without a process"; fi
stat -c 'data: %u:%g %a' data/platform
