"""How changes of records are kept, and who is told of them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from core.exceptions import CoreError, FieldError, ValidationFailed
from core.management.collections.fields import FileRefField, RecordRefField, UserRefField
from core.management.collections.ports import Collections
from core.management.collections.values import pointer
from core.management.records import events, exceptions, ports
from core.management.records.access import Opened
from core.management.records.models import Change, RecordId
from core.management.records.notices import Notice
from core.management.records.ordering import rows
from core.models import UserId
from core.ports import AuditLog, Events
from core.service import Collaborator
from core.storage.models import ObjectId
from core.storage.ports import Objects

ACTIONS: Final = {
    "created": "record.created",
    "updated": "record.updated",
    "deleted": "record.deleted",
    "restored": "record.restored",
}
Problems = dict[RecordId, CoreError]


class RecordChecks(Collaborator):
    """Finds what is fine by itself but not beside what there is."""

    records: ports.Records
    record_members: ports.Members
    collections: Collections
    objects: Objects

    async def __call__(self, opened: Opened, changes: Sequence[Change]) -> Problems:
        """Return what is wrong, by the record; the first thing of each."""
        unique = await self._taken(opened, changes)
        return await self._dangling(opened, changes) | unique

    async def _taken(self, opened: Opened, changes: Sequence[Change]) -> Problems:
        of = opened.collection
        if not any(field.unique for _, field in of.declared):
            return {}
        wanted = [
            ((row.field_no, row.place.text), change.after.id)
            for change in changes
            for row in rows(of, change.after)
            if row.unique
        ]
        values = {value for value, _ in wanted}
        owners = await self.records.owners(of, opened.organization_id, values) if values else {}
        changed = {change.after.id for change in changes}
        holders = {value: owner for value, owner in owners.items() if owner not in changed}
        found = Problems()
        for value, record_id in wanted:
            if holders.setdefault(value, record_id) != record_id:
                found[record_id] = _violation(opened, value[0])
        return found

    async def _dangling(self, opened: Opened, changes: Sequence[Change]) -> Problems:
        found = Problems()
        for field in opened.collection.fields:
            match field:
                case RecordRefField(key=key, collection=target):
                    pointed = _pointed(key, changes)
                    known = await self._live(opened, target, set(pointed.values()), changes)
                    detail = f"There is no such record of {target}."
                case UserRefField(key=key):
                    pointed = _pointed(key, changes)
                    known = await self._members(opened, set(pointed.values()))
                    detail = "There is no such member."
                case FileRefField(key=key):
                    pointed = _pointed(key, changes)
                    known = await self._files(opened, set(pointed.values()))
                    detail = "There is no such file."
                case _:
                    continue
            for record_id, at in pointed.items():
                if at not in known:
                    wrong = FieldError(pointer(key), "dangling", detail)
                    found[record_id] = ValidationFailed(errors=[wrong])
        return found

    async def _live(
        self, opened: Opened, key: str, ids: set[UUID], changes: Sequence[Change]
    ) -> set[UUID]:
        """Return which of these live, or are about to."""
        if not ids:
            return set()
        target = await self.collections.get(opened.organization_id, key)
        if target is None:
            return set()
        wanted = [RecordId(one) for one in ids]
        there = await self.records.some(target, opened.organization_id, wanted)
        if target.id == opened.collection.id:
            there |= {change.after.id: change.after for change in changes}
        return {one.id for one in there.values() if one.deleted_at is None}

    async def _members(self, opened: Opened, ids: set[UUID]) -> set[UUID]:
        if not ids:
            return set()
        wanted = {UserId(one) for one in ids}
        found = await self.record_members.some(opened.organization_id, wanted)
        return {one.user_id for one in found}

    async def _files(self, opened: Opened, ids: set[UUID]) -> set[UUID]:
        if not ids:
            return set()
        found = await self.objects.some(opened.organization_id, [ObjectId(one) for one in ids])
        return {one.id for one in found if one.status == "available"}


class RecordWriting(Collaborator):
    """Keeps changes of one collection's records, in the surrounding transaction."""

    records: ports.Records
    record_notices: ports.Notices
    checks: RecordChecks
    audit: AuditLog
    events: Events

    async def __call__(
        self, opened: Opened, changes: Sequence[Change], *, quietly: bool = False
    ) -> None:
        """Keep what changes; `quietly` leaves it to the caller to say so once for all."""
        real = [one for one in changes if one.before != one.after]
        if not real:
            return
        for error in (await self.checks(opened, real)).values():
            raise error
        await self.records.keep(opened.collection, opened.organization_id, real)
        await self.record_notices.tell([_notice(opened, one) for one in real])
        for change in real if not quietly else []:
            await self.audit.record(
                opened.actor,
                ACTIONS[change.verb],
                target=("record", change.after.id),
                collection=opened.collection.key,
                version=change.after.version,
                changed=change.fields,
            )
            await self.events.publish(_event(opened, change))


def _violation(opened: Opened, number: int) -> exceptions.UniqueViolation:
    key = next(key for key, one in opened.collection.numbers.items() if one == number)
    wrong = FieldError(pointer(key), "unique", "Another record has this value.")
    return exceptions.UniqueViolation(field=key, errors=[wrong])


def _pointed(key: str, changes: Sequence[Change]) -> dict[RecordId, UUID]:
    """Return what a field points at that it did not before, by the record."""
    return {
        change.after.id: UUID(value)
        for change in changes
        if change.after.deleted_at is None and (value := change.after.data.get(key))
        if change.before is None or change.before.data.get(key) != value
    }


def _notice(opened: Opened, change: Change) -> Notice:
    after = change.after
    return Notice(
        organization_id=opened.organization_id,
        collection_id=after.collection_id,
        record_id=after.id,
        version=after.version,
        what="changed" if after.deleted_at is None else "deleted",
        created_by=after.created_by,
        at=after.updated_at,
    )


def _event(opened: Opened, change: Change) -> events.RecordEvent:
    after, actor = change.after, opened.actor
    about = {
        "at": after.updated_at,
        "organization_id": opened.organization_id,
        "collection": opened.collection.key,
        "record_id": after.id,
        "version": after.version,
        "user_id": actor.user_id,
    }
    match change.verb:
        case "deleted":
            return events.RecordDeleted.model_validate(about)
        case "updated":
            return events.RecordUpdated.model_validate(about | {"fields": change.fields})
        case _:
            return events.RecordCreated.model_validate(about)
