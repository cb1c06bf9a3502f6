"""What an event is: the same however often it is sent."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

NAMESPACE: Final = UUID("0d0f6a9e-7a52-5f0e-8d84-2a7f1f5a6c1e")
UUID7: Final = 7
LATEST: Final = 250_000_000_000_000
"""Milliseconds until the year 9892; an id has room for more."""


def embedded_time(event_id: UUID) -> datetime | None:
    """Return the millisecond that a UUIDv7 was made in (RFC 9562 5.7), if a calendar has it."""
    milliseconds = event_id.int >> 80
    if event_id.version != UUID7 or milliseconds > LATEST:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def of_cloud_event(source: str, event_id: str) -> UUID:
    """Return an id for an event that is told apart by its source and a text (CloudEvents 1.0)."""
    return uuid5(NAMESPACE, f"{source}\0{event_id}")
