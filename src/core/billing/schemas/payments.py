from core.billing.models import PaymentMethod
from core.billing.schemas.subscriptions import Address, ProviderId
from core.models import Model


class OpenPortal(Model):
    """Ask for a page where payments are looked after; it leads back to `return_url`."""

    return_url: Address


class PortalView(Model):
    url: str


class SetupView(Model):
    """What the provider's script adds a payment method with, in the browser."""

    client_secret: str


class PaymentMethodReference(Model):
    id: ProviderId


class PaymentMethodsView(Model):
    items: list[PaymentMethod]
