"""A large file that comes through the service, beside the plainest app that keeps one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter

from benchmarks import procfs, servers
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import ROOT
from benchmarks.servers import Server
from benchmarks.storage.place import Place, founded
from benchmarks.world import World

MIB = 1024 * 1024
SIZE = 256 * MIB
LOOKED_EVERY = 0.02


def measure(world: World, options: Options) -> list[Finding]:
    """Compare how fast each takes a file, and see what the service holds of it in memory."""
    side = world.service
    place = founded(side.server, side.tenant, "passing-through")
    path = f"{place.path}/buckets/files/content?filename=large.bin"
    ratios, grown = list[float](), list[float]()
    with TemporaryDirectory() as folder, _plain(Path(folder)) as plain:
        for _ in range(options.rounds + 1):
            theirs, _ = _sent(plain, "/files", None)
            ours, growth = _sent(side.server, path, place)
            ratios.append(theirs / ours)
            grown.append(growth)
    return [
        Finding(
            name="passing_through",
            what=f"PUT of {SIZE // MIB} MiB: bytes a second, service / plain Starlette",
            values=ratios[1:],  # the first round warms up
            bar=Bar(0.8, at_least=True),
        ),
        Finding(
            name="passing_memory",
            what="RSS that it grows by meanwhile",
            values=[max(grown)],
            unit="MB",
            bar=Bar(40),
        ),
    ]


@contextmanager
def _plain(folder: Path) -> Iterator[Server]:
    port = servers.free_port()
    command = [sys.executable, "-m", "benchmarks.storage.plain_app", str(port)]
    environment = servers.clean_environment() | {"PYTHONPATH": str(ROOT)}
    with servers.serving("plain", command, port, folder, environment) as server:
        yield server


def _sent(server: Server, path: str, place: Place | None) -> tuple[float, float]:
    """Return the seconds a file took, and the megabytes the server grew by meanwhile."""
    headers = {"Content-Length": str(SIZE), "Content-Type": "application/octet-stream"}
    if place is not None:
        headers["Authorization"] = f"Bearer {place.token}"
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    with _watched(server.pid) as sizes:
        began = perf_counter()
        connection.request("PUT", path, repeat(bytes(MIB), SIZE // MIB), headers)
        answer = connection.getresponse()
        text = answer.read()
        seconds = perf_counter() - began
    connection.close()
    if answer.status != HTTPStatus.CREATED:
        raise RuntimeError(f"{server.name} answered {answer.status}: {text!r}")
    return seconds, max(sizes) - sizes[0]


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Look at a server's memory again and again meanwhile."""
    sizes, over = [procfs.resident_megabytes(pid)], Event()

    def look() -> None:
        while not over.wait(LOOKED_EVERY):
            sizes.append(procfs.resident_megabytes(pid))

    thread = Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()
