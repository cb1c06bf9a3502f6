"""Which records are meant: a tree of conditions, all of which must hold.

Each adapter finds them in its own way; `matches` says which ones they are.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Self
from uuid import UUID

from core.exceptions import FieldError
from core.listing.operators import CONDITIONS, Op, Refused, holds, read, small
from core.management.collections.fields import (
    BaseField,
    DateTimeField,
    IntegerField,
    Reference,
)
from core.management.collections.models import Collection
from core.management.collections.values import Data
from core.management.records import exceptions
from core.management.records.models import Record
from core.models import Model

type Value = str | int | Decimal | datetime | bool


def _moment(key: str) -> DateTimeField:
    return DateTimeField.model_construct(key=key, type="datetime", min=None, max=None)


ATTRIBUTES: Final[Mapping[str, BaseField]] = {
    "id": Reference.model_construct(key="id", type="record_ref"),
    "version": IntegerField.model_construct(key="version", type="integer", min=None, max=None),
    "created_at": _moment("created_at"),
    "updated_at": _moment("updated_at"),
    "created_by": Reference.model_construct(key="created_by", type="record_ref"),
    "updated_by": Reference.model_construct(key="updated_by", type="record_ref"),
}
"""What every record has, beside its fields."""


class Condition(Model):
    """What a field has to be; `values` are many for `in` and `nin`, one for all others."""

    field: BaseField
    op: Op
    values: tuple[Value, ...]

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def value(self) -> Any:
        return self.values[0]

    def holds(self, seen: Data) -> bool:
        told = seen.get(self.key)
        found = None if told is None else self.field.compared(told)
        return holds(self.op, found, self.values)


class FilterExpr(Model):
    """All conditions, and the words that `q` looks for, which each must be in some text."""

    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()

    def matches(self, record: Record) -> bool:
        seen = document(record)
        return all(one.holds(seen) for one in self.conditions) and self._found(seen)

    def _found(self, seen: Data) -> bool:
        if not self.words:
            return True
        text = searchable(seen, self.searched)
        return all(small(word) in text for word in self.words)

    def also(self, *conditions: Condition) -> Self:
        return self.model_copy(update={"conditions": (*self.conditions, *conditions)})


def searchable(seen: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """Return all texts of a record, in small letters, as `q` looks through them."""
    return small("\n".join(str(seen[key]) for key in keys if seen.get(key) is not None))


def document(record: Record) -> Data:
    """Return what conditions see of a record."""
    attributes = {
        "id": str(record.id),
        "version": record.version,
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
        "created_by": str(record.created_by) if record.created_by else None,
        "updated_by": str(record.updated_by) if record.updated_by else None,
    }
    return record.data | attributes


def made_by(author: UUID | None) -> Condition:
    """Return the condition that a record is somebody's own; nobody's is nobody's own."""
    return Condition(field=ATTRIBUTES["created_by"], op="eq", values=(str(author),))


# --- Reading --------------------------------------------------------------------------------------


def parsed(
    told: Mapping[tuple[str, str], str], collection: Collection, readable: frozenset[str]
) -> FilterExpr:
    """Read `{(field, operator): operand}`; raise BadFilter for what makes no sense.

    A field that somebody may not see is none to them.
    """
    if len(told) > CONDITIONS:
        raise exceptions.BadFilter(f"Ask for {CONDITIONS} conditions at most.")
    conditions = []
    for (key, op), operand in told.items():
        try:
            conditions.append(condition(_field(key, collection, readable), op, operand))
        except Refused as error:
            wrong = FieldError(f"/query/filter[{key}][{op}]", error.code, error.detail)
            raise exceptions.BadFilter(error.detail, errors=[wrong]) from None
    return FilterExpr(conditions=tuple(conditions))


def condition(field: BaseField, op: str, operand: str) -> Condition:
    """Read one condition; raise Refused for one that makes no sense."""
    known, values = read(field.key, field, op, operand)
    return Condition(field=field, op=known, values=values)


def _field(key: str, collection: Collection, readable: frozenset[str]) -> BaseField:
    if key in ATTRIBUTES:
        return ATTRIBUTES[key]
    if key not in readable:
        raise Refused("unknown_field", f"There is no field {key}.")
    return collection.by_key[key]
