from core.management.records import changing, ports, schemas
from core.management.records.access import RecordAccess
from core.management.records.writing import RecordWriting
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class DeleteRecord(UseCase):
    """Delete a record; it can be restored."""

    access: RecordAccess
    records: ports.Records
    writing: RecordWriting
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.DeleteRecord, actor: Actor) -> None:
        async with self.transaction():
            opened = await self.access.held(actor, command.collection, "delete")
            found = await self.records.some(
                opened.collection, opened.organization_id, [command.record_id], hold=True
            )
            before = opened.live(found.get(command.record_id))
            changing.check_version(opened, before, command)
            await self.writing(opened, [changing.deleted(opened, before, self.clock.now())])
