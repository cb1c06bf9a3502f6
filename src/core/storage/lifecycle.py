"""What may become of an object, and what each step moves in its organization's account."""

from collections.abc import Mapping
from typing import Final, Literal

from core.models import Model

type Status = Literal[
    "pending",
    "verifying",
    "scanning",
    "available",
    "quarantined",
    "rejected",
    "expired",
    "aborted",
    "deleted",
    "purged",
]

STEPS: Final[Mapping[Status, frozenset[Status]]] = {
    "pending": frozenset({"verifying", "expired", "aborted"}),
    "verifying": frozenset({"pending", "available", "scanning", "rejected"}),
    "scanning": frozenset({"available", "quarantined"}),
    "available": frozenset({"quarantined", "deleted"}),
    "quarantined": frozenset({"deleted"}),
    "deleted": frozenset({"available", "quarantined", "purged"}),
    "rejected": frozenset({"purged"}),
    "expired": frozenset({"purged"}),
    "aborted": frozenset({"purged"}),
    "purged": frozenset(),
}
"""From each status, where it may go. A purged one is a tombstone: its key is never used again."""

RESERVED: Final[frozenset[Status]] = frozenset({"pending", "verifying"})
USED: Final[frozenset[Status]] = frozenset({"scanning", "available", "quarantined", "deleted"})
LIVE: Final[frozenset[Status]] = RESERVED | (USED - {"deleted"})
SHOWN: Final[frozenset[Status]] = LIVE | {"rejected", "deleted"}
DOOMED: Final[frozenset[Status]] = frozenset({"rejected", "expired", "aborted", "deleted"})
"""Whose bytes are purged once `purge_after` has come."""


class Account(Model):
    """How often an object's size moves into an organization's sums; -1 takes it out."""

    reserved: int
    used: int


def allowed(before: Status, after: Status) -> bool:
    """Tell whether an object may take this step."""
    return after in STEPS[before]


def account(before: Status | None, after: Status) -> Account:
    """Return what a step moves; None stands for an object that was not there before."""
    return Account(
        reserved=(after in RESERVED) - (before in RESERVED),
        used=(after in USED) - (before in USED),
    )
