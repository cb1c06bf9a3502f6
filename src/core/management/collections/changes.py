"""What a changed definition means for the records that are there. Pure."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from core.management.collections.fields import AnyField, IndexedField
from core.management.collections.models import Collection, Definition
from core.models import Model

type Effect = Literal["none", "checks", "rewrites", "destroys"]
type Kind = Literal[
    "collection_created", "collection_deleted", "collection_changed", "fields_reordered",
    "field_added", "field_removed", "field_changed", "field_described", "type_changed",
]  # fmt: skip

DESCRIBES: Final = frozenset(
    {"label", "description", "default", "read_only", "immutable", "hidden", "read", "write"}
    | {"collection"}
)
"""What says nothing about values that are there."""

REWRITES: Final = frozenset({"indexed", "unique", "scale"})


class Change(Model):
    """One thing that changes, and what becomes of records.

    none: nothing. checks: each must fit as it is. rewrites: each is written anew, by a job.
    destroys: values are lost.
    """

    kind: Kind
    field: str | None = None
    effect: Effect = "none"
    detail: str


def changes(before: Collection | None, after: Definition) -> list[Change]:
    """Return what is different; nothing for what is the same."""
    if before is None:
        detail = f"{after.title}, with {len(after.fields)} fields"
        return [Change(kind="collection_created", detail=detail)]
    return [*_of_collection(before, after), *_of_fields(before, after)]


def _of_collection(before: Collection, after: Definition) -> Iterator[Change]:
    for name in ("title", "description", "permissions", "own", "options"):
        if getattr(before, name) != getattr(after, name):
            yield Change(kind="collection_changed", detail=f"{name} changes")
    kept = [one.key for one in before.fields if any(one.key == new.key for new in after.fields)]
    if kept != [one.key for one in after.fields if one.key in before.by_key]:
        yield Change(kind="fields_reordered", detail="the fields come in another order")


def _of_fields(before: Collection, after: Definition) -> Iterator[Change]:
    for field in after.fields:
        old = before.by_key.get(field.key)
        if old is None:
            yield _added(field)
        elif old.type != field.type:
            yield Change(
                kind="type_changed",
                field=field.key,
                effect="rewrites",
                detail=f"{old.type} becomes {field.type}",
            )
        elif old != field:
            yield from _changed(old, field)
    left = {one.key for one in after.fields}
    for old in before.fields:
        if old.key not in left:
            detail = f"the {old.type} and all its values are removed"
            yield Change(kind="field_removed", field=old.key, effect="destroys", detail=detail)


def _added(field: AnyField) -> Change:
    effect: Effect = "none"
    detail = f"a new {field.type}"
    if field.required:
        effect = "checks" if field.default is None else "rewrites"
        detail += ", which is required"
    if field.declared:  # the side index knows who has none, too
        effect = "rewrites"
    return Change(kind="field_added", field=field.key, effect=effect, detail=detail)


def _changed(old: AnyField, new: AnyField) -> Iterator[Change]:
    was, is_ = old.model_dump(), new.model_dump()
    differ = {name for name in is_ if was[name] != is_[name]}
    if described := sorted(differ & DESCRIBES):
        detail = f"{', '.join(described)} changes"
        yield Change(kind="field_described", field=new.key, detail=detail)
    if left := sorted(differ - DESCRIBES):
        told = (f"{name}: {_told(was[name])} becomes {_told(is_[name])}" for name in left)
        yield Change(
            kind="field_changed",
            field=new.key,
            effect=_effect(new, frozenset(left)),
            detail="; ".join(told),
        )


def _effect(new: AnyField, differ: frozenset[str]) -> Effect:
    filled = "required" in differ and new.required and new.default is not None
    if differ & REWRITES or filled:
        return "rewrites"
    return "none" if differ == {"required"} and not new.required else "checks"


def _told(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case tuple() | list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def effects(found: list[Change]) -> frozenset[Effect]:
    return frozenset(one.effect for one in found)


def touched(found: list[Change]) -> frozenset[str]:
    """Return the keys of the fields whose values are looked at."""
    looks = {"checks", "rewrites"}
    return frozenset(one.field for one in found if one.field and one.effect in looks)


def building(before: Collection, after: Definition) -> tuple[str, ...]:
    """Return the fields that the side index has to be told of."""
    return tuple(
        one.key
        for one in after.fields
        if one.declared and _told_anew(before.by_key.get(one.key), one)
    )


def _told_anew(old: AnyField | None, new: AnyField) -> bool:
    known = isinstance(old, IndexedField) and old.declared
    return old is None or old.type != new.type or not known
