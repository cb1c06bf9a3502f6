from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from core import listing
from core.billing.models.commands import CommandId
from core.billing.money import Currency
from core.models import Model, OrganizationId

type InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void", "unknown"]

type RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class Invoice(Model):
    id: str
    customer_id: str
    subscription_id: str | None = None
    number: str | None = None
    status: InvoiceStatus
    reason: str | None = None
    currency: Currency
    total: int
    tax: int = 0
    paid: int = 0
    remaining: int = 0
    created_at: datetime
    due_at: datetime | None = None
    paid_at: datetime | None = None
    refunded: int = 0
    hosted_url: str | None = None
    pdf_url: str | None = None


class Payment(Model):
    """Where the payment of an invoice stands.

    `requires_action`: its payer has to confirm it with their bank, on a page of ours by
    `client_secret` or on the provider's at `hosted_url`.
    """

    invoice_id: str
    status: Literal["paid", "processing", "requires_action", "declined"]
    client_secret: str | None = Field(default=None, repr=False)
    hosted_url: str | None = None
    decline_code: str | None = None


class Refund(Model):
    """Money that went back. `command_id` is that of the order it was made for, if it was ours."""

    id: str
    invoice_id: str | None = None
    amount: int
    currency: Currency
    status: Literal["pending", "requires_action", "succeeded", "failed", "canceled", "unknown"]
    reason: str | None = None
    command_id: CommandId | None = None
    created_at: datetime

    @property
    def counts(self) -> bool:
        """Tell whether the money went back, or will."""
        return self.status not in {"failed", "canceled"}


class RefundOrder(Model):
    """What is to go back of what was paid for an invoice."""

    invoice_id: str
    amount: int
    reason: RefundReason
    command_id: CommandId
    metadata: dict[str, str]


NEWEST_INVOICE: Final = listing.newest(
    listing.Field("created_at", "moment"), listing.Field("id", "text")
)


class MirroredInvoice(Model):
    organization_id: OrganizationId
    invoice: Invoice
    fetched_at: datetime
