#!/usr/bin/env bash
# the dashboard in Debian's Chromium: until a page is interactive, and what a live tail of 10,000 lines a second for [SECONDS] (default 20) does to a page
set -euo pipefail
source "$(dirname "$0")/common.sh"
need dotnet chromium
configuration=${CONFIGURATION:-Release}
if [ -z "${PLATFORM_BUILT:-}" ]; then
  dotnet build "$root/tests/Platform.Browser.Tests" -c "$configuration" -nologo -clp:ErrorsOnly >&2
fi
echo "$(date -u +%F), $(nproc) processors ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)), browser, platform and load on them; ./load.sh dashboard ${1:-20}; load average at the start $(cut -d' ' -f1-3 /proc/loadavg)"
PLATFORM_SECONDS=${1:-20} PLATFORM_FIGURES=$work/figures "$root/tests/Platform.Browser.Tests/bin/$configuration/net10.0/Platform.Browser.Tests" \
  --no-ansi --progress off --filter-method '*Dashboard_OpensAndFollows' >"$work/output" 2>&1 || { cat "$work/output" >&2; exit 1; }
cat "$work/figures"
