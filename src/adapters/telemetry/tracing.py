"""Spans by OpenTelemetry. Imported only when tracing is on: the SDK takes its time to load."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, override

from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.telemetry.config import TelemetryConfig
from adapters.telemetry.resource import resource
from core import telemetry
from core.exceptions import CoreError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: Mapping[telemetry.SpanKind, trace.SpanKind] = {
    "internal": trace.SpanKind.INTERNAL,
    "client": trace.SpanKind.CLIENT,
    "server": trace.SpanKind.SERVER,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
}

# Baggage is left out on purpose: callers put what they like into it.
PROPAGATOR = TraceContextTextMapPropagator()


def provider(
    config: TelemetryConfig, environ: Mapping[str, str], exporter: SpanExporter | None = None
) -> TracerProvider:
    """Sample, queue and export spans, in the background.

    The queue is bounded (OTEL_BSP_MAX_QUEUE_SIZE): spans that find it full are dropped, with a
    warning, and nobody waits.
    """
    own = ParentBased(TraceIdRatioBased(config.sample_ratio))
    tracer_provider = TracerProvider(
        # None lets the SDK read OTEL_TRACES_SAMPLER and its argument.
        sampler=None if environ.get("OTEL_TRACES_SAMPLER") else own,
        resource=resource(config),
        shutdown_on_exit=False,
    )
    tracer_provider.add_span_processor(BatchSpanProcessor(exporter or _otlp()))
    return tracer_provider


def _otlp() -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,  # 220 ms and 6 MB that a process with another exporter does not need
    )

    return OTLPSpanExporter()


class Tracer(telemetry.Tracer):
    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    @override
    def span(
        self,
        name: str,
        attributes: telemetry.Attributes | None = None,
        kind: telemetry.SpanKind = "internal",
    ) -> AbstractContextManager[None]:
        around = trace.get_current_span().get_span_context()
        if around.is_valid and not around.is_remote and not around.trace_flags.sampled:
            return telemetry.NOTHING  # the trace was sampled out at its head, with all below it
        return Span(self._tracer, name, attributes, KINDS[kind])

    @override
    def context(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier

    @override
    @contextmanager
    def continued(self, carrier: Mapping[str, str]) -> "Iterator[None]":
        token = context.attach(PROPAGATOR.extract(carrier))
        try:
            yield
        finally:
            context.detach(token)


class Span(AbstractContextManager[None]):
    """A class, because contextlib's generators cost as much again as the span."""

    __slots__ = ("_attributes", "_kind", "_name", "_span", "_token", "_tracer")

    _span: trace.Span
    _token: Token[context.Context]

    def __init__(
        self,
        tracer: trace.Tracer,
        name: str,
        attributes: telemetry.Attributes | None,
        kind: trace.SpanKind,
    ) -> None:
        self._tracer = tracer
        self._name = name
        self._attributes = attributes
        self._kind = kind

    @override
    def __enter__(self) -> None:
        self._span = self._tracer.start_span(
            self._name, kind=self._kind, attributes=self._attributes
        )
        self._token = context.attach(trace.set_span_in_context(self._span))

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        context.detach(self._token)
        if error is not None and self._span.is_recording():
            self._fail(error)
        self._span.end()

    def _fail(self, error: BaseException) -> None:
        """Keep the type alone: messages and stack traces hold what people typed."""
        if isinstance(error, CoreError) and not isinstance(error, Unavailable):
            self._span.set_attribute("error.type", error.code)  # a refusal is no failure
            return
        self._span.set_attribute("error.type", type(error).__qualname__)
        self._span.set_status(trace.StatusCode.ERROR)


def current_ids() -> tuple[str, str] | None:
    """Return trace id and span id of the current span, as logs spell them."""
    around = trace.get_current_span().get_span_context()
    if not around.is_valid:
        return None
    return trace.format_trace_id(around.trace_id), trace.format_span_id(around.span_id)
