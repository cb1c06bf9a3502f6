import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

from adapters.telemetry import logs
from adapters.telemetry.config import TelemetryConfig, tracing_wanted
from core import telemetry

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

    from adapters.telemetry.metrics import Metrics

NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})
FLUSH_SECONDS = 5.0


class Telemetry:
    """Everything the service tells about itself. Making one costs nothing.

    What it is asked for is loaded then, and only then: OpenTelemetry's SDK takes 100-300 ms, which
    a short command never pays. `environ` is where OpenTelemetry's own OTEL_ variables stand; the
    SDK reads some of them from the process's environment by itself.
    """

    def __init__(
        self,
        config: TelemetryConfig,
        environ: Mapping[str, str] = NO_ENVIRONMENT,
        *,
        exporter: "SpanExporter | None" = None,
    ) -> None:
        self._config = config
        self._environ = environ
        self._exporter = exporter
        self._tracing = tracing_wanted(config, environ)
        self._closers: list[Callable[[], None]] = []  # of what was asked for, and only that

    @cached_property
    def tracer(self) -> telemetry.Tracer:
        if self.server_tracer is None:
            return telemetry.NullTracer()
        from adapters.telemetry.tracing import Tracer  # noqa: PLC0415

        return Tracer(self.server_tracer)

    @cached_property
    def server_tracer(self) -> "trace.Tracer | None":
        """OpenTelemetry's own tracer for the HTTP entrypoint, which names its span afterwards."""
        if (provider := self._tracer_provider) is None:
            return None
        return provider.get_tracer("core-api", self._config.service_version)

    @cached_property
    def _tracer_provider(self) -> "TracerProvider | None":
        if not self._tracing:
            return None
        from adapters.telemetry import tracing  # noqa: PLC0415

        provider = tracing.provider(self._config, self._environ, self._exporter)
        self._closers.append(provider.shutdown)
        return provider

    @cached_property
    def metrics(self) -> telemetry.Metrics:
        return self._kept_metrics or telemetry.NullMetrics()

    @cached_property
    def _kept_metrics(self) -> "Metrics | None":
        if not self._config.metrics:
            return None
        from adapters.telemetry.metrics import Metrics  # noqa: PLC0415

        metrics = Metrics(self._config, self._environ)
        self._closers.append(metrics.shutdown)
        return metrics

    def render_metrics(self) -> tuple[bytes, str]:
        """Return what /metrics answers, and its content type.

        Hundreds of series take 100 ms of CPU: call it in a thread.
        """
        if self._kept_metrics is None:
            return b"", "text/plain; version=0.0.4; charset=utf-8"
        return self._kept_metrics.render()

    def configure_logging(self, stream: TextIO | None = None) -> None:
        """Take over the process's logging; lines go to standard error unless told otherwise."""
        ids: logs.Ids | None = None
        if self._tracing:
            from adapters.telemetry.tracing import current_ids  # noqa: PLC0415

            ids = current_ids
        logs.configure(self._config.log_level, self._config.log_format, ids=ids, stream=stream)

    def shutdown(self) -> None:
        """Send what is still queued, for five seconds at most: a dead collector delays nobody."""
        closing = [threading.Thread(target=close, daemon=True) for close in self._closers]
        self._closers.clear()
        until = time.monotonic() + FLUSH_SECONDS
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(max(0.0, until - time.monotonic()))
