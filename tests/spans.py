from contextlib import AbstractContextManager
from typing import override

from core.telemetry import NOTHING, Attributes, NullTracer, SpanKind


class Spans(NullTracer):
    """Keeps what is said of each span."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str | int | bool], str]] = []

    @override
    def span(
        self, name: str, attributes: Attributes | None = None, kind: SpanKind = "internal"
    ) -> AbstractContextManager[None]:
        self.seen.append((name, dict(attributes or {}), kind))
        return NOTHING
