from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

TOLD: Final = frozenset(
    {"template", "locale", "to", "topic", "subscriber", "kind", "name", "slug", "status", "meter"}
)
"""Texts that may be shown. All others may be what opens something, or somebody's own words."""

HIDDEN: Final = "(hidden)"


def shown(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be no secret of what a job was told: ids, moments, numbers, few texts."""
    return {key: _shown(key, value) for key, value in payload.items()}


def _shown(key: str, value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return value if key in TOLD or _is_plain(value) else HIDDEN
        case dict():
            return shown(value)
        case list() | tuple():
            return [_shown(key, one) for one in value]
        case _:
            return HIDDEN


def _is_plain(text: str) -> bool:
    """Tell whether it is an id or a moment, written as we write them."""
    for read in (_id, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False


def _id(text: str) -> None:
    if str(UUID(text)) != text:
        raise ValueError(text)
