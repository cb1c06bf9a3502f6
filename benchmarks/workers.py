"""Whether a second worker helps."""

from benchmarks.duel import contender, take_turns
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.workloads.accounts import WORKLOADS
from benchmarks.world import Side, World

WORKLOAD = next(workload for workload in WORKLOADS if workload.name == "me")
WANTED = 1.6


def measure(world: World, options: Options) -> list[Finding]:
    """Compare the requests/s of two workers with those of one.

    The machine has room for it only if what one worker left idle is enough for `WANTED` times all
    that was used meanwhile, by the service, PostgreSQL and the load generator together.
    """
    tenant = world.service_tenant
    with world.start_service() as one, world.start_service(workers=2) as two:
        pairs = take_turns(
            contender(WORKLOAD, Side(one, tenant), options),
            contender(WORKLOAD, Side(two, tenant), options),
            options,
        )
    idle = sum(single.idle_share for single, _ in pairs) / len(pairs)
    room = (1 - idle) * WANTED <= 1
    return [
        Finding(
            name="workers",
            what="GET /v1/me: requests/s, 2 workers / 1 worker",
            values=[both.per_second / single.per_second for single, both in pairs],
            bar=Bar(WANTED, at_least=True) if room else None,
            note=f"one worker left {idle:.0%} of the machine idle" + ("" if room else ": no room"),
            sides={
                "1 worker": [single for single, _ in pairs],
                "2 workers": [both for _, both in pairs],
            },
        )
    ]
