#!/bin/sh
# Makes .tools/NAME hold exactly what tools/NAME.lock pins, and prints its folder of programs:
#
#   tools/venv.sh containers
#
# For tools that look at the service and are no part of it: what they lean on never meets what the
# service leans on. Does nothing when it was done already. `just` has uv on the PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
name=$1
lock=tools/$name.lock
venv=$PWD/.tools/$name
wanted="$(cat .python-version) $(cksum <"$lock") $PWD"

if [ "$(cat "$venv/.installed" 2>/dev/null)" != "$wanted" ]; then
    echo "venv: installing $lock into .tools/$name" >&2
    mkdir -p .tools
    draft=$(mktemp -d ".tools/$name.XXXXXX") # a place of its own is all that two at once need
    trap 'rm -rf "$draft"' EXIT
    trap 'exit 130' HUP INT TERM
    uv venv --quiet --no-project --clear --relocatable "$draft"
    uv pip sync --quiet --python "$draft/bin/python" --require-hashes "$lock"
    echo "$wanted" >"$draft/.installed"
    rm -rf "$venv"
    mv -T "$draft" "$venv" 2>/dev/null || [ -f "$venv/.installed" ] # of two at once, one wins
fi
echo "$venv/bin"
