"""What somebody gets who pays a price: its plan, and everything else that is paid for with it."""

from core.billing import exceptions
from core.billing.catalogue import Plan, Price
from core.billing.models import AppliedCatalogue, Wanted
from core.models import Model


class Offer(Model):
    """A price of the catalogue, and the provider's ids of it and of what is metered beside it."""

    plan: Plan
    price: Price
    price_id: str
    metered_ids: tuple[str, ...] = ()

    def quantity(self, asked: int | None, members: int) -> int:
        """Return how often it is paid for; raise SeatsAreCounted, SeatFloor."""
        if self.plan.seats == "per_member":
            if asked not in {None, members}:
                raise exceptions.SeatsAreCounted(members=members)
            return max(members, 1)
        if self.plan.seats == "prepaid" and asked is not None and asked < members:
            raise exceptions.SeatFloor(members=members)
        return asked or 1

    def wanted(self, quantity: int) -> tuple[Wanted, ...]:
        return (
            Wanted(price_id=self.price_id, quantity=quantity),
            *(Wanted(price_id=price_id) for price_id in self.metered_ids),
        )


def offered(applied: AppliedCatalogue | None, lookup_key: str) -> Offer:
    """Return what is sold at a price; raise UnknownPrice, PriceNotReady."""
    found = applied.catalogue.sold_as(lookup_key) if applied else None
    if applied is None or found is None or not found[0].active or found[1].role == "metered":
        raise exceptions.UnknownPrice
    plan, price = found
    beside = [one.lookup_key for one in plan.prices if one.role == "metered" and _fits(one, price)]
    ids = [applied.price_ids.get(key) for key in (lookup_key, *beside)]
    known = [price_id for price_id in ids if price_id is not None]
    if len(known) < len(ids):
        raise exceptions.PriceNotReady
    return Offer(plan=plan, price=price, price_id=known[0], metered_ids=tuple(known[1:]))


def _fits(metered: Price, price: Price) -> bool:
    """Tell whether both stand on one bill: a provider bills one currency and one interval."""
    return (metered.currency, metered.interval, metered.interval_count) == (
        price.currency,
        price.interval,
        price.interval_count,
    )
