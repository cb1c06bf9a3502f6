import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, override

from adapters.stripe import subscribed, told
from adapters.stripe.bills import Invoice
from adapters.stripe.client import PAGE, Stripe, once
from core.billing import provider
from core.billing.exceptions import ProviderNotFound
from core.billing.models import Item, Pause, Preview, Proration, Subscription, Wanted, When
from core.billing.money import Money

if TYPE_CHECKING:
    from stripe.params import (
        InvoiceCreatePreviewParamsSubscriptionDetailsItem,
        SubscriptionScheduleUpdateParamsPhaseItem,
        SubscriptionUpdateParams,
        SubscriptionUpdateParamsItem,
    )

WHOLE: Final = ["schedule", "default_payment_method"]
"""What is wanted of a subscription as more than an id."""


class SubscriptionReader(provider.SubscriptionReader):
    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def of(self, customer_id: str) -> list[Subscription]:
        found = await self._stripe.all(
            "subscriptions.of",
            lambda client: client.v1.subscriptions.list_async(
                {
                    "customer": customer_id,
                    "status": "all",
                    "limit": PAGE,
                    "expand": [f"data.{name}" for name in WHOLE],
                }
            ),
        )
        return [subscribed.Subscription.by(one).ours() for one in found]

    @override
    async def preview(
        self, subscription: Subscription, wanted: Sequence[Wanted], proration: Proration
    ) -> Preview:
        """Ask for two bills: what the change costs, and what each period costs from then on."""
        items = _items(subscription, wanted)
        changed, regular = await asyncio.gather(
            self._bill(subscription, items, proration), self._bill(subscription, items, "none")
        )
        at_once = proration == "always_invoice"
        return Preview(
            due_now=Money(amount=changed.amount_due if at_once else 0, currency=changed.currency),
            next=Money(
                amount=regular.total if at_once else changed.total, currency=changed.currency
            ),
            lines=tuple(line.ours() for line in changed.lines.data),
        )

    async def _bill(
        self,
        subscription: Subscription,
        items: "list[InvoiceCreatePreviewParamsSubscriptionDetailsItem]",
        proration: Proration,
    ) -> Invoice:
        made = await self._stripe.ask(
            "subscriptions.preview",
            lambda client: client.v1.invoices.create_preview_async(
                {
                    "customer": subscription.customer_id,
                    "subscription": subscription.id,
                    "subscription_details": {"items": items, "proration_behavior": proration},
                }
            ),
        )
        return Invoice.by(made)


class SubscriptionWriter(provider.SubscriptionWriter):
    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def change(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        proration: Proration,
        *,
        key: str,
    ) -> Subscription:
        """What must be paid at once happens when it is paid (docs.stripe.com, pending updates)."""
        asked: SubscriptionUpdateParams = {
            "items": _items(subscription, wanted),
            "proration_behavior": proration,
        }
        if proration == "always_invoice":
            asked["payment_behavior"] = "pending_if_incomplete"
        return await self._updated("change", subscription, asked, key)

    @override
    async def schedule(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        lookup_key: str,
        *,
        key: str,
    ) -> Subscription:
        """Have a schedule take the subscription over as it is, then say what comes after it."""
        schedule = await self._schedule(subscription, key)
        now = schedule.current_phase
        if now is None:
            raise ProviderNotFound
        await self._stripe.ask(
            "subscriptions.schedule",
            lambda client: client.v1.subscription_schedules.update_async(
                schedule.id,
                {
                    "end_behavior": "release",
                    "proration_behavior": "none",
                    "metadata": {told.LOOKUP_KEY: lookup_key},
                    "phases": [
                        {
                            "start_date": int(now.start_date.timestamp()),
                            "end_date": int(now.end_date.timestamp()),
                            "items": [_phase_item(item) for item in subscription.items],
                        },
                        {"items": [_phase_item(one) for one in wanted]},
                    ],
                },
                once(f"{key}:phases"),
            ),
        )
        return await self._again(subscription)

    @override
    async def release(self, subscription: Subscription, *, key: str) -> Subscription:
        schedule_id = subscription.schedule_id
        if schedule_id is None:
            return subscription
        await self._stripe.ask(
            "subscriptions.release",
            lambda client: client.v1.subscription_schedules.release_async(
                schedule_id, {}, once(key)
            ),
        )
        return await self._again(subscription)

    @override
    async def cancel(self, subscription: Subscription, *, when: When, key: str) -> Subscription:
        """A schedule would decide when it ends: what it plans is forgotten first."""
        await self.release(subscription, key=f"{key}:release")
        if when == "period_end":
            return await self._updated("cancel", subscription, {"cancel_at_period_end": True}, key)
        canceled = await self._stripe.ask(
            "subscriptions.cancel",
            lambda client: client.v1.subscriptions.cancel_async(
                subscription.id, {"expand": WHOLE}, once(key)
            ),
        )
        return subscribed.Subscription.by(canceled).ours()

    @override
    async def keep(self, subscription: Subscription, *, key: str) -> Subscription:
        """The portal may have set a date instead of the period's end; whichever it is goes."""
        asked: SubscriptionUpdateParams = (
            {"cancel_at_period_end": False}
            if subscription.cancel_at_period_end
            else {"cancel_at": ""}
        )
        return await self._updated("keep", subscription, asked, key)

    @override
    async def pause(
        self, subscription: Subscription, pause: Pause | None, *, key: str
    ) -> Subscription:
        asked: SubscriptionUpdateParams = {"pause_collection": ""}
        if pause is not None:
            asked["pause_collection"] = {"behavior": pause.behavior}
        if pause is not None and pause.resumes_at is not None:
            resumes_at = int(pause.resumes_at.timestamp())
            asked["pause_collection"] = {"behavior": pause.behavior, "resumes_at": resumes_at}
        return await self._updated("pause", subscription, asked, key)

    async def _updated(
        self,
        operation: str,
        subscription: Subscription,
        asked: "SubscriptionUpdateParams",
        key: str,
    ) -> Subscription:
        updated = await self._stripe.ask(
            f"subscriptions.{operation}",
            lambda client: client.v1.subscriptions.update_async(
                subscription.id, {**asked, "expand": WHOLE}, once(key)
            ),
        )
        return subscribed.Subscription.by(updated).ours()

    async def _schedule(self, subscription: Subscription, key: str) -> subscribed.Schedule:
        known = subscription.schedule_id
        if known is not None:
            found = await self._stripe.ask(
                "subscriptions.schedule",
                lambda client: client.v1.subscription_schedules.retrieve_async(known),
            )
        else:
            found = await self._stripe.ask(
                "subscriptions.schedule",
                lambda client: client.v1.subscription_schedules.create_async(
                    {"from_subscription": subscription.id}, once(key)
                ),
            )
        return subscribed.Schedule.by(found)

    async def _again(self, subscription: Subscription) -> Subscription:
        found = await self._stripe.ask(
            "subscriptions.get",
            lambda client: client.v1.subscriptions.retrieve_async(
                subscription.id, {"expand": WHOLE}
            ),
        )
        return subscribed.Subscription.by(found).ours()


def _items(
    subscription: Subscription, wanted: Sequence[Wanted]
) -> "list[SubscriptionUpdateParamsItem]":
    """Say what becomes of each item, so that what is wanted is what is paid for."""
    main, known = subscription.main, {item.price_id for item in subscription.items}
    asked: list[SubscriptionUpdateParamsItem] = []
    for one in wanted:
        if one.quantity is not None and main is not None:
            asked.append({"id": main.id, "price": one.price_id, "quantity": one.quantity})
        elif one.quantity is not None:
            asked.append({"price": one.price_id, "quantity": one.quantity})
        elif one.price_id not in known:
            asked.append({"price": one.price_id})
    kept = {one.price_id for one in wanted}
    asked.extend(
        {"id": item.id, "deleted": True}
        for item in subscription.items
        if item.quantity is None and item.price_id not in kept
    )
    return asked


def _phase_item(one: Item | Wanted) -> "SubscriptionScheduleUpdateParamsPhaseItem":
    if one.quantity is None:
        return {"price": one.price_id}
    return {"price": one.price_id, "quantity": one.quantity}
