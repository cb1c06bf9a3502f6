"""What all kinds of fields share."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, override

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from core.accounts.fields import RoleKey
from core.listing.operators import Op, Refused, text_of
from core.management.collections import constants
from core.models import Line, Model

type Slot = Literal["text", "number", "time"]
"""By which column of the side index a field is put in order."""
type Compared = str | int | float | datetime | bool | tuple[str, ...] | None


class Entry(NamedTuple):
    """A value as the side index keeps it; `text` is exact, and tells equal values by itself."""

    text: str
    number: float | None = None
    time: datetime | None = None


def _usable(key: str) -> str:
    if key in constants.RESERVED:
        raise PydanticCustomError("reserved", "Every record has this already: choose another key.")
    return key


type Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", examples=["priority"])]
type FieldKey = Annotated[Key, AfterValidator(_usable)]
type Roles = Annotated[tuple[RoleKey, ...], Field(max_length=50)]


class BaseField(Model):
    """What is said of every field.

    `required`: a record has it. `default`: what one gets that is made without. `read_only`: people
    at a terminal set it, requests do not. `immutable`: it stays as it was made. `hidden`: it is not
    shown unless it is asked for. `read`, `write`: the roles that may; of whoever may at all, by
    default.
    """

    ops: ClassVar[frozenset[Op]] = frozenset({"is_null"})

    type: str
    key: FieldKey
    label: Line | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    required: bool = False
    default: Any = None
    read_only: bool = False
    immutable: bool = False
    hidden: bool = False
    read: Roles | None = None
    write: Roles | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if problem := self.unsound():
            raise PydanticCustomError("field", "{problem}", {"problem": problem})
        if self.default is not None:
            try:
                self.taken(self.default)
            except Refused as error:
                why = {"problem": error.detail}
                raise PydanticCustomError("default", "No default: {problem}", why) from None
        return self

    @property
    def title(self) -> str:
        return self.label or self.key.replace("_", " ").capitalize()

    @property
    def declared(self) -> bool:
        """Tell whether the side index knows it."""
        return False

    def unsound(self) -> str | None:
        """Say what makes no sense in what is said of it."""
        return None

    def taken(self, value: Any) -> Any:
        """Return a value as it is kept; raise Refused for one that this field does not take."""
        parsed = self.parsed(value)
        self.check(parsed)
        return parsed

    def parsed(self, value: Any) -> Any:
        """Return a value of this kind as it is written; raise Refused for one of another kind."""
        raise NotImplementedError

    def check(self, value: Any) -> None:
        """Raise Refused for a value that is too small, too large, or not among the options."""

    def operand(self, text: str) -> Any:
        """Read what a filter compares with; raise Refused for what it never is."""
        return self.compared(self.parsed(text))

    def piece(self, text: str) -> Any:
        """Read what a filter looks for in it; raise Refused."""
        return text_of(text)

    def compared(self, value: Any) -> Compared:
        """Return what a kept value is compared by."""
        compared: Compared = value
        return compared

    def described(self) -> dict[str, Any]:
        """Describe its values in JSON Schema 2020-12."""
        return {}


class IndexedField(BaseField):
    """A field that may be told to the side index: `indexed`, or `unique` among live records."""

    slot: ClassVar[Slot] = "text"

    indexed: bool = False
    unique: bool = False

    @property
    @override
    def declared(self) -> bool:
        return self.indexed or self.unique

    def entry(self, value: Any) -> Entry:
        """Return how the side index keeps a value."""
        return Entry(str(value))


def bounds(least: Any, most: Any, low: str = "minimum", high: str = "maximum") -> dict[str, Any]:
    told = {low: least, high: most}
    return {name: value for name, value in told.items() if value is not None}


def crossed(least: Any, most: Any) -> str | None:
    both = least is not None and most is not None
    return "`min` is more than `max`." if both and least > most else None


def check_between(value: Any, least: Any, most: Any) -> None:
    if least is not None and value < least:
        raise Refused("too_small", f"It is {least} at least.")
    if most is not None and value > most:
        raise Refused("too_large", f"It is {most} at most.")
