"""What can be asked of a field of a list: kinds of fields, and what each is compared with."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, NewType, Union, get_args, get_origin
from typing import TypeAliasType as Alias
from uuid import UUID

from pydantic import StringConstraints

from core.listing.operators import EQUAL, ORDERED, TEXTUAL, Op, Refused, boolean_of, text_of
from core.models import Model

type Kind = Literal["text", "address", "texts", "uuid", "enum", "boolean", "integer", "moment"]
type Value = str | int | bool | datetime | UUID

OPS: Final[Mapping[Kind, frozenset[Op]]] = {
    "text": TEXTUAL,
    "address": TEXTUAL,
    "texts": frozenset({"contains", "is_null"}),
    "uuid": EQUAL,
    "enum": EQUAL,
    "boolean": EQUAL,
    "integer": ORDERED,
    "moment": ORDERED,
}
"""The same as fields of collections know. `address` is a text that is kept in small letters,
`texts` a list of texts, which contains one or not."""

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,16}")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Field(NamedTuple):
    """A field by which a list is filtered or sorted. `nullable`: it may not be there."""

    name: str
    kind: Kind
    options: tuple[str, ...] = ()
    nullable: bool = False

    @property
    def ops(self) -> frozenset[Op]:
        return OPS[self.kind]

    def operand(self, text: str) -> Value:
        """Read what a filter compares with; raise Refused for what the field never is."""
        if self.kind == "enum" and text not in self.options:
            raise Refused("option", f"It is one of {', '.join(self.options)}.")
        return READERS[self.kind](text)

    def piece(self, text: str) -> Value:
        """Read what a filter looks for in a text, or in a list of texts."""
        return text_of(text)


def _uuid_of(text: str) -> UUID:
    if not _UUID.fullmatch(text):
        raise Refused("id", "Write an id like 0199c0de-7000-7000-8000-000000000001.")
    return UUID(text)


def _integer_of(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise Refused("integer", "Write a whole number.")
    return int(text)


def moment_of(text: str) -> datetime:
    if found := _MOMENT.fullmatch(text):
        day, clock, fraction, zone = found.groups()
        try:
            read = datetime.fromisoformat(f"{day}T{clock}{(fraction or '.0')[:7]}{zone.upper()}")
            return read.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Refused("datetime", "Write a moment like 2026-11-22T12:00:00Z.")


READERS: Final[Mapping[Kind, Callable[[str], Value]]] = {
    "text": text_of,
    "address": lambda text: text_of(text).lower(),
    "texts": text_of,
    "uuid": _uuid_of,
    "enum": text_of,
    "boolean": boolean_of,
    "integer": _integer_of,
    "moment": moment_of,
}


# --- What a model says of its fields --------------------------------------------------------------


def field_of(model: type[Model], name: str) -> Field:
    """Return the field of a model as lists see it; raise TypeError for one that they can't."""
    described = model.model_fields[name]
    kind, nullable = _bare(described.annotation), _nullable(described.annotation)
    if kind is str and _is_small(described.annotation, *described.metadata):
        return Field(name, "address", nullable=nullable)
    if get_origin(kind) is Literal:
        return Field(name, "enum", tuple(map(str, get_args(kind))), nullable)
    if get_origin(kind) in {list, tuple, frozenset} and _bare(get_args(kind)[0]) is str:
        return Field(name, "texts", nullable=nullable)
    if kind not in _KINDS:
        raise TypeError(f"{model.__name__}.{name}: lists do not know {kind}")
    return Field(name, _KINDS[kind], nullable=nullable)


def _nullable(annotation: Any) -> bool:
    return get_origin(annotation) in {Union, UnionType} and type(None) in get_args(annotation)


def _is_small(*said: Any) -> bool:
    """Tell whether texts are kept in small letters."""
    for one in said:
        if isinstance(one, Alias):
            return _is_small(one.__value__)
        if get_origin(one) is Annotated:
            return _is_small(*get_args(one))
        if isinstance(one, StringConstraints) and one.to_lower:
            return True
    return False


_KINDS: Final[Mapping[Any, Kind]] = {
    str: "text",
    UUID: "uuid",
    bool: "boolean",
    int: "integer",
    datetime: "moment",
}


def _bare(annotation: Any) -> Any:
    """Take away what says nothing of the kind: aliases, constraints, new names, None."""
    if isinstance(annotation, Alias):
        return _bare(annotation.__value__)
    if isinstance(annotation, NewType):
        return _bare(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        kinds = [one for one in get_args(annotation) if one is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation
