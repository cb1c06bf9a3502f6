"""Which of an organization's subscriptions is the one that counts."""

from collections.abc import Iterable
from typing import Final

from core.billing.models import Mirrored, SubscriptionStatus

ORDER: Final[tuple[SubscriptionStatus, ...]] = (
    "active",
    "trialing",
    "past_due",
    "unpaid",
    "paused",
    "incomplete",
    "unknown",
    "canceled",
    "incomplete_expired",
)
TERMINAL: Final[frozenset[SubscriptionStatus]] = frozenset({"canceled", "incomplete_expired"})


def ranked(mirrored: Iterable[Mirrored]) -> list[Mirrored]:
    """Sort by how alive they are, and the newest first."""
    newest = sorted(mirrored, key=lambda one: one.subscription.created_at, reverse=True)
    return sorted(newest, key=lambda one: ORDER.index(one.subscription.status))


def current(mirrored: Iterable[Mirrored]) -> Mirrored | None:
    """Return the one that counts, also if it is over; None if there never was one."""
    return next(iter(ranked(mirrored)), None)


def living(mirrored: Iterable[Mirrored]) -> list[Mirrored]:
    """Return those that are not over: there should be one at most."""
    return [one for one in ranked(mirrored) if one.subscription.status not in TERMINAL]
