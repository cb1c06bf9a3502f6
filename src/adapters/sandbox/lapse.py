"""What the passing of time does: trials end, periods are paid for, what was cancelled ends."""

from datetime import datetime, timedelta

from adapters.sandbox.state import SoldPrice, State
from core.billing.models import Invoice, Item, Subscription

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
TRIES = timedelta(days=14)
"""For which an unpaid invoice is tried again; then the subscription is canceled."""

OVER = {"canceled", "incomplete_expired"}


def until(state: State, now: datetime) -> None:
    for subscription in list(state.subscriptions.values()):
        while (step := _next(state, state.subscriptions[subscription.id], now)) is not None:
            state.subscriptions[subscription.id] = step
            kind = "deleted" if step.status == "canceled" else "updated"
            state.happened(f"customer.subscription.{kind}", step.customer_id, now, step.id)


def period(price: SoldPrice) -> timedelta:
    return timedelta(days=DAYS[price.interval] * price.interval_count)


def invoiced(
    state: State,
    subscription: Subscription,
    amount: int,
    at: datetime,
    reason: str = "subscription_create",
) -> Invoice:
    """Make an invoice and charge it, if there is anything to charge; the first one was paid."""
    price = state.price(subscription.items[0].price_id)
    first = reason == "subscription_create"
    paid = amount <= 0 or first or state.pays(subscription.customer_id)
    made = Invoice(
        id=(invoice_id := state.id("in")),
        customer_id=subscription.customer_id,
        subscription_id=subscription.id,
        number=f"SANDBOX-{state.count:06}",
        status="paid" if paid else "open",
        reason=reason,
        currency=price.currency,
        total=amount,
        paid=amount if paid else 0,
        remaining=0 if paid else amount,
        created_at=at,
        paid_at=at if paid else None,
    )
    state.invoices[invoice_id] = made
    kind = "invoice.paid" if paid else "invoice.payment_failed"
    state.happened(kind, subscription.customer_id, at, invoice_id)
    return made


def _next(state: State, one: Subscription, now: datetime) -> Subscription | None:
    """Return what a subscription becomes next, if its time has come."""
    end = one.period_end
    if one.status in OVER or end is None:
        return None
    if one.ends_at is not None and one.ends_at <= now:
        return one.evolve(status="canceled", ended_at=one.ends_at, pending=None)
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
    price = state.prices[pending.lookup_key]
    item = one.items[0].evolve(
        price_id=price.id, lookup_key=price.lookup_key, quantity=pending.quantity
    )
    return one.evolve(items=(item,), pending=None, schedule_id=None)


def _renewed(state: State, one: Subscription, start: datetime) -> Subscription:
    """Have the next period paid for; with a pause nothing is collected."""
    price, item = state.price(one.items[0].price_id), one.items[0]
    later = item.evolve(period_start=start, period_end=start + period(price))
    renewed = one.evolve(items=(later,), status="active")
    if one.pause is not None and (one.pause.resumes_at is None or one.pause.resumes_at > start):
        return renewed
    invoice = invoiced(state, one, price.amount * (item.quantity or 1), start, "subscription_cycle")
    return renewed.evolve(
        status="active" if invoice.status == "paid" else "past_due",
        latest_invoice_id=invoice.id,
        pause=None,
    )


def begun(state: State, subscription_id: str, items: tuple[Item, ...]) -> None:
    """Give a subscription other items, and forget what was to come."""
    state.subscriptions[subscription_id] = state.subscriptions[subscription_id].evolve(
        items=items, pending=None, schedule_id=None
    )
