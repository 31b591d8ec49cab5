#!/usr/bin/env bash
# usage: deploy/compose/secrets.sh [DIRECTORY]   makes the secrets that docker-compose.yml mounts, in deploy/compose/secrets. Those that are there stay as they are.
# Containers read them as users of their own, by the files' mode; that nobody else on this machine does is the directory's.
set -euo pipefail
directory=${1:-$(dirname "$0")/secrets}
mkdir -p "$directory"
chmod 700 "$directory"
cd "$directory"

# Hexadecimal digits: none of them means anything in a connection string or in Redis' file.
password() { od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64; }
postgres_connection() { echo "Host=postgres;Username=platform;Database=platform;Password=$(cat postgres-password)"; }
redis_connection() { echo "redis:6379,password=$(cat redis-password)"; }
# What is written is on the disk within a second, and nothing is dropped for want of memory.
redis_conf() {
  cat <<CONF
requirepass $(cat redis-password)
dir /data
appendonly yes
appendfsync everysec
maxmemory 768mb
maxmemory-policy noeviction
CONF
}

make() {
  [ ! -s "$1" ] || return 0
  "$2" >"$1.new"
  chmod 444 "$1.new"
  mv "$1.new" "$1"
}

make cluster-key key
make master-key key
make operator-token password
make grafana-password password
make postgres-password password
make postgres-connection postgres_connection
make redis-password password
make redis-connection redis_connection
make redis.conf redis_conf
echo "The secrets are in $PWD; the operator's token is $PWD/operator-token, Grafana's password (user admin) $PWD/grafana-password"
