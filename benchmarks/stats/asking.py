"""How long numbers take among millions of events: over HTTP, from one client."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from urllib.parse import urlencode

import psycopg

from benchmarks import client
from benchmarks.client import ask, render
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Request, Sample
from benchmarks.servers import Server
from benchmarks.stats.happenings import Shop, founded, metered
from benchmarks.tenant import Tenant
from benchmarks.world import World

DAYS = 30
SMALL = 74_000
BUILT_WITHIN = 1800.0

HAPPENED = """
    INSERT INTO stats.events (organization_id, time, id, name, subject, props, received_at)
    SELECT %(organization_id)s, %(begin)s + number * %(apart)s, gen_random_uuid(),
           CASE number %% 4 WHEN 0 THEN 'order.placed' WHEN 1 THEN 'sign_up' ELSE 'visit' END,
           'user-' || number %% 5000,
           jsonb_build_object('amount', number %% 10000 / 100.0,
                              'country', (ARRAY['de', 'at', 'ch', 'fr'])[1 + number %% 4]),
           now()
      FROM generate_series(1, %(number)s) AS number
"""


def measure(world: World, options: Options) -> list[Finding]:
    """Ask a meter of a large organization, and the events of a small one, of 30 days by day."""
    with world.start_service(settings={"CORE_WORKER": "embedded"}) as server:
        tenant = world.service_tenant
        large, small = (founded(server, tenant, name) for name in ("large", "small"))
        began = datetime.now(UTC) - timedelta(days=DAYS)
        with psycopg.connect(world.owner_url, autocommit=True) as connection:
            connection.execute("SET row_security = off")
            for shop, number in ((small, SMALL), (large, options.events - SMALL)):
                about = {"organization_id": shop.organization_id, "number": number}
                apart = timedelta(days=DAYS) / number
                connection.execute(HAPPENED, about | {"begin": began, "apart": apart})
            connection.execute("VACUUM ANALYZE stats.events")
        metered(server, large)
        _wait_until_built(server, large, tenant)
        large, small = (shop.again(server, tenant) for shop in (large, small))
        until = datetime.now(UTC)
        usage = urlencode({"from": began.isoformat(), "to": until.isoformat(), "interval": "day"})
        return [
            Finding(
                name=name,
                what=f"p50 of {what}, 30 days by day, of {options.events:,} events",
                values=[sample.p50_ms for sample in samples],
                unit="ms",
                bar=Bar(bar),
                sides={options.side: samples},
            )
            for name, what, bar, samples in (
                (
                    "usage",
                    "a meter of an organization of almost all",
                    5,
                    _asked(server, _get(large, f"/meters/revenue/usage?{usage}"), options),
                ),
                (
                    "trend",
                    f"the events of an organization of {SMALL:,}",
                    25,
                    _asked(server, _trend(small, began, until), options),
                ),
            )
        ]


def _get(shop: Shop, path: str) -> Request:
    return render("GET", f"{shop.path}{path}", token=shop.token)


def _trend(shop: Shop, began: datetime, until: datetime) -> Request:
    asked = {"from": began.isoformat(), "to": until.isoformat(), "interval": "day"}
    return render("POST", f"{shop.path}/stats/query", token=shop.token, body=asked)


def _asked(server: Server, request: Request, options: Options) -> list[Sample]:
    load = Load(
        port=server.port,
        pid=server.pid,
        requests=[request],
        expects=200,
        concurrency=1,
        seconds=options.seconds,
    )
    return [client.run(load) for _ in range(options.rounds)]


def _wait_until_built(server: Server, shop: Shop, tenant: Tenant) -> None:
    deadline = monotonic() + BUILT_WITHIN
    while monotonic() < deadline:
        token = shop.again(server, tenant).token
        if ask(server, "GET", f"{shop.path}/meters/revenue", token=token)["state"] == "active":
            return
        sleep(1)
    raise RuntimeError("the meter was not built in time")
