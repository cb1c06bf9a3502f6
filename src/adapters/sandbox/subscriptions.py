from datetime import datetime
from typing import override

from adapters.sandbox import lapse
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import State
from core.billing import provider
from core.billing.exceptions import CardDeclined, ProviderNotFound
from core.billing.models import (
    Item,
    Pause,
    PendingChange,
    Preview,
    PreviewLine,
    Proration,
    Subscription,
    When,
)
from core.billing.money import Money


class SubscriptionReader(provider.SubscriptionReader):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def of(self, customer_id: str) -> list[Subscription]:
        async with self._ledger.opened("subscriptions.of") as state:
            return [one for one in state.subscriptions.values() if one.customer_id == customer_id]

    @override
    async def preview(
        self,
        subscription: Subscription,
        *,
        price_id: str | None,
        quantity: int | None,
        proration: Proration,
    ) -> Preview:
        async with self._ledger.opened("subscriptions.preview") as state:
            kept = _found(state, subscription)
            item = _other(state, kept.items[0], price_id, quantity)
            price = state.price(item.price_id)
            due = _owed(state, kept, item, self._ledger.now) if proration != "none" else 0
            return Preview(
                due_now=Money(amount=due, currency=price.currency),
                next=Money(amount=price.amount * (item.quantity or 1), currency=price.currency),
                lines=(
                    PreviewLine(
                        description=f"Remaining time on {price.plan}", amount=due, proration=True
                    ),
                ),
            )


class SubscriptionWriter(provider.SubscriptionWriter):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def change(
        self,
        subscription: Subscription,
        *,
        price_id: str | None,
        quantity: int | None,
        proration: Proration,
        key: str,
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.change") as state:
            kept, now = _found(state, subscription), self._ledger.now
            if key in state.answers:
                return kept
            item = _other(state, kept.items[0], price_id, quantity)
            due = _owed(state, kept, item, now) if proration == "always_invoice" else 0
            if due > 0 and not state.pays(kept.customer_id):
                raise CardDeclined(decline_code="generic_decline")
            lapse.begun(state, kept.id, (item,))
            if due:
                lapse.invoiced(state, kept, due, now, "subscription_update")
            return _done(state, kept.id, now, key)

    @override
    async def schedule(
        self, subscription: Subscription, *, price_id: str, quantity: int, key: str
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.schedule") as state:
            kept, now = _found(state, subscription), self._ledger.now
            if key in state.answers:
                return kept
            pending = PendingChange(
                lookup_key=state.price(price_id).lookup_key,
                quantity=quantity,
                at=kept.period_end or now,
            )
            return _changed(
                state, kept, now, key, pending=pending.model_dump(), schedule_id=state.id("sched")
            )

    @override
    async def release(self, subscription: Subscription, *, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.release") as state:
            kept = _found(state, subscription)
            return _changed(state, kept, self._ledger.now, key, pending=None, schedule_id=None)

    @override
    async def cancel(self, subscription: Subscription, *, when: When, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.cancel") as state:
            kept, now = _found(state, subscription), self._ledger.now
            if when == "period_end":
                return _changed(state, kept, now, key, cancel_at_period_end=True, canceled_at=now)
            return _changed(state, kept, now, key, status="canceled", canceled_at=now, ended_at=now)

    @override
    async def keep(self, subscription: Subscription, *, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.keep") as state:
            kept = _found(state, subscription)
            return _changed(
                *(state, kept, self._ledger.now, key),
                cancel_at_period_end=False,
                cancel_at=None,
                canceled_at=None,
            )

    @override
    async def pause(
        self, subscription: Subscription, pause: Pause | None, *, key: str
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.pause") as state:
            kept = _found(state, subscription)
            told = pause.model_dump() if pause else None
            return _changed(state, kept, self._ledger.now, key, pause=told)


def _found(state: State, subscription: Subscription) -> Subscription:
    kept = state.subscriptions.get(subscription.id)
    if kept is None or kept.status in lapse.OVER:
        raise ProviderNotFound
    return kept


def _other(state: State, item: Item, price_id: str | None, quantity: int | None) -> Item:
    price = state.price(price_id or item.price_id)
    return item.evolve(
        price_id=price.id, lookup_key=price.lookup_key, quantity=quantity or item.quantity
    )


def _owed(state: State, kept: Subscription, item: Item, now: datetime) -> int:
    """Return the difference for the time that is left of the period."""
    before, start, end = kept.items[0], kept.items[0].period_start, kept.items[0].period_end
    if kept.status == "trialing" or start is None or end is None:
        return 0
    old, new = (state.price(one.price_id).amount * (one.quantity or 1) for one in (before, item))
    return round((new - old) * ((end - now) / (end - start)))


def _changed(
    state: State, kept: Subscription, now: datetime, key: str, **changes: object
) -> Subscription:
    if key in state.answers:
        return kept
    state.subscriptions[kept.id] = kept.evolve(**changes)
    return _done(state, kept.id, now, key)


def _done(state: State, subscription_id: str, now: datetime, key: str) -> Subscription:
    state.answers[key] = subscription_id
    done = state.subscriptions[subscription_id]
    kind = "deleted" if done.status == "canceled" else "updated"
    state.happened(f"customer.subscription.{kind}", done.customer_id, now, done.id)
    return done
