"""Fields of days and moments."""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, ClassVar, Final, Literal, override

from pydantic import AfterValidator, Field

from core.listing import operators
from core.listing.operators import Op, Refused
from core.management.collections.fields import base
from core.management.collections.fields.base import Entry, IndexedField, Slot
from core.models import Moment

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("There is no such moment.") from None


type Instant = Annotated[Moment, AfterValidator(_in_utc)]
type Day = Annotated[date, Field(strict=False)]


class DateField(IndexedField):
    """A day, as 2026-11-22."""

    ops: ClassVar[frozenset[Op]] = operators.ORDERED
    slot: ClassVar[Slot] = "time"

    type: Literal["date"]
    min: Day | None = None
    max: Day | None = None

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> str:
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value).isoformat()
            except ValueError:
                pass
        raise Refused("date", "Write a day like 2026-11-22.")

    @override
    def check(self, value: str) -> None:
        base.check_between(date.fromisoformat(value), self.min, self.max)

    @override
    def compared(self, value: Any) -> datetime:
        return datetime.combine(date.fromisoformat(value), time.min, UTC)

    @override
    def entry(self, value: str) -> Entry:
        return Entry(value, time=self.compared(value))

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": f"^{_DATE.pattern}$"}


class DateTimeField(IndexedField):
    """A moment, as RFC 3339 writes it, with its zone; kept in UTC, to the microsecond."""

    ops: ClassVar[frozenset[Op]] = operators.ORDERED
    slot: ClassVar[Slot] = "time"

    type: Literal["datetime"]
    min: Instant | None = None
    max: Instant | None = None

    @override
    def unsound(self) -> str | None:
        return base.crossed(self.min, self.max)

    @override
    def parsed(self, value: Any) -> str:
        found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
        if found:
            day, clock, fraction, zone = found.groups()
            text = f"{day}T{clock}{(fraction or '.0')[:7]}{zone.upper()}"
            try:
                return _written(datetime.fromisoformat(text).astimezone(UTC))
            except (ValueError, OverflowError):
                pass
        raise Refused("datetime", "Write a moment like 2026-11-22T12:00:00Z.")

    @override
    def check(self, value: str) -> None:
        base.check_between(datetime.fromisoformat(value), self.min, self.max)

    @override
    def compared(self, value: Any) -> datetime:
        return datetime.fromisoformat(value)

    @override
    def entry(self, value: str) -> Entry:
        return Entry(value, time=self.compared(value))

    @override
    def described(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": f"^{_MOMENT.pattern}$"}


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat() + "Z"
