"""How long until it serves, and what it holds while nobody asks."""

from time import sleep

from benchmarks import procfs
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.world import World

SETTLED = 2.0


def measure(world: World, options: Options) -> list[Finding]:
    """Start the service again and again on a database that is up and migrated."""
    _ = world.service_tenant
    seconds: list[float] = []
    megabytes: list[float] = []
    for _ in range(options.rounds):
        with world.start_service() as server:
            sleep(SETTLED)
            seconds.append(server.started_in)
            megabytes.append(procfs.resident_megabytes(server.pid))
    return [
        Finding("startup", "start to 200 on /readyz, database up", seconds, "s", Bar(2.5)),
        Finding("idle_memory", "RSS of an idle process", megabytes, "MB", Bar(140)),
    ]
