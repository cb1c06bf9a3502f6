"""Fields that choose among options, point at something else, or hold whatever they like."""

import math
import re
from typing import Annotated, Any, ClassVar, Final, Literal, override
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from core.listing import operators
from core.listing.operators import Op, Refused
from core.management.collections import constants
from core.management.collections.fields import base
from core.management.collections.fields.base import BaseField, IndexedField, Key
from core.management.collections.fields.texts import sound
from core.models import CONTROL

UUID_PATTERN: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_LARGEST: Final = 2**63


def _each_once(options: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(options)) < len(options):
        raise PydanticCustomError("twice", "An option is there once.")
    return options


type Options = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=100, pattern=f"^[^{CONTROL}]*$")], ...],
    Field(min_length=1, max_length=constants.OPTIONS, examples=[["open", "done"]]),
    AfterValidator(_each_once),
]
type Count = Annotated[int, Field(ge=0, le=constants.ITEMS)]


def _among(value: object, options: tuple[str, ...]) -> str:
    if value not in options:
        raise Refused("option", f"It is one of {', '.join(options)}.")
    return str(value)


class EnumField(IndexedField):
    """One of some `options`."""

    ops: ClassVar[frozenset[Op]] = operators.EQUAL

    type: Literal["enum"]
    options: Options

    @override
    def parsed(self, value: Any) -> str:
        return _among(sound(value), self.options)

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.options)}


class MultiEnumField(BaseField):
    """Some of the `options`, each once, in their order; `min` and `max` say how many."""

    ops: ClassVar[frozenset[Op]] = frozenset({"contains", "is_null"})

    type: Literal["multi_enum"]
    options: Options
    min: Count | None = None
    max: Count | None = None

    @override
    def piece(self, text: str) -> Any:
        return self.operand(text)

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Refused("list", "Write a list of options.")
        found = [_among(sound(one), self.options) for one in value]
        if len(set(found)) < len(found):
            raise Refused("twice", "Each option is there once.")
        return sorted(found, key=self.options.index)

    @override
    def check(self, value: list[str]) -> None:
        if len(value) < (self.min or 0):
            raise Refused("too_few", f"Choose {self.min} at least.")
        if self.max is not None and len(value) > self.max:
            raise Refused("too_many", f"Choose {self.max} at most.")

    @override
    def operand(self, text: str) -> str:
        return _among(text, self.options)

    @override
    def compared(self, value: Any) -> tuple[str, ...]:
        return tuple(value)

    @override
    def described(self) -> dict[str, Any]:
        items = {"type": "string", "enum": list(self.options)}
        limits = base.bounds(self.min, self.max, "minItems", "maxItems")
        return {"type": "array", "items": items, "uniqueItems": True, **limits}


class JsonField(BaseField):
    """Whatever JSON can say, but null by itself, which says that nothing is there."""

    type: Literal["json"]

    @override
    def parsed(self, value: Any) -> Any:
        return _copied(value, constants.DEPTH)

    @override
    def operand(self, text: str) -> Any:
        raise Refused("json", "Only whether it is there can be asked of it.")

    @override
    def described(self) -> dict[str, Any]:
        return {"type": ["object", "array", "string", "number", "boolean"]}


def _copied(value: Any, depth: int) -> Any:
    """Return JSON as it is kept; raise Refused for what no database keeps."""
    if depth == 0:
        raise Refused("json_deep", f"It is {constants.DEPTH} levels deep at most.")
    match value:
        case None | bool():
            return value
        case str():
            return sound(value)
        case int() if abs(value) < _LARGEST:
            return value
        case float() if math.isfinite(value) and abs(value) < _LARGEST:
            return value + 0.0  # there is no zero below zero in the database
        case list() | tuple():
            return [_copied(one, depth - 1) for one in value]
        case dict():
            return {sound(key): _copied(one, depth - 1) for key, one in value.items()}
        case _:
            raise Refused("json", "It is no JSON, or a number beyond 64 bits.")


class Reference(IndexedField):
    """The id of something else."""

    ops: ClassVar[frozenset[Op]] = operators.EQUAL

    @override
    def parsed(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(UUID_PATTERN, value):
            raise Refused("id", "Write the id of what it stands for.")
        return str(UUID(value))

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}


class UserRefField(Reference):
    """A member of the organization."""

    type: Literal["user_ref"]


class FileRefField(Reference):
    """A file of the organization."""

    type: Literal["file_ref"]


class RecordRefField(Reference):
    """A record of another `collection`, or of the same."""

    type: Literal["record_ref"]
    collection: Key
