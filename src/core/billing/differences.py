"""What happened, told by what is known now beside what was known before.

Never by what an event says of itself: that may come twice, late, or not at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from core.billing import ranking
from core.billing.catalogue import Catalogue
from core.billing.config import BillingConfig
from core.billing.events import (
    CancellationScheduled,
    DuplicateSubscription,
    InvoicePaid,
    InvoiceRefunded,
    PaymentFailed,
    SubscriptionChanged,
)
from core.billing.models import Mirrored, MirroredInvoice
from core.models import Event


def of_subscriptions(
    before: Mapping[str, Mirrored],
    after: Mapping[str, Mirrored],
    catalogue: Catalogue,
    config: BillingConfig,
    now: datetime,
) -> Iterator[Event]:
    for known, found in _pairs(before, after):
        yield from _of_one(known, found, catalogue, config, now)
    alive, were = (ranking.living(one.values()) for one in (after, before))
    if len(alive) > 1 and {one.subscription.id for one in alive} != {
        one.subscription.id for one in were
    }:
        yield DuplicateSubscription(
            organization_id=alive[0].organization_id,
            subscription_ids=tuple(one.subscription.id for one in alive),
            at=now,
        )


def of_invoices(
    before: Mapping[str, MirroredInvoice], after: Iterable[MirroredInvoice], now: datetime
) -> Iterator[Event]:
    for found in after:
        known = before.get(found.invoice.id)
        if found.invoice.status == "paid" and (known is None or known.invoice.status != "paid"):
            yield InvoicePaid(
                organization_id=found.organization_id,
                invoice_id=found.invoice.id,
                total=found.invoice.total,
                currency=found.invoice.currency,
                at=now,
            )
        if found.invoice.refunded > (known.invoice.refunded if known else 0):
            yield InvoiceRefunded(
                organization_id=found.organization_id,
                invoice_id=found.invoice.id,
                refunded=found.invoice.refunded,
                currency=found.invoice.currency,
                at=now,
            )


def _pairs(
    before: Mapping[str, Mirrored], after: Mapping[str, Mirrored]
) -> Iterator[tuple[Mirrored | None, Mirrored | None]]:
    for one in dict.fromkeys([*before, *after]):
        yield before.get(one), after.get(one)


def _of_one(
    known: Mirrored | None,
    found: Mirrored | None,
    catalogue: Catalogue,
    config: BillingConfig,
    now: datetime,
) -> Iterator[Event]:
    told = found or known
    if told is None:
        return
    was = known.subscription.status if known else None
    status = found.subscription.status if found else None
    plans = [_plan(one, catalogue) for one in (known, found)]
    if (was, plans[0]) != (status, plans[1]):
        yield SubscriptionChanged(
            organization_id=told.organization_id,
            subscription_id=told.subscription.id,
            before=was,
            after=status,
            plan_before=plans[0],
            plan_after=plans[1],
            at=now,
        )
    if status == "past_due" and was != "past_due" and found and found.past_due_since:
        yield PaymentFailed(
            organization_id=told.organization_id,
            subscription_id=told.subscription.id,
            until=found.past_due_since + config.grace,
            at=now,
        )
    ends, ended = (one.subscription.ends_at if one else None for one in (found, known))
    if found is not None and status not in ranking.TERMINAL and ends != ended:
        yield CancellationScheduled(
            organization_id=told.organization_id,
            subscription_id=told.subscription.id,
            ends_at=ends,
            at=now,
        )


def _plan(mirrored: Mirrored | None, catalogue: Catalogue) -> str | None:
    sold = catalogue.sold_as(mirrored.subscription.lookup_key) if mirrored else None
    return sold[0].key if sold else None
