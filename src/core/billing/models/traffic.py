from datetime import datetime
from typing import Any, Final, Literal

from pydantic import Field

from core import listing
from core.models import Model


class ProviderEvent(Model):
    """Something happened at the provider: a hint to look at a customer again, and no more."""

    id: str
    type: str
    created_at: datetime
    live: bool
    customer_id: str | None = None
    object_id: str | None = None
    payload: dict[str, Any] = Field(default_factory=dict, repr=False)


class Endpoint(Model):
    """Where the provider sends webhooks. Its secret is told once, when it is made."""

    id: str
    url: str
    enabled: bool = True
    api_version: str | None = None
    types: tuple[str, ...] = ()
    secret: str | None = Field(default=None, repr=False)


class TestClock(Model):
    """A time of its own that customers of a test may live in."""

    __test__ = False  # it is no test class, though its name begins like one

    id: str
    name: str
    now: datetime
    ready: bool = True


NEWEST_EVENT: Final = listing.newest(
    listing.Field("received_at", "moment"), listing.Field("id", "text")
)


class InboxEvent(Model):
    """An event that arrived, and what became of it."""

    event: ProviderEvent
    status: Literal["pending", "processed", "ignored", "dead"] = "pending"
    attempts: int = 0
    due_at: datetime
    error: str | None = None
    received_at: datetime
    processed_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.event.id

    @property
    def type(self) -> str:
        return self.event.type

    @property
    def customer_id(self) -> str | None:
        return self.event.customer_id

    @property
    def lock_key(self) -> str:
        """Whom it is about: events of one are worked off one after another."""
        return self.event.customer_id or self.event.object_id or self.event.id
