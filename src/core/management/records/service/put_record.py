from uuid import UUID

from core.exceptions import PermissionDenied
from core.management.records import changing, exceptions, ports, putting, schemas, showing
from core.management.records.access import Opened, RecordAccess
from core.management.records.models import Change, Record, RecordId
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class PutRecord(UseCase):
    """Have a record say this: make it, or put this in place of what it says."""

    access: RecordAccess
    records: ports.Records
    writing: RecordWriting
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.PutRecord, actor: Actor) -> schemas.RecordView:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "update")
            record_id, data = await self._named(opened, command)
            found = await self.records.some(
                opened.collection, opened.organization_id, [record_id], hold=True
            )
            told = command.evolve(data=data)
            change = self._change(opened, told, found.get(record_id), record_id)
            await self.writing(opened, [change])
        return showing.view(opened, change)

    async def _named(
        self, opened: Opened, command: schemas.PutRecord
    ) -> tuple[RecordId, schemas.Data]:
        """Return which record is meant; a new id for a value that none has yet."""
        if command.by is None:
            try:
                return RecordId(UUID(command.named)), command.data
            except ValueError:
                raise exceptions.RecordNotFound from None
        wanted, data = putting.by_unique(opened, command.by, command.named, command.data)
        owners = await self.records.owners(opened.collection, opened.organization_id, [wanted])
        return owners.get(wanted) or RecordId(self.ids.new()), data

    def _change(
        self,
        opened: Opened,
        command: schemas.PutRecord,
        before: Record | None,
        record_id: RecordId,
    ) -> Change:
        now = self.clock.now()
        if before is None:
            if command.expected_version is not None:
                raise exceptions.RecordNotFound
            if not opened.collection.may(opened.actor, "create"):
                raise PermissionDenied("Your role may not create records of this collection.")
            return changing.created(opened, record_id, command.data, now)
        if command.only_new:
            raise exceptions.RecordExists(current_etag=before.etag)
        if opened.seen(before).deleted_at is not None:
            raise exceptions.RecordTaken
        changing.check_version(opened, before, command)
        return changing.replaced(opened, before, command.data, now)
