"""What an organization may ask the provider for: each is written down before it is asked.

They are what a command keeps as its parameters, so that whoever finds one unfinished can finish it.
"""

from typing import ClassVar, override

from core.billing.models import Pause, Proration, RefundReason, When
from core.models import Model


class Order(Model):
    kind: ClassVar[str]

    kinds: ClassVar[dict[str, type["Order"]]] = {}

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        cls.kinds[cls.kind] = cls


class Checkout(Order):
    kind = "checkout"

    lookup_key: str
    quantity: int | None = None
    success_url: str
    cancel_url: str
    promotion_codes: bool = False
    locale: str | None = None


class Change(Order):
    """Another price or another quantity; one that is None stays."""

    kind = "change"

    lookup_key: str | None = None
    quantity: int | None = None
    when: When = "now"
    proration: Proration = "always_invoice"


class Cancel(Order):
    kind = "cancel"

    when: When = "period_end"
    reason: str | None = None


class Keep(Order):
    """Take back a cancellation, or a change, that has not come yet."""

    kind = "keep"


class SetPause(Order):
    kind = "pause"

    pause: Pause | None


class Pay(Order):
    kind = "pay"

    invoice_id: str


class Refund(Order):
    """Give money back that was paid for an invoice; all that is left if no amount is named."""

    kind = "refund"

    invoice_id: str
    amount: int | None = None
    reason: RefundReason = "requested_by_customer"


class Seats(Order):
    """Pay for as many seats as there are members."""

    kind = "seats"
