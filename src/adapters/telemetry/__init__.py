"""Spans, metrics and logs; OpenTelemetry is loaded when it is first needed."""

from adapters.telemetry.config import TelemetryConfig
from adapters.telemetry.telemetry import Telemetry

__all__ = ("Telemetry", "TelemetryConfig")
