"""What a request says of records: filters in its address, entity tags, bodies of any shape."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_json

from core.exceptions import FieldError, Unsupported, VersionMismatch
from core.management.records import schemas
from core.management.records.exceptions import BadFilter
from core.management.records.models import etag
from entrypoints.http.routing import UnknownParameter

LISTS: Final = ("fields", "expand")
FILTER: Final = re.compile(r"filter\[([a-z][a-z0-9_]{0,62})\](?:\[([a-z_]{1,20})\])?")
PATCHES: Final = ("application/merge-patch+json", "application/json")


class PatchUnsupported(Unsupported):
    """A change is a merge patch: application/merge-patch+json, or application/json."""


def question[Q: schemas.Question](request: Request, kind: type[Q], collection: str) -> Q:
    """Read a question from a query string; refuse what nobody knows, and what is said twice."""
    told: dict[str, Any] = {"collection": collection}
    filters = dict[tuple[str, str], str]()
    known = _names(kind)
    for name, value in request.query_params.multi_items():
        if name.startswith("filter"):
            _add_filter(filters, name, value)
            continue
        if name not in known:
            hint = f"Use one of: filter[field][operator], {', '.join(known)}."
            raise UnknownParameter(hint, errors=[FieldError(f"/query/{name}", "unknown", hint)])
        if name in told:
            hint = "Say it once."
            raise UnknownParameter(hint, errors=[FieldError(f"/query/{name}", "twice", hint)])
        told[name] = tuple(filter(None, value.split(","))) if name in LISTS else value
    return checked(kind, told | {"filters": filters})


@cache
def _names(kind: type[schemas.Question]) -> tuple[str, ...]:
    return tuple(sorted(kind.model_fields.keys() - {"collection", "filters"}))


def checked[Q: schemas.Of](kind: type[Q], told: Mapping[str, Any]) -> Q:
    """Make a question of what a query string says; raise RequestValidationError, which is a 422."""
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        wrong = [one | {"loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from None


def _add_filter(filters: dict[tuple[str, str], str], name: str, value: str) -> None:
    found = FILTER.fullmatch(name)
    if found is None:
        raise BadFilter(f"Write filter[field][operator], not {name[:100]!r}.")
    key, op = found[1], found[2] or "eq"
    if (key, op) in filters:
        raise BadFilter(f"Ask for {key} {op} once.")
    filters[key, op] = value


def described(kind: type[schemas.Question]) -> dict[str, Any]:
    """Describe the query of a question for OpenAPI."""
    about = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    parameters = [
        {"name": name, "in": "query", "required": False, "schema": _plain(about, name)}
        for name in about["properties"]
        if name in _names(kind)
    ]
    return {"parameters": [*parameters, _FILTERS]}


def _plain(about: dict[str, Any], name: str) -> dict[str, Any]:
    if name in LISTS:
        return {"type": "string", "description": "Keys of fields, separated by commas."}
    schema: dict[str, Any] = dict(about["properties"][name])
    if "$ref" in schema:
        schema = about["$defs"][schema["$ref"].rpartition("/")[2]]
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return choices[0] if choices else schema


_FILTERS: Final[dict[str, Any]] = {
    "name": "filter",
    "in": "query",
    "required": False,
    "style": "deepObject",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "description": "`filter[field][operator]=value`: eq ne in nin lt lte gt gte contains icontains"
    " starts_with is_null; `filter[field]=value` is eq. Values of in and nin are separated by"
    " commas.",
}

RECORD: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What every record has, and the collection's fields beside.",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer", "minimum": 1},
        "created_at": {"type": "string", "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
        "created_by": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        "updated_by": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
    },
    "required": ["id", "version", "created_at", "updated_at", "created_by", "updated_by"],
    "additionalProperties": True,
}
PAGE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": RECORD},
        "next_cursor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "count": {"type": "integer", "description": "If it is asked for."},
    },
    "required": ["items", "next_cursor"],
}


def documented(schema: dict[str, Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": schema}}
    return {one: {"description": "Successful Response", "content": content} for one in statuses}


MERGE_PATCH: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": {"type": "object"}} for one in PATCHES},
    }
}


def tagged(view: schemas.RecordView) -> dict[str, str]:
    return {"ETag": etag(view.version)}


def answer(view: schemas.RecordView, status: int = 200) -> Response:
    return Response(to_json(view.record), status, tagged(view), media_type="application/json")


def page(found: schemas.RecordsPage) -> Response:
    told: dict[str, Any] = {"items": found.items, "next_cursor": found.next_cursor}
    if found.count is not None:
        told["count"] = found.count
    return Response(to_json(told), media_type="application/json")


def _expecting(
    if_match: Annotated[
        str | None, Header(description="The ETag that was read: 412 if it is not current.")
    ] = None,
) -> schemas.Expecting:
    if if_match is None:
        return schemas.Expecting()
    if if_match.strip() == "*":
        return schemas.Expecting(unconditional=True)
    found = re.fullmatch(r'\s*"v?([0-9]{1,9})"\s*', if_match)
    if found is None:
        raise VersionMismatch("If-Match must be one strong ETag that we gave out.")
    return schemas.Expecting(expected_version=int(found[1]))


def _patching(request: Request) -> None:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in PATCHES:
        raise PatchUnsupported


Expecting = Annotated[schemas.Expecting, Depends(_expecting)]
IfNoneMatch = Annotated[
    str | None, Header(description="304 if the record is still that; * for one that is new.")
]


class Putting(schemas.Expecting):
    only_new: bool = False


def _putting(expecting: Expecting, if_none_match: IfNoneMatch = None) -> Putting:
    return Putting(**dict(expecting), only_new=(if_none_match or "").strip() == "*")


Put = Annotated[Putting, Depends(_putting)]
MergePatch = Depends(_patching)
CollectionKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,62}$", examples=["tickets"])]


def unchanged(if_none_match: str | None, view: schemas.RecordView) -> bool:
    """Tell whether somebody has this already (RFC 9110 13.1.2: weak comparison)."""
    tags = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    return bool(tags & {"*", etag(view.version)})
