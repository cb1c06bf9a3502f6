"""Whether a page costs the same when there are far more rows to take it from."""

from functools import partial

from benchmarks import client
from benchmarks.client import UNIQUE, ask, render, sign_in
from benchmarks.duel import take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.tenant import INVITATIONS, LISTED
from benchmarks.world import Side, World

GROWING = 8.0
"""Seconds of inviting people, as fast as it goes."""


def measure(world: World, options: Options) -> list[Finding]:
    """Compare a page's p50 in an organization with many invitations and in one with few."""
    side = world.service
    few = side.tenant.organization_id
    many, invited = _grown(side, options)

    def measured(organization_id: str, seconds: float) -> Sample:
        return client.run(_page(side, organization_id, options.concurrency, seconds))

    pairs = take_turns(partial(measured, few), partial(measured, many), options)
    return [
        Finding(
            name="growth",
            what=f"p50 of a page of {LISTED}, of many / of {len(INVITATIONS)}",
            values=[large.p50_ms / small.p50_ms for small, large in pairs if small.p50_ms],
            bar=Bar(1.1),
            note=f"{invited:,} invitations",
            sides={"few": [small for small, _ in pairs], "many": [large for _, large in pairs]},
        )
    ]


def _grown(side: Side, options: Options) -> tuple[str, int]:
    """Return an organization, and how many people were invited into it."""
    token = sign_in(side.server, side.tenant.reader)
    body = {"name": "Grown", "slug": "grown"}
    organization_id = ask(side.server, "POST", "/v1/organizations", token=token, json=body)["id"]
    path = f"/v1/organizations/{organization_id}/invitations"
    guest = {"email": f"guest-{UNIQUE}@bench.example.com", "role": "member"}
    load = Load(
        port=side.server.port,
        pid=0,
        requests=[render("POST", path, token=token, body=guest)],
        expects=201,
        concurrency=options.concurrency,
        seconds=GROWING,
    )
    sample = client.run(load)
    if sample.failures:
        raise RuntimeError(f"invitations failed: {sample.failures}")
    return organization_id, sample.requests


def _page(side: Side, organization_id: str, concurrency: int, seconds: float) -> Load:
    path = f"/v1/organizations/{organization_id}/invitations?limit={LISTED}"
    token = sign_in(side.server, side.tenant.reader)
    return Load(
        port=side.server.port,
        pid=side.server.pid,
        requests=[render("GET", path, token=token)],
        expects=200,
        concurrency=concurrency,
        seconds=seconds,
    )
