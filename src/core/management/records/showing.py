"""Records as they are told: flat, what every record has beside what this one says."""

from collections.abc import Iterable
from typing import Any

from core.management.records.access import Opened
from core.management.records.exceptions import UnknownField
from core.management.records.filters import ATTRIBUTES
from core.management.records.models import Change, Record
from core.management.records.schemas import RecordView

STAMPS = ("id", "version", "created_at", "updated_at", "created_by", "updated_by")
type Shown = dict[str, Any]


def keys(
    opened: Opened, told: Iterable[str] | None = None, expanded: Iterable[str] = ()
) -> list[str]:
    """Return which fields are shown: those that are not hidden, or those that are asked for."""
    readable = opened.readable
    if told is None:
        fields = opened.collection.fields
        told = [one.key for one in fields if one.key in readable and not one.hidden]
    wanted = list(dict.fromkeys([*told, *expanded]))
    if unknown := [one for one in wanted if one not in readable and one not in ATTRIBUTES]:
        raise UnknownField(f"There is no field {unknown[0]!r}.")
    return [one for one in wanted if one not in ATTRIBUTES]


def shown(record: Record, fields: Iterable[str]) -> Shown:
    told: Shown = {
        "id": record.id,
        "version": record.version,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "created_by": record.created_by,
        "updated_by": record.updated_by,
    }
    if record.deleted_at is not None:
        told["deleted_at"] = record.deleted_at
    data = record.data
    for key in fields:
        told[key] = data.get(key)
    return told


def view(opened: Opened, change: Change) -> RecordView:
    after = change.after
    return RecordView(
        record=shown(after, keys(opened)), version=after.version, created=change.before is None
    )
