"""Whether the last route of many is dearer than the first: a linear scan shows here."""

import re
from functools import partial

from benchmarks import client
from benchmarks.duel import take_turns
from benchmarks.findings import Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.servers import Server
from benchmarks.world import World

PARAMETER = re.compile(r"\{[^}]+\}")
NOBODY = "00000000-0000-7000-8000-000000000000"
REFUSED = 401


def measure(world: World, options: Options) -> list[Finding]:
    """Compare the first and the last route that refuse a stranger: both do nothing but refuse."""
    server = world.service.server
    paths = [path for path in _readable(server) if _refused(server, path)]
    if not paths:
        raise RuntimeError("no route answers 401 to a stranger")
    first, last = paths[0], paths[-1]

    def measured(path: str, seconds: float) -> Sample:
        return client.run(
            Load(
                port=server.port,
                pid=server.pid,
                requests=[client.render("GET", path)],
                expects=REFUSED,
                concurrency=options.concurrency,
                seconds=seconds,
            )
        )

    pairs = take_turns(partial(measured, first), partial(measured, last), options)
    return [
        Finding(
            name="routing",
            what=f"401 to a stranger: CPU a request, last / first of {len(paths)} routes",
            values=[later.cpu_us / early.cpu_us for early, later in pairs],
            note=f"{first} and {last}",
            sides={"first": [early for early, _ in pairs], "last": [later for _, later in pairs]},
        )
    ]


def _readable(server: Server) -> list[str]:
    """Return the paths one can GET, in the order they are routed."""
    paths = client.ask(server, "GET", "/openapi.json")["paths"]
    return [PARAMETER.sub(NOBODY, path) for path, methods in paths.items() if "get" in methods]


def _refused(server: Server, path: str) -> bool:
    return client.status(server, "GET", path) == REFUSED
