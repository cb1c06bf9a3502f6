"""Two sides take turns, ABBA, so that what the machine does meanwhile hits both alike."""

from collections.abc import Callable

from benchmarks import client, hash_alone
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Sample
from benchmarks.workloads.workload import Workload
from benchmarks.world import Side, World

WARM_UP = 0.5

type Contender = Callable[[float], Sample]
"""Measures its side once, for so many seconds."""


def take_turns(
    first: Contender, second: Contender, options: Options
) -> list[tuple[Sample, Sample]]:
    """Warm both up, then measure both in every round; who begins alternates."""
    first(WARM_UP), second(WARM_UP)
    pairs: list[tuple[Sample, Sample]] = []
    for number in range(options.rounds):
        if number % 2:
            later = second(options.seconds)
            pairs.append((first(options.seconds), later))
        else:
            pairs.append((first(options.seconds), second(options.seconds)))
    return pairs


def fight(workload: Workload, world: World, options: Options) -> Finding:
    """Measure the CPU time a request of the service over the other side's."""
    service = contender(workload, world.service, options)
    name = "hash alone"
    opponent: Contender = hash_alone.run
    if workload.against == "reference":
        name = "reference"
        opponent = contender(workload, world.reference, options)
    pairs = take_turns(opponent, service, options)
    return Finding(
        name=workload.name,
        what=f"{workload.what}: CPU a request, service / {name}",
        values=[ours.cpu_us / theirs.cpu_us for theirs, ours in pairs if theirs.cpu_us],
        bar=Bar(workload.bar),
        sides={
            name: [theirs for theirs, _ in pairs],
            options.side: [ours for _, ours in pairs],
        },
    )


def contender(workload: Workload, side: Side, options: Options) -> Contender:
    """Return what puts the workload on a side; signing in is not part of what is measured."""

    def measured(seconds: float) -> Sample:
        load = workload.load(
            side.server, side.tenant, concurrency=options.concurrency, seconds=seconds
        )
        return client.run(load)

    return measured
