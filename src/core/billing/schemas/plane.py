"""What operators ask of the billing module."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from core.billing.models import Command, Endpoint, Refund, RefundReason, TestClock
from core.billing.schemas.subscriptions import Address, ProviderId
from core.listing import ListRequest, Lists
from core.models import Line, Model, Moment, OrganizationId


class RefundInvoice(Model):
    """Give money back; all that is left if no amount is named."""

    organization_id: OrganizationId
    invoice_id: ProviderId
    amount: int | None = Field(default=None, ge=1, strict=True)
    reason: RefundReason = "requested_by_customer"


class RefundView(Model):
    id: str
    invoice_id: str | None
    amount: int
    currency: str
    status: str
    reason: str | None
    created_at: datetime

    @classmethod
    def of(cls, refund: Refund) -> Self:
        return cls.model_validate(refund.model_dump(include=set(cls.model_fields)))


class CommandView(Model):
    """A change that was asked of the provider, and what became of it."""

    id: UUID
    organization_id: OrganizationId
    kind: str
    status: str
    attempt: int
    error: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, command: Command) -> Self:
        return cls.model_validate(command.model_dump(include=set(cls.model_fields)))


class ListCommands(ListRequest):
    lists = Lists(
        CommandView,
        "id organization_id kind status attempt error created_at updated_at",
        "",
    )

    status: Literal["pending", "done", "failed"] | None = None


class LinkCustomer(Model):
    """Have an organization pay as a customer who is at the provider already."""

    organization_id: OrganizationId
    customer_id: ProviderId


class ExamineBilling(Model):
    """Look whether money can come in as it should."""


class CreateEndpoint(Model):
    url: Address


class ListEndpoints(Model):
    """See where the provider sends its webhooks."""


class EndpointReference(Model):
    id: ProviderId


class EndpointView(Model):
    """Where the provider sends webhooks. The secret is shown once, when it is made."""

    id: str
    url: str
    enabled: bool
    api_version: str | None
    secret: str | None = Field(default=None, repr=False)

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        return cls.model_validate(endpoint.model_dump(include=set(cls.model_fields)))


class CreateClock(Model):
    """Let an organization that pays for nothing yet live in a time of its own."""

    organization_id: OrganizationId
    name: Line = "test"


class AdvanceClock(Model):
    id: ProviderId
    to: Moment


class ClockReference(Model):
    id: ProviderId


class ClockView(Model):
    id: str
    name: str
    now: datetime
    ready: bool

    @classmethod
    def of(cls, clock: TestClock) -> Self:
        return cls.model_validate(clock.model_dump())
