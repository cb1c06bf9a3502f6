from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from core.models import Model

type LogLevel = Literal["debug", "info", "warning", "error"]
type LogFormat = Literal["console", "json"]


class TelemetryConfig(Model):
    """Who tells, and how much."""

    service_name: str
    service_version: str
    environment: str
    tracing: bool = False
    sample_ratio: float = Field(default=0.1, ge=0, le=1)
    metrics: bool = True
    log_level: LogLevel = "info"
    log_format: LogFormat = "console"


def tracing_wanted(config: TelemetryConfig, environ: Mapping[str, str]) -> bool:
    """Tell whether to trace: we were told to, or OpenTelemetry's variables name a collector."""
    if _disabled(environ) or _said(environ, "OTEL_TRACES_EXPORTER") == {"none"}:
        return False
    return config.tracing or any(
        environ.get(name)
        for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    )


def metrics_pushed(environ: Mapping[str, str]) -> bool:
    """Tell whether metrics are pushed as well: only if asked for, since /metrics is there."""
    return not _disabled(environ) and "otlp" in _said(environ, "OTEL_METRICS_EXPORTER")


def _disabled(environ: Mapping[str, str]) -> bool:
    return _said(environ, "OTEL_SDK_DISABLED") == {"true"}


def _said(environ: Mapping[str, str], name: str) -> set[str]:
    return {word.strip().lower() for word in environ.get(name, "").split(",")}
