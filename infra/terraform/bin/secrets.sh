#!/bin/sh
# Fills the secrets of an environment with what can be made up: the keys that seal tokens, and the
# passwords of the database's two roles. What has a value keeps it, so it may run again at any time.
#
#   secrets.sh core-api-prod core-api-prod.abc.eu-central-1.rds.amazonaws.com
#
# The first argument is the environment's name, the second the host of its database. No value is
# printed, or seen among the arguments of a process. It takes the AWS CLI and openssl. Where the
# image holds AWS's certificates of databases, DATABASE_TLS says so:
# DATABASE_TLS='sslmode=verify-full&sslrootcert=/etc/ssl/rds.pem'.
set -eu

name=${1:?the name of the environment, such as core-api-prod}
host=${2:?the host of the database}
tls=${DATABASE_TLS:-sslmode=require}

has_value() {
    [ "$(aws secretsmanager describe-secret --secret-id "$name/$1" \
        --query 'VersionIdsToStages' --output text)" != None ]
}

fill() { # the secret $1 with what is read
    if has_value "$1"; then
        echo "secrets: $1 has a value already"
        return
    fi
    cat >"$value"
    aws secretsmanager put-secret-value --secret-id "$name/$1" --secret-string "file://$value" \
        >/dev/null
    echo "secrets: $1 was made"
}

address() { # as the role $1, with a password that needs no escaping in an address
    printf 'postgresql://%s:%s@%s:5432/core?%s' "$1" "$(openssl rand -hex 24)" "$host" "$tls"
}

umask 077
value=$(mktemp)
trap 'rm -f "$value"' EXIT
trap 'exit 130' HUP INT TERM

address core_app | fill CORE_DATABASE_URL
address core_owner | fill CORE_DATABASE_OWNER_URL
printf %s "$(openssl rand -base64 48 | tr -d '\n')" | fill CORE_SECRET_KEYS
has_value CORE_MAIL_URL || echo "secrets: CORE_MAIL_URL is yours to fill"
