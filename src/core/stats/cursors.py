"""Where a page of events ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from core.exceptions import InvalidCursor
from core.stats.models import Event, EventId
from core.stats.ports import Identity


def cursor_of(event: Event) -> str:
    return urlsafe_b64encode(f"{event.time.isoformat()} {event.id}".encode()).decode().rstrip("=")


def identity_of(cursor: str | None) -> Identity | None:
    """Return what a cursor stands for; raise InvalidCursor for one that we did not give out."""
    if cursor is None:
        return None
    try:
        told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        time, event_id = told.split(" ")
        moment, found = datetime.fromisoformat(time), EventId(UUID(event_id))
    except ValueError:
        raise InvalidCursor from None
    if moment.tzinfo is None:
        raise InvalidCursor
    return moment, found
