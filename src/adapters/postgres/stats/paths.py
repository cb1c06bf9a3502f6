"""Conditions as JSON paths, which the database looks up in a property's document by itself."""

from collections.abc import Sequence
from json import dumps

from core.stats.conditions import ATTRIBUTES, Condition, Scalar

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def path_of(conditions: Sequence[Condition]) -> str | None:
    """Return a predicate over properties; None where there is nothing to look at."""
    return " && ".join(f"({_path(one)})" for one in conditions) or None


def asks_for_attributes(conditions: Sequence[Condition]) -> bool:
    """Tell whether more than properties has to be looked at."""
    return any(one.property in ATTRIBUTES for one in conditions)


def _path(condition: Condition) -> str:
    key, value = f"$.{dumps(condition.property, ensure_ascii=False)}", condition.value
    match condition.op:
        case "exists":
            return f"exists({key})" if value else f"!exists({key})"
        case "eq":
            return _equal(key, value)
        case "ne":
            equal = _equal(key, value)
            return f"!({equal}) || (({equal}) is unknown)"
        case "in":
            return " || ".join(_equal(key, one) for one in _many(value))
        case "starts_with":
            return f"{key} starts with {dumps(value, ensure_ascii=False)}"
        case _:
            return f"{key} {COMPARISONS[condition.op]} {dumps(value, ensure_ascii=False)}"


def _many(value: Scalar | tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def _equal(key: str, value: object) -> str:
    return f"{key} == {dumps(value, ensure_ascii=False)}"
