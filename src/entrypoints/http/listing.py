"""Lists over HTTP: what their parameters are called, and how OpenAPI tells of them."""

import re
from typing import Any, Final

from starlette.datastructures import QueryParams

from core import exceptions
from core.exceptions import BadFilter, FieldError
from core.listing import Asked, Field, Kind, ListRequest, Lists, Op
from core.listing.fields import OPS
from entrypoints.http import problems

LISTED: Final = problems.responses(
    exceptions.InvalidCursor,
    exceptions.CursorMismatch,
    exceptions.BadFilter,
    exceptions.BadSort,
    exceptions.SortNotIndexed,
    exceptions.ListTooExpensive,
)
"""What any list may answer."""

PREFIX: Final = "filter["
_NAME: Final = re.compile(r"filter\[(\w{1,63})\]\[(\w{1,63})\]")

_OPERANDS: Final[dict[Kind, dict[str, Any]]] = {
    "text": {"type": "string", "maxLength": 1000},
    "address": {"type": "string", "maxLength": 1000},
    "texts": {"type": "string", "maxLength": 1000},
    "uuid": {"type": "string", "format": "uuid"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": -(10**16) + 1, "maximum": 10**16 - 1},
    "moment": {"type": "string", "format": "date-time"},
}
_MANY: Final = {"type": "string", "description": 'Values separated by commas: `a,"b, c"`.'}
_ABSENT: Final = {"type": "boolean", "description": "Whether there is none."}


def told(query: QueryParams) -> dict[str, Any]:
    """Return what a list was asked; raise BadFilter for a filter that is none."""
    asked: dict[str, Any] = {}
    conditions: list[Asked] = []
    for name, value in query.multi_items():
        if name.startswith(PREFIX):
            conditions.append((*_named(name), value))
        elif name != "fields":
            asked[name] = value
    return asked | {"filter": tuple(conditions)} if conditions else asked


def _named(name: str) -> tuple[str, str]:
    if found := _NAME.fullmatch(name):
        return found[1], found[2]
    hint = "Write filter[field][operator]=value, as filter[created_at][gte]=2026-01-01T00:00:00Z."
    raise BadFilter(hint, errors=[FieldError(f"/query/{name[:200]}", "filter", hint)])


# --- OpenAPI --------------------------------------------------------------------------------------


def parameters(model: type[ListRequest]) -> list[dict[str, Any]]:
    """Describe what the model does not say of itself: by what this list is sorted and filtered."""
    able = ", ".join(f"`{name}`" for name in model.lists.sorts)
    sort = {
        "name": "sort",
        "in": "query",
        "required": False,
        "description": f"Up to three of {able}, separated by commas; `-` puts the largest first.",
        "schema": {"type": "string", "maxLength": 500},
    }
    return [sort, _filter(model.lists)]


def _filter(lists: Lists) -> dict[str, Any]:
    fields = {name: _conditions(field) for name, field in lists.filters.items()}
    return {
        "name": "filter",
        "in": "query",
        "required": False,
        "style": "deepObject",
        "explode": True,
        "description": "`filter[field][operator]=value`, as many as you like: all of them hold.",
        "schema": {"type": "object", "properties": fields, "additionalProperties": False},
    }


def _conditions(field: Field) -> dict[str, Any]:
    if field.kind == "enum":
        return _schema("enum", {"type": "string", "enum": list(field.options)})
    return {"$ref": f"#/components/schemas/{_title(field.kind)}"}


def _title(kind: Kind) -> str:
    return f"FilterOf{kind.capitalize()}"


def _schema(kind: Kind, operand: dict[str, Any]) -> dict[str, Any]:
    special: dict[Op, dict[str, Any]] = {"in": _MANY, "nin": _MANY, "is_null": _ABSENT}
    properties = {str(op): special.get(op, operand) for op in sorted(OPS[kind])}
    return {"type": "object", "properties": properties, "additionalProperties": False}


SCHEMAS: Final = {_title(kind): _schema(kind, operand) for kind, operand in _OPERANDS.items()}
"""Which operators each kind of field knows."""
