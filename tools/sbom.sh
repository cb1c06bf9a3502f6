#!/bin/sh
# Writes build/sbom.json: what the image is made of, in CycloneDX, from the lock it is made from. The
# same lock gives the same file. `just` has uv on the PATH.
#
#   tools/sbom.sh [FILE [OPTION ...]]    options of cyclonedx-py
set -eu

cd -- "$(dirname -- "$0")/.."
venv=$(tools/tools.sh containers)
out=${1:-build/sbom.json}
[ $# = 0 ] || shift
mkdir -p "$(dirname -- "$out")"
# A lock does not say who needs whom; the warning about it says nothing else.
PYTHONWARNINGS=ignore "$venv/bin/cyclonedx-py" requirements --pyproject pyproject.toml \
    --spec-version 1.6 --output-format JSON --output-reproducible \
    --output-file "$out" "$@" requirements/runtime.lock
echo "sbom: wrote $out" >&2
