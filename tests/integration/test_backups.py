"""A backup holds everything, and is restored wholly or not at all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from adapters.embedded import EmbeddedPostgres
from adapters.postgres.schemas import SCHEMAS
from tests.integration.service import PATIENCE, Person, Service

WHOSE = """
    SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n
        ON n.oid = c.relnamespace
     WHERE n.nspname = ANY(%s) AND c.relkind = 'r'
     ORDER BY 1
"""
MADE = """
    SELECT 'policy', format('%%s.%%s %%s %%s', schemaname, tablename, policyname, qual), roles::text
      FROM pg_policies WHERE schemaname = ANY(%(s)s)
    UNION ALL
    SELECT 'right', format('%%s.%%s %%s', table_schema, table_name, privilege_type), grantee
      FROM information_schema.role_table_grants WHERE table_schema = ANY(%(s)s)
    UNION ALL
    SELECT 'index', indexdef, schemaname FROM pg_indexes WHERE schemaname = ANY(%(s)s)
    UNION ALL
    SELECT 'function', pg_get_functiondef(p.oid), p.proacl::text FROM pg_proc AS p
      JOIN pg_namespace AS n ON n.oid = p.pronamespace
     WHERE n.nspname = ANY(%(s)s) AND p.prokind = 'f'
    UNION ALL
    SELECT 'trigger', pg_get_triggerdef(t.oid), '' FROM pg_trigger AS t WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'constraint', format('%%s %%s', conrelid::regclass, pg_get_constraintdef(c.oid)), conname
      FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
     WHERE n.nspname = ANY(%(s)s)
    ORDER BY 1, 2, 3
"""


def held(url: str) -> dict[str, list[str]]:
    """Return all that a database holds: every row of every table, and what guards them."""
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute(WHOSE, [list(SCHEMAS)])]
        found = {
            name: [row for (row,) in connection.execute(f"SELECT t::text FROM {name} t ORDER BY 1")]  # noqa: S608 - of the catalogue
            for name in tables
        }
        found["made"] = [str(row) for row in connection.execute(MADE, {"s": list(SCHEMAS)})]
    return found


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Person]]:
    """A service that somebody has used, and that does not run now."""
    service = Service(tmp_path_factory.mktemp("lived"))
    server = EmbeddedPostgres(service.folder / "data" / "postgres")
    server.start()
    try:
        with service:
            service.cli("demo")
            ada = service.person()
            at = f"/v1/organizations/{ada.organization()}"
            sent = ada.http.post(
                f"{at}/events", json={"events": [{"name": "seen", "subject": "a"}]}
            )
            assert sent.status_code == 200, sent.text
        yield service, ada
    finally:
        server.stop()


@pytest.fixture(scope="module")
def file(lived: tuple[Service, Person]) -> Path:
    service, _ = lived
    file = service.folder / "core.backup"
    assert str(file) in service.cli("db", "backup", str(file))
    return file


@pytest.fixture
def other(tmp_path: Path, lived: tuple[Service, Person]) -> Iterator[Service]:
    """Another installation, with the same secret keys and an empty database."""
    lost, _ = lived
    (tmp_path / "data").mkdir()
    keys = tmp_path / "data" / "secret_keys"
    keys.write_bytes((lost.folder / "data" / "secret_keys").read_bytes())
    keys.chmod(0o600)
    service = Service(tmp_path)
    server = EmbeddedPostgres(tmp_path / "data" / "postgres")
    server.start()
    try:
        yield service
    finally:
        server.stop()


def test_every_row_and_whatever_guards_it_comes_back(
    lived: tuple[Service, Person], file: Path, other: Service
) -> None:
    service, ada = lived

    other.cli("db", "restore", str(file))

    was, found = held(service.owner_url), held(other.owner_url)
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in was.items()
    }
    assert found == was
    assert was["accounts.users"]
    assert was["made"]
    other.cli("db", "migrate")
    assert "newest revision" in other.cli("db", "current")
    with other:
        again = Person(other, ada.email)
        again.log_in()
        assert again.http.get("/v1/me").json()["email"] == ada.email
        refreshed = again.http.post(
            "/v1/auth/token/refresh", json={"refresh_token": ada.tokens["refresh_token"]}
        )
        assert refreshed.status_code == 200, refreshed.text


def test_a_backup_is_for_its_owners_eyes(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert not file.with_name("core.backup.partial").exists()


def test_the_service_goes_on_while_it_is_backed_up(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.cli("db", "backup", str(tmp_path / "now.backup"))

        assert service.person().http.get("/v1/me").status_code == 200


def test_what_is_there_is_only_replaced_when_told_to(
    lived: tuple[Service, Person], file: Path
) -> None:
    service, _ = lived
    was = held(service.owner_url)

    assert "--replace" in service.cli("db", "restore", str(file), expect=3)
    assert held(service.owner_url) == was
    service.cli("db", "restore", str(file), "--replace", "--yes")
    assert held(service.owner_url) == was


def test_nothing_is_restored_below_a_running_service(tmp_path: Path, file: Path) -> None:
    with Service(tmp_path) as service:
        was = held(service.owner_url)
        said = service.cli("db", "restore", str(file), "--replace", "--yes", expect=3)
        assert "Stop the service" in said
        assert held(service.owner_url)["accounts.users"] == was["accounts.users"]


@pytest.mark.parametrize("kept", [0, 3, 1000, 0.5, 0.99])
def test_half_a_backup_changes_nothing(
    lived: tuple[Service, Person], file: Path, tmp_path: Path, kept: float
) -> None:
    service, _ = lived
    whole, was = file.read_bytes(), held(service.owner_url)
    half = tmp_path / "half.backup"
    half.write_bytes(whole[: kept if isinstance(kept, int) else int(len(whole) * kept)])

    service.cli("db", "restore", str(half), "--replace", "--yes", expect=3)

    assert held(service.owner_url) == was


MANY = """
    INSERT INTO stats.events (organization_id, time, id, name, subject, props, received_at)
    SELECT id, now(), gen_random_uuid(), 'filled', md5(n::text), '{}', now()
      FROM (SELECT id FROM accounts.organizations LIMIT 1) AS one, generate_series(1, 300000) AS n
"""


@pytest.fixture(scope="module")
def large(lived: tuple[Service, Person]) -> Path:
    """A backup that takes some seconds to restore."""
    service, _ = lived
    with psycopg.connect(service.owner_url) as connection:
        connection.execute(MANY)
    file = service.folder / "large.backup"
    service.cli("db", "backup", str(file))
    return file


@pytest.mark.parametrize("whom", ["core-api", "pg_restore", "psql"])
def test_whoever_dies_while_restoring_changes_nothing(
    lived: tuple[Service, Person], large: Path, whom: str
) -> None:
    """The database commits what it was told wholly, and what died midway said no such thing."""
    service, _ = lived
    was = held(service.owner_url)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*service.command, "db", "restore", str(large), "--replace", "--yes"],
        env=service.environment,
        cwd=service.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        child(process.pid, "psql")
        with psycopg.connect(service.owner_url, autocommit=True) as connection:
            while not busy(connection) and process.poll() is None:
                time.sleep(0.001)
        assert process.poll() is None, process.communicate()
        os.kill({"core-api": process.pid}.get(whom) or child(process.pid, whom), signal.SIGKILL)
    finally:
        process.communicate(timeout=PATIENCE)

    assert process.returncode != 0
    with psycopg.connect(service.owner_url, autocommit=True) as connection:
        while busy(connection):
            time.sleep(0.05)
    assert held(service.owner_url) == was


ENDLESS = """
import asyncio
from adapters.postgres.programs import Program, ProgramFailed, output, run

endless = output(Program(["/usr/bin/yes"]))
try:
    asyncio.run(run(Program(["/bin/sh", "-c", "head -c 1000000; kill -9 $$"]), told=endless))
except ProgramFailed as error:
    print(error)
"""


def test_whoever_writes_is_ended_with_the_one_that_read_it() -> None:
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", ENDLESS],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )

    assert "sh ended with -9." in done.stdout


def busy(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    found = connection.execute("""
        SELECT count(*) FROM pg_stat_activity
         WHERE application_name = 'psql' AND xact_start < now()
    """).fetchone()
    return found is not None and found[0] != 0


def child(pid: int, name: str) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(FileNotFoundError):  # it has just ended
                if Path(f"/proc/{one}/comm").read_text().strip() == name:
                    return int(one)
        time.sleep(0.001)
    raise TimeoutError(name)
