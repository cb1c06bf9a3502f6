"""Starts the servers under test as processes of their own, and stops them whatever happens."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType

from benchmarks.reference.app import Manner
from benchmarks.samples import ROOT

START_PATIENCE = 60.0
STOP_PATIENCE = 15.0
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
CORE_API = Path(sys.executable).with_name("core-api")


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    pid: int
    port: int
    started_in: float
    """Seconds from the process's start to its first 200 on /readyz."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a Core API under test keeps its data, and how it is set."""

    folder: Path
    database_url: str
    owner_url: str

    def environment(self, settings: Mapping[str, str] = NO_SETTINGS) -> dict[str, str]:
        """Return the process's environment: nothing of the developer's own settings leaks in."""
        own = {
            "CORE_DATA_DIR": str(self.folder),
            "CORE_DATABASE_URL": self.database_url,
            "CORE_DATABASE_OWNER_URL": self.owner_url,
            "CORE_ENVIRONMENT": "development",
            "CORE_LOG_LEVEL": "warning",
            "CORE_THROTTLE_MULTIPLIER": "100000",
            "CORE_WORKER": "off",
        }
        return clean_environment() | own | dict(settings)


def clean_environment() -> dict[str, str]:
    """Return what a process inherits, without anything that is meant for a service.

    Bytecode is kept, as it is of a service that is installed: to compile all takes a second.
    """
    foreign = ("CORE_", "OTEL_", "PYTHONDONTWRITEBYTECODE")
    return {k: v for k, v in os.environ.items() if not k.startswith(foreign)}


@contextmanager
def core_api(
    installation: Installation, *, workers: int = 1, settings: Mapping[str, str] = NO_SETTINGS
) -> Iterator[Server]:
    """Run `core-api serve`, with more settings than every service under test has."""
    port = free_port()
    command = [str(CORE_API), "serve", "--host", "127.0.0.1", "--port", str(port)]
    if workers > 1:
        command += ["--workers", str(workers)]
    environment = installation.environment(settings)
    with serving("core-api", command, port, installation.folder, environment) as server:
        yield server


def migrate(installation: Installation) -> None:
    """Bring the service's database to the newest revision."""
    if not CORE_API.exists():
        raise RuntimeError(f"there is no {CORE_API}: run ./justw setup first")
    installation.folder.mkdir(parents=True, exist_ok=True)
    run(installation, "db", "migrate")


def run(installation: Installation, *arguments: str) -> None:
    """Run a command beside the service."""
    subprocess.run(  # noqa: S603 - the command under test
        [str(CORE_API), *arguments],
        cwd=installation.folder,
        env=installation.environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def reference(folder: Path, database_url: str, manner: Manner) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.reference", "--port", str(port)]
    command += ["--database-url", database_url, "--manner", manner]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with serving("reference", command, port, folder, environment) as server:
        yield server


@contextmanager
def serving(
    name: str, command: list[str], port: int, folder: Path, environment: dict[str, str]
) -> Iterator[Server]:
    """Start a server in a folder of its own, wait until it is ready, stop it in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}-{port}.log"
    started = monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command under test
            command,
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, port, log)
        yield Server(name, process.pid, port, monotonic() - started)
    finally:
        _stop(process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = monotonic() + START_PATIENCE
    while monotonic() < deadline and process.poll() is None:
        if _ready(port):
            return
        sleep(0.01)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise RuntimeError(f"{log.stem} did not get ready:\n{tail}")


def _ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
