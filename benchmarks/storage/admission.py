"""Whether a quota lets in exactly what fits, of many at once."""

from benchmarks import client
from benchmarks.client import ask
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load
from benchmarks.servers import Server
from benchmarks.storage.place import Place, founded
from benchmarks.world import World

SIZE, FIT = 1000, 500
WRITERS = 16


def measure(world: World, options: Options) -> list[Finding]:
    """Count what is let in beyond what fits, or too little of it."""
    side = world.service
    wrong, refused = list[float](), 0
    for number in range(options.rounds):
        place = founded(side.server, side.tenant, f"admission-{number}")
        world.core_api(
            *("storage", "usage", "set-quota", place.organization_id, str(SIZE * FIT + SIZE - 1))
        )
        refused += _flooded(side.server, place)
        usage = ask(side.server, "GET", f"{place.path}/usage", token=place.token)
        wrong.append(abs(usage["reserved"] - SIZE * FIT) / SIZE)
    return [
        Finding(
            name="admission",
            what=f"{WRITERS} writers at a quota with room for {FIT} files: files too many, or few",
            values=wrong,
            unit="",
            bar=Bar(0),
            note=f"{refused:,} refused",
        )
    ]


def _flooded(server: Server, place: Place) -> int:
    """Announce files until long after there is no room; return how many were refused."""
    load = Load(
        port=server.port,
        pid=0,
        requests=[place.announcement(SIZE)],
        expects=201,
        concurrency=WRITERS,
        seconds=3.0,
    )
    sample = client.run(load)
    others = {what: n for what, n in sample.failures.items() if "403" not in what}
    if others or not sample.failures:
        raise RuntimeError(f"the quota was not reached, or not by quota alone: {others}")
    return sum(sample.failures.values())
