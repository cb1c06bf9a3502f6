from typing import Literal, Self

from pydantic import Field

from core.billing.models import Payment, PaymentMethod, PortalFlow
from core.billing.schemas.subscriptions import Address, ProviderId
from core.models import Model


class OpenPortal(Model):
    """Ask for a page where payments are looked after; it leads back to `return_url`.

    `flow`: the page begins where that is done, and with nothing else.
    """

    return_url: Address
    flow: PortalFlow | None = None


class PortalView(Model):
    url: str


class PaymentView(Model):
    """A payment that is on its way.

    `requires_action`: have its payer confirm it, by the secret on a page of yours or at
    `hosted_invoice_url`. `processing`: the bank takes its time.
    """

    status: Literal["processing", "requires_action", "declined"]
    client_secret: str | None = Field(repr=False)
    hosted_invoice_url: str | None

    @classmethod
    def of(cls, payment: Payment) -> Self:
        return cls.model_validate(
            {
                "status": payment.status,
                "client_secret": payment.client_secret,
                "hosted_invoice_url": payment.hosted_url,
            }
        )


class SetupView(Model):
    """What the provider's script adds a payment method with, in the browser."""

    client_secret: str


class PaymentMethodReference(Model):
    id: ProviderId


class PaymentMethodsView(Model):
    items: list[PaymentMethod]
