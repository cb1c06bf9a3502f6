#!/bin/sh
# Installs Compose itself, without Docker, into .tools and prints where: what reads our files in tests.
#
# PyPI has it as source alone, which holds the program, and whose build would rather fetch and build
# another: so that is kept from it, and the program is held to its own checksum. `just` has uv on the
# PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
lock=tools/compose.lock
program=docker-compose
checksum=dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372
folder=$PWD/.tools/compose-$checksum

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "compose: there is one for Linux on x86_64 alone" >&2
    exit 1
fi
if [ ! -x "$folder/$program" ]; then
    echo "compose: installing $lock into .tools" >&2
    mkdir -p .tools
    new=$(mktemp -d .tools/compose-new.XXXXXX)
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' HUP INT TERM
    uv venv --quiet --no-project --clear "$new/venv"
    # What builds it comes first and as locked, or else the newest would be fetched.
    sed -n '/^poetry-core/,/[^\\]$/p' "$lock" >"$new/build.lock"
    uv pip sync --quiet --python "$new/venv/bin/python" --require-hashes --no-build "$new/build.lock"
    GIT_ALLOW_PROTOCOL=none uv pip sync --quiet --python "$new/venv/bin/python" --require-hashes \
        --no-build-isolation "$lock"
    mkdir "$new/bin"
    mv "$new"/venv/lib/python*/site-packages/compose/"$program" "$new/bin/"
    echo "$checksum  $new/bin/$program" | sha256sum --check --quiet >&2
    mv -T "$new/bin" "$folder" 2>/dev/null || [ -x "$folder/$program" ] # of two at once, one wins
fi
echo "$folder/$program"
