from datetime import datetime

from core.billing.money import Currency
from core.models import Model, OrganizationId


class PaymentMethod(Model):
    """How somebody pays: what is fit to be shown, and nothing that could be charged with."""

    id: str
    type: str = "card"
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None


class Customer(Model):
    """Whom the provider charges. `organization_id` is what we said when we made it."""

    id: str
    organization_id: OrganizationId | None = None
    email: str | None = None
    name: str | None = None
    currency: Currency | None = None
    delinquent: bool = False
    payment_method: PaymentMethod | None = None
    deleted: bool = False


class Account(Model):
    """An organization as one who pays. Without a `customer_id` it never did.

    What it used until `usage_until` stands on its bills.
    """

    organization_id: OrganizationId
    customer_id: str | None = None
    email: str | None = None
    name: str | None = None
    currency: Currency | None = None
    delinquent: bool = False
    payment_method: PaymentMethod | None = None
    trial_used_at: datetime | None = None
    usage_until: datetime | None = None
    synced_at: datetime | None = None
