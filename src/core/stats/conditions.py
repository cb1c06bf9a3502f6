"""Which events are meant: what their properties have to be."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, FiniteFloat, StrictBool, StrictInt, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from core.models import Model

ATTRIBUTES = ("$name", "$subject", "$session", "$source")
"""What every event has, beside its properties."""

type Key = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", examples=["country"])]
type Property = Annotated[
    str,
    Field(
        pattern=r"^(\$(name|subject|session|source)|[A-Za-z_][A-Za-z0-9_.-]{0,63})$",
        examples=["country"],
    ),
]
"""A property, or one of the attributes."""

type Scalar = (
    StrictBool
    | StrictInt
    | FiniteFloat
    | Annotated[StrictStr, Field(max_length=500, pattern=r"^[^\x00]*$")]
    | None
)
type Op = Literal["eq", "ne", "in", "gt", "gte", "lt", "lte", "starts_with", "exists"]

ORDERED = {"gt", "gte", "lt", "lte"}


class Condition(Model):
    """What a property has to be. A text is never equal to a number, nor larger.

    What is not there is not equal to anything; `exists` asks whether it is there.
    """

    property: Property
    op: Op = "eq"
    value: Scalar | Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=50)] = True

    @model_validator(mode="after")
    def _fits(self) -> Self:
        fits = {
            "in": isinstance(self.value, tuple),
            "exists": isinstance(self.value, bool),
            "starts_with": isinstance(self.value, str),
        }.get(self.op, not isinstance(self.value, tuple))
        if self.op in ORDERED:
            fits = isinstance(self.value, int | float | str) and not isinstance(self.value, bool)
        if not fits:
            raise PydanticCustomError(
                "condition",
                "`in` takes a list, `exists` true or false, `starts_with` a text, and what asks for"
                " more or less a number or a text.",
            )
        return self


def hold(conditions: tuple[Condition, ...], props: Mapping[str, Any]) -> bool:
    return all(_holds(one, props) for one in conditions)


def _holds(condition: Condition, props: Mapping[str, Any]) -> bool:
    key, wanted = condition.property, condition.value
    there = key in props
    found = props.get(key)
    match condition.op:
        case "exists":
            return there is wanted
        case "ne":
            return not (there and _equal(found, wanted))
        case "in":
            return there and isinstance(wanted, tuple) and any(_equal(found, w) for w in wanted)
        case "starts_with":
            return isinstance(found, str) and found.startswith(str(wanted))
        case "eq":
            return there and _equal(found, wanted)
        case _:
            return there and _ordered(condition.op, found, wanted)


def kind(value: object) -> str:
    """Return what a property is: null, boolean, number or text."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "text"


def _equal(one: object, other: object) -> bool:
    return kind(one) == kind(other) and _as_written(one) == _as_written(other)


def _as_written(value: Any) -> Any:
    """Return a number as people wrote it: a float stands for the shortest one that it could be."""
    return Decimal(str(value)) if isinstance(value, float) else value


def _ordered(op: str, found: Any, wanted: Any) -> bool:
    if kind(found) != kind(wanted):
        return False
    found, wanted = _as_written(found), _as_written(wanted)
    return bool(
        {
            "gt": found > wanted,
            "gte": found >= wanted,
            "lt": found < wanted,
            "lte": found <= wanted,
        }[op]
    )
