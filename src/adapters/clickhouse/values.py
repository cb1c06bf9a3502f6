"""Values as they are kept.

A property is kept as it is written, and a text behind a quotation mark: its kind is never lost,
nor a digit, and numbers that look alike in JSON are the same text. What is not there is no text.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json import loads
from typing import Any, Final

from core.stats import metering

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
TEXT: Final = '"'


def kept(value: object) -> str:
    """Return a property as it is kept."""
    if isinstance(value, str):
        return TEXT + value
    return "null" if value is None else metering.text(value)


def told(props: Mapping[str, str]) -> dict[str, Any]:
    """Return properties from as they are kept."""
    return {
        key: value[1:] if value.startswith(TEXT) else loads(value) for key, value in props.items()
    }


def ticks(moment: datetime) -> int:
    """Return a moment in microseconds since 1970: no zone and no format to agree upon."""
    return (moment - EPOCH) // TICK


def moment(of: int) -> datetime:
    return EPOCH + of * TICK
