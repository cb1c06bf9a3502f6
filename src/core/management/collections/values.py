"""What records hold: taken, compared, indexed as the collection says. No port is needed for it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from json import dumps
from typing import Any, NamedTuple

from core.exceptions import FieldError, ValidationFailed
from core.listing.operators import Op, Refused
from core.management.collections import constants
from core.management.collections.fields import BaseField
from core.management.collections.models import Collection

type Data = dict[str, Any]


class IndexValue(NamedTuple):
    """A row of the side index. `text` is exact; `number` and `time` put in order what has them."""

    field_no: int
    text: str
    number: float | None
    time: datetime | None
    unique: bool


def accepted(
    collection: Collection,
    data: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    trusted: bool = False,
) -> Data:
    """Return a whole record as it is kept; raise ValidationFailed for one that makes no sense.

    Null is the same as nothing. A new record gets defaults; one that was there `before` keeps what
    nobody may change, and gets a default only where something is required. `trusted` are those who
    may set what is read-only.
    """
    taken, errors = examined(collection, data, before=before, trusted=trusted)
    if errors:
        raise ValidationFailed(errors=errors)
    return taken


def examined(
    collection: Collection,
    data: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    trusted: bool = False,
) -> tuple[Data, list[FieldError]]:
    """Return what can be kept of a record, and what is wrong with the rest."""
    taken, errors = dict[str, Any](), list(_unknown(collection, data))
    for field in collection.fields:
        try:
            value = _value(field, data.get(field.key), before, trusted=trusted)
        except Refused as error:
            errors.append(FieldError(pointer(field.key), error.code, error.detail))
        else:
            if value is not None:
                taken[field.key] = value
    if not errors and size(taken) > constants.RECORD_BYTES:
        errors.append(FieldError("#", "too_large", "A record takes 64 KiB at most."))
    return taken, errors


def renewed(collection: Collection, data: Mapping[str, Any]) -> tuple[Data, list[FieldError]]:
    """Return a record that was kept as its collection has it by now, and what does not fit.

    What is required and missing gets its default; what nobody knows any more is left out.
    """
    taken, errors = dict[str, Any](), list[FieldError]()
    for field in collection.fields:
        value = data.get(field.key)
        if value is None and field.required:
            value = field.default
        if value is None and field.required:
            detail = "It is required, and this record has none."
            errors.append(FieldError(pointer(field.key), "required", detail))
        try:
            if value is not None:
                taken[field.key] = field.taken(value)
        except Refused as error:
            errors.append(FieldError(pointer(field.key), error.code, error.detail))
    return taken, errors


def _value(field: BaseField, told: Any, before: Mapping[str, Any] | None, *, trusted: bool) -> Any:
    fixed = field.read_only and not trusted
    kept = None if before is None else before.get(field.key)
    stays = before is not None and (fixed or (field.immutable and kept is not None))
    if told is None and stays and kept is not None:
        return kept
    value = None if told is None else field.taken(told)
    fresh = before is None or field.required
    if value is None and field.default is not None and fresh:
        value = field.taken(field.default)
    elif stays and value != kept:
        code = "read_only" if fixed else "immutable"
        raise Refused(code, "It stays as it is." if field.immutable else "It is set by others.")
    elif before is None and fixed and value not in (None, _default(field)):
        raise Refused("read_only", "It is set by others: leave it out.")
    if value is None and field.required:
        raise Refused("required", "It is required.")
    return value


def _default(field: BaseField) -> Any:
    return None if field.default is None else field.taken(field.default)


def _unknown(collection: Collection, data: Mapping[str, Any]) -> Iterator[FieldError]:
    for key in data:
        if key not in collection.by_key:
            yield FieldError(pointer(str(key)), "unknown_field", "There is no such field.")


def pointer(key: str) -> str:
    """Point at a field of a record (RFC 6901)."""
    return "#/" + key.replace("~", "~0").replace("/", "~1")


def size(data: Data) -> int:
    """Return how many bytes of JSON a record takes."""
    return len(dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def index_values(collection: Collection, data: Mapping[str, Any]) -> list[IndexValue]:
    """Return the rows of the side index that a record has: of fields that are declared so."""
    return [
        IndexValue(number, *field.entry(data[field.key]), field.unique)
        for number, field in collection.declared
        if data.get(field.key) is not None
    ]


def operators(field: BaseField) -> frozenset[Op]:
    """Return what a filter may ask of a field."""
    return field.ops


def comparable(field: BaseField, text: str) -> Any:
    """Read what a filter compares a field with; raise Refused for what makes no sense.

    It is of the type that `field.compared` makes of what is kept: a text, a number, true or false,
    a moment in UTC; of multi_enum one option.
    """
    return field.operand(text)
