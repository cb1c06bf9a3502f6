"""What outgoing webhooks are made of."""

from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from pydantic import Field

from core.models import Model, OrganizationId

EndpointId = NewType("EndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)


class Endpoint(Model):
    """Where an organization wants to hear of what happens; no topics: of everything.

    `failing_since` is when the first message of late did not arrive.
    """

    id: EndpointId
    organization_id: OrganizationId
    url: str
    description: str = ""
    topics: tuple[str, ...] = ()
    secrets_box: bytes = Field(repr=False)
    enabled: bool = True
    disabled_because: Literal["gone", "failing", "somebody"] | None = None
    failing_since: datetime | None = None
    created_at: datetime


class Secrets(Model):
    """What messages are signed with: the older one as well, until its receiver knows the newer."""

    current: str = Field(repr=False)
    older: str | None = Field(default=None, repr=False)
    older_until: datetime | None = None

    def at(self, now: datetime) -> list[str]:
        """Return those that count now, the newest first."""
        lives = self.older is not None and self.older_until is not None and now < self.older_until
        return [self.current, self.older] if lives and self.older else [self.current]


class Delivery(Model):
    """A message on its way to one endpoint. `response_status` is the last status that came back."""

    id: DeliveryId
    organization_id: OrganizationId
    endpoint_id: EndpointId
    message_id: UUID
    topic: str
    payload: dict[str, Any] = Field(repr=False)
    status: Literal["pending", "delivered", "failed"] = "pending"
    attempts: int = 0
    due_at: datetime
    response_status: int | None = None
    error: str | None = None
    created_at: datetime
    settled_at: datetime | None = None


class Message(Model):
    """What is sent: its headers and its body, as they are signed."""

    url: str
    headers: dict[str, str] = Field(repr=False)
    body: bytes = Field(repr=False)
