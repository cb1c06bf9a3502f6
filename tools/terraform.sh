#!/bin/sh
# Installs what verifies infra/terraform without AWS into .tools/terraform-<checksum of its locks>,
# and prints that folder:
#
#   venv/bin      Python and programs, from tools/terraform.lock
#   provider.tgz  out of tools/terraform-provider.lock: what the AWS provider knows, as text
#
# Terraform itself is yours to install. Run by `just terraform-tools`, which has uv on the PATH.
set -eu

cd -- "$(dirname -- "$0")/.."
folder=$PWD/.tools/terraform-$(cat .python-version tools/terraform.lock \
    tools/terraform-provider.lock | cksum | tr ' ' '-')

if [ ! -d "$folder" ]; then
    echo "terraform: installing tools/terraform*.lock into .tools" >&2
    mkdir -p .tools
    new=$(mktemp -d .tools/terraform-new.XXXXXX)
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' HUP INT TERM
    mkdir "$new/whole"
    # Scripts name their folder unless told otherwise, and this one moves once it is whole.
    uv venv --quiet --no-project --relocatable "$new/whole/venv"
    uv pip sync --quiet --python "$new/whole/venv/bin/python" --require-hashes --no-build \
        tools/terraform.lock
    # A quarter of a gigabyte of Python, of which one file is wanted: it is not kept, nor cached.
    uv pip install --quiet --python "$new/whole/venv/bin/python" --require-hashes --no-build \
        --no-deps --no-cache --target "$new/bindings" --requirement tools/terraform-provider.lock
    mv "$new"/bindings/cdktf_cdktf_provider_aws/_jsii/provider-aws@*.jsii.tgz "$new/whole/provider.tgz"
    # rename(2) never replaces a folder that holds something: of two at once, one wins, whole.
    "$new/whole/venv/bin/python" -c 'import os, sys; os.rename(*sys.argv[1:])' "$new/whole" "$folder" \
        2>/dev/null || [ -d "$folder" ]
fi
echo "$folder"
