#!/bin/sh
# Installs what builds and runs an image without Docker, for `just image-test`, on Debian and its kin.
# Does nothing where it is there already, and where it can't be installed: the tests say what is
# missing then.
set -eu

complete=yes
for name in buildah podman runc mmdebstrap; do
    command -v "$name" >/dev/null || complete=no
done
[ "$complete" = no ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "containers: buildah, podman, runc or mmdebstrap is missing, and none installed:" \
        "that takes root on Debian or its kin" >&2
    exit 0
fi
echo "containers: installing buildah, podman, runc and mmdebstrap" >&2
export DEBIAN_FRONTEND=noninteractive
{
    apt-get -qq update &&
        apt-get -qq install --yes --no-install-recommends buildah podman runc mmdebstrap
} >/dev/null || echo "containers: apt-get could not" >&2
