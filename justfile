# Everything anybody needs to run. `./justw` lists it and needs no just of your own.
#
# Settings come from the environment, then from .env. The service reads .env by itself, and so it
# is not loaded here: the tests would see your settings.

set positional-arguments
set shell := ["sh", "-euc"]

lock-style := "--quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url"
# Tests start many interpreters: where Python may write no bytecode, each would compile all anew.
pytest := "PYTHONDONTWRITEBYTECODE= pytest"
bin := justfile_directory() / ".venv" / "bin"
export PATH := bin + ":" + env("PATH")
export VIRTUAL_ENV := justfile_directory() / ".venv"

[private]
default:
    @just --list --unsorted

# Make .venv match the lock; at once when it does already
[group('start')]
setup:
    @tools/setup.sh

# Start PostgreSQL, migrate and serve on http://127.0.0.1:8000
[group('start')]
run *options: setup
    @exec core-api serve "$@"

# Fill the development database with something to look at
[group('start')]
demo *options: setup
    @exec core-api demo "$@"

# What CI runs, without its slow linters, in the order that fails fastest
[group('check')]
test: lint imports _quick integration infra-test

# What CI runs, whole; images are built by a workflow of their own
[group('check')]
ci: browser lint hygiene imports _quick integration infra-test

# The types are one core's work, and what is left of the others goes to the unit tests.
[parallel]
[private]
_quick: types unit

# Tests that open no socket: just unit -k sign_up
[group('check')]
unit *options: setup
    {{ pytest }} tests/unit -n auto "$@"

# All other tests: they start a PostgreSQL of their own
[group('check')]
integration *options: setup
    {{ pytest }} --ignore=tests/unit --ignore=tests/infra -rs -n 4 --dist loadfile --no-loadscope-reorder "$@"

# Routes against their document, with many more inputs: what CI does every week
[group('check')]
thorough *options: setup
    {{ pytest }} tests/integration/test_openapi_forbidden.py tests/integration/test_openapi_made_up.py --thorough -n 2 --dist loadfile "$@"

# What is in infra/ is run, but for the image: NGINX, Compose, Terraform, workflows, alerts
[group('check')]
infra-test *options: setup
    {{ pytest }} tests/infra -m "not image" -rs -n 3 --dist loadfile --no-loadscope-reorder "$@"

# Build the image without Docker, run it, and look at what is in it
[group('check')]
image-test *options: setup
    @tools/containers.sh
    {{ pytest }} tests/infra/image -m image -n 0 -rs "$@"

# Format, and fix what can be fixed
[group('check')]
fmt: setup
    ruff format
    ruff check --fix
    just --unstable --fmt

# Format and style of the Python code
[group('check')]
lint: setup
    ruff format --check
    ruff check

# Strict mypy
[group('check')]
types: setup
    mypy

# Who may import whom
[group('check')]
imports: setup
    lint-imports --no-logo

# The slow linters: whitespace, YAML, shell, workflows, the format of this file
[group('check')]
hygiene: setup
    SKIP=format,lint,types,imports pre-commit run --all-files --show-diff-on-failure

# Bring the database to the newest migration
[group('database')]
migrate *options: setup
    core-api db migrate "$@"

# Write a migration from what changed in the tables: just mm "add invitations"
[group('database')]
mm name: setup
    core-api db revision "$1"

# Put one clean migration in place of all, on an empty development database
[confirm('This deletes every migration and ALL DATA of the development database. Continue?')]
[group('database')]
remigrate: _not-in-production setup
    core-api db remigrate --yes

# Install the Chromium that tests of the console drive, where there is none and root may
[group('upkeep')]
browser:
    @tools/browser.sh

# The whole service in containers, with secrets of your own: just compose up --build --wait
[group('start')]
compose *arguments:
    @infra/docker/prepare.sh
    docker compose --file infra/docker/compose.yaml "$@"

# Write build/sbom.json, in CycloneDX: every library that the image is made of
[group('upkeep')]
sbom *arguments: setup
    @tools/sbom.sh "$@"

# Measure against the reference application
[group('upkeep')]
bench *options: setup
    python -m benchmarks "$@"

# Lock what pyproject.toml asks for; with --upgrade, the newest of everything
[group('upkeep')]
lock *options:
    uv pip compile {{ lock-style }} "$@" --group dev --extra clickhouse -o requirements/dev.lock pyproject.toml
    uv pip compile {{ lock-style }} "$@" --constraint requirements/dev.lock -o requirements/runtime.lock pyproject.toml
    printf 'hatchling\n' | uv pip compile {{ lock-style }} "$@" --constraint requirements/dev.lock -o requirements/build.lock -
    uv pip compile {{ lock-style }} "$@" -o tools/containers.lock tools/containers.in
    uv pip compile {{ lock-style }} "$@" -o tools/compose.lock tools/compose.in
    printf 'rust-just\nuv\n' | uv pip compile {{ lock-style }} "$@" -o tools/bootstrap.lock -
    uv pip compile {{ lock-style }} "$@" -o tools/edge.lock tools/edge.in
    uv pip compile {{ lock-style }} "$@" -o tools/audit.lock tools/audit.in
    uv pip compile {{ lock-style }} "$@" -o tools/terraform.lock tools/terraform.in
    printf 'cdktf-cdktf-provider-aws==21.22.1\n' | uv pip compile {{ lock-style }} --no-deps -o tools/terraform-provider.lock -

# Ask whether a hole is known in anything that a lock pins: takes the internet
[group('upkeep')]
audit:
    @venv=$(tools/tools.sh audit); for lock in requirements/*.lock tools/*.lock; do \
        echo "$lock"; "$venv/bin/pip-audit" --strict --disable-pip --require-hashes --requirement "$lock"; \
    done

# Release an image that was pushed, by its tag or digest: migrate, then move the services
[group('upkeep')]
deploy image:
    @python3 infra/deploy.py "$1"

# Check each commit before it is made
[group('upkeep')]
hooks: setup
    pre-commit install

# Remove what can be made again; keeps .data, .env and .tools
[group('upkeep')]
clean:
    rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
    find src tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# Install what tools/NAME.lock pins into a venv of its own, once, and print where that is
[private]
tools name:
    @tools/tools.sh "$1"

# Install Compose itself, without Docker, once, and print where that is
[private]
compose-program:
    @tools/compose.sh

# Unpack Debian's Prometheus, which reads our rules in tests, once, and print where that is
[private]
prometheus-programs:
    @tools/prometheus.sh

# Install what verifies infra/terraform without AWS, once, and print where that is
[private]
terraform-tools:
    @tools/terraform.sh

# Refuses to go on when the settings say production
[private]
_not-in-production:
    @case "${CORE_ENVIRONMENT:-$(sed -n 's/^CORE_ENVIRONMENT=//p' .env 2>/dev/null)}" in \
        *production*) echo "This is production: nothing was done." >&2; exit 1 ;; \
    esac
