"""Conditions as what static SQL takes: a JSON path where one will do, arrays for the rest."""

import re
from datetime import datetime
from json import dumps
from typing import Any, Final

from psycopg.types.json import Jsonb

from core.listing.operators import small
from core.management.collections.fields import (
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    MultiEnumField,
)
from core.management.records.filters import ATTRIBUTES, Condition, FilterExpr

SIGNS: Final = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
INDEXED: Final = 3
"""An index of three-letter pieces finds no word that has fewer letters."""

MANY: Final = {"eq": "in", "ne": "nin", "in": "in", "nin": "nin"}


def params(asked: FilterExpr) -> dict[str, Any]:
    """Return what `management.meets` and the operator @@ are told."""
    paths = [f"({path})" for one in asked.conditions if (path := path_of(one)) is not None]
    exact = [(one.key, *_exact(one)) for one in asked.conditions if path_of(one) is None]
    exact += [
        ("q", "mentions", {"in": list(asked.searched), "word": small(word)}) for word in asked.words
    ]
    return {
        "path": " && ".join(paths) or None,
        "said": [_anywhere(small(word)) for word in asked.words] or None,
        "keys": [key for key, _, _ in exact] or None,
        "hows": [how for _, how, _ in exact],
        "operands": [Jsonb(operand) for _, _, operand in exact],
    }


def longest(asked: FilterExpr) -> str | None:
    """Return the pattern of the word that fewest say; None where all are too short to look up."""
    word = max(asked.words, key=len, default="")
    return _anywhere(small(word)) if len(word) >= INDEXED else None


def _anywhere(word: str) -> str:
    """Return the pattern of what is said anywhere in a record's JSON: a first, cheap look."""
    written = dumps(word, ensure_ascii=False)[1:-1].lower()
    return "%" + re.sub(r"([\\%_])", r"\\\1", written) + "%"


def path_of(condition: Condition) -> str | None:
    """Return a condition as a JSON path that is a predicate, or None for what none can say."""
    field, op = condition.field, condition.op
    key = f"$.{dumps(condition.key)}"
    if condition.key in ATTRIBUTES or op == "icontains":
        return None
    if op == "is_null":
        return f"!exists({key})" if condition.value else f"exists({key})"
    if isinstance(field, DecimalField) or (isinstance(field, DateTimeField) and op in SIGNS):
        return None
    return _path(condition, key, [_told(field, one) for one in condition.values])


def _path(condition: Condition, key: str, told: list[str]) -> str:
    match condition.op:
        case "eq" | "in":
            return " || ".join(f"{key} == {one}" for one in told)
        case "ne" | "nin":
            return " && ".join(f"!({key} == {one})" for one in told)
        case "contains" if isinstance(condition.field, MultiEnumField):
            return f"{key}[*] == {told[0]}"
        case "contains":
            return f'{key} like_regex {told[0]} flag "q"'
        case "starts_with":
            return f"{key} starts with {told[0]}"
        case op:
            return f"{key} {SIGNS[op]} {told[0]}"


def _told(field: object, value: object) -> str:
    """Write an operand as a record's data has it."""
    if isinstance(value, datetime):
        written = value.date().isoformat() if isinstance(field, DateField) else moment(value)
        return dumps(written)
    return dumps(value, ensure_ascii=False)


def moment(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat() + "Z"


def _exact(condition: Condition) -> tuple[str, Any]:
    """Return how `management.meets` is to compare, and with what."""
    field, op = condition.field, condition.op
    if op == "is_null":
        return "absent", condition.value
    if op in {"contains", "icontains"}:
        return op, condition.value
    kind = _kind(field)
    told = [_written(one) for one in condition.values]
    return (f"{kind}_{MANY[op]}", told) if op in MANY else (f"{kind}_{op}", told[0])


def _kind(field: object) -> str:
    match field:
        case DecimalField() | IntegerField():
            return "number"
        case DateTimeField():
            return "time"
        case _:
            return "text"


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
