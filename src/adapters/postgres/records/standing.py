"""Where a record stands by several keys, as `management.standing` writes it down."""

from datetime import timedelta
from struct import pack
from typing import Final

from core.management.records.models import RecordId
from core.management.records.ordering import EPOCH, After, Order, Place

UPSIDE_DOWN: Final = str.maketrans("0123456789abcdef", "fedcba9876543210")
_SIGN: Final = 1 << 63
_ALL: Final = (1 << 64) - 1
_AHEAD: Final = 1 << 60
_MICROSECOND: Final = timedelta(microseconds=1)


def standing(order: Order, after: After | None) -> str:
    """Return what all that comes behind is larger than."""
    if after is None:
        return ""
    keys = [
        _turned(_digits(place), descending=key.descending)
        for key, place in zip(order.keys, after.places, strict=True)
    ]
    return "".join([*keys, _identity(after.id, descending=order.descending)])


def _digits(place: Place) -> str:
    [bits] = (int.from_bytes(pack(">d", place.number + 0.0)),)
    number = bits ^ (_ALL if bits & _SIGN else _SIGN)
    time = (place.time - EPOCH) // _MICROSECOND + _AHEAD
    return f"{place.absent:d}{number:016x}{time:016x}{place.text.encode().hex()}00"


def _turned(digits: str, *, descending: bool) -> str:
    return digits.translate(UPSIDE_DOWN) if descending else digits


def _identity(record_id: RecordId, *, descending: bool) -> str:
    return _turned(record_id.hex, descending=descending)
