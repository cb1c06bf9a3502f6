#!/bin/sh
# Prints nginx.conf: the template beside this script with every name in braces filled in, from the
# environment, or else from defaults.env.
#
#   SERVER_NAME=api.example.com UPSTREAM=127.0.0.1:8000 infra/nginx/render.sh >nginx.conf
#
# It needs a shell and awk, as every image of NGINX has them.
set -eu

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
exec awk '
function fail(text) {
    print "render.sh: " text >"/dev/stderr"
    failed = 1
    exit 1
}

# What a name stands for. A value must not end the directive that it is in.
function value(name,    found) {
    if (ENVIRON[name] != "") found = ENVIRON[name]
    else if (name in defaults) found = defaults[name]
    else fail(name " is not set")
    if (found ~ /[;{}"\047\\$\n]/) fail(name " holds what would not stay a value: " found)
    return found
}

function fill(line,    name, head, tail, count, words, i) {
    if (!match(line, /[$][{][A-Z_]+[}]/)) {
        print line
        return
    }
    name = substr(line, RSTART + 2, RLENGTH - 3)
    head = substr(line, 1, RSTART - 1)
    tail = substr(line, RSTART + RLENGTH)
    count = split(value(name), words, ",")
    if (count == 0) words[count = 1] = ""
    for (i = 1; i <= count; i++) fill(head words[i] tail)
}

FNR == NR {
    if ($0 ~ /^[A-Z_]+=/) defaults[substr($0, 1, index($0, "=") - 1)] = substr($0, index($0, "=") + 1)
    next
}
{ fill($0) }
END { exit failed }
' "$folder/defaults.env" "$folder/nginx.conf.template"
