"""How fast events are taken, beside COPY of as many rows in the same run."""

from datetime import timedelta
from itertools import islice
from time import perf_counter

from benchmarks import client
from benchmarks.client import render, sign_in
from benchmarks.duel import take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.servers import Server
from benchmarks.stats import copying
from benchmarks.stats.happenings import Shop, founded, lines, metered, orders
from benchmarks.world import World

BATCH = 1000
CLIENTS = 4
RENDERED = 10
IMPORTED = 500_000
AT_ONCE = 256


def batches(world: World, options: Options) -> list[Finding]:
    """Measure POST /events of a thousand, each once, with a meter, from four clients."""
    tenant, shares, samples = world.service_tenant, [], []
    with world.start_service(settings={"CORE_WORKER": "embedded"}) as server:
        shop = metered(server, founded(server, tenant, "batches"))
        for number in range(options.rounds):
            made = orders(number, apart=timedelta(milliseconds=100))
            events = list(islice(made, BATCH * RENDERED))
            copied = copying.rate(world.owner_url, shop.organization_id, events)
            sample = _sent(server, shop, events, options)
            samples.append(sample)
            shares.append(sample.per_second * BATCH / copied)
    return [
        Finding(
            name="batches",
            what="POST .../events of 1,000, with dedup and a meter: events/s / rows/s of COPY",
            values=shares,
            bar=Bar(0.15, at_least=True),
            sides={options.side: samples},
        )
    ]


def _sent(server: Server, shop: Shop, events: list[dict[str, object]], options: Options) -> Sample:
    requests = [shop.batch(events[at : at + BATCH]) for at in range(0, len(events), BATCH)]
    return client.run(
        Load(
            port=server.port,
            pid=server.pid,
            requests=requests,
            expects=200,
            concurrency=CLIENTS,
            seconds=options.seconds,
        )
    )


def imports(world: World, options: Options) -> list[Finding]:
    """Measure `core-api stats ingest` of a file, the start of the command included."""
    tenant, shares = world.service_tenant, []
    with world.start_service(settings={"CORE_WORKER": "embedded"}) as server:
        shop = metered(server, founded(server, tenant, "imports"))
    for number in range(min(options.rounds, 3)):
        events = list(islice(orders(1000 + number, apart=timedelta(seconds=10)), IMPORTED))
        copied = copying.rate(world.owner_url, shop.organization_id, events)
        file = world.folder / "events.ndjson"
        file.write_text(lines(events))
        started = perf_counter()
        world.core_api("stats", "ingest", shop.organization_id, str(file))
        shares.append(len(events) / (perf_counter() - started) / copied)
    return [
        Finding(
            name="imports",
            what=f"core-api stats ingest of {IMPORTED:,}, with a meter: events/s / rows/s of COPY",
            values=shares,
            bar=Bar(0.35, at_least=True),
        )
    ]


def singles(world: World, options: Options) -> list[Finding]:
    """Compare events of 256 clients, one a request: kept together, and each by itself."""
    tenant = world.service_tenant
    with (
        world.start_service() as together,
        world.start_service(settings={"CORE_STATS_EVENTS_AT_ONCE": "1"}) as alone,
    ):
        shop = metered(together, founded(together, tenant, "singles"))
        tokens = {one.port: sign_in(one, tenant.reader) for one in (together, alone)}

        def sending(server: Server) -> Sample:
            event = {"name": "page.seen", "props": {"country": "de"}}
            token = tokens[server.port]
            request = render("POST", f"{shop.path}/events", token=token, body=event)
            return client.run(
                Load(
                    port=server.port,
                    pid=server.pid,
                    requests=[request],
                    expects=200,
                    concurrency=AT_ONCE,
                    seconds=options.seconds,
                )
            )

        pairs = take_turns(lambda _: sending(alone), lambda _: sending(together), options)
    return [
        Finding(
            name="singles",
            what=f"an event a request from {AT_ONCE} clients: requests/s together / by itself",
            values=[ours.per_second / theirs.per_second for theirs, ours in pairs],
            bar=Bar(4, at_least=True),
            sides={
                "each by itself": [theirs for theirs, _ in pairs],
                "together": [ours for _, ours in pairs],
            },
        )
    ]
