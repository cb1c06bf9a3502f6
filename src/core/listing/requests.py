"""What can be asked of a list, and how it is read.

Each list declares by which fields it is filtered and sorted; all else is refused, never ignored.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Final, Self, overload, override
from uuid import UUID

from pydantic import Field as Described

from core import exceptions
from core.exceptions import FieldError
from core.listing import fields
from core.listing.fields import Field, Value
from core.listing.operators import CONDITIONS, Refused, read
from core.listing.rows import (
    EVERYTHING,
    Condition,
    Counting,
    Found,
    Listing,
    Place,
    SortKey,
    Window,
    applied,
    newest,
    place,
)
from core.models import Model, Page, PageRequest

SORTS: Final = 3
CURSOR: Final = 8000
UUID_BYTES: Final = 16
LARGEST: Final = 2**63

type Asked = tuple[str, str, str]
"""A field, an operator and what it compares with, as they came."""


class Lists:
    """By what a list of views is filtered and sorted; names are separated by blanks.

    `key` tells its items apart and ends every order. `default` is the order of a list that is asked
    for none: the largest key first, unless it says otherwise.
    """

    def __init__(
        self,
        view: type[Model],
        filters: str,
        sorts: str,
        *,
        key: str = "id",
        default: str | tuple[SortKey, ...] = (),
    ) -> None:
        self.view = view
        self.filters = {name: fields.field_of(view, name) for name in filters.split()}
        self.sorts = {name: fields.field_of(view, name) for name in f"{key} {sorts}".split()}
        self.key = self.sorts[key]
        self.default = self.order(default) if isinstance(default, str) else default
        self.usual = self.default or newest(self.key)

    def where(self, name: str, value: Value) -> Listing:
        """Return the list of those that have this value."""
        return Listing((Condition(self.filters[name], "eq", (value,)),))

    def conditions(self, asked: Iterable[Asked]) -> tuple[Condition, ...]:
        """Read conditions; raise BadFilter for one that makes no sense."""
        told = list(asked)
        if len(told) > CONDITIONS:
            raise exceptions.BadFilter(f"Ask for {CONDITIONS} conditions at most.")
        if len({one[:2] for one in told}) < len(told):
            raise exceptions.BadFilter("Name each field and operator once.")
        return tuple(self._condition(*one) for one in told)

    def _condition(self, name: str, op: str, operand: str) -> Condition:
        try:
            field = self._filter(name)
            return Condition(field, *read(name, field, op, operand))
        except Refused as error:
            wrong = FieldError(f"/query/filter[{name}][{op}]", error.code, error.detail)
            raise exceptions.BadFilter(error.detail, errors=[wrong]) from None

    def _filter(self, name: str) -> Field:
        if name in self.filters:
            return self.filters[name]
        able = ", ".join(sorted(self.filters))
        raise Refused("unknown_field", f"Filter by {able}, and not by {name}.")

    def order(self, told: str) -> tuple[SortKey, ...]:
        """Read `-created_at,email`; raise BadSort, or SortNotIndexed."""
        keys = [self._sort_key(one) for one in told.split(",")]
        names = [one.field.name for one in keys]
        if len(keys) > SORTS:
            raise exceptions.BadSort(f"Sort by {SORTS} fields at most.")
        if len(set(names)) < len(names):
            raise exceptions.BadSort("Name each field once.")
        if self.key.name in names:
            return tuple(keys[: names.index(self.key.name) + 1])
        return (*keys, SortKey(self.key, keys[-1].descending))

    def _sort_key(self, told: str) -> SortKey:
        name = told.removeprefix("-")
        if found := self.sorts.get(name):
            return SortKey(found, told.startswith("-"))
        able = ", ".join(self.sorts)
        if name in self.view.model_fields:
            raise exceptions.SortNotIndexed(f"Sort by {able}, and not by {name}.", field=name)
        raise exceptions.BadSort(f"Sort by {able}; there is no field {name!r}.")


class ListRequest(PageRequest):
    """Which page of a list that is filtered and sorted as one likes."""

    lists: ClassVar[Lists]

    cursor: Annotated[str, Described(max_length=CURSOR)] | None = None
    sort: Annotated[str, Described(max_length=500)] | None = None
    count: Counting = "none"
    filter: tuple[Asked, ...] = ()

    @classmethod
    def of(cls, asked: PageRequest | None) -> Self:
        """Take a plain page of the list for what it is."""
        if isinstance(asked, cls):
            return asked
        return cls() if asked is None else cls(limit=asked.limit, cursor=asked.cursor)

    @property
    def order(self) -> tuple[SortKey, ...]:
        return self.lists.default if self.sort is None else self.lists.order(self.sort)

    @override
    def window(self) -> Window:
        """Return what to ask a repository for; raise for what can't be asked of this list."""
        order = self.order
        if not order and not self.filter:
            plain = self.count == "none"
            listing = EVERYTHING if plain else Listing(counting=self.count)
            return {"limit": self.limit + 1, "before": self._key(), "listing": listing}
        conditions = self.lists.conditions(self.filter)
        order = order or self.lists.usual
        listing = Listing(conditions, order, self._place(order), self.count)
        return {"limit": self.limit + 1, "before": None, "listing": listing}

    @overload
    def answer[T](self, found: Found[T]) -> Page[T]: ...
    @overload
    def answer[T, V](self, found: Found[T], view: Callable[[T], V]) -> Page[V]: ...
    def answer(self, found: Found[Any], view: Callable[[Any], Any] | None = None) -> Page[Any]:
        """Cut what was found to size, and show it; the cursor is the place of the last item."""
        items = found[: self.limit]
        shown = items if view is None else list(map(view, items))
        cursor = self._cursor(shown[-1]) if len(found) > self.limit else None
        return Page(items=shown, next_cursor=cursor, count=found.total)

    def among[V](self, views: Iterable[V]) -> Page[V]:
        """Answer with those of all there are that are asked for."""
        return self.answer(applied(views, self.lists.usual, **self.window()))

    # --- Cursors ----------------------------------------------------------------------------------

    def _mark(self, order: tuple[SortKey, ...]) -> str:
        """Tell lists apart: of what, which of them, in which order."""
        others = self.model_dump(exclude={"limit", "cursor", "count", "sort", "filter"})
        keys = [[key.field.name, key.descending] for key in order]
        told = [type(self).__name__, sorted(self.filter), keys, others]
        return sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]

    def _cursor(self, view: object) -> str:
        order = self.order
        if not order and not self.filter:
            key: UUID = getattr(view, self.lists.key.name)
            return _written(key.bytes)
        order = order or self.lists.usual
        told = [self._mark(order), *map(_told, place(view, order))]
        return _written(json.dumps(told).encode())

    def _key(self) -> UUID | None:
        """Return where a list goes on that has no order of its own."""
        if self.cursor is None:
            return None
        read = _read(self.cursor)
        if len(read) == UUID_BYTES:
            return UUID(bytes=read)
        _marked(read)
        raise exceptions.CursorMismatch

    def _place(self, order: tuple[SortKey, ...]) -> Place | None:
        if self.cursor is None:
            return None
        read = _read(self.cursor)
        if len(read) == UUID_BYTES:
            raise exceptions.CursorMismatch
        mark, values = _marked(read)
        if mark != self._mark(order):
            raise exceptions.CursorMismatch
        try:
            pairs = zip(order, values, strict=True)
            return tuple(_value(key.field, one) for key, one in pairs)
        except ValueError:
            raise exceptions.InvalidCursor from None


class WholeList(ListRequest):
    """Which part of a list that is short, and read as a whole."""

    limit: int = Described(default=100, ge=1, le=100)


def _told(value: Value | None) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def _value(field: Field, told: object) -> Value | None:
    """Read a value of a cursor; raise ValueError for what we never wrote there."""
    if told is None and field.nullable:
        return None
    if isinstance(told, str) and field.kind not in {"boolean", "integer"}:
        return field.operand(told)
    if isinstance(told, bool) and field.kind == "boolean":
        return told
    if isinstance(told, int) and field.kind == "integer" and abs(told) < LARGEST:
        return told
    raise ValueError


def _written(cursor: bytes) -> str:
    return urlsafe_b64encode(cursor).rstrip(b"=").decode()


def _read(cursor: str) -> bytes:
    try:
        return urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
    except ValueError:
        raise exceptions.InvalidCursor from None


def _marked(read: bytes) -> tuple[str, list[object]]:
    """Return which list a cursor belongs to, and the place in it; raise InvalidCursor."""
    try:
        told: object = json.loads(read)
    except (ValueError, RecursionError):
        raise exceptions.InvalidCursor from None
    if not (isinstance(told, list) and told and isinstance(told[0], str)):
        raise exceptions.InvalidCursor
    return told[0], told[1:]
