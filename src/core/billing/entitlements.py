"""What an organization may use: what its plans grant together, and what was given to it apart."""

from collections.abc import Iterable
from datetime import datetime

from core.billing import access
from core.billing.catalogue import Allowance, Catalogue, Choice, Feature, Limit, Switch
from core.billing.config import BillingConfig
from core.billing.models import Mirrored, Override
from core.models import Model


class Entitlement(Model):
    """A feature that an organization has. `until` is when that ends by itself, if it is known."""

    key: str
    feature: Feature
    reason: str
    until: datetime | None = None


class Standing(Model):
    """Whatever decides what an organization may use."""

    subscriptions: tuple[Mirrored, ...] = ()
    overrides: tuple[Override, ...] = ()


def granted(
    standing: Standing, catalogue: Catalogue, config: BillingConfig, now: datetime
) -> dict[str, Entitlement]:
    """Return what an organization may use, by feature."""
    found: dict[str, Entitlement] = {}
    for given in _of_plans(standing.subscriptions, catalogue, config, now):
        known = found.get(given.key)
        found[given.key] = given if known is None else _better(known, given)
    for override in standing.overrides:
        if override.expires_at is not None and override.expires_at <= now:
            continue
        found.pop(override.feature_key, None)
        if override.feature is not None:
            found[override.feature_key] = Entitlement(
                key=override.feature_key,
                feature=override.feature,
                reason="override",
                until=override.expires_at,
            )
    return found


def _of_plans(
    subscriptions: Iterable[Mirrored], catalogue: Catalogue, config: BillingConfig, now: datetime
) -> Iterable[Entitlement]:
    if (free := catalogue.plan(catalogue.free)) is not None:
        for key, feature in free.features.items():
            yield Entitlement(key=key, feature=feature, reason="free")
    for mirrored in subscriptions:
        told = access.access(mirrored, now, config)
        if not told.granted:
            continue
        for item in mirrored.subscription.items:
            sold = catalogue.sold_as(item.lookup_key)
            for key, feature in (sold[0].features if sold else {}).items():
                yield Entitlement(key=key, feature=feature, reason=told.reason, until=told.until)


def _better(one: Entitlement, other: Entitlement) -> Entitlement:
    """Return the one that lets more; of equal ones that which lasts."""
    ours, theirs = _weight(one), _weight(other)
    if ours != theirs:
        return one if ours > theirs else other
    return other if one.until is not None and (other.until or one.until) >= one.until else one


def _weight(given: Entitlement) -> tuple[float, bool]:
    """Return how much a feature lets. Between kinds of a choice, the later plan's counts."""
    match given.feature:
        case Switch():
            return 1, False
        case Limit(most=most, soft=soft):
            return (float("inf") if most is None else most), soft
        case Allowance(included=included, soft=soft):
            return included, soft
        case Choice():
            return 0 if given.reason == "free" else 1, False
