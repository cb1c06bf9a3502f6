"""What lists of all kinds are filtered by: operators, how they are read, and when they hold."""

import csv
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, Protocol

type Op = (
    Literal["eq", "ne", "in", "nin", "lt", "lte", "gt", "gte"]
    | Literal["contains", "icontains", "starts_with", "is_null"]
)

EQUAL: Final[frozenset[Op]] = frozenset({"eq", "ne", "in", "nin", "is_null"})
ORDERED: Final[frozenset[Op]] = EQUAL | {"lt", "lte", "gt", "gte"}
TEXTUAL: Final[frozenset[Op]] = ORDERED | {"contains", "icontains", "starts_with"}

CONDITIONS: Final = 20
OPERAND: Final = 1000
CHOICES: Final = 100
"""Values that `in` and `nin` take."""

_BROKEN: Final = re.compile("[\x00\ud800-\udfff]")


class Refused(ValueError):
    """What makes no sense of a field: a stable code, and a sentence."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Filterable(Protocol):
    """A field by which a list is filtered."""

    @property
    def ops(self) -> frozenset[Op]: ...

    def operand(self, text: str) -> Any:
        """Read what it is compared with; raise Refused for what it never is."""

    def piece(self, text: str) -> Any:
        """Read what it may contain or start with; raise Refused."""


def read(name: str, field: Filterable, op: str, text: str) -> tuple[Op, tuple[Any, ...]]:
    """Read one condition; raise Refused for one that makes no sense."""
    known = next((one for one in field.ops if one == op), None)
    if known is None:
        able = ", ".join(sorted(field.ops))
        raise Refused("operator", f"{name} knows {able}, and not {op}.")
    if len(text) > OPERAND and known not in {"in", "nin"}:
        raise Refused("too_long", f"An operand has {OPERAND} characters at most.")
    match known:
        case "is_null":
            return known, (boolean_of(text),)
        case "contains" | "icontains" | "starts_with":
            return known, (field.piece(text),)
        case "in" | "nin":
            return known, tuple(field.operand(one) for one in _many(text))
        case _:
            return known, (field.operand(text),)


def text_of(text: str) -> str:
    """Refuse characters that no database keeps."""
    if _BROKEN.search(text):
        raise Refused("text_broken", "It holds characters that are none.")
    return text


def boolean_of(text: str) -> bool:
    if text not in {"true", "false"}:
        raise Refused("boolean", "Write true or false.")
    return text == "true"


def _many(text: str) -> list[str]:
    """Read values separated by commas; one with a comma in it stands in double quotes."""
    try:
        [found] = csv.reader([text], strict=True)
    except (csv.Error, ValueError):
        detail = 'Separate values by commas; write "a, b" for one with a comma in it.'
        raise Refused("list", detail) from None
    if len(found) > CHOICES:
        raise Refused("too_many", f"Name {CHOICES} values at most.")
    return found


def holds(op: Op, found: Any, values: tuple[Any, ...]) -> bool:
    """Tell whether it holds. What is not there is equal to nothing, and so `ne` to all."""
    match op:
        case "is_null":
            return (found is None) is values[0]
        case "eq" | "in":
            return found is not None and found in values
        case "ne" | "nin":
            return found is None or found not in values
        case _:
            return found is not None and bool(_HOLDS[op](found, values[0]))


def small(text: str) -> str:
    """Return a text in small letters, one for one, as databases do it."""
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


_HOLDS: Final[Mapping[Op, Callable[[Any, Any], Any]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "contains": operator.contains,
    "icontains": lambda found, value: small(value) in small(found),
    "starts_with": lambda found, value: found.startswith(value),
}
