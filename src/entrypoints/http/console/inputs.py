"""Forms made from the fields of a collection: one kind of input for each of the fifteen."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from core.exceptions import FieldError, ValidationFailed
from core.management.collections.fields import AnyField
from core.management.collections.schemas import CollectionView
from entrypoints.http.console.rendering import pretty
from entrypoints.http.console.visits import Visit

PREFIX: Final = "field-"
"""So that no field of a form is taken for one of a collection."""

TYPES: Final[Mapping[str, str]] = {
    "text": "text",
    "richtext": "area",
    "integer": "number",
    "decimal": "decimal",
    "boolean": "choice",
    "date": "date",
    "datetime": "datetime-local",
    "enum": "choice",
    "multi_enum": "several",
    "email": "email",
    "url": "url",
    "json": "area",
    "user_ref": "text",
    "file_ref": "text",
    "record_ref": "text",
}
HINTS: Final[Mapping[str, str]] = {
    "datetime": "In UTC.",
    "json": "Any JSON.",
    "user_ref": "The id of a member.",
    "file_ref": "The id of a file.",
    "record_ref": "The id of a record.",
}
DIGITS: Final = 16
TO_THE_MINUTE: Final = len("2026-11-22T12:00")


class Input(NamedTuple):
    """A field as it is asked for; `shown` is what stands in it at first."""

    key: str
    name: str
    label: str
    kind: str
    type: str
    shown: str | list[str]
    options: tuple[str, ...]
    required: bool
    fixed: bool
    hint: str | None


def inputs(
    visit: Visit,
    kind: CollectionView,
    record: Mapping[str, Any] | None = None,
    *,
    again: bool = True,
) -> list[Input]:
    """Return what a form asks for; `again`: with what was typed into it before, if anything was."""
    typed = again and visit.refused is not None
    return [
        _input(field, _typed(visit, field) if typed else shown(field, _value(field, record)), visit)
        for field in kind.fields
        if field.read is None or visit.actor.role in field.read
    ]


def changed(visit: Visit, asked: list[Input]) -> dict[str, Any]:
    """Return what was typed that is not what was shown: nothing else is changed."""
    found = {}
    for one in asked:
        typed = _sent(visit, one.name, one.type)
        if not one.fixed and typed != one.shown:
            found[one.key] = _read(one, typed)
    return found


def shown(field: AnyField, value: Any) -> str | list[str]:
    """Write a value as its input takes it."""
    match field.type:
        case "multi_enum":
            return list(value or ())
        case _ if value is None:
            return ""
        case "boolean":
            return "yes" if value else "no"
        case "datetime":
            return str(value).removesuffix("Z")[: len("2026-11-22T12:00:00.000")]
        case "json":
            return pretty(value)
        case _:
            return str(value)


def _value(field: AnyField, record: Mapping[str, Any] | None) -> Any:
    return field.default if record is None else record.get(field.key)


def _input(field: AnyField, told: str | list[str], visit: Visit) -> Input:
    writes = field.write is None or visit.actor.role in field.write
    options = ("yes", "no") if field.type == "boolean" else tuple(getattr(field, "options", ()))
    hints = (field.description, HINTS.get(field.type))
    return Input(
        key=field.key,
        name=f"{PREFIX}{field.key}",
        label=field.label or field.key.replace("_", " ").capitalize(),
        kind=field.type,
        type=TYPES[field.type],
        shown=told,
        options=options,
        required=field.required,
        fixed=field.read_only or not writes,
        hint=" ".join(filter(None, hints)) or None,
    )


def _typed(visit: Visit, field: AnyField) -> str | list[str]:
    return _sent(visit, f"{PREFIX}{field.key}", TYPES[field.type])


def _sent(visit: Visit, name: str, type_: str) -> str | list[str]:
    if type_ == "several":
        return visit.several.get(name, [])
    return visit.sent.values.get(name, "").replace("\r\n", "\n")


def _read(one: Input, typed: str | list[str]) -> Any:
    """Read what was typed as what the field is; what it is not is left for the core to refuse."""
    if isinstance(typed, list) or not typed:
        return typed or ([] if one.type == "several" else None)
    match one.kind:
        case "boolean" if typed in one.options:
            return typed == "yes"
        case "integer" if typed.removeprefix("-").isdecimal() and len(typed) <= DIGITS:
            return int(typed)
        case "datetime":
            return f"{typed}:00Z" if len(typed) == TO_THE_MINUTE else f"{typed}Z"
        case "json":
            return _json(one, typed)
        case _:
            return typed


def _json(one: Input, typed: str) -> Any:
    try:
        return from_json(typed)
    except ValueError:
        wrong = FieldError(f"#/{one.key}", "json", "Write JSON.")
        raise ValidationFailed(errors=[wrong]) from None
