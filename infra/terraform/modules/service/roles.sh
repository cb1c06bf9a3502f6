#!/bin/sh
# Makes the service's roles and its database, and gives the two that log in the passwords that are
# in Secrets Manager. Runs inside the image, as the task `roles`, and may run again at any time.
set -eu

as_admin() { # statements in: the administrator's password is in PGPASSWORD
    CORE_DATABASE_URL=$ADMIN_URL CORE_DATABASE_OWNER_URL=$ADMIN_URL core-api db psql
}

password_of() { # of an address like postgresql://role:password@host/core
    rest=${1#*://*:}
    printf %s "${rest%%@*}"
}

OWNER=$(password_of "$CORE_DATABASE_OWNER_URL")
APP=$(password_of "$CORE_DATABASE_URL")
export OWNER APP

roles=$(core-api db roles) # on its own line, so that it may fail

{
    printf '%s\n' "$roles"
    printf '%s\n' 'RESET ROLE;' '\getenv owner OWNER' '\getenv app APP' \
        "ALTER ROLE core_owner PASSWORD :'owner';" "ALTER ROLE core_app PASSWORD :'app';"
} | as_admin
