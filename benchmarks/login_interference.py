"""Whether people who log in slow down everybody else: a hash is 26 ms of somebody's core."""

from time import sleep

from benchmarks import client
from benchmarks.duel import take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.tenant import CLIENTS_LOGGING_IN
from benchmarks.workloads import accounts
from benchmarks.world import Side, World

AHEAD = 0.5
"""Seconds that the logins begin before and end after the reads."""


def measure(world: World, options: Options) -> list[Finding]:
    """Compare p99 of an authenticated read while clients log in without pause, and without them."""
    side = world.service
    pairs = take_turns(
        lambda seconds: client.run(_reads(side, options.concurrency, seconds)),
        lambda seconds: _reads_during_logins(side, options.concurrency, seconds),
        options,
    )
    return [
        Finding(
            name="interference",
            what=f"p99 of GET /v1/me, {CLIENTS_LOGGING_IN} clients logging in / nobody",
            values=[busy.p99_ms / quiet.p99_ms for quiet, busy in pairs if quiet.p99_ms],
            bar=Bar(2.0),
            sides={
                "nobody logs in": [quiet for quiet, _ in pairs],
                "logging in": [busy for _, busy in pairs],
            },
        )
    ]


def _reads_during_logins(side: Side, concurrency: int, seconds: float) -> Sample:
    logins = Load(
        port=side.server.port,
        pid=0,
        requests=accounts.login(side.server, side.tenant),
        expects=200,
        concurrency=CLIENTS_LOGGING_IN,
        seconds=seconds + 2 * AHEAD,
    )
    with client.running(logins) as result:
        sleep(AHEAD)
        sample = client.run(_reads(side, concurrency, seconds))
        if failures := result().failures:
            raise RuntimeError(f"logins failed meanwhile: {failures}")
    return sample


def _reads(side: Side, concurrency: int, seconds: float) -> Load:
    """Of these the CPU time means nothing: it would hold the hashes too."""
    return Load(
        port=side.server.port,
        pid=0,
        requests=accounts.me(side.server, side.tenant),
        expects=200,
        concurrency=concurrency,
        seconds=seconds,
    )
