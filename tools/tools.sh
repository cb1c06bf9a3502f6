#!/bin/sh
# Installs what tools/$1.lock pins into .tools/$1-<checksum of that lock>, and prints that folder:
# tools that only some tests run, and whose wishes must not bend those of the service.
# Run by `just tools`, which has uv on the PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
lock=tools/$1.lock
venv=$PWD/.tools/$1-$(cat .python-version "$lock" | cksum | tr ' ' '-')

if [ ! -d "$venv" ]; then
    echo "tools: installing $lock into .tools" >&2
    mkdir -p .tools
    new=$(mktemp -d ".tools/$1-new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' HUP INT TERM
    # Scripts name their folder unless told otherwise, and this one moves once it is whole.
    uv venv --quiet --no-project --clear --relocatable "$new/venv"
    uv pip sync --quiet --python "$new/venv/bin/python" --require-hashes --no-build "$lock"
    # rename(2) never replaces a folder that holds something: of two at once, one wins, whole.
    "$new/venv/bin/python" -c 'import os, sys; os.rename(*sys.argv[1:])' "$new/venv" "$venv" \
        2>/dev/null || [ -d "$venv" ]
fi
echo "$venv"
