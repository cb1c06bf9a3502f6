"""Migrations make exactly the tables, there and back, and the wall stands in the catalogue."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters import postgres
from adapters.embedded import Urls
from adapters.postgres import revisions
from adapters.postgres.tables import migrate, repeatable
from core.telemetry import NullTracer
from tests.integration.service import PATIENCE, Service
from tests.integration.zygote import zygote

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(urls: Urls) -> Iterator[str]:
    """A database of its own, with nothing in it; its address as the owner."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(urls.superuser, autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name} OWNER core_owner")
        try:
            yield urls.owner.replace("/core?", f"/{name}?")
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_migrations_make_exactly_the_tables(empty: str) -> None:
    migrate.upgrade(empty)

    migrate.check(empty)


def test_every_migration_can_be_taken_back_and_made_again(empty: str) -> None:
    for revision in migrate.revisions():
        migrate.upgrade(empty, revision)
        migrate.downgrade(empty, "-1")
        migrate.upgrade(empty, revision)


def test_the_newest_revision_is_found_without_alembic() -> None:
    assert revisions.head() == migrate.revisions()[-1]


async def test_an_older_and_a_newer_database_are_told_apart(empty: str) -> None:
    migrate.upgrade(empty)
    pool = postgres.pool(empty.replace("core_owner", "core_app"), least=1, most=1)
    async with pool:
        readiness = postgres.Readiness(postgres.Database(pool, NullTracer()))
        assert await readiness.problems() == []

        at(empty, "unheard0f")
        assert await readiness.problems() == []  # whoever migrated it left us compatible
        with psycopg.connect(empty, autocommit=True) as owner:
            owner.execute("DELETE FROM core.compatible_revisions")
        [newer] = await readiness.problems()
        at(empty, None)
        [older] = await readiness.problems()

    assert "unheard0f, which no longer serves this version" in newer
    assert "core-api db migrate" in older


async def test_what_was_not_migrated_to_its_end_is_told(empty: str) -> None:
    pool = postgres.pool(empty.replace("core_owner", "core_app"), least=1, most=1)
    async with pool:
        readiness = postgres.Readiness(postgres.Database(pool, NullTracer()))
        [nothing] = await readiness.problems()
        with psycopg.connect(empty, autocommit=True) as owner:
            owner.execute("CREATE SCHEMA core")
            owner.execute("CREATE TABLE core.alembic_version (version_num text)")
        [begun] = await readiness.problems()
        migrate.upgrade(empty)
        assert await readiness.problems() == []
        with psycopg.connect(empty, autocommit=True) as owner:
            owner.execute("DELETE FROM core.compatible_revisions")
        [cut_short] = await readiness.problems()

    assert nothing == begun == "The database is not migrated: run `core-api db migrate`."
    assert cut_short == "A migration was cut short: run `core-api db migrate` again."


def test_a_service_ends_the_migration_that_was_killed(tmp_path: Path) -> None:
    service = Service(tmp_path)
    files = (Path(os.devnull), tmp_path / "migrated.log", tmp_path / "migrated.log")
    for patience in (0.0, 1.0):
        migrating = zygote().begin(["db", "migrate"], tmp_path, service.environment, files)
        _wait_for_the_schema(service)
        time.sleep(patience)
        migrating.send_signal(signal.SIGKILL)
        migrating.wait(timeout=PATIENCE)

    with service:
        service.person().organization()


def test_a_service_makes_the_keys_that_whoever_migrated_did_not(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        with psycopg.connect(service.owner_url, autocommit=True) as owner:
            owner.execute("DELETE FROM accounts.signing_keys")
        service.stop()
        service.start()

        service.person().organization()


def _wait_for_the_schema(service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError), psycopg.connect(service.owner_url) as connection:
            if connection.execute("SELECT to_regnamespace('core')").fetchone() != (None,):
                return
        time.sleep(0.01)
    raise TimeoutError("there is no schema")


def at(owner_url: str, revision: str | None) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM core.alembic_version")
        if revision:
            owner.execute("INSERT INTO core.alembic_version VALUES (%s)", (revision,))


def test_two_migrations_at_once_do_not_collide(empty: str) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; from adapters.postgres.tables import migrate, repeatable;",
    ]
    command[-1] += "migrate.upgrade(sys.argv[1])"

    with ThreadPoolExecutor(2) as threads:
        done = threads.map(
            lambda _: subprocess.run([*command, empty], check=False, timeout=PATIENCE).returncode,  # noqa: S603
            range(2),
        )

    assert list(done) == [0, 0]


def test_grants_and_policies_can_be_applied_again(empty: str) -> None:
    migrate.upgrade(empty)

    migrate.upgrade(empty)


@pytest.mark.parametrize("step", list(repeatable.steps()))
def test_between_two_steps_no_wall_is_down(step: str) -> None:
    """Others see the database after each, and the next may never come."""
    said = re.sub(r"(?s)\$\$.*?\$\$", "", step)
    for kind, name in re.findall(r"DROP (POLICY|TRIGGER) IF EXISTS (\w+)", said):
        assert f"CREATE {kind} {name} " in said
    for name in re.findall(r"(?s)FUNCTION ([\w.]+)\s*\([^;]*?SECURITY DEFINER", said):
        assert re.search(rf"REVOKE (ALL|EXECUTE) ON FUNCTION {re.escape(name)} FROM PUBLIC", said)


@pytest.mark.parametrize("step", list(repeatable.steps()))
def test_a_step_holds_one_table_at_most(step: str) -> None:
    """One that held a table and waited for another made a deadlock, which ended requests."""
    said = re.sub(r"(?ms)\$\$.*?\$\$|--.*?$", "", step)
    tables = re.findall(r"(?:ALTER TABLE|(?:POLICY|TRIGGER)[^;]*? ON) ([\w.]+)", said)

    assert len(set(tables)) <= 1


HOUSE_STYLE = (
    "prefer-robust-stmts,require-timeout-settings,prefer-bigint-over-int,"
    "prefer-bigint-over-smallint,prefer-identity,prefer-text-field"  # alembic_version's own
)
UNRELEASED = (
    "require-concurrent-index-creation,adding-foreign-key-constraint,"
    "constraint-missing-not-valid,require-concurrent-index-deletion,ban-drop-not-null,"
    "ban-drop-constraint"
)
"""What would make a running service wait: before the first release there is none."""

BEFORE_THE_FIRST_RELEASE = frozenset(
    {"812b86c5aa2d", "be834f59794d", "cb661eb6781d", "5d1e7c20a94b"}
)


@pytest.mark.parametrize(("before", "revision"), list(pairwise(["base", *migrate.revisions()])))
def test_new_statements_pass_the_linter(tmp_path: Path, before: str, revision: str) -> None:
    script = tmp_path / "migrations.sql"
    script.write_text(Service(tmp_path).cli("db", "sql", f"{before}:{revision}"))
    excused = UNRELEASED if revision in BEFORE_THE_FIRST_RELEASE else ""
    excluded = ",".join(filter(None, (HOUSE_STYLE, excused)))
    squawk = Path(sys.executable).with_name("squawk")
    linted = subprocess.run(  # noqa: S603 - our own command
        [str(squawk), f"--exclude={excluded}", "--pg-version=18", str(script)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_wall_stands_in_the_catalogue(empty: str) -> None:
    migrate.upgrade(empty)
    with psycopg.connect(empty) as owner:
        tenant_tables = {
            row[0]
            for row in owner.execute(
                """
                SELECT DISTINCT attrelid::regclass::text FROM pg_attribute
                  JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p')
                       AND NOT relispartition
                 WHERE attname = 'organization_id'
                   AND relnamespace::regnamespace::text
                       NOT IN ('pg_catalog', 'information_schema', 'jobs')
                """
            )
        } | {"accounts.organizations"}
        guarded = {
            row[0]: set(row[1])
            for row in owner.execute(
                """
                SELECT polrelid::regclass::text, array_agg(polname::text) FROM pg_policy
                  JOIN pg_class ON pg_class.oid = polrelid AND relrowsecurity
                 GROUP BY polrelid
                """
            )
        }
        reachable = owner.execute(
            """
            SELECT count(*) FROM pg_class
             WHERE relispartition AND relkind = 'r'
               AND (has_table_privilege('core_app', oid, 'SELECT, INSERT, UPDATE, DELETE')
                    OR has_table_privilege('core_platform', oid, 'SELECT'))
            """
        ).fetchone()
        bypassing = owner.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname ~ '^core_' AND (rolsuper OR rolbypassrls)"
        ).fetchone()

    assert guarded.keys() == tenant_tables
    shared = {"management.collections", "management.settings"}  # some are everybody's to read
    assert all(
        policies == {"tenant", "platform"} | ({"shared"} if table in shared else set())
        for table, policies in guarded.items()
    )
    assert reachable == (0,)  # a part of a table is only seen through the whole, and its walls
    assert bypassing == (0,)


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE core.audit_events SET action = 'x'",
        "DELETE FROM core.audit_events",
        "TRUNCATE core.audit_events",
    ],
)
def test_nobody_rewrites_the_audit_log(empty: str, verb: str) -> None:
    migrate.upgrade(empty)
    app = empty.replace("core_owner@", "core_app@")

    with psycopg.connect(app) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(verb)
    with psycopg.connect(empty) as owner, pytest.raises(psycopg.errors.RaiseException):
        owner.execute(verb)


def test_remigrating_leaves_one_clean_migration(tmp_path: Path) -> None:
    for name in ("src", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    service = Service(tmp_path)
    service.environment["PYTHONPATH"] = str(tmp_path / "src")

    service.cli("db", "remigrate", "--yes")

    [made] = (tmp_path / "migrations" / "versions").glob("*.py")
    assert "initial" in made.name
    service.cli("db", "check")
    service.environment["CORE_ENVIRONMENT"] = "production"
    assert "Never in production" in service.cli("db", "remigrate", "--yes", expect=2)
