from collections.abc import Sequence
from typing import override

from adapters.sandbox import bills, lapse
from adapters.sandbox.ledger import Ledger
from adapters.sandbox.state import State
from core.billing import provider
from core.billing.exceptions import ProviderNotFound
from core.billing.models import (
    Item,
    Pause,
    PendingChange,
    Preview,
    PreviewLine,
    Proration,
    Subscription,
    Wanted,
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
        self, subscription: Subscription, wanted: Sequence[Wanted], proration: Proration
    ) -> Preview:
        async with self._ledger.opened("subscriptions.preview") as state:
            kept = _found(state, subscription)
            items = _become(state, kept, wanted)
            price = state.price(items[0].price_id)
            owed = _owed(state, kept, items[0]) if proration != "none" else 0
            at_once = owed if proration == "always_invoice" else 0
            regular = price.amount * (items[0].quantity or 1)
            difference = PreviewLine(
                description=f"Remaining time on {price.plan}", amount=owed, proration=True
            )
            return Preview(
                due_now=Money(amount=max(at_once, 0), currency=price.currency),
                next=Money(amount=regular + owed - at_once, currency=price.currency),
                lines=(difference,) if owed else (),
            )


class SubscriptionWriter(provider.SubscriptionWriter):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @override
    async def change(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        proration: Proration,
        *,
        key: str,
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.change") as state:
            kept = _found(state, subscription)
            if key in state.answers:
                return kept
            items = _become(state, kept, wanted)
            due = _owed(state, kept, items[0]) if proration == "always_invoice" else 0
            state.answers[key] = kept.id
            if due == 0:
                bills.begin(state, kept.id, items)
                return state.subscriptions[kept.id]
            now = state.time_of(kept.customer_id)
            invoice = bills.made(state, kept, due, now, "subscription_update")
            unpaid = invoice.id if invoice.status == "open" else None
            state.subscriptions[kept.id] = kept.evolve(
                latest_invoice_id=invoice.id, unpaid_invoice_id=unpaid
            )
            if unpaid:
                state.waiting[unpaid] = items
            else:
                bills.begin(state, kept.id, items)
            return state.subscriptions[kept.id]

    @override
    async def schedule(
        self,
        subscription: Subscription,
        wanted: Sequence[Wanted],
        lookup_key: str,
        *,
        key: str,
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.schedule") as state:
            kept = _found(state, subscription)
            if key in state.answers:
                return kept
            pending = PendingChange(
                lookup_key=lookup_key,
                quantity=wanted[0].quantity,
                at=kept.period_end or state.time_of(kept.customer_id),
            )
            schedule_id = kept.schedule_id or state.id("sched")
            return _changed(state, kept, key, pending=pending.model_dump(), schedule_id=schedule_id)

    @override
    async def release(self, subscription: Subscription, *, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.release") as state:
            kept = _found(state, subscription)
            return _changed(state, kept, key, pending=None, schedule_id=None)

    @override
    async def cancel(self, subscription: Subscription, *, when: When, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.cancel") as state:
            kept = _found(state, subscription)
            now = state.time_of(kept.customer_id)
            kept = kept.evolve(pending=None, schedule_id=None)
            if when == "period_end":
                return _changed(state, kept, key, cancel_at_period_end=True, canceled_at=now)
            return _changed(state, kept, key, status="canceled", canceled_at=now, ended_at=now)

    @override
    async def keep(self, subscription: Subscription, *, key: str) -> Subscription:
        async with self._ledger.opened("subscriptions.keep") as state:
            kept = _found(state, subscription)
            return _changed(
                *(state, kept, key), cancel_at_period_end=False, cancel_at=None, canceled_at=None
            )

    @override
    async def pause(
        self, subscription: Subscription, pause: Pause | None, *, key: str
    ) -> Subscription:
        async with self._ledger.opened("subscriptions.pause") as state:
            kept = _found(state, subscription)
            told = pause.model_dump() if pause else None
            return _changed(state, kept, key, pause=told)


def _found(state: State, subscription: Subscription) -> Subscription:
    kept = state.subscriptions.get(subscription.id)
    if kept is None or kept.status in lapse.OVER:
        raise ProviderNotFound
    return kept


def _become(state: State, kept: Subscription, wanted: Sequence[Wanted]) -> tuple[Item, ...]:
    """Return what is paid for then: by quantity first, by usage after it."""
    by_price = {item.price_id: item for item in kept.items}
    items = []
    for one in sorted(wanted, key=lambda one: one.quantity is None):
        known = kept.items[0] if one.quantity is not None else by_price.get(one.price_id)
        sold, item_id = state.price(one.price_id).sold, known.id if known else state.id("si")
        items.append(kept.items[0].evolve(id=item_id, quantity=one.quantity, **sold))
    return tuple(items)


def _owed(state: State, kept: Subscription, item: Item) -> int:
    """Return the difference for the time that is left of the period."""
    before, start, end = kept.items[0], kept.items[0].period_start, kept.items[0].period_end
    if kept.status == "trialing" or start is None or end is None:
        return 0
    now = state.time_of(kept.customer_id)
    old, new = (state.price(one.price_id).amount * (one.quantity or 1) for one in (before, item))
    return round((new - old) * ((end - now) / (end - start)))


def _changed(state: State, kept: Subscription, key: str, **changes: object) -> Subscription:
    if key in state.answers:
        return state.subscriptions[kept.id]
    state.answers[key] = kept.id
    state.subscriptions[kept.id] = done = kept.evolve(**changes)
    kind = "deleted" if done.status == "canceled" else "updated"
    state.happened(f"customer.subscription.{kind}", done.customer_id, done.id)
    return done
