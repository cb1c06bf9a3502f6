"""Fields of numbers, and of yes and no."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Final, Literal, override

from pydantic import Field, StrictInt

from core.listing import operators
from core.listing.operators import Op, Refused
from core.management.collections import constants
from core.management.collections.fields import base
from core.management.collections.fields.base import Entry, IndexedField, Slot

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,16}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,38}(\.[0-9]{1,38})?")
DECIMAL: Final = rf"^{_DECIMAL.pattern}$"

type Whole = Annotated[StrictInt, Field(ge=-constants.SAFE, le=constants.SAFE)]
type Bound = Annotated[Decimal, Field(max_digits=constants.DIGITS, allow_inf_nan=False)]


class IntegerField(IndexedField):
    """A whole number."""

    ops: ClassVar[frozenset[Op]] = operators.ORDERED
    slot: ClassVar[Slot] = "number"

    type: Literal["integer"]
    min: Whole | None = None
    max: Whole | None = None

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused("integer", "Write a whole number.")
        if abs(value) > constants.SAFE:
            raise Refused("integer", f"It lies between {-constants.SAFE} and {constants.SAFE}.")
        return value

    @override
    def check(self, value: int) -> None:
        base.check_between(value, self.min, self.max)

    @override
    def operand(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise Refused("integer", "Write a whole number.")
        return self.parsed(int(text))

    @override
    def entry(self, value: int) -> Entry:
        return Entry(str(value), number=float(value))

    @override
    def described(self) -> dict[str, Any]:
        least = -constants.SAFE if self.min is None else self.min
        most = constants.SAFE if self.max is None else self.max
        return {"type": "integer", "minimum": least, "maximum": most}


class DecimalField(IndexedField):
    """An exact number, written as a text: a reader of JSON would round it.

    `scale`: how many digits it has behind the point, always; else as many as it needs.
    """

    ops: ClassVar[frozenset[Op]] = operators.ORDERED
    slot: ClassVar[Slot] = "number"

    type: Literal["decimal"]
    min: Bound | None = None
    max: Bound | None = None
    scale: Annotated[int, Field(ge=0, le=18)] | None = None

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> str:
        whole = isinstance(value, int) and not isinstance(value, bool)
        text = str(value) if whole and abs(value) <= constants.SAFE else value
        if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
            raise Refused("decimal", 'Write it as a text, like "12.50".')
        return plain(text)

    @override
    def check(self, value: str) -> None:
        number = Decimal(value)
        digits = len(value.replace(".", "").lstrip("-0"))
        most = constants.INDEXED_DIGITS if self.declared else constants.DIGITS
        if digits > most:
            raise Refused("decimal_digits", f"It has {most} digits at most.")
        if self.scale is not None and len(value.partition(".")[2]) > self.scale:
            raise Refused("decimal_scale", f"It has {self.scale} digits behind the point at most.")
        base.check_between(number, self.min, self.max)

    @override
    def taken(self, value: Any) -> str:
        found = super().taken(value)
        return found if self.scale is None else f"{Decimal(found):.{self.scale}f}"

    @override
    def compared(self, value: Any) -> Any:
        return Decimal(value)

    @override
    def operand(self, text: str) -> Any:
        try:
            return super().operand(text)
        except InvalidOperation:  # pragma: no cover - the pattern lets none through
            raise Refused("decimal", 'Write it like "12.50".') from None

    @override
    def entry(self, value: str) -> Entry:
        return Entry(plain(value), number=float(value))

    @override
    def described(self) -> dict[str, Any]:
        text = {"type": "string", "pattern": DECIMAL}
        whole = {"type": "integer", "minimum": -constants.SAFE, "maximum": constants.SAFE}
        return {"anyOf": [text, whole]}


def plain(text: str) -> str:
    """Write a number the one way that stands for it: no zeros that say nothing."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, rest = digits.partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    written = f"{whole}.{rest}" if rest else whole
    return written if written == "0" else sign + written


class BooleanField(IndexedField):
    """Yes or no."""

    ops: ClassVar[frozenset[Op]] = operators.EQUAL

    type: Literal["boolean"]

    @override
    def parsed(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Refused("boolean", "Write true or false.")
        return value

    @override
    def operand(self, text: str) -> bool:
        if text not in {"true", "false"}:
            raise Refused("boolean", "Write true or false.")
        return text == "true"

    @override
    def entry(self, value: bool) -> Entry:
        return Entry("true" if value else "false")

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "boolean"}
