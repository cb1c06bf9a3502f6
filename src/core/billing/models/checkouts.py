from datetime import datetime
from typing import Literal

from core.billing.models.commands import CommandId
from core.billing.models.subscriptions import Wanted
from core.models import Model

type PortalFlow = Literal["payment_method_update", "subscription_cancel", "subscription_update"]


class Checkout(Model):
    """A page of the provider's where somebody pays. `url` is there while it is open.

    `command_id` is that of the order it was opened for, as far as we remember.
    """

    id: str
    customer_id: str
    status: Literal["open", "complete", "expired"]
    url: str | None = None
    expires_at: datetime
    subscription_id: str | None = None
    command_id: CommandId | None = None


class CheckoutOrder(Model):
    """What somebody is about to pay for."""

    customer_id: str
    wanted: tuple[Wanted, ...]
    trial_days: int = 0
    success_url: str
    cancel_url: str
    promotion_codes: bool = False
    locale: str | None = None
    command_id: CommandId
    metadata: dict[str, str]


class PortalOrder(Model):
    """Where somebody is about to look after their payments, and what they come for."""

    customer_id: str
    return_url: str
    flow: PortalFlow | None = None
    subscription_id: str | None = None
