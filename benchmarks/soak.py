"""Whether memory stays what it is under load: `soak --rounds 10 --seconds 60` is ten minutes."""

from datetime import timedelta
from itertools import islice

from benchmarks import client
from benchmarks.client import render
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load
from benchmarks.stats.happenings import founded, metered, orders
from benchmarks.world import World

BATCH = 100


def measure(world: World, options: Options) -> list[Finding]:
    """Send events and ask for numbers, and see what the service grows by after the first round."""
    tenant, samples = world.service_tenant, []
    with world.start_service(settings={"CORE_WORKER": "embedded"}) as server:
        shop = metered(server, founded(server, tenant, "soak"))
        events = list(islice(orders(0, apart=timedelta(minutes=1)), BATCH))
        since, until = events[0]["time"], events[-1]["time"]
        asked = {"from": since, "to": until, "interval": "hour"}
        for _ in range(options.rounds):
            shop = shop.again(server, tenant)
            load = Load(
                port=server.port,
                pid=server.pid,
                requests=[
                    shop.batch(events),
                    render("GET", "/v1/me", token=shop.token),
                    render("GET", f"{shop.path}/events", token=shop.token),
                    render("GET", f"{shop.path}/meters", token=shop.token),
                    render("POST", f"{shop.path}/stats/query", token=shop.token, body=asked),
                ],
                expects=200,
                concurrency=options.concurrency,
                seconds=options.seconds,
            )
            samples.append(client.run(load))
    return [
        Finding(
            name="soak",
            what=f"RSS grown by in {options.rounds} rounds of {options.seconds:g} s, but the first",
            values=[samples[-1].rss_mb - samples[0].rss_mb],
            unit="MB",
            bar=Bar(10),
            sides={options.side: samples},
        )
    ]
