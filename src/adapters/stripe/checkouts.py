from contextlib import suppress
from typing import TYPE_CHECKING, override

from adapters.stripe import told
from adapters.stripe.client import Stripe, once
from core.billing import provider
from core.billing.exceptions import ProviderRejected
from core.billing.models import Checkout, CheckoutOrder, CommandId, PortalOrder, Wanted

if TYPE_CHECKING:
    from stripe.params.billing_portal import SessionCreateParams as PortalParams
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem


class Checkouts(provider.Checkouts):
    """https://docs.stripe.com/payments/checkout: pages of Stripe's, in mode subscription."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def open(self, order: CheckoutOrder, *, key: str) -> Checkout:
        made = await self._stripe.ask(
            "checkouts.open",
            lambda client: client.v1.checkout.sessions.create_async(_asked(order), once(key)),
        )
        return told.Checkout.by(made).ours()

    @override
    async def get(self, checkout_id: str) -> Checkout | None:
        found = await self._stripe.find(
            "checkouts.get",
            lambda client: client.v1.checkout.sessions.retrieve_async(checkout_id),
        )
        return told.Checkout.by(found).ours() if found else None

    @override
    async def made_for(self, customer_id: str, command_id: CommandId) -> Checkout | None:
        found = await self._stripe.all(
            "checkouts.made_for",
            lambda client: client.v1.checkout.sessions.list_async(
                {"customer": customer_id, "status": "open", "limit": 100}
            ),
        )
        ours = [told.Checkout.by(one) for one in found]
        return next((one.ours() for one in ours if one.command_id == command_id), None)

    @override
    async def expire(self, checkout_id: str, *, key: str) -> None:
        with suppress(ProviderRejected):  # it was over already
            await self._stripe.ask(
                "checkouts.expire",
                lambda client: client.v1.checkout.sessions.expire_async(checkout_id, {}, once(key)),
            )

    @override
    async def portal(self, order: PortalOrder, *, key: str) -> str:
        made = await self._stripe.ask(
            "checkouts.portal",
            lambda client: client.v1.billing_portal.sessions.create_async(
                _looked_after(order), once(key)
            ),
        )
        return made.url


def _looked_after(order: PortalOrder) -> "PortalParams":
    asked: PortalParams = {"customer": order.customer_id, "return_url": order.return_url}
    subscription = order.subscription_id or ""
    match order.flow:
        case None:
            pass
        case "payment_method_update":
            asked["flow_data"] = {"type": order.flow}
        case "subscription_cancel":
            asked["flow_data"] = {
                "type": order.flow,
                "subscription_cancel": {"subscription": subscription},
            }
        case "subscription_update":
            asked["flow_data"] = {
                "type": order.flow,
                "subscription_update": {"subscription": subscription},
            }
    return asked


def _asked(order: CheckoutOrder) -> "SessionCreateParams":
    """What is noted on the page is noted on the subscription that comes of it, too."""
    asked: SessionCreateParams = {
        "mode": "subscription",
        "customer": order.customer_id,
        "client_reference_id": order.metadata.get(told.ORGANIZATION, ""),
        "line_items": [_line(one) for one in order.wanted],
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
        "allow_promotion_codes": order.promotion_codes,
        "metadata": order.metadata,
        "subscription_data": {"metadata": order.metadata},
    }
    if order.trial_days:
        asked["subscription_data"]["trial_period_days"] = order.trial_days
    if order.locale:
        asked["locale"] = order.locale
    return asked


def _line(one: Wanted) -> "SessionCreateParamsLineItem":
    if one.quantity is None:
        return {"price": one.price_id}
    return {"price": one.price_id, "quantity": one.quantity}
