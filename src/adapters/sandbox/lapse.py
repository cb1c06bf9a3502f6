"""What the passing of time does: trials end, periods are paid for, what was cancelled ends."""

from datetime import datetime, timedelta

from adapters.sandbox import bills
from adapters.sandbox.state import SoldPrice, State
from core.billing.models import Subscription

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
TRIES = timedelta(days=14)
"""For which an unpaid invoice is tried again; then the subscription is canceled."""

WAITS = timedelta(hours=23)
"""For which a change waits to be paid."""

OVER = {"canceled", "incomplete_expired"}


def until_now(state: State) -> None:
    for invoice_id in list(state.waiting):
        invoice = state.invoices[invoice_id]
        if invoice.created_at + WAITS <= state.time_of(invoice.customer_id):
            bills.void(state, invoice)
    for subscription in list(state.subscriptions.values()):
        now = state.time_of(subscription.customer_id)
        while (step := _next(state, state.subscriptions[subscription.id], now)) is not None:
            state.subscriptions[subscription.id] = step
            kind = "deleted" if step.status == "canceled" else "updated"
            state.happened(f"customer.subscription.{kind}", step.customer_id, step.id)


def period(price: SoldPrice) -> timedelta:
    return timedelta(days=DAYS[price.interval] * price.interval_count)


def _next(state: State, one: Subscription, now: datetime) -> Subscription | None:
    """Return what a subscription becomes next, if its time has come."""
    end = one.period_end
    if one.status in OVER or end is None:
        return None
    if one.ends_at is not None and one.ends_at <= now:
        return one.evolve(status="canceled", ended_at=one.ends_at, pending=None, schedule_id=None)
    if one.status == "past_due" and end + TRIES <= now:
        return one.evolve(status="canceled", ended_at=now, canceled_at=now)
    if one.pending is not None and one.pending.at <= now:
        one = _switched(state, one)
    elif end > now or one.status == "past_due":
        return None
    return _renewed(state, one, one.period_end or end)


def _switched(state: State, one: Subscription) -> Subscription:
    pending = one.pending
    if pending is None:
        return one
    price = state.price(state.sold_as[pending.lookup_key])
    item = one.items[0].evolve(quantity=pending.quantity, **price.sold)
    return one.evolve(items=(item, *one.items[1:]), pending=None, schedule_id=None)


def _renewed(state: State, one: Subscription, start: datetime) -> Subscription:
    """Have the next period paid for; with a pause nothing is collected."""
    price, item = state.price(one.items[0].price_id), one.items[0]
    end = start + period(price)
    later = [each.evolve(period_start=start, period_end=end) for each in one.items]
    renewed = one.evolve(items=tuple(later), status="active")
    if one.pause is not None and (one.pause.resumes_at is None or one.pause.resumes_at > start):
        return renewed
    amount = price.amount * (item.quantity or 1)
    invoice = bills.made(state, one, amount, start, "subscription_cycle")
    return renewed.evolve(
        status="active" if invoice.status == "paid" else "past_due",
        latest_invoice_id=invoice.id,
        pause=None,
    )
