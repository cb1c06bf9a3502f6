"""Whether the time of an answer tells who has an account: every way into a login costs one hash."""

from collections.abc import Mapping
from statistics import median
from time import perf_counter

import httpx

from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.tenant import PASSPHRASE
from benchmarks.world import Side, World

EACH = 20
"""Logins of each kind a round, in turns."""

UNPROVEN = {"email": "unproven@bench.example.com", "password": PASSPHRASE}
WRONG = "eight orchids sail at dusk"

type Body = Mapping[str, str]


def measure(world: World, options: Options) -> list[Finding]:
    """Compare the medians of logins that end differently: the slowest with the fastest."""
    side = world.service
    with httpx.Client(base_url=side.server.url, timeout=30) as http:
        http.post("/v1/auth/register", json=UNPROVEN)
        kinds = _kinds(side)
        rounds = [_round(http, kinds) for _ in range(options.rounds)]
    told = {kind: median(one[kind] for one in rounds) for kind in kinds}
    return [
        Finding(
            name="login_timing",
            what="POST /v1/auth/login: slowest / fastest of the ways it may end",
            values=[max(one.values()) / min(one.values()) for one in rounds],
            bar=Bar(1.15),
            note=", ".join(f"{kind} {value:.1f} ms" for kind, value in told.items()),
        )
    ]


def _kinds(side: Side) -> dict[str, Body]:
    known = side.tenant.reader
    return {
        "nobody": {"email": "nobody@bench.example.com", "password": PASSPHRASE},
        "wrong": {"email": known.email, "password": WRONG},
        "unproven": UNPROVEN,
        "unproven, wrong": UNPROVEN | {"password": WRONG},
        "right": {"email": known.email, "password": known.password},
    }


def _round(http: httpx.Client, kinds: Mapping[str, Body]) -> dict[str, float]:
    """Return the median milliseconds of each kind."""
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(EACH):
        for kind, body in kinds.items():
            begun = perf_counter()
            answer = http.post("/v1/auth/login", json=body)
            taken[kind].append((perf_counter() - begun) * 1000)
            if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                raise RuntimeError(f"a login was answered {answer.status_code}")
    return {kind: median(values) for kind, values in taken.items()}
