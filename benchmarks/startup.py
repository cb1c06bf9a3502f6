"""How long until it serves, and what it holds while nobody asks."""

from contextlib import AbstractContextManager
from statistics import median
from time import sleep

from benchmarks import procfs
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.servers import Server
from benchmarks.world import World

SETTLED = 2.0


def measure(world: World, options: Options) -> list[Finding]:
    """Start the service again and again, on a database that is up and migrated.

    In turns with the reference app: the bars are absolute, so what the machine gives must be told.
    """
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(_start(world.start_service()))
        theirs.append(_start(world.start_reference()))
    seconds, megabytes = zip(*ours, strict=True)
    scale_seconds, scale_megabytes = (median(values) for values in zip(*theirs, strict=True))
    return [
        Finding(
            name="startup",
            what="start to 200 on /readyz, database up",
            values=seconds,
            unit="s",
            bar=Bar(2.5),
            note=f"the reference: {scale_seconds:.2f} s",
        ),
        Finding(
            name="idle_memory",
            what="RSS of an idle process",
            values=megabytes,
            unit="MB",
            bar=Bar(140),
            note=f"the reference: {scale_megabytes:.0f} MB",
        ),
    ]


def _start(starting: AbstractContextManager[Server]) -> tuple[float, float]:
    with starting as server:
        sleep(SETTLED)
        return server.started_in, procfs.resident_megabytes(server.pid)
