#!/bin/sh
# Writes build/sbom.json: what the image is made of, in CycloneDX, from the lock it is made from. The
# same lock gives the same file. `just` has uv on the PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
bin=$(tools/venv.sh containers)
out=${1:-build/sbom.json}
mkdir -p "$(dirname -- "$out")"
# A lock does not say who needs whom; the warning about it says nothing else.
PYTHONWARNINGS=ignore "$bin/cyclonedx-py" requirements --pyproject pyproject.toml \
    --spec-version 1.6 --output-format JSON --output-reproducible --validate \
    --output-file "$out" requirements/runtime.lock
echo "sbom: wrote $out" >&2
