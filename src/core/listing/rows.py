"""Which rows of a list are meant, in which order, and where a page of them goes on.

Databases find them in their own way; what is here says which ones they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple, NotRequired, Unpack

from core import models
from core.listing.fields import Field, Value
from core.listing.operators import Op, holds


class Condition(NamedTuple):
    """What a field has to be; `values` are many for `in` and `nin`, one for all others."""

    field: Field
    op: Op
    values: tuple[Value, ...]

    def holds(self, row: object) -> bool:
        return holds(self.op, getattr(row, self.field.name), self.values)


class SortKey(NamedTuple):
    field: Field
    descending: bool = False


def newest(*fields: Field) -> tuple[SortKey, ...]:
    """Return the order in which what is largest by these comes first."""
    return tuple(SortKey(field, descending=True) for field in fields)


NEWEST: Final = newest(Field("id", "uuid"))

type Place = tuple[Value | None, ...]
"""Where a row stands, key by key. What is not there stands behind all that is."""


type Count = Literal["exact", "estimated"]
type Counting = Literal["none", Count]
"""Whether to count; an estimate is exact up to ESTIMATED, and costs little beyond it."""

ESTIMATED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows, in which order, after which place; how to count all that are meant.

    No order is the one in which a list is if nobody asks; `order` ends with the list's key.
    """

    conditions: tuple[Condition, ...] = ()
    order: tuple[SortKey, ...] = ()
    after: Place | None = None
    counting: Counting = "none"


EVERYTHING: Final = Listing()


class Window(models.Window):
    """What a repository is asked for: at most so many rows, older than `before` or as listed."""

    listing: NotRequired[Listing]


class Found[T](list[T]):
    """The rows of a page, and how many there are in all if that was asked."""

    def __init__(self, rows: Iterable[T] = (), total: int | None = None) -> None:
        super().__init__(rows)
        self.total = total


def place(row: object, order: Sequence[SortKey]) -> Place:
    return tuple(getattr(row, key.field.name) for key in order)


def _itself(row: object) -> object:
    return row


def applied[T](
    rows: Iterable[T],
    order: tuple[SortKey, ...] = NEWEST,
    seen: Callable[[T], object] = _itself,
    **window: Unpack[Window],
) -> Found[T]:
    """Return a page of rows that are all at hand, in this order if no other is asked for.

    `seen` is what has the fields of a row.
    """
    listing, before = window.get("listing", EVERYTHING), window.get("before")
    found, order = list(rows), listing.order or order
    if conditions := listing.conditions:
        found = [row for row in found if all(one.holds(seen(row)) for one in conditions)]
    total = None if listing.counting == "none" else len(found)
    if after := listing.after or (None if before is None else (before,)):
        found = [row for row in found if _beyond(place(seen(row), order), after, order)]
    for one in reversed(order):  # sorting is stable: the last key first
        found.sort(key=_ranked(one.field, seen), reverse=one.descending)
    return Found(found[: window["limit"]], total)


def _ranked[T](field: Field, seen: Callable[[T], object]) -> Callable[[T], Any]:
    read = attrgetter(field.name)
    if field.nullable:
        return lambda row: ((value := read(seen(row))) is None, value)
    return read if seen is _itself else lambda row: read(seen(row))


def _beyond(stands: Place, after: Place, order: Sequence[SortKey]) -> bool:
    """Tell whether a row comes behind that place."""
    for key, mine, theirs in zip(order, stands, after, strict=True):
        if mine != theirs:
            larger: bool = theirs is not None and (mine is None or mine > theirs)  # type: ignore[operator]
            return larger is not key.descending
    return False
