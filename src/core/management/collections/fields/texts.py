"""Fields of text."""

import re
from typing import Annotated, Any, ClassVar, Final, Literal, override

from pydantic import Field

from core.listing import operators
from core.listing.operators import Op, Refused
from core.management.collections import constants
from core.management.collections.fields import base
from core.management.collections.fields.base import BaseField, IndexedField

_BROKEN: Final = re.compile("[\x00\ud800-\udfff]")
EMAIL: Final = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"
URL: Final = r"^[hH][tT][tT][pP][sS]?://[^\s/?#]+([/?#]\S*)?$"

type Length = Annotated[int, Field(ge=0, le=constants.RICH_TEXT)]


def sound(value: object) -> str:
    """Refuse what is no text, and text that no database keeps."""
    if not isinstance(value, str):
        raise Refused("text", "Write a text.")
    if _BROKEN.search(value):
        raise Refused("text_broken", "It holds characters that are none.")
    return value


def check_length(value: str, least: int | None, most: int) -> None:
    if len(value) < (least or 0):
        raise Refused("too_short", f"It has {least} characters at least.")
    if len(value) > most:
        raise Refused("too_long", f"It has {most} characters at most.")


class TextField(IndexedField):
    """A text; `min` and `max` are characters. A required one is not empty."""

    ops: ClassVar[frozenset[Op]] = operators.TEXTUAL

    type: Literal["text"]
    min: Length | None = None
    max: Annotated[int, Field(ge=1, le=constants.TEXT)] | None = None

    @property
    def least(self) -> int:
        return self.min if self.min is not None else int(self.required)

    @property
    def most(self) -> int:
        return self.max or (constants.INDEXED_TEXT if self.declared else constants.TEXT)

    @override
    def unsound(self) -> str | None:
        if self.declared and self.most > constants.INDEXED_TEXT:
            return f"What is indexed or unique has {constants.INDEXED_TEXT} characters at most."
        return base.crossed(self.min, self.most)

    @override
    def parsed(self, value: Any) -> str:
        return sound(value)

    @override
    def check(self, value: str) -> None:
        check_length(value, self.least, self.most)

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", **base.bounds(self.least, self.most, "minLength", "maxLength")}


class RichTextField(BaseField):
    """A long text with marks in it, which is kept as it is: whoever shows it cleans it."""

    ops: ClassVar[frozenset[Op]] = frozenset({"contains", "icontains", "is_null"})

    type: Literal["richtext"]
    min: Length | None = None
    max: Annotated[int, Field(ge=1, le=constants.RICH_TEXT)] = constants.RICH_TEXT

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> str:
        return sound(value)

    @override
    def check(self, value: str) -> None:
        check_length(value, self.min, self.max)

    @override
    def described(self) -> dict[str, Any]:
        limits = base.bounds(self.min, self.max, "minLength", "maxLength")
        return {"type": "string", "contentMediaType": "text/markdown", **limits}


class EmailField(IndexedField):
    """An address of mail; kept in small letters."""

    ops: ClassVar[frozenset[Op]] = operators.TEXTUAL

    type: Literal["email"]

    @override
    def parsed(self, value: Any) -> str:
        return sound(value).lower()

    @override
    def check(self, value: str) -> None:
        if len(value) > constants.INDEXED_TEXT or not re.fullmatch(EMAIL, value):
            raise Refused("email", "Write an address like ada@example.com.")

    @override
    def described(self) -> dict[str, Any]:
        limits = {"maxLength": constants.INDEXED_TEXT, "pattern": EMAIL}
        return {"type": "string", "format": "email", **limits}


class UrlField(IndexedField):
    """An address that begins with http:// or https://."""

    ops: ClassVar[frozenset[Op]] = operators.TEXTUAL

    type: Literal["url"]

    @property
    def most(self) -> int:
        return constants.INDEXED_TEXT if self.declared else constants.URL

    @override
    def parsed(self, value: Any) -> str:
        return sound(value)

    @override
    def check(self, value: str) -> None:
        check_length(value, None, self.most)
        if not re.fullmatch(URL, value):
            raise Refused("url", "Write an address like https://example.com/.")

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": self.most, "pattern": URL}
