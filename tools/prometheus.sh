#!/bin/sh
# Unpacks Debian's Prometheus, with its promtool, into .tools and prints where: what reads our rules in
# tests. Nothing is installed and nothing starts, so it takes no root where apt knows its packages; if
# both programs are on the PATH, those it is.
set -eu

cd -- "$(dirname -- "$0")/.."
folder=$PWD/.tools/prometheus

found=$(command -v promtool || true)
if [ -n "$found" ] && [ -x "$(dirname -- "$found")/prometheus" ]; then
    dirname -- "$found"
    exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "prometheus: no promtool, and none unpacked: that takes Debian or its kin" >&2
    exit 1
fi
if [ ! -x "$folder/promtool" ]; then
    echo "prometheus: unpacking Debian's package into .tools" >&2
    mkdir -p .tools
    new=$(mktemp -d "$PWD/.tools/prometheus-new.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    trap 'exit 130' HUP INT TERM
    cd -- "$new"
    if ! apt-get -qq download prometheus >/dev/null 2>"$new/said"; then
        apt-get -qq update >/dev/null 2>>"$new/said" || true # which takes root
        apt-get -qq download prometheus >/dev/null 2>>"$new/said" || {
            cat "$new/said" >&2
            exit 1
        }
    fi
    dpkg-deb --extract prometheus_*.deb "$new/package"
    mv -T "$new/package/usr/bin" "$folder" 2>/dev/null || [ -x "$folder/promtool" ] # of two, one wins
fi
echo "$folder"
