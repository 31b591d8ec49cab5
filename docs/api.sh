#!/usr/bin/env bash
# usage: docs/api.sh   writes docs/api.md from the OpenAPI document of the tree as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/Platform.Control.Tests -c Release -v q -nologo -clp:ErrorsOnly
PLATFORM_WRITE_API_DOCS=1 tests/Platform.Control.Tests/bin/Release/net10.0/Platform.Control.Tests --no-ansi --progress off --filter-method '*ApiMarkdown_InTheDocs*'
