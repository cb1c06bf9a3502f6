"""What spans cost: the same service untouched, switched off, sampling a tenth, sampling all."""

from contextlib import ExitStack

from benchmarks.collector import Collector, collecting
from benchmarks.duel import WARM_UP, contender
from benchmarks.findings import Bar, Finding
from benchmarks.options import Options
from benchmarks.samples import Sample
from benchmarks.servers import Server
from benchmarks.workloads.accounts import WORKLOADS
from benchmarks.world import Side, World

WORKLOAD = next(workload for workload in WORKLOADS if workload.name == "me")
UNTOUCHED = "untouched"
BARS = {"off": 1.02, "a tenth": 1.2, "all": 1.5}


def measure(world: World, options: Options) -> list[Finding]:
    """Measure CPU a request with tracing, over the same without a word about it."""
    with collecting() as collector, ExitStack() as running:
        variants = _variants(collector)
        servers = {
            name: running.enter_context(world.start_service(settings=settings))
            for name, settings in variants.items()
        }
        samples = _in_turns(servers, world, options)
        running.close()  # each sends what it still holds
        notes = {name: _note(name, collector, samples[name]) for name in BARS}
    return [
        Finding(
            name=f"tracing_{name.replace(' ', '_')}",
            what=f"GET /v1/me: CPU a request, tracing {name} / {UNTOUCHED}",
            values=[
                traced.cpu_us / plain.cpu_us
                for traced, plain in zip(samples[name], samples[UNTOUCHED], strict=True)
            ],
            bar=Bar(bar),
            note=notes[name],
            sides={UNTOUCHED: samples[UNTOUCHED], f"tracing {name}": samples[name]},
        )
        for name, bar in BARS.items()
    ]


def _variants(collector: Collector) -> dict[str, dict[str, str]]:
    def sending(name: str, **more: str) -> dict[str, str]:
        endpoint = collector.endpoint(name.replace(" ", "-"))
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint} | more

    sampler = "parentbased_traceidratio"
    return {
        UNTOUCHED: {},
        "off": sending("off", OTEL_SDK_DISABLED="true"),
        "a tenth": sending("a tenth", OTEL_TRACES_SAMPLER=sampler, OTEL_TRACES_SAMPLER_ARG="0.1"),
        "all": sending("all", OTEL_TRACES_SAMPLER="parentbased_always_on"),
    }


def _in_turns(
    servers: dict[str, Server], world: World, options: Options
) -> dict[str, list[Sample]]:
    """Warm all up, then measure each once a round, forwards and backwards in turn."""
    contenders = {
        name: contender(WORKLOAD, Side(server, world.service_tenant), options)
        for name, server in servers.items()
    }
    for measured in contenders.values():
        measured(WARM_UP)
    samples: dict[str, list[Sample]] = {name: [] for name in servers}
    for number in range(options.rounds):
        order = list(contenders.items())
        for name, measured in order if number % 2 else reversed(order):
            samples[name].append(measured(options.seconds))
    return samples


def _note(name: str, collector: Collector, samples: list[Sample]) -> str:
    """Say how many spans came, lest silence be taken for thrift."""
    spans = collector.spans(name.replace(" ", "-"))
    requests = sum(sample.requests for sample in samples)
    return f"{spans / requests:.2f} spans a request arrived" if requests else ""
