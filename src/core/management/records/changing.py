"""What records become: each of these is a new version, or none where nothing changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.exceptions import FieldError, ValidationFailed, VersionMismatch
from core.management.collections.values import accepted, pointer
from core.management.records import exceptions
from core.management.records.access import Opened
from core.management.records.merging import merged
from core.management.records.models import Change, Record, RecordId, author
from core.management.records.schemas import Expecting

type Told = Mapping[str, Any]


def created(opened: Opened, record_id: RecordId, told: Told, now: datetime) -> Change:
    _check_writable(opened, told, {})
    actor, of = opened.actor, opened.collection
    made = Record(
        id=record_id,
        organization_id=opened.organization_id,
        collection_id=of.id,
        data=accepted(of, told, trusted=actor.trusted),
        schema_version=of.version,
        created_by=author(actor),
        updated_by=author(actor),
        created_at=now,
        updated_at=now,
    )
    return Change(before=None, after=made)


def patched(opened: Opened, before: Record, patch: Told, now: datetime) -> Change:
    """Merge a patch into a record (RFC 7396)."""
    known = {key: value for key, value in before.data.items() if key in opened.collection.by_key}
    wanted = merged(known, patch)
    _check_writable(opened, {key: wanted.get(key) for key in patch}, before.data)
    return _said(opened, before, wanted, now)


def replaced(opened: Opened, before: Record, told: Told, now: datetime) -> Change:
    """Put other data in place of a record's; what they may not set stays as it is."""
    _check_writable(opened, told, before.data)
    actor, of = opened.actor, opened.collection
    theirs = of.writable(actor) & of.readable(actor)
    kept = {
        key: value for key, value in before.data.items() if key in of.by_key and key not in theirs
    }
    return _said(opened, before, kept | dict(told), now)


def reverted(opened: Opened, before: Record, past: Record, now: datetime) -> Change:
    """Say again what a version said, of the fields that there still are."""
    known = {key: value for key, value in past.data.items() if key in opened.collection.by_key}
    _check_writable(opened, known, before.data)
    return _said(opened, before, known, now)


def deleted(opened: Opened, before: Record, now: datetime) -> Change:
    about = {"deleted_at": now, "updated_at": now, "updated_by": author(opened.actor)}
    return Change(before=before, after=before.evolve(version=before.version + 1, **about))


def restored(opened: Opened, before: Record, now: datetime) -> Change:
    """Have a deleted record live again, as its collection has it by now."""
    if before.deleted_at is None:
        raise exceptions.RecordNotDeleted
    known = {key: value for key, value in before.data.items() if key in opened.collection.by_key}
    after = before.evolve(
        data=accepted(opened.collection, known, before=known),
        version=before.version + 1,
        schema_version=opened.collection.version,
        deleted_at=None,
        updated_at=now,
        updated_by=author(opened.actor),
    )
    return Change(before=before, after=after)


def check_version(opened: Opened, before: Record, expecting: Expecting) -> None:
    """Refuse to change what is not as it was last seen, and where nobody says how that was."""
    if expecting.expected_version not in {None, before.version}:
        raise VersionMismatch(current_etag=before.etag)
    if not expecting.told and opened.collection.options.require_if_match:
        raise exceptions.IfMatchRequired(current_etag=before.etag)


def _said(opened: Opened, before: Record, wanted: Told, now: datetime) -> Change:
    actor, of = opened.actor, opened.collection
    data = accepted(of, wanted, before=before.data, trusted=actor.trusted)
    if data == before.data:
        return Change(before=before, after=before)
    after = before.evolve(
        data=data,
        version=before.version + 1,
        schema_version=of.version,
        updated_at=now,
        updated_by=author(actor),
    )
    return Change(before=before, after=after)


def _check_writable(opened: Opened, told: Told, before: Told) -> None:
    """Refuse fields that their role may not set, unless they stay; unknown ones are told later."""
    of = opened.collection
    writable = of.writable(opened.actor) & of.readable(opened.actor)
    wrong = [
        FieldError(pointer(key), "field_forbidden", "Your role may not set this field.")
        for key, value in told.items()
        if key in of.by_key and key not in writable and value != before.get(key)
    ]
    if wrong:
        raise ValidationFailed(errors=wrong)
