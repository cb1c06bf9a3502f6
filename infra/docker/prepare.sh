#!/bin/sh
# Writes what compose.yaml asks for and has no default: .env with secrets of your own, a certificate
# for localhost, and settings.env for all other settings. What is there stays as it is.
set -eu

cd -- "$(dirname -- "$0")"
umask 077

secret() { # as many random bytes, in characters that mean nothing to a URL or a shell
    openssl rand -hex "$1"
}

if [ ! -e .env ]; then
    cat >.env.new <<END
# Made by prepare.sh. The first four lines say where and for whom this runs: see
# docs/how-to/containers.md before anybody but you uses it.
CORE_ENVIRONMENT=development
CORE_PUBLIC_URL=https://localhost:8443
CORE_S3_PUBLIC_ENDPOINT_URL=http://127.0.0.1:8333
SERVER_NAME=localhost

CORE_SECRET_KEYS=$(secret 48)
CORE_APP_PASSWORD=$(secret 24)
CORE_OWNER_PASSWORD=$(secret 24)
POSTGRES_PASSWORD=$(secret 24)
CORE_S3_ACCESS_KEY_ID=core-api
CORE_S3_SECRET_ACCESS_KEY=$(secret 24)
END
    mv .env.new .env
    echo "prepare: made infra/docker/.env; its secrets are yours alone" >&2
fi

if [ ! -e settings.env ]; then
    cat >settings.env <<END
# Settings of docs/reference/settings.md that compose.yaml does not make, a line each. For example:
# CORE_MAIL_URL=smtp+starttls://user:password@smtp.example.com:587
END
fi

if [ ! -e tls/key.pem ]; then
    mkdir -p tls
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -out tls/cert.pem -keyout tls/key.pem 2>/dev/null
    chmod 644 tls/cert.pem
    echo "prepare: made a certificate for localhost, which no browser trusts by itself" >&2
fi
