"""For whom a rule is: what the attributes of a context have to be."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from core.management.flags.fields import Attribute, Operand
from core.models import Model

type Op = Literal[
    "eq", "ne", "in", "nin", "lt", "lte", "gt", "gte",
    "contains", "starts_with", "ends_with", "exists",
]  # fmt: skip


ORDERED: Final = frozenset({"number", "text"})
"""Kinds of which one can be more than another."""


class Condition(Model):
    """What an attribute has to be. A text is never equal to a number, nor larger than one.

    What is not there, or null, is not equal to anything: `ne` and `nin` hold for it, no other does.
    `contains` looks for a text in a text, or for one value in a list.
    """

    attr: Attribute
    op: Op = "eq"
    value: Operand = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        match self.op:
            case "in" | "nin":
                fits = isinstance(self.value, tuple)
            case "exists":
                fits = isinstance(self.value, bool)
            case "starts_with" | "ends_with":
                fits = isinstance(self.value, str)
            case "lt" | "lte" | "gt" | "gte":
                fits = kind(self.value) in ORDERED
            case _:
                fits = not isinstance(self.value, tuple)
        if not fits:
            raise PydanticCustomError(
                "condition",
                "`in` and `nin` take a list, `exists` true or false, `starts_with` and `ends_with`"
                " a text, `lt`, `lte`, `gt` and `gte` a number or a text, all others one value.",
            )
        return self

    def holds(self, context: Mapping[str, Any]) -> bool:
        return _HOLDS[self.op](context.get(self.attr), self.value)


def kind(value: object) -> str:
    """Return what a value is; true is no number, and what is of no kind equals nothing."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _:
            return ""


def _equal(one: object, other: object) -> bool:
    told = kind(one)
    return told != "" and told == kind(other) and one == other


def _among(found: object, wanted: Any) -> bool:
    return any(_equal(found, one) for one in wanted)


def _contains(found: object, wanted: object) -> bool:
    if isinstance(found, list):
        return any(_equal(one, wanted) for one in found)
    return isinstance(found, str) and isinstance(wanted, str) and wanted in found


def _starts(found: object, wanted: Any) -> bool:
    return isinstance(found, str) and found.startswith(wanted)


def _ends(found: object, wanted: Any) -> bool:
    return isinstance(found, str) and found.endswith(wanted)


def _ordered(how: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(found: Any, wanted: Any) -> bool:
        told = kind(found)
        return told in ORDERED and told == kind(wanted) and how(found, wanted)

    return holds


_HOLDS: Final[Mapping[Op, Callable[[Any, Any], bool]]] = {
    "eq": _equal,
    "ne": lambda found, wanted: not _equal(found, wanted),
    "in": _among,
    "nin": lambda found, wanted: not _among(found, wanted),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "contains": _contains,
    "starts_with": _starts,
    "ends_with": _ends,
    "exists": lambda found, wanted: (found is not None) is wanted,
}
