"""Where a page of records ended, as a text that belongs to one list alone."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from pydantic_core import to_json

from core.exceptions import InvalidCursor
from core.management.collections.models import Collection
from core.management.records import exceptions
from core.management.records.filters import FilterExpr
from core.management.records.models import Record, RecordId
from core.management.records.ordering import After, Order, Place, places


def fingerprint(
    collection: Collection, asked: FilterExpr, order: Order, *, deleted: bool = False
) -> str:
    """Tell lists apart: of what, which of them, in which order."""
    conditions = [(one.key, one.op, *map(str, one.values)) for one in asked.conditions]
    keys = tuple((one.number, one.descending) for one in order.keys)
    return _mark(collection.id, tuple(sorted(conditions)), asked.words, keys, deleted)


@lru_cache(maxsize=1024)
def _mark(*told: Hashable) -> str:
    return sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]


def cursor_of(collection: Collection, record: Record, order: Order, mark: str) -> str:
    stands = places(collection, record, order)
    told = [mark, str(record.id), *([*one[:2], one.time.isoformat(), one.text] for one in stands)]
    return urlsafe_b64encode(to_json(told, inf_nan_mode="constants")).decode().rstrip("=")


def after(cursor: str | None, order: Order, mark: str) -> After | None:
    """Return where a list goes on; raise InvalidCursor for what we never gave out, and
    CursorMismatch for what belongs to another list."""
    if cursor is None:
        return None
    try:
        told = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        found, record_id, *stands = told
        at = After(places=tuple(map(_place, stands)), id=RecordId(UUID(record_id)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise InvalidCursor from None
    if found != mark:
        raise exceptions.CursorMismatch
    if len(at.places) != len(order.keys):
        raise InvalidCursor
    return at


def _place(told: list[object]) -> Place:
    absent, number, time, text = told
    moment = datetime.fromisoformat(str(time))
    if moment.tzinfo is None or not isinstance(text, str) or "\x00" in text:
        raise ValueError
    text.encode()  # a lone surrogate is a ValueError
    return Place(bool(absent), float(str(number)), moment, text)
