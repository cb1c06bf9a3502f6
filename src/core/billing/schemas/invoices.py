from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from core.billing.models import Invoice
from core.billing.schemas.subscriptions import ProviderId
from core.models import Model


class ListInvoices(Model):
    limit: int = Field(default=25, ge=1, le=100)
    cursor: ProviderId | None = None
    status: Literal["draft", "open", "paid", "uncollectible", "void"] | None = None


class InvoiceReference(Model):
    id: ProviderId


class InvoiceView(Model):
    """Amounts are in the currency's smallest unit."""

    id: str
    number: str | None
    status: str
    reason: str | None
    currency: str
    total: int
    tax: int
    paid: int
    remaining: int
    refunded: int
    created_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    hosted_url: str | None

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        return cls.model_validate(invoice.model_dump(include=set(cls.model_fields)))


class InvoicesView(Model):
    items: list[InvoiceView]
    next_cursor: str | None = None
