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
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return False
    return config.tracing or any(
        environ.get(name)
        for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    )


def metrics_pushed(environ: Mapping[str, str]) -> bool:
    """Tell whether metrics are pushed as well: only if asked for, since /metrics is there."""
    return "otlp" in environ.get("OTEL_METRICS_EXPORTER", "").lower().split(",")
