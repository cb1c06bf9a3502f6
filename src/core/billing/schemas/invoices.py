from datetime import datetime
from typing import Literal, Self

from core.billing.models import Invoice
from core.billing.schemas.subscriptions import ProviderId
from core.listing import ListRequest, Lists
from core.models import Model


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


class ListInvoices(ListRequest):
    lists = Lists(
        InvoiceView,
        "id number status reason currency total tax paid remaining refunded created_at due_at"
        " paid_at",
        "number total created_at due_at paid_at",
        default="-created_at",
    )

    status: Literal["draft", "open", "paid", "uncollectible", "void"] | None = None
