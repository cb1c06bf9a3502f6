"""Whether a page of records costs what a page costs, however many there are."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import psycopg

from benchmarks import client
from benchmarks.client import ask, render, sign_in
from benchmarks.duel import contender, take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.tenant import LISTED
from benchmarks.workloads.accounts import WORKLOADS
from benchmarks.world import Side, World

MANY = 500_000
TICKETS = {
    "key": "tickets",
    "title": "Tickets",
    "fields": [
        {"key": "title", "type": "text", "required": True},
        {"key": "status", "type": "enum", "options": ["open", "waiting", "done"], "indexed": True},
        {"key": "priority", "type": "integer", "indexed": True},
        {"key": "number", "type": "text", "unique": True},
        {"key": "about", "type": "richtext"},
    ],
}
ASKED: dict[str, dict[str, str]] = {
    "newest": {},
    "sorted": {"sort": "-priority"},
    "found": {"filter[number]": "T-250000"},
    "filtered": {"filter[status]": "open", "filter[priority][gte]": "500", "sort": "priority"},
}

FILLED = """
    WITH made AS (
        INSERT INTO management.records
               (organization_id, collection_id, id, data, version, schema_version, created_at,
                updated_at)
        SELECT organization_id, id,
               (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - %(number)s + number),
                     12, '0') || '70008000' || lpad(to_hex(number), 12, '0'))::uuid,
               jsonb_build_object(
                   'title', 'Ticket ' || number, 'number', 'T-' || number,
                   'status', (ARRAY['open', 'waiting', 'done'])[1 + number %% 3],
                   'priority', number %% 1000, 'about', repeat('lorem ipsum ', 20)),
               1, 1, now(), now()
          FROM management.collections, generate_series(1, %(number)s) AS number
         WHERE organization_id = %(organization_id)s AND key = 'tickets'
        RETURNING organization_id, collection_id, id, data)
    INSERT INTO management.record_index
           (organization_id, collection_id, record_id, field_no, absent, num, ts, txt, uniq)
    SELECT organization_id, collection_id, id, field_no, false, num, 'epoch', txt, field_no = 4
      FROM made
     CROSS JOIN LATERAL (VALUES
           (2, 0.0::float8, data ->> 'status'),
           (3, (data ->> 'priority')::float8, data ->> 'priority'),
           (4, 0.0::float8, data ->> 'number')) AS place (field_no, num, txt)
"""


def measure(world: World, options: Options) -> list[Finding]:
    """Compare pages of a collection of half a million with the reference's page."""
    side = world.service
    organization_id = _filled(world, side)
    [listed] = [one for one in WORKLOADS if one.name == "list"]
    alone = replace(options, concurrency=1)
    reference = contender(listed, world.reference, alone)
    return [
        _compared(name, query, reference, partial(_page, side, organization_id, query), options)
        for name, query in ASKED.items()
    ]


def _compared(
    name: str,
    query: dict[str, str],
    reference: Callable[[float], Sample],
    ours: Callable[[float], Sample],
    options: Options,
) -> Finding:
    pairs = take_turns(reference, ours, options)
    return Finding(
        name=f"records_{name}",
        what=f"p50 of {LISTED} of {MANY:,} records {urlencode(query) or 'as they come'}"
        " / of the reference's page",
        values=[ours.p50_ms / theirs.p50_ms for theirs, ours in pairs if theirs.p50_ms],
        bar=Bar(1.5) if name == "newest" else None,
        sides={
            "reference": [theirs for theirs, _ in pairs],
            options.side: [ours for _, ours in pairs],
        },
    )


def _filled(world: World, side: Side) -> str:
    token = sign_in(side.server, side.tenant.reader)
    body = {"name": "Desk", "slug": "desk"}
    made = ask(side.server, "POST", "/v1/organizations", token=token, json=body)
    organization_id = str(made["id"])
    path = f"/v1/organizations/{organization_id}/collections"
    ask(side.server, "POST", path, token=token, json=TICKETS)
    with psycopg.connect(world.owner_url, autocommit=True) as connection:
        connection.execute("SET row_security = off")
        connection.execute(FILLED, {"organization_id": organization_id, "number": MANY})
        connection.execute("VACUUM ANALYZE management.records, management.record_index")
    return organization_id


def _page(side: Side, organization_id: str, query: dict[str, str], seconds: float) -> Sample:
    asked = urlencode(query | {"limit": str(LISTED)})
    path = f"/v1/organizations/{organization_id}/collections/tickets/records?{asked}"
    token = sign_in(side.server, side.tenant.reader)
    load = Load(
        port=side.server.port,
        pid=side.server.pid,
        requests=[render("GET", path, token=token)],
        expects=200,
        concurrency=1,
        seconds=seconds,
    )
    return client.run(load)
