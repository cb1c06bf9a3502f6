"""Which stretch of the side index conditions leave."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from core.management.collections.fields import IndexedField
from core.management.collections.models import Collection
from core.management.records.filters import Condition, FilterExpr
from core.management.records.ordering import EPOCH, Place

LAST_TEXT: Final = "\U0010ffff" * 300
"""Behind every text that the index knows."""

INFINITY: Final = float("inf")
FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)

LOWEST: Final = Place(number=-INFINITY, time=_EARLIEST)
HIGHEST: Final = Place(absent=True, number=INFINITY, time=_LATEST, text=LAST_TEXT)
NARROWING: Final = frozenset({"eq", "in", "lt", "lte", "gt", "gte", "starts_with", "is_null"})


class Stretch(NamedTuple):
    """From one place to another, both included, whatever the record is."""

    low: Place = LOWEST
    high: Place = HIGHEST

    def cut(self, other: "Stretch") -> "Stretch":
        return Stretch(max(self.low, other.low), min(self.high, other.high))


WHOLE: Final = Stretch()
_ABSENT: Final = Stretch(Place(absent=True, number=-INFINITY, time=_EARLIEST), HIGHEST)
_THERE: Final = Stretch(LOWEST, Place(number=INFINITY, time=_LATEST, text=LAST_TEXT))


def of_field(number: int, collection: Collection, asked: FilterExpr) -> Stretch:
    """Return the one stretch in which a field's values lie by all that is asked of it."""
    found = WHOLE
    for one in asked.conditions:
        if collection.numbers.get(one.key) == number and one.op != "in":
            for stretch in stretches(one) or [WHOLE]:
                found = found.cut(stretch)
    return found


def narrowing(collection: Collection, asked: FilterExpr) -> Iterator[tuple[int, list[Stretch]]]:
    """Yield what the index can tell of conditions, the most promising first."""
    known = [
        one
        for one in asked.conditions
        if one.op in NARROWING and one.key in collection.by_key and collection.knows(one.key)
    ]
    for one in sorted(known, key=lambda one: one.op not in {"eq", "in"}):
        if found := stretches(one):
            yield collection.numbers[one.key], found


def stretches(condition: Condition) -> list[Stretch]:
    """Return where the values lie that a condition lets pass; nothing where no index knows."""
    field = condition.field
    if not isinstance(field, IndexedField):
        return []
    if condition.op == "is_null":
        return [_ABSENT if condition.value else _THERE]
    if condition.op == "starts_with":
        text = str(condition.value)
        low = Place(number=0.0, time=EPOCH, text=text)
        return [Stretch(low, low._replace(text=text + LAST_TEXT))]
    if condition.op not in NARROWING:
        return []
    return [_around(condition.op, _place(field, one)) for one in condition.values]


def _around(op: str, place: Place) -> Stretch:
    first, last = place._replace(text=""), place._replace(text=LAST_TEXT)
    if place.number == 0.0 and place.time == EPOCH and place.text:
        first = last = place
    match op:
        case "eq" | "in":
            return Stretch(first, last)
        case "lt" | "lte":
            return Stretch(LOWEST, last)
        case _:
            return Stretch(first, _THERE.high)


def _place(field: IndexedField, value: Any) -> Place:
    """Return where a value stands; of a text it is the text, of others what puts them in order."""
    match field.slot:
        case "number":
            return Place(number=float(Decimal(value)))
        case "time":
            return Place(time=value)
        case _:
            return Place(text=_text(value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
