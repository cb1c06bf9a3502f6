"""Far more at once than it can serve: it must slow down, not break, and recover at once."""

from statistics import median
from time import perf_counter

from benchmarks import client
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load, Sample
from benchmarks.workloads import accounts
from benchmarks.world import Side, World

AT_ONCE = 256


def measure(world: World, options: Options) -> list[Finding]:
    """Count what fails, how slow the slowest are, and how long the next request takes.

    In turns with the reference app: the bars are absolute, so what the machine gives must be told.
    """
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(_flooded(world.service, options.seconds))
        theirs.append(_flooded(world.reference, options.seconds))
    samples = [sample for sample, _ in ours]
    what = f"GET /v1/me, {AT_ONCE} at once"
    scale = median(sample.p99_ms for sample, _ in theirs)
    return [
        Finding(
            name="overload_errors",
            what=f"{what}: errors",
            values=[float(sum(sample.failures.values())) for sample in samples],
            unit="",
            bar=Bar(0),
            sides={"reference": [sample for sample, _ in theirs], options.side: samples},
            failures_count=False,
        ),
        Finding(
            name="overload_p99",
            what=f"{what}: p99",
            values=[sample.p99_ms for sample in samples],
            unit="ms",
            bar=Bar(400),
            note=f"the reference: {scale:.0f} ms",
        ),
        Finding(
            name="overload_next",
            what=f"{what}: the next request",
            values=[after for _, after in ours],
            unit="ms",
            bar=Bar(500),
        ),
    ]


def _flooded(side: Side, seconds: float) -> tuple[Sample, float]:
    """Return how the flood went, and the milliseconds the first request after it took."""
    load = Load(
        port=side.server.port,
        pid=side.server.pid,
        requests=accounts.me(side.server, side.tenant),
        expects=200,
        concurrency=AT_ONCE,
        seconds=seconds,
    )
    token = client.sign_in(side.server, side.tenant.reader)
    sample = client.run(load)
    began = perf_counter()
    client.ask(side.server, "GET", "/v1/me", token=token)
    return sample, (perf_counter() - began) * 1000
