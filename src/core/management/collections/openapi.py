"""An OpenAPI document of one collection: what its records answer to."""

from typing import Any, Final

from core.management.collections import describing
from core.management.collections.models import Collection

VERSION: Final = "3.1.0"
STAMPS: Final[dict[str, dict[str, Any]]] = {
    "id": {"type": "string", "format": "uuid"},
    "version": {"type": "integer", "minimum": 1},
    "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": ["string", "null"], "format": "uuid"},
    "updated_by": {"type": ["string", "null"], "format": "uuid"},
}


def document(collection: Collection) -> dict[str, Any]:
    records = f"/v1/organizations/{{organization_id}}/collections/{collection.key}/records"
    return {
        "openapi": VERSION,
        "info": {"title": collection.title, "version": str(collection.version)},
        "paths": {
            records: {
                "parameters": [_parameter("organization_id", "path")],
                "get": _list(collection),
                "post": _operation("create", "Make a record.", _answer(201), takes="Sent"),
            },
            f"{records}/{{id}}": {
                "parameters": [_parameter("organization_id", "path"), _parameter("id", "path")],
                "get": _operation("get", "Get a record.", _answer(200)),
                "patch": _operation(
                    "update", "Change a record (RFC 7396).", _answer(200), takes="Change"
                ),
                "delete": _operation("delete", "Delete a record.", {"204": _told("It is gone.")}),
            },
        },
        "components": {"schemas": _schemas(collection), "securitySchemes": {"bearer": _BEARER}},
        "security": [{"bearer": []}],
    }


_BEARER: Final = {"type": "http", "scheme": "bearer"}


def _schemas(collection: Collection) -> dict[str, Any]:
    sent = describing.sent(collection)
    kept = {one.key: {"anyOf": [one.described(), {"type": "null"}]} for one in collection.fields}
    return {
        "Sent": sent,
        "Change": {name: value for name, value in sent.items() if name != "required"},
        "Record": {"type": "object", "properties": STAMPS | kept, "required": list(STAMPS)},
        "Page": {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": _reference("Record")},
                "next_cursor": {"type": ["string", "null"]},
            },
            "required": ["items", "next_cursor"],
        },
        "Problem": {
            "type": "object",
            "properties": {
                **{name: {"type": "string"} for name in ("type", "title", "code", "detail")},
                "status": {"type": "integer"},
            },
            "required": ["type", "title", "status", "code"],
        },
    }


def _list(collection: Collection) -> dict[str, Any]:
    sorts = [one.key for _, one in collection.declared if one.indexed]
    keys = ", ".join(["id", "created_at", "updated_at", *sorts])
    about = f"Keys to sort by, those with - from the largest: {keys}."
    parameters = [
        _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 100}),
        _parameter("cursor", "query"),
        _parameter("sort", "query") | {"description": about},
        *(
            _parameter(f"filter[{one.key}][{op}]", "query")
            for one in collection.fields
            for op in sorted(one.ops)
        ),
    ]
    listed = _operation("list", "List records.", {"200": _body("Some of them.", "Page")})
    return listed | {"parameters": parameters}


def _operation(
    name: str, summary: str, answers: dict[str, Any], *, takes: str | None = None
) -> dict[str, Any]:
    problem = _body("It is refused.", "Problem", "application/problem+json")
    told = {"operationId": name, "summary": summary, "responses": answers | {"default": problem}}
    if takes:
        told["requestBody"] = _body("What it holds.", takes) | {"required": True}
    return told


def _answer(status: int) -> dict[str, Any]:
    return {str(status): _body("The record.", "Record")}


def _told(text: str) -> dict[str, Any]:
    return {"description": text}


def _body(text: str, name: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": text, "content": {media_type: {"schema": _reference(name)}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, where: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    told = {"name": name, "in": where, "schema": schema or {"type": "string"}}
    return told | {"required": True} if where == "path" else told
