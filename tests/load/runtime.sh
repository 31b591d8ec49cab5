#!/usr/bin/env bash
# microseconds a request of the bare runtime, one thread, fuel and limits on: C, C with wasi-libc, JavaScript (BenchmarkDotNet)
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/guests/tools.sh
PLATFORM_TREE=$PWD exec dotnet run -c Release --project tests/Platform.Benchmarks -- --filter '*SandboxBenchmark*' --join "$@"
