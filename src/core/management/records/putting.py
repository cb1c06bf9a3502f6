"""Which record is meant by the value of a unique field."""

from collections.abc import Mapping
from typing import Any

from core.exceptions import FieldError
from core.listing.operators import Refused
from core.management.collections.fields import BooleanField, IndexedField, IntegerField
from core.management.records.access import Opened
from core.management.records.exceptions import BadFilter


def unique_field(opened: Opened, key: str) -> IndexedField:
    field = opened.collection.by_key.get(key) if key in opened.readable else None
    if not isinstance(field, IndexedField) or not field.unique:
        raise BadFilter(f"{key} is not unique, so it names no record.")
    return field


def by_unique(
    opened: Opened, key: str, named: str, data: Mapping[str, Any]
) -> tuple[tuple[int, str], dict[str, Any]]:
    """Return what the side index knows the record by, and its data, which says the same."""
    field = unique_field(opened, key)
    try:
        value = field.taken(read(field, named))
        told = field.taken(data.get(key, value))
    except Refused as error:
        wrong = FieldError(f"/path/{key}", error.code, error.detail)
        raise BadFilter(error.detail, errors=[wrong]) from None
    wanted = field.entry(value).text
    if field.entry(told).text != wanted:
        raise BadFilter(f"The address says another {key} than the data.")
    return (opened.collection.numbers[key], wanted), {**data, key: value}


def read(field: IndexedField, value: Any) -> Any:
    """Read a text as the field has it: numbers are written as texts in addresses and files."""
    if isinstance(field, IntegerField | BooleanField) and isinstance(value, str):
        return field.operand(value)
    return value
