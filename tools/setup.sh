#!/bin/sh
# Makes .venv match requirements/dev.lock, exactly; does nothing when it does already.
# Run by `just setup`, which every other recipe needs: it has uv on the PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
stamp=.venv/.installed
lock=.tools/setup.lock

inputs() { # a venv names its folder in every script, so one that was moved or copied is stale
    echo "$(cat .python-version) $(cat requirements/dev.lock pyproject.toml | cksum) $PWD"
}

is_current() {
    [ -f "$stamp" ] && [ -x .venv/bin/core-api ] && [ "$(cat "$stamp")" = "$(inputs)" ]
}

is_usable() { # made here, for this Python; a venv without a stamp is taken over
    [ -x .venv/bin/python ] || return 1
    [ -f "$stamp" ] || return 0
    read -r version _ _ folder <"$stamp"
    [ "$version" = "$(cat .python-version)" ] && [ "$folder" = "$PWD" ]
}

is_current && exit 0

mkdir -p .tools
until ln -s "$$" "$lock" 2>/dev/null; do # two at once: the second waits, then has nothing to do
    kill -0 "$(readlink "$lock")" 2>/dev/null || rm -f "$lock"
    sleep 0.2
done
trap 'rm -f "$lock"' EXIT
trap 'exit 130' HUP INT TERM
is_current && exit 0

echo "setup: installing requirements/dev.lock into .venv" >&2
is_usable || uv venv --quiet --clear .venv
# Where Python may write no bytecode, each start would compile all libraries anew: 4 s instead of 1.
uv pip sync --quiet --python .venv/bin/python --require-hashes \
    ${PYTHONDONTWRITEBYTECODE:+--compile-bytecode} requirements/dev.lock
uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
inputs >"$stamp"
