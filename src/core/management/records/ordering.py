"""In which order records come, and where one of them stands in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from core.management.collections.models import Collection
from core.management.collections.values import index_values
from core.management.records import constants, exceptions
from core.management.records.models import Record, RecordId
from core.models import Model

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
ID: Final = -1
CREATED: Final = -2
UPDATED: Final = -3
ATTRIBUTES: Final = {"id": ID, "created_at": CREATED, "updated_at": UPDATED}


class Place(NamedTuple):
    """Where a record stands by one key; the members are compared from the first to the last.

    What is absent stands behind all that is there. A number has a text as well: the same one.
    """

    absent: bool = False
    number: float = 0.0
    time: datetime = EPOCH
    text: str = ""


ABSENT: Final = Place(absent=True)


class IndexRow(NamedTuple):
    """A record's place by a field that is declared, as the side index keeps it."""

    field_no: int
    place: Place
    unique: bool


class SortKey(Model):
    """By what: the number of a field in the side index, or one of the attributes."""

    key: str
    number: int
    descending: bool = False


class Order(Model):
    """By up to three keys, and at last by id, in the direction of the last of them."""

    keys: tuple[SortKey, ...]

    @property
    def descending(self) -> bool:
        return self.keys[-1].descending

    @property
    def of_fields(self) -> bool:
        return any(one.number > 0 for one in self.keys)


class After(Model):
    """Where a page ended: the places of its last record, and which one that was."""

    places: tuple[Place, ...]
    id: RecordId


NEWEST_FIRST: Final = Order(keys=(SortKey(key="id", number=ID, descending=True),))


def rows(collection: Collection, record: Record) -> list[IndexRow]:
    """Return all that the side index is to know of a record; of a deleted one it is nothing."""
    if record.deleted_at is not None:
        return []
    there = {one.field_no: one for one in index_values(collection, record.data)}
    return [
        IndexRow(
            number,
            Place(number=one.number or 0.0, time=one.time or EPOCH, text=one.text)
            if (one := there.get(number))
            else ABSENT,
            field.unique and number in there,
        )
        for number, field in collection.declared
    ]


def places(collection: Collection, record: Record, order: Order) -> tuple[Place, ...]:
    """Return where a record stands by each of the keys."""
    of_fields = rows(collection, record) if order.of_fields else ()
    known = {one.field_no: one.place for one in of_fields}
    known |= {
        ID: Place(text=str(record.id)),
        CREATED: Place(time=record.created_at),
        UPDATED: Place(time=record.updated_at),
    }
    return tuple(known.get(one.number, ABSENT) for one in order.keys)


def beyond(order: Order, stands: Sequence[Place], record_id: RecordId, after: After) -> bool:
    """Tell whether a record comes behind that place."""
    for key, mine, theirs in zip(order.keys, stands, after.places, strict=True):
        if mine != theirs:
            return (mine > theirs) is not key.descending
    return record_id != after.id and (record_id > after.id) is not order.descending


def parsed(told: str | None, collection: Collection, readable: frozenset[str]) -> Order:
    """Read `-priority,created_at`; raise BadSort, or SortNotIndexed."""
    if told is None:
        return NEWEST_FIRST
    keys = [_key(one, collection, readable) for one in told.split(",")]
    if len(keys) > constants.SORTS:
        raise exceptions.BadSort(f"Sort by {constants.SORTS} fields at most.")
    if len({one.key for one in keys}) < len(keys):
        raise exceptions.BadSort("Name each field once.")
    decided = next((at for at, one in enumerate(keys, 1) if one.number == ID), len(keys))
    return Order(keys=tuple(keys[:decided]))


def _key(told: str, collection: Collection, readable: frozenset[str]) -> SortKey:
    descending, key = told.startswith("-"), told.removeprefix("-")
    if key in ATTRIBUTES:
        return SortKey(key=key, number=ATTRIBUTES[key], descending=descending)
    if key not in readable:
        raise exceptions.BadSort(f"There is no field {key!r}.")
    if not collection.sortable(key):
        able = ", ".join([*ATTRIBUTES, *filter(collection.sortable, sorted(readable))])
        raise exceptions.SortNotIndexed(f"{key} is not indexed: sort by {able}.", field=key)
    return SortKey(key=key, number=collection.numbers[key], descending=descending)
