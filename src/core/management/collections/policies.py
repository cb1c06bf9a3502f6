"""Rules that several use cases share."""

from collections.abc import Iterable
from datetime import datetime

from core.exceptions import FieldError, ValidationFailed
from core.management.collections import changes, constants, exceptions
from core.management.collections.fields import RecordRefField
from core.management.collections.models import Collection, CollectionId, Definition
from core.management.collections.ports import Owner
from core.models import Actor


def writes(actor: Actor, *, system: bool = False) -> Owner:
    """Return whose collections the actor may change: those of all, for an operator who says so."""
    if system:
        actor.require_platform("operator")
        return None
    return actor.require(constants.COLLECTIONS_WRITE)


def reads(actor: Actor, *, system: bool = False) -> Owner:
    if system:
        actor.require_platform("operator", "support")
        return None
    return actor.require(constants.COLLECTIONS_READ)


def owned(found: Collection | None, owner: Owner) -> Collection:
    """Return what was found if its owner is asking; raise what has to be said otherwise."""
    if found is None:
        raise exceptions.CollectionNotFound
    if found.organization_id != owner:
        raise exceptions.CollectionShared
    return found


def settled(collection: Collection) -> Collection:
    """Refuse to change a collection whose records still follow the last change."""
    if collection.state == "migrating":
        raise exceptions.CollectionMigrating(retry_after=5)
    return collection


def defined(
    definition: Definition, owner: Owner, collection_id: CollectionId, now: datetime
) -> Collection:
    numbers = {one.key: number for number, one in enumerate(definition.fields, 1)}
    return Collection(
        id=collection_id,
        organization_id=owner,
        numbers=numbers,
        last_number=len(numbers),
        created_at=now,
        updated_at=now,
        **dict(definition),
    )


def redefined(before: Collection, definition: Definition, now: datetime) -> Collection:
    """Return a collection as it is from now on; migrating where its records have to follow."""
    found = changes.changes(before, definition)
    migrates = bool(changes.effects(found) & {"rewrites", "destroys"})
    last, numbers = before.last_number, dict[str, int]()
    for one in definition.fields:
        old = before.by_key.get(one.key)
        if old is not None and old.type == one.type:
            numbers[one.key] = before.numbers[one.key]
        else:
            last += 1
            numbers[one.key] = last
    left = {one.key for one in definition.fields}
    return Collection.model_validate(
        before.model_dump()
        | definition.model_dump()
        | {
            "version": before.version + 1,
            "state": "migrating" if migrates else "ready",
            "numbers": numbers,
            "last_number": last,
            "building": changes.building(before, definition) if migrates else (),
            "removed": tuple(one.key for one in before.fields if one.key not in left),
            "updated_at": now,
        }
    )


def check_references(definitions: Iterable[Definition], known: frozenset[str]) -> None:
    """Refuse fields that point at collections that nobody has."""
    wrong = [
        FieldError(
            f"#/{definition.key}/fields/{place}/collection",
            "unknown_collection",
            f"There is no collection {field.collection}.",
        )
        for definition in definitions
        for place, field in enumerate(definition.fields)
        if isinstance(field, RecordRefField) and field.collection not in known
    ]
    if wrong:
        raise ValidationFailed(errors=wrong)
