"""Which records are meant: a tree of conditions, all of which must hold.

Each adapter finds them in its own way; `matches` says which ones they are.
"""

import csv
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Self
from uuid import UUID

from core.exceptions import FieldError
from core.management.collections.fields import (
    BaseField,
    DateTimeField,
    IntegerField,
    MultiEnumField,
    Op,
    Reference,
    Refused,
)
from core.management.collections.models import Collection
from core.management.collections.values import Data
from core.management.records import constants, exceptions
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

COMPARED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


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
        """Tell whether it holds. What is not there is equal to nothing, and so `ne` to all."""
        told = seen.get(self.key)
        if self.op == "is_null":
            return (told is None) is self.value
        found = None if told is None else self.field.compared(told)
        match self.op:
            case "eq" | "in":
                return found in self.values
            case "ne" | "nin":
                return found not in self.values
            case _:
                return found is not None and _holds(self.op, found, self.value)


def _holds(op: Op, found: Any, wanted: Any) -> bool:
    match op:
        case "contains":
            return wanted in found
        case "icontains":
            return small(wanted) in small(found)
        case "starts_with":
            return bool(found.startswith(wanted))
        case _:
            return bool(COMPARED[op](found, wanted))


def small(text: str) -> str:
    """Return a text in small letters, one for one, as databases do it."""
    return "".join(map(_small, text))


def _small(letter: str) -> str:
    return "i" if letter == "\u0130" else letter.lower()


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
    if len(told) > constants.CONDITIONS:
        raise exceptions.BadFilter(f"Ask for {constants.CONDITIONS} conditions at most.")
    conditions = []
    for (key, op), operand in told.items():
        try:
            conditions.append(condition(_field(key, collection, readable), op, operand))
        except Refused as error:
            wrong = FieldError(f"/query/filter[{key}][{op}]", error.code, error.detail)
            raise exceptions.BadFilter(error.detail, errors=[wrong]) from None
    return FilterExpr(conditions=tuple(conditions))


def _field(key: str, collection: Collection, readable: frozenset[str]) -> BaseField:
    if key in ATTRIBUTES:
        return ATTRIBUTES[key]
    if key not in readable:
        raise Refused("unknown_field", f"There is no field {key}.")
    return collection.by_key[key]


def condition(field: BaseField, op: str, operand: str) -> Condition:
    """Read one condition; raise Refused for one that makes no sense."""
    known = next((one for one in field.ops if one == op), None)
    if known is None:
        able = ", ".join(sorted(field.ops))
        raise Refused("operator", f"{field.key} knows {able}, and not {op}.")
    if len(operand) > constants.OPERAND and known not in {"in", "nin"}:
        raise Refused("too_long", f"An operand has {constants.OPERAND} characters at most.")
    if known == "is_null":
        return Condition(field=field, op=known, values=(_boolean(operand),))
    if known in {"contains", "icontains", "starts_with"}:
        return Condition(field=field, op=known, values=(_piece(field, operand),))
    told = _many(operand) if known in {"in", "nin"} else [operand]
    return Condition(field=field, op=known, values=tuple(field.operand(one) for one in told))


def _boolean(operand: str) -> bool:
    if operand not in {"true", "false"}:
        raise Refused("boolean", "Write true or false.")
    return operand == "true"


def _piece(field: BaseField, operand: str) -> str:
    """Read part of a text; of a list it is one of its options."""
    if isinstance(field, MultiEnumField):
        return field.operand(operand)
    if "\x00" in operand:
        raise Refused("text_broken", "It holds characters that are none.")
    return operand


def _many(operand: str) -> list[str]:
    """Read values separated by commas; one with a comma in it stands in double quotes."""
    try:
        [found] = csv.reader([operand], strict=True)
    except (csv.Error, ValueError):
        detail = 'Separate values by commas; write "a, b" for one with a comma in it.'
        raise Refused("list", detail) from None
    if len(found) > constants.CHOICES:
        raise Refused("too_many", f"Name {constants.CHOICES} values at most.")
    return found
