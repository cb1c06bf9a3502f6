"""Far more at once than it can serve: it must slow down, not break, and recover at once."""

from time import perf_counter

from benchmarks import client
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Load
from benchmarks.workloads import accounts
from benchmarks.world import World

AT_ONCE = 256


def measure(world: World, options: Options) -> list[Finding]:
    """Count what fails, how slow the slowest are, and how long the next request takes."""
    side = world.service
    token = client.sign_in(side.server, side.tenant.reader)
    samples, next_ms = [], []
    for _ in range(options.rounds):
        load = Load(
            port=side.server.port,
            pid=side.server.pid,
            requests=accounts.me(side.server, side.tenant),
            expects=200,
            concurrency=AT_ONCE,
            seconds=options.seconds,
        )
        samples.append(client.run(load))
        began = perf_counter()
        client.ask(side.server, "GET", "/v1/me", token=token)
        next_ms.append((perf_counter() - began) * 1000)
    what = f"GET /v1/me, {AT_ONCE} at once"
    errors = [float(sum(sample.failures.values())) for sample in samples]
    return [
        Finding(
            name="overload_errors",
            what=f"{what}: errors",
            values=errors,
            unit="",
            bar=Bar(0),
            sides={options.side: samples},
            failures_count=False,
        ),
        Finding("overload_p99", f"{what}: p99", [s.p99_ms for s in samples], "ms", Bar(400)),
        Finding("overload_next", f"{what}: the next request", next_ms, "ms", Bar(500)),
    ]
