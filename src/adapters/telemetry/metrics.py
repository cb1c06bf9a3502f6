"""Metrics by OpenTelemetry, for Prometheus to fetch."""

from collections.abc import Callable, Iterable, Mapping
from typing import override

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.process_collector import ProcessCollector

from adapters.telemetry.config import TelemetryConfig, metrics_pushed
from adapters.telemetry.resource import resource
from core import telemetry
from core.telemetry import INSTRUMENTS, Instrument, Reading, declared

# Where OpenTelemetry has a name of its own, ours follows from it (dots become underscores, the
# unit a suffix), and so do the labels.
SEMANTIC = {
    "http_server_request_duration_seconds": "http.server.request.duration",
    "http_server_active_requests": "http.server.active_requests",
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
}

type Record = Callable[[float, Mapping[str, str | int]], None]


class Metrics(telemetry.Metrics):
    def __init__(self, config: TelemetryConfig, environ: Mapping[str, str]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._provider = MeterProvider(
            metric_readers=list(_readers(self._registry, environ)),
            resource=resource(config),
            exemplar_filter=AlwaysOffExemplarFilter(),
            shutdown_on_exit=False,
        )
        meter = self._provider.get_meter("core-api")
        self._gauges: dict[str, Callable[[], Reading]] = {}
        self._counters: dict[str, tuple[Instrument, Record]] = {}
        self._histograms: dict[str, tuple[Instrument, Record]] = {}
        for name, instrument in INSTRUMENTS.items():
            self._declare(meter, name, instrument)

    def _declare(self, meter: Meter, name: str, it: Instrument) -> None:
        known_as = SEMANTIC.get(name, name.removesuffix("_seconds").removesuffix("_total"))
        match it.kind:
            case "counter":
                counter = meter.create_counter(known_as, it.unit, it.about)
                self._counters[name] = it, counter.add
                for labels in _told(it):
                    counter.add(0, labels)
            case "histogram":
                histogram = meter.create_histogram(
                    known_as, it.unit, it.about, explicit_bucket_boundaries_advisory=it.buckets
                )
                self._histograms[name] = it, histogram.record
            case "gauge":
                callback = self._reader(name, it)
                meter.create_observable_gauge(known_as, [callback], it.unit, it.about)

    def _reader(
        self, name: str, instrument: Instrument
    ) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def read(_: CallbackOptions) -> Iterable[Observation]:
            if (callback := self._gauges.get(name)) is None:
                return
            reading = callback()
            if not isinstance(reading, Mapping):
                yield Observation(reading)
                return
            [label] = instrument.labels
            for value, number in reading.items():
                yield Observation(number, {label: value})

        return read

    @override
    def count(self, name: str, /, amount: int = 1, **labels: str | int) -> None:
        instrument, add = self._counters[name]
        instrument.check(labels)
        add(amount, labels)

    @override
    def observe(self, name: str, /, value_seconds: float, **labels: str | int) -> None:
        instrument, record = self._histograms[name]
        instrument.check(labels)
        record(value_seconds, {SEMANTIC.get(label, label): labels[label] for label in labels})

    @override
    def gauge(self, name: str, callback: Callable[[], Reading]) -> None:
        declared(name, "gauge")
        self._gauges[name] = callback

    def render(self) -> tuple[bytes, str]:
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def shutdown(self) -> None:
        self._provider.shutdown()


def _told(instrument: Instrument) -> list[dict[str, str]]:
    """Return the labels under which a counter stands at 0 from the start."""
    if not instrument.labels:
        return [{}]
    return [dict.fromkeys(instrument.labels, value) for value in instrument.told]


def _readers(registry: CollectorRegistry, environ: Mapping[str, str]) -> Iterable[MetricReader]:
    yield PrometheusMetricReader(scope_info_enabled=False, registry=registry)
    if metrics_pushed(environ):
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
            OTLPMetricExporter,  # as slow to load as the one for spans
        )
        from opentelemetry.sdk.metrics.export import (  # noqa: PLC0415
            PeriodicExportingMetricReader,
        )

        yield PeriodicExportingMetricReader(OTLPMetricExporter())
