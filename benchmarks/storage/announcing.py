"""What it costs to announce a file, beside what no service can do without."""

from benchmarks import client
from benchmarks.client import render
from benchmarks.duel import WARM_UP
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Request, Sample
from benchmarks.servers import Server
from benchmarks.storage import signing_alone
from benchmarks.storage.place import founded
from benchmarks.world import World

SIZE = 5000


def measure(world: World, options: Options) -> list[Finding]:
    """Compare it with a signature and an authenticated request: GET /v1/me of the same service."""
    tenant, settings = world.service_tenant, signing_alone.SETTINGS
    with world.start_service(settings=settings) as server:
        place = founded(server, tenant, "announcing")
        announce = place.announcement(SIZE)
        me = render("GET", "/v1/me", token=place.token)
        _asked(server, me, 200, options, WARM_UP)
        _asked(server, announce, 201, options, WARM_UP)
        rounds = [
            (
                signing_alone.run(options.seconds),
                _asked(server, me, 200, options, options.seconds),
                _asked(server, announce, 201, options, options.seconds),
            )
            for _ in range(options.rounds)
        ]
    signing, reading, announcing = zip(*rounds, strict=True)
    return [
        Finding(
            name="announcing",
            what="POST .../uploads: CPU a request / of a signature and GET /v1/me",
            values=[ours.cpu_us / (alone.cpu_us + plain.cpu_us) for alone, plain, ours in rounds],
            bar=Bar(1.4),
            sides={
                "signing alone": list(signing),
                "GET /v1/me": list(reading),
                options.side: list(announcing),
            },
        )
    ]


def _asked(
    server: Server, request: Request, expects: int, options: Options, seconds: float
) -> Sample:
    load = Load(
        port=server.port,
        pid=server.pid,
        requests=[request],
        expects=expects,
        concurrency=options.concurrency,
        seconds=seconds,
    )
    return client.run(load)
