#!/bin/sh
# Installs Debian's Chromium, without a screen, for the tests of the console: `just browser`.
# Does nothing where there is a browser already, and where it can't be installed: those tests are
# skipped then, and say so.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "browser: no Chromium, and none installed: that takes root on Debian or its kin" >&2
    exit 0
fi
echo "browser: installing chromium" >&2
export DEBIAN_FRONTEND=noninteractive
{ apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium; } >/dev/null ||
    echo "browser: apt-get could not; the tests of the console are skipped" >&2
