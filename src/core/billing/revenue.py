"""What an organization pays a month, and how that moves: MRR, as the field defines it.

What recurs counts, brought down to a month: not what goes by usage, no trial, nothing that is not
collected. A payment that is late counts until its subscription ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

from core.billing import ranking
from core.billing.catalogue import Catalogue, Interval, Rate
from core.billing.models import Item, Mirrored, Movement, MovementKind, SubscriptionStatus

EARNING: Final[frozenset[SubscriptionStatus]] = frozenset({"active", "past_due"})
MONTHS: Final[Mapping[Interval, Fraction]] = {
    "day": Fraction(12, 365),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "year": Fraction(12),
}
"""How many months each of them is."""


def earning(mirrored: Iterable[Mirrored]) -> list[Mirrored]:
    """Return the subscriptions that money comes of, the one that counts first."""
    return [
        one
        for one in ranking.ranked(mirrored)
        if one.subscription.status in EARNING and one.subscription.pause is None
    ]


def monthly(mirrored: Iterable[Mirrored], catalogue: Catalogue) -> dict[str, int]:
    """Return what is paid a month by currency, rounded once, half to even."""
    paid: defaultdict[str, Fraction] = defaultdict(Fraction)
    for one in earning(mirrored):
        for item in one.subscription.items:
            rate = _rate(item, one.subscription.currency, catalogue)
            if rate is not None and item.quantity is not None:
                months = MONTHS[rate.interval] * rate.interval_count
                paid[rate.currency] += Fraction(rate.amount) * item.quantity / months
    return {currency: round(amount) for currency, amount in paid.items()}


def movements(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Movement]:
    """Tell what changed in each currency; what went before what came.

    Whoever pays nothing now but ever did is among those before, with nought.
    """
    deltas = {one: after.get(one, 0) - before.get(one, 0) for one in {*before, *after}}
    for currency, delta in sorted(deltas.items(), key=lambda one: (one[1], one[0])):
        if delta:
            mrr = after.get(currency, 0)
            kind = _kind(before.get(currency), mrr)
            yield Movement(kind=kind, delta=delta, mrr=mrr, currency=currency)


def _rate(item: Item, currency: str | None, catalogue: Catalogue) -> Rate | None:
    """Return what a piece costs: as the provider says, else as it is sold.

    A price may be told in another currency than it is paid in, and says nothing then.
    """
    sold = catalogue.sold_as(item.lookup_key)
    told = (item.rate, Rate.of(sold[1]) if sold else None)
    return next((one for one in told if one and one.currency == (currency or one.currency)), None)


def _kind(before: int | None, after: int) -> MovementKind:
    if not before:
        return "new" if before is None else "reactivation"
    if after == 0:
        return "churn"
    return "expansion" if after > before else "contraction"
