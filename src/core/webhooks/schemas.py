"""What is asked of outgoing webhooks, and what they answer."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from core.listing import ListRequest, Lists
from core.models import Job, Line, Model, PageRequest
from core.webhooks.models import Delivery, DeliveryId, Endpoint, EndpointId

type Url = Annotated[
    str, Field(max_length=2000, pattern=r"^https?://[^\s]+$", examples=["https://example.com/hook"])
]
type Topics = Annotated[list[Line], Field(max_length=100, examples=[["billing.invoice_paid"]])]


class CreateEndpoint(Model):
    """Where to send messages; no topics: of everything that happens in the organization."""

    url: Url
    description: Annotated[str, Field(max_length=200)] = ""
    topics: Topics = Field(default_factory=list)


class UpdateEndpoint(Model):
    """What is left out stays. Switched on again, it gets what waited meanwhile."""

    url: Url | None = None
    description: Annotated[str, Field(max_length=200)] | None = None
    topics: Topics | None = None
    enabled: bool | None = None


class ChangeEndpoint(Model):
    endpoint_id: EndpointId
    changes: UpdateEndpoint


class EndpointReference(Model):
    endpoint_id: EndpointId


class EndpointView(Model):
    id: EndpointId
    url: str
    description: str
    topics: list[str]
    enabled: bool
    disabled_because: Literal["gone", "failing", "somebody"] | None
    failing_since: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        return cls.model_validate(endpoint.model_dump(include=set(cls.model_fields)))


class ListEndpoints(ListRequest):
    lists = Lists(
        EndpointView,
        "id url description topics enabled disabled_because failing_since created_at",
        "url description enabled failing_since created_at",
    )


class NewEndpoint(EndpointView):
    """The secret is shown this once."""

    secret: str = Field(repr=False)


class NewSecret(Model):
    """The older secret signs beside it until then."""

    secret: str = Field(repr=False)
    older_until: datetime


class ListDeliveries(Model):
    endpoint_id: EndpointId
    page: PageRequest


class DeliveryReference(Model):
    delivery_id: DeliveryId


class DeliveryView(Model):
    """A message, and what became of it. `response_status` is the last status that came back."""

    id: DeliveryId
    message_id: UUID
    topic: str
    payload: dict[str, Any]
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    due_at: datetime
    response_status: int | None
    error: str | None
    created_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls.model_validate(delivery.model_dump(include=set(cls.model_fields)))


class DeliveriesPage(ListRequest):
    """Which of an endpoint's deliveries."""

    lists = Lists(
        DeliveryView,
        "id message_id topic status attempts due_at response_status error created_at settled_at",
        "created_at",
    )


class Topic(Model):
    """Something that happens, and what is told of it."""

    name: str
    about: str
    fields: list[str]


class SendMessages(Job):
    """Send an endpoint what waits for it."""

    name = "webhooks.send"

    endpoint_id: EndpointId


class SweepMessages(Job):
    """Take up what is due and that no job looks after; forget what is old."""

    name = "webhooks.sweep"
    lock = "webhooks.sweep"
